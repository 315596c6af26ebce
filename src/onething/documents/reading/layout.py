"""Labels and values on a page of lines: which printed words were found where, and which characters belong to them.

Works on characters with positions, not on whole lines, because a reader joins a label with its value, two cells of a
row or none of them, depending on light and distance.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import partial_ratio_alignment

from onething.documents.fields.document_types import Anchor
from onething.documents.lines import Glyph, Line, Quad

FUZZY_FROM = 4
"""Labels this long may be found with one wrong character in four; shorter ones only as they are."""
UNMISTAKABLE = 8
"""Labels this long are looked for with wrong characters even where they were found before: forms print some twice."""
REACH = 16.0
"""How far right of its label a value may begin, in line heights."""
GAP = 2.5
"""A wider gap inside a value, in line heights, ends it: what follows belongs to another column."""


_FORM_WORDS = str.maketrans(
    "訂簽證號戶產權積價條歲齡籍業員發間開關時書長門類職務處區縣鄉鎮國動電話聯繫貨幣額稅購買賣銷單備註規總計雙約於",
    "订签证号户产权积价条岁龄籍业员发间开关时书长门类职务处区县乡镇国动电话联系货币额税购买卖销单备注规总计双约于",
)
"""Words printed on mainland forms, as traditional characters → as they are printed there."""


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
        self._by_line: dict[int, list[Mark]] = {}
        for mark in self.marks:
            self._by_line.setdefault(mark.line, []).append(mark)

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

    def find(self, anchor: Anchor) -> Mark | None:
        """The mark an anchor means, or None."""
        found = [mark for mark in self.marks if mark.word == anchor.text]
        if anchor.after is not None:
            fence = next((mark for mark in self.marks if mark.word == anchor.after), None)
            found = [m for m in found if fence is not None and self._order(m) > self._order(fence)]
        if anchor.before is not None:
            fence = next((mark for mark in self.marks if mark.word == anchor.before), None)
            found = [m for m in found if fence is None or self._order(m) < self._order(fence)]
        return found[anchor.nth - 1] if len(found) >= anchor.nth else None

    def count(self, word: str) -> int:
        """How often a printed word was found."""
        return sum(mark.word == word for mark in self.marks)

    def value_right(self, mark: Mark, max_lines: int = 1) -> list[Segment]:
        """What stands right of a label, over up to `max_lines` lines."""
        line = self.lines[mark.line]
        segments = self._cut(mark.line, mark.last + 1)
        if not self._closed(mark.line, mark.last):
            end = line.glyphs[segments[0].last if segments else mark.last].end
            segments += self._row(mark.line, line.at(end), line.height, here=bool(segments))
        if not segments:
            return []
        last = segments[0]
        for _ in range(max_lines - 1):
            below = self._under(last, segments[0])
            if below is None:
                break
            segments.append(below)
            last = below
        return segments

    def value_below(self, mark: Mark, max_lines: int = 1) -> list[Segment]:
        """What stands under a label."""
        segments: list[Segment] = []
        last = Segment(mark.line, mark.first, mark.last)
        for _ in range(max_lines):
            below = self._under(last, last, reach=3.2)
            if below is None:
                break
            segments.append(below)
            last = below
        return segments

    def value_in(self, mark: Mark, region: tuple[float, float, float, float]) -> list[Segment]:
        """Lines whose middle lies in a frame set from a label, in heights of the label's line, in reading order."""
        line = self.lines[mark.line]
        across = (line.at(1.0) - line.at(0.0)) / max(line.width, 1e-6)
        down = np.array([-across[1], across[0]])
        origin = line.at(line.glyphs[mark.first].start) - down * line.height / 2
        left, top, right, bottom = (side * line.height for side in region)
        segments: list[Segment] = []
        for number in self.reading_order:
            for segment in self._free(number):
                quad = self.quad(segment)
                offset = quad.mean(axis=0) - origin
                if left <= offset @ across <= right and top <= offset @ down <= bottom:
                    segments.append(segment)
        return segments

    def _free(self, number: int) -> list[Segment]:
        """The stretches of a line that are no label."""
        segments: list[Segment] = []
        first = 0
        marks = sorted(self._by_line.get(number, ()), key=lambda mark: mark.first)
        for mark in marks:
            if mark.first > first:
                segments.append(Segment(number, first, mark.first - 1))
            first = mark.last + 1
        if first < len(self.lines[number].glyphs):
            segments.append(Segment(number, first, len(self.lines[number].glyphs) - 1))
        return segments

    @property
    def reading_order(self) -> list[int]:
        """Line numbers row by row, left to right."""
        return list(self._rank)

    def value_in_text(self, pattern: str, mark: Mark | None) -> list[Segment]:
        """Where the first group of `pattern` stands in the running text, behind `mark` if there is one."""
        text, places = self._running
        start = 0
        if mark is not None:
            start = next((i + 1 for i, place in enumerate(places) if place == (mark.line, mark.last)), 0)
        # Some faces look traditional to the recogniser: 签訂 in a mainland form is 签订. Only where to look is translated.
        match = re.compile(pattern).search(text.translate(_FORM_WORDS), start)
        if match is None or not match[1]:
            return []
        segments: list[Segment] = []
        for line, glyph in dict.fromkeys(places[match.start(1) : match.end(1)]):
            if segments and segments[-1].line == line:
                segments[-1] = Segment(line, segments[-1].first, glyph)
            else:
                segments.append(Segment(line, glyph, glyph))
        return segments

    @cached_property
    def _running(self) -> tuple[str, list[tuple[int, int]]]:
        """The text of the page as one string, half-width, and where each of its characters stands (line, glyph)."""
        text, places = "", list[tuple[int, int]]()
        for number in self.reading_order:
            for i, glyph in enumerate(self.lines[number].glyphs):
                for char in unicodedata.normalize("NFKC", glyph.char):
                    if char.strip():
                        text += char
                        places.append((number, i))
        return text, places

    def _closed(self, number: int, after: int) -> bool:
        """Whether another label follows on the same line."""
        return any(mark.first > after for mark in self._by_line.get(number, ()))

    def _cut(self, number: int, first: int) -> list[Segment]:
        """Glyphs of a line from `first` up to its next label or to a gap."""
        stop = min((m.first for m in self._by_line.get(number, ()) if m.first >= first), default=None)
        line = self.lines[number]
        last = (len(line.glyphs) if stop is None else stop) - 1
        for i in range(first + 1, last + 1):
            if (line.glyphs[i].start - line.glyphs[i - 1].end) * line.width > GAP * line.height:
                last = i - 1
                break
        return [Segment(number, first, last)] if last >= first else []

    def _row(self, number: int, start: np.ndarray, height: float, here: bool) -> list[Segment]:
        """Other lines right of `start` on the same row, up to the next label; `here`: the value has begun already."""
        base = self.lines[number]
        along = (base.at(1.0) - base.at(0.0)) / max(base.width, 1e-6)
        down = np.array([-along[1], along[0]])
        found: list[tuple[float, int]] = []
        for other, line in enumerate(self.lines):
            if other == number or not line.glyphs or not _alike(base, line):
                continue
            offset = line.at(0.0) - start
            if -0.4 * height <= offset @ along and abs(offset @ down) < 0.55 * max(height, line.height):
                found.append((float(offset @ along), other))
        segments: list[Segment] = []
        reached = 0.0
        for distance, other in sorted(found):
            if distance - reached > (GAP if segments or here else REACH) * height:
                break
            segments += self._cut(other, 0)
            if self._by_line.get(other):
                break
            reached = distance + self.lines[other].width
        return segments

    def _under(self, last: Segment, head: Segment, reach: float = 2.3) -> Segment | None:
        """The next line of a value: just under `last`, starting near where `head` starts, without a label."""
        base, top = self.lines[last.line], self.lines[head.line]
        along = (base.at(1.0) - base.at(0.0)) / max(base.width, 1e-6)
        down = np.array([-along[1], along[0]])
        origin = top.at(top.glyphs[head.first].start)
        floor = base.at(0.5)
        best: tuple[float, int] | None = None
        for other, line in enumerate(self.lines):
            if other in {last.line, head.line} or not line.glyphs or not _alike(base, line):
                continue
            drop = float((line.at(0.5) - floor) @ down)
            shift = float((line.at(0.0) - origin) @ along)
            if 0.6 * base.height < drop < reach * base.height and -1.2 * base.height < shift < 2.5 * base.height:
                if self._by_line.get(other) or self._has_own_label(line, along, down):
                    continue
                best = min(best, (drop, other)) if best else (drop, other)
        return Segment(best[1], 0, len(self.lines[best[1]].glyphs) - 1) if best else None

    def _has_own_label(self, line: Line, along: NDArray[np.float32], down: NDArray[np.float32]) -> bool:
        """Whether a label stands left of the line in its row: then it is the value of that label."""
        for mark in self.marks:
            label = self.lines[mark.line]
            offset = line.at(0.0) - label.at(label.glyphs[mark.last].end)
            level = abs(float(offset @ down)) < 0.5 * max(line.height, label.height)
            if level and -0.5 * line.height < float(offset @ along) < REACH * line.height:
                return True
        return False

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


def _alike(base: Line, other: Line) -> bool:
    """Whether two lines can belong to one row of print: same direction, similar size."""
    if not 0.5 < other.height / max(base.height, 1e-6) < 2.0:
        return False
    if other.width < 2 * other.height or base.width < 2 * base.height:
        return True
    a, b = base.at(1.0) - base.at(0.0), other.at(1.0) - other.at(0.0)
    return float(a @ b) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-6) > 0.97
