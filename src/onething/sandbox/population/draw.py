"""Seeded choices that come out the same on every machine and in every process."""

import hashlib
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(seed: int, *path: object) -> Random:
    """A random stream of its own for one purpose, so that one more draw here changes nothing elsewhere."""
    text = "/".join(str(part) for part in (seed, *path))
    return Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))


class Weighted(Generic[T]):
    """A choice by frequency."""

    def __init__(self, pairs: Sequence[tuple[T, float]]) -> None:
        self._values = [value for value, _ in pairs]
        self._sums = list(accumulate(weight for _, weight in pairs))

    def draw(self, rng: Random) -> T:
        return self._values[bisect(self._sums, rng.random() * self._sums[-1])]
