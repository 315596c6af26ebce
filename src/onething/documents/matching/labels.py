"""Printed labels on rows: as they are, widened by blanks, cut into pieces, or with characters misread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import partial_ratio_alignment

from onething.documents.matching.rows import Row

NEAR_FROM = 4
"""Labels this long may have one character in four misread whatever it was; shorter ones only where the reader had thought of it."""
UNMISTAKABLE = 8
UNEVEN = 1.1
"""Gaps inside a widened label differ by less than this many heights; two cells of a table differ by more."""
BEFORE = ":;,。、()[].·-— "
"""Signs behind which a label may begin in running text."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A label found: characters `first` to `last` (inclusive) of a row; `quality` 1 as printed, less where characters were misread."""

    word: str
    row: int
    first: int
    last: int
    quality: float


def _even(row: Row, first: int, last: int) -> bool:
    gaps = [row.gap(i) for i in range(first + 1, last + 1)]
    return not gaps or max(gaps) < 0.9 or max(gaps) - min(gaps) < UNEVEN


def _may_start(row: Row, first: int, taken: Sequence[bool], length: int) -> bool:
    """A label begins a row, or stands behind another, a sign, or ground: the more, the shorter it is (责任公司 has no label 任).
    One character right behind a label begins its value: 姓名周知夏 has a surname and no weeks."""
    if first == 0 or row.text[first - 1] in BEFORE or (taken[first - 1] and length > 1):
        return True
    apart = row.chars[first].line != row.chars[first - 1].line
    ground = row.gap(first)
    return (ground > 0.35 if apart or length > 2 else ground > 0.45) if length > 1 else apart and ground > 0.6


def _likely(row: Row, first: int, word: str) -> float:
    """Quality of a short label with one character the reader had considered instead; 0 when it is none."""
    wrong = [i for i in range(len(word)) if row.text[first + i] != word[i]]
    if len(wrong) != 1:
        return 0.0
    seen, wanted = row.chars[first + wrong[0]].seen, word[wrong[0]]
    return 0.7 if any(char == wanted and p > 0.003 for char, p in seen.others) else 0.5 if seen.score < 0.4 else 0.0


class _Claims:
    """Labels found so far; no character belongs to two."""

    def __init__(self, rows: Sequence[Row], anywhere: frozenset[str]) -> None:
        self.rows, self.anywhere = rows, anywhere
        self.taken = [[False] * len(row.chars) for row in rows]
        self.marks: list[Mark] = []

    def claim(self, word: str, row: Row, first: int, last: int, quality: float) -> None:
        own = self.taken[row.number]
        if any(own[first : last + 1]) or not _even(row, first, last):
            return
        if (word in self.anywhere and quality == 1.0) or _may_start(row, first, own, len(word)):
            own[first : last + 1] = [True] * (last - first + 1)
            self.marks.append(Mark(word, row.number, first, last, quality))

    def exact(self, word: str) -> None:
        for row in self.rows:
            at = row.text.find(word)
            while at >= 0:
                self.claim(word, row, at, at + len(word) - 1, 1.0)
                at = row.text.find(word, at + 1)

    def near(self, word: str) -> None:
        least = 100 * (1 - (len(word) // NEAR_FROM) / len(word)) - 1
        for row in self.rows:
            found = (
                partial_ratio_alignment(word, row.text, score_cutoff=least) if len(row.text) >= len(word) - 1 else None
            )
            if found is not None and found.dest_end - found.dest_start >= len(word) - 1:
                self.claim(word, row, found.dest_start, found.dest_end - 1, found.score / 110)

    def considered(self, word: str) -> None:
        """A short label of which the reader had thought although it chose another character."""
        for row in self.rows:
            for first in range(len(row.text) - len(word) + 1):
                quality = _likely(row, first, word)
                if quality:
                    self.claim(word, row, first, first + len(word) - 1, quality)

    def missing(self, words: Sequence[str]) -> list[str]:
        found = {mark.word for mark in self.marks}
        return [word for word in words if word not in found]


def find_labels(rows: Sequence[Row], words: Iterable[str], anywhere: frozenset[str]) -> list[Mark]:
    """Every label of `words`, the longest first; those of `anywhere` also in the middle of a sentence."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    claims = _Claims(rows, anywhere)
    for word in ordered:
        claims.exact(word)
    open_ = frozenset(claims.missing(ordered))
    for word in ordered:
        if len(word) >= NEAR_FROM and (word in open_ or len(word) >= UNMISTAKABLE):
            claims.near(word)
        elif 1 < len(word) < NEAR_FROM and word in open_:
            claims.considered(word)
    for row, first, last, word in _broken(rows, claims.missing(ordered), claims.taken):
        claims.claim(word, row, first, last, 0.6)
    return sorted(claims.marks, key=lambda mark: (mark.row, mark.first))


def _broken(
    rows: Sequence[Row], words: Sequence[str], taken: Sequence[Sequence[bool]]
) -> list[tuple[Row, int, int, str]]:
    """Widened labels of two characters of which one was lost, or with a mark of the form between them (住☑址)."""
    short = [word for word in words if len(word) == 2]
    out: list[tuple[Row, int, int, str]] = []
    for row in rows:
        for i, char in enumerate(row.chars):
            if taken[row.number][i] or not (i == 0 or taken[row.number][i - 1] or row.gap(i) > 1.0):
                continue
            split = row.text[i + 1 : i + 3]
            out += [
                (row, i, i + 2, word) for word in short
                if word[0] == char.char and len(split) == 2 and split[1] == word[1] and not split[0].isalnum()
            ]  # fmt: skip
            alone = i + 1 >= len(row.chars) or (row.chars[i + 1].line != char.line and row.gap(i + 1) > 0.5)
            meant = [word for word in short if char.char in word]
            if alone and i + 1 < len(row.chars) and len(meant) == 1:
                out.append((row, i, i, meant[0]))
    return out
