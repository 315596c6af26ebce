"""A page as rows of single characters with their places, whatever pieces the reader had cut them into."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from onething.documents.lines import Glyph, Line


@dataclass(frozen=True, slots=True)
class Char:
    """A character on the page. Lengths are pixels; `line` and `glyph` say where it came from."""

    char: str
    left: float
    right: float
    middle: float
    height: float
    line: int
    glyph: int
    seen: Glyph


@dataclass(frozen=True, slots=True)
class Row:
    """Characters side by side, left to right; `text` has one character for each."""

    number: int
    chars: tuple[Char, ...]
    text: str

    def gap(self, index: int) -> float:
        """Free ground before a character, in its heights; very wide before the first."""
        if index == 0:
            return 99.0
        before, here = self.chars[index - 1], self.chars[index]
        return (here.left - before.right) / max(min(before.height, here.height), 1e-6)


_FORM_WORDS = str.maketrans(
    "訂簽證號戶產權積價條歲齡籍業員發間開關時書長門類職務處區縣鄉鎮國動電話聯繫貨幣額稅購買賣銷單備註規總計雙約於",
    "订签证号户产权积价条岁龄籍业员发间开关时书长门类职务处区县乡镇国动电话联系货币额税购买卖销单备注规总计双约于",
)
"""Words printed on mainland forms, as traditional characters → as they are printed there; some faces look so to the reader."""


def half_width(char: str) -> str:
    """One character for one, so that places in a text stay places of glyphs."""
    half = unicodedata.normalize("NFKC", char)
    return (half if len(half) == 1 else char[:1]).translate(_FORM_WORDS)


def _chars(line: Line, number: int) -> list[Char]:
    out: list[Char] = []
    (left, top), (right, bottom) = (tuple(map(float, line.at(share))) for share in (0.0, 1.0))
    for index, glyph in enumerate(line.glyphs):
        start, end = left + (right - left) * glyph.start, left + (right - left) * glyph.end
        middle = top + (bottom - top) * (glyph.start + glyph.end) / 2
        out.append(Char(half_width(glyph.char), start, end, middle, line.height, number, index, glyph))
    return out


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """Rows from top to bottom. A line joins the row whose nearest line lies level with it (less than half a height away)."""
    ends = [(*map(float, line.at(0.0)), *map(float, line.at(1.0)), line.height) for line in lines]
    order = sorted((i for i, line in enumerate(lines) if line.glyphs), key=lambda i: ends[i][1] + ends[i][3])
    rows: list[list[int]] = []
    for number in order:
        own = ends[number]
        best: tuple[float, list[int]] | None = None
        for row in rows[-6:]:
            if any(min(ends[i][2], own[2]) - max(ends[i][0], own[0]) > 1.2 * own[4] for i in row):
                continue
            near = ends[min(row, key=lambda i: abs(ends[i][0] + ends[i][2] - own[0] - own[2]))]
            left, right = (near, own) if near[0] < own[0] else (own, near)
            away = abs(left[3] - right[1])
            if away < 0.45 * max(own[4], near[4]):
                best = min(best, (away, row), key=lambda pair: pair[0]) if best else (away, row)
        if best:
            best[1].append(number)
        else:
            rows.append([number])
    rows.sort(key=lambda row: sum(ends[i][1] + ends[i][3] for i in row) / len(row))
    out: list[Row] = []
    for index, row in enumerate(rows):
        chars = [char for i in sorted(row, key=lambda i: ends[i][0]) for char in _chars(lines[i], i)]
        out.append(Row(index, tuple(chars), "".join(char.char for char in chars)))
    return out
