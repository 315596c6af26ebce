"""Printed words on a page of lines: which were found where; and stretches of characters with their corners.

Works on characters with positions, not on whole lines, because a reader joins a label with its value, two cells of a
row or none of them, depending on light and distance.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.fuzz import partial_ratio_alignment

from onething.documents.lines import Glyph, Line, Quad

FUZZY_FROM = 4
"""Labels this long may be found with one wrong character in four; shorter ones only as they are."""
UNMISTAKABLE = 8
"""Labels this long are looked for with wrong characters even where they were found before: forms print some twice."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed word found: glyphs `first` to `last` (inclusive) of a line."""

    word: str
    line: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Glyphs `first` to `last` (inclusive) of a line that belong to a value."""

    line: int
    first: int
    last: int


class Layout:
    """One page's lines with the marks of one document type."""

    def __init__(self, lines: Sequence[Line], words: Sequence[str], anywhere: frozenset[str] = frozenset()) -> None:
        """`anywhere`: words that also count inside a line, as part of a title or a sentence."""
        self.lines, self._anywhere = list(lines), anywhere
        self._rank = {number: rank for rank, number in enumerate(in_reading_order(self.lines))}
        self.marks = self._find(words)

    def _find(self, words: Sequence[str]) -> list[Mark]:
        """Exact matches first; only long words and those found nowhere are looked for again with characters wrong."""
        marks: list[Mark] = []
        texts = ["".join(_half_width(glyph.char) for glyph in line.glyphs) for line in self.lines]
        taken = [[False] * len(line.glyphs) for line in self.lines]

        def claim(word: str, near: bool) -> None:
            for number, line in enumerate(self.lines):
                text = texts[number]
                for first, last in _near(word, text) if near else _exact(word, text):
                    if not any(taken[number][first : last + 1]) and (
                        word in self._anywhere or _may_start(line, first, taken[number])
                    ):
                        taken[number][first : last + 1] = [True] * (last - first + 1)
                        marks.append(Mark(word, number, first, last))

        for word in words:
            claim(word, near=False)
        found = {mark.word for mark in marks}
        for word in words:
            if len(word) >= (UNMISTAKABLE if word in found else FUZZY_FROM):
                claim(word, near=True)
        return sorted(marks, key=self._order)

    def _order(self, mark: Mark) -> tuple[int, int]:
        """Reading order: rows by half a line height, then left to right."""
        return self._rank[mark.line], mark.first

    def glyphs(self, segments: Sequence[Segment]) -> list[Glyph]:
        return [glyph for s in segments for glyph in self.lines[s.line].glyphs[s.first : s.last + 1]]

    def quad(self, segment: Segment) -> Quad:
        """Corners of a segment on the page.

        Cut half way to the neighbouring characters: where a character begins is only known roughly, and a second
        reading of half a character reads another one (许 → 午).
        """
        line = self.lines[segment.line]
        glyphs, first, last = line.glyphs, segment.first, segment.last
        start = (glyphs[first - 1].end + glyphs[first].start) / 2 if first else 0.0
        end = (glyphs[last].end + glyphs[last + 1].start) / 2 if last + 1 < len(glyphs) else 1.0
        top, bottom = line.quad[1] - line.quad[0], line.quad[2] - line.quad[3]
        corners = [line.quad[0] + top * start, line.quad[0] + top * end, line.quad[3] + bottom * end, line.quad[3] + bottom * start]  # fmt: skip
        return np.asarray(corners, np.float32)


def _half_width(char: str) -> str:
    """One character for one: places in a text must stay places of glyphs."""
    half = unicodedata.normalize("NFKC", char)
    return half if len(half) == 1 else char[:1]


def in_reading_order(lines: Sequence[Line]) -> list[int]:
    """Numbers of lines row by row: a line belongs to a row when its middle is within half a height of the row's."""
    middles = [(float(line.quad[:, 1].mean()), float(line.quad[:, 0].min())) for line in lines]
    rows: list[list[int]] = []
    for number in sorted(range(len(lines)), key=lambda i: middles[i][0]):
        near = rows and middles[number][0] - middles[rows[-1][0]][0] < 0.5 * lines[number].height
        if near:
            rows[-1].append(number)
        else:
            rows.append([number])
    return [number for row in rows for number in sorted(row, key=lambda i: middles[i][1])]


def _exact(word: str, text: str) -> list[tuple[int, int]]:
    """First and last index of each occurrence of `word`."""
    found: list[tuple[int, int]] = []
    at = text.find(word)
    while at >= 0:
        found.append((at, at + len(word) - 1))
        at = text.find(word, at + len(word))
    return found


def _near(word: str, text: str) -> list[tuple[int, int]]:
    """Where `word` stands with about one character in four misread."""
    if len(text) < len(word) - 1:
        return []
    allowed = len(word) // FUZZY_FROM
    near = partial_ratio_alignment(word, text, score_cutoff=100 * (1 - allowed / len(word)) - 1)
    if near is None or near.dest_end - near.dest_start < len(word) - 1:
        return []
    return [(near.dest_start, near.dest_end - 1)]


def _may_start(line: Line, first: int, taken: list[bool]) -> bool:
    """A label inside a line stands behind a gap; without one the same characters are part of a value (民族路)."""
    if first == 0 or taken[first - 1]:
        return True
    gap = (line.glyphs[first].start - line.glyphs[first - 1].end) * line.width
    return gap > 0.35 * line.height
