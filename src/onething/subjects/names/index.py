"""Names like a given one among a million, in milliseconds: shared characters and syllables first, edit distance after.

A mark with similarity s to the query shares at least s × (longer length) of its characters or syllables (each edit
spoils at most one), so counting shared symbols never loses a neighbour above the threshold but for repeated symbols;
the benchmark measures what is lost against comparing with every name.
"""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from onething.subjects.names.parts import Parts, split
from onething.subjects.names.sound import sound

Counts = NDArray[np.int32]
_MOST_APART = 50_000


@dataclass(frozen=True, slots=True)
class Known:
    """A name on the register. `trade_class` is the GB/T 4754 division of its trade, "" when unknown."""

    name: str
    mark: str
    trade_class: str
    form: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike an existing name is to the one asked about; each from 0 to 1."""

    name: str
    written: float
    sounded: float
    contained: bool
    """One mark is the other with a single character added. (Any two characters stand inside some mark of four by chance.)"""
    same_trade: bool
    trade_class: str

    @property
    def score(self) -> float:
        """The stronger of writing and sound; a mark inside another counts at least 0.8."""
        alike = max(self.written, self.sounded - 0.02)
        return max(alike, 0.8) if self.contained else alike

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name, "written": round(self.written, 4), "sounded": round(self.sounded, 4),
            "contained": self.contained, "same_trade": self.same_trade, "score": round(self.score, 4),
        }  # fmt: skip


def likeness(mark: str, heard: str, trade_class: str, known: Known, known_heard: str) -> Likeness:
    """Compare two marks by writing and by sound."""
    shorter, longer = sorted((mark, known.mark), key=len)
    return Likeness(
        known.name, Levenshtein.normalized_similarity(mark, known.mark), Levenshtein.normalized_similarity(heard, known_heard),
        len(shorter) >= 2 and len(longer) - len(shorter) <= 1 and shorter in longer, bool(trade_class) and trade_class == known.trade_class, known.trade_class,
    )  # fmt: skip


class NameIndex:
    """An index over register names. Built once, then only read; `add` is for the few names of today."""

    def __init__(self, regions: Sequence[str], trades: dict[str, str]) -> None:
        """`regions`: words a name may begin with. `trades`: trade word → GB/T 4754 division."""
        self.regions = sorted(regions, key=len, reverse=True)
        self.trades = dict(trades)
        self._words = sorted(trades, key=len, reverse=True)
        self._known: list[Known] = []
        self._heard: list[str] = []
        self._lengths = array("i")
        self._postings: dict[str, array[int]] = {}
        self._exact: dict[str, list[int]] = {}
        self._frozen: dict[str, Counts] = {}
        self._apart: dict[str, tuple[Known, str]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def parts(self, name: str) -> Parts:
        return split(name, self.regions, self._words)

    def add(self, name: str) -> None:
        parts = self.parts(name)
        if not parts.mark:
            return
        number = len(self._known)
        heard = sound(parts.mark)
        self._known.append(Known(name, parts.mark, self.trades.get(parts.trade, ""), parts.form))
        self._heard.append(heard)
        self._lengths.append(len(parts.mark))
        self._exact.setdefault(parts.mark, []).append(number)
        for key in {*parts.mark, *heard}:
            self._postings.setdefault(key, array("i")).append(number)
            self._frozen.pop(key, None)

    def extend(self, names: Iterable[str]) -> None:
        for name in names:
            self.add(name)

    def nearest(self, name: str, *, least: float = 0.6, most: int = 10) -> list[Likeness]:
        """Existing names at least `least` alike, most alike first and same trade before others."""
        parts = self.parts(name)
        if not parts.mark:
            return []
        heard, trade = sound(parts.mark), self.trades.get(parts.trade, "")
        numbers = self._candidates(parts.mark, heard, least)
        found = [likeness(parts.mark, heard, trade, self._known[n], self._heard[n]) for n in numbers]
        return _best(found, least, most)

    def among(self, name: str, others: Iterable[str], *, least: float = 0.6, most: int = 10) -> list[Likeness]:
        """The same among `others` instead of the register: the few names that it does not show yet."""
        parts = self.parts(name)
        if not parts.mark:
            return []
        heard, trade = sound(parts.mark), self.trades.get(parts.trade, "")
        known = [each for each in map(self._taken_apart, others) if each[0].mark]
        return _best([likeness(parts.mark, heard, trade, *each) for each in known], least, most)

    def _taken_apart(self, name: str) -> tuple[Known, str]:
        if name not in self._apart:
            parts = self.parts(name)
            if len(self._apart) > _MOST_APART:
                self._apart.clear()
            known = Known(name, parts.mark, self.trades.get(parts.trade, ""), parts.form)
            self._apart[name] = (known, sound(parts.mark))
        return self._apart[name]

    def brute(self, name: str, *, least: float = 0.6, most: int = 10) -> list[Likeness]:
        """The same by comparing with every name: what the index is measured against."""
        parts = self.parts(name)
        heard, trade = sound(parts.mark), self.trades.get(parts.trade, "")
        found = [likeness(parts.mark, heard, trade, each, self._heard[n]) for n, each in enumerate(self._known)]
        return _best(found, least, most)

    def _candidates(self, mark: str, heard: str, least: float) -> list[int]:
        lengths = np.frombuffer(self._lengths, dtype=np.int32)
        wanted: set[int] = set()
        for symbols in (set(mark), set(heard)):
            hits = [self._posting(key) for key in symbols]
            together = np.concatenate([hit for hit in hits if len(hit)] or [np.empty(0, np.int32)])
            if not len(together):
                continue
            numbers, shared = np.unique(together, return_counts=True)
            longer = np.maximum(lengths[numbers], len(mark))
            needed = np.maximum(np.ceil(longer * least - 1e-9) - (len(mark) - len(symbols)), 1)
            shorter = np.minimum(lengths[numbers], len(mark))
            inside = (shared >= np.minimum(shorter, len(symbols))) & (shorter >= 2) & (longer - shorter <= 1)
            wanted.update(numbers[(shared >= needed) | inside].tolist())
            if len(wanted) > 20_000:
                wanted = set(self._narrowed(mark, heard, wanted))
        return sorted(wanted)

    def _narrowed(self, mark: str, heard: str, wanted: set[int]) -> list[int]:
        """Of too many candidates (a very common mark), those that read or sound exactly the same, then the first others."""
        exact = self._exact.get(mark, [])
        same = [n for n in wanted if self._heard[n] == heard]
        return [*dict.fromkeys([*exact[:5000], *same[:10_000], *sorted(wanted)[:5000]])]

    def _posting(self, key: str) -> Counts:
        frozen = self._frozen.get(key)
        if frozen is None:
            found = self._postings.get(key)
            frozen = self._frozen[key] = np.array(found if found is not None else (), dtype=np.int32)
        return frozen


def _best(found: list[Likeness], least: float, most: int) -> list[Likeness]:
    good = [each for each in found if each.score >= least and not math.isnan(each.score)]
    return sorted(good, key=lambda each: (-(each.score + (0.5 if each.same_trade else 0)), each.name))[:most]
