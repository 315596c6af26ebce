"""Readings of kept regulations, each made once: a text that is kept never changes, so what was read of it stays right.

Bounded by the characters that are held in all; the reading that was used longest ago makes room. Per process.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import sha256
from typing import Generic, TypeVar

from onething.policy.models import Document
from onething.policy.structuring import Structured

T = TypeVar("T")
MOST_CHARACTERS = 8_000_000
"""About eighty laws of the longest kind; a tree takes some twenty times its text."""


class Readings(Generic[T]):
    """A key's reading, made when it is first asked for. Any number of threads; two at once may both make one."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self.most = most
        self._held = 0
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, tuple[int, T]] = OrderedDict()

    def get(self, source: str, more: Hashable, make: Callable[[], T]) -> T:
        """`more`: whatever else the reading depends on. A text larger than all that may be held is read each time."""
        key = (sha256(source.encode("utf-8", "surrogatepass")).digest(), more)
        with self._lock:
            if (found := self._made.get(key)) is not None:
                self._made.move_to_end(key)
                return found[1]
        made = make()
        with self._lock:
            if key not in self._made and len(source) <= self.most:
                self._made[key] = (len(source), made)
                self._held += len(source)
                while self._held > self.most:
                    _, (size, _) = self._made.popitem(last=False)
                    self._held -= size
        return made

    def __len__(self) -> int:
        return len(self._made)

    @property
    def characters(self) -> int:
        return self._held


trees: Readings[Document] = Readings()
structures: Readings[Structured] = Readings()
