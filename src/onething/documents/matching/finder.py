"""One page seen as one kind of paper: its labels, and the stretches of characters that stand right of, under and behind them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from onething.documents.fields.document_types import TypeSpec
from onething.documents.matching.labels import Mark, find_labels
from onething.documents.matching.rows import Char, Row

FAR = 60.0
"""How far right of its label a value may begin, in heights, with nothing between them."""
WIDE = 2.6
"""Wider ground inside a value ends it: what follows belongs to another column."""
MOST_LINES = 12


TAIL = re.compile(
    r"(?:姓名|名称|名|称|号码|号|编号|代码|日期|时间|地址|住址|址|地点|点|机关|机构|单位|情况|类型|信息)$"
)
"""How a label goes on whose beginning alone is known: 母亲 of 母亲姓名."""
LONGEST_TAIL = 10


def _with_tails(rows: Sequence[Row], marks: Sequence[Mark]) -> list[Mark]:
    """Labels with what belongs to them although no list has it: up to a colon close behind, or a tail that ends at ground."""
    starts = {(mark.row, mark.first) for mark in marks}
    return [replace(mark, last=_tail(rows[mark.row], mark, starts)) for mark in marks]


def _tail(row: Row, mark: Mark, starts: set[tuple[int, int]]) -> int:
    """The last character of a label with its tail."""
    for i in range(mark.last + 1, min(len(row.chars), mark.last + 1 + LONGEST_TAIL)):
        if row.gap(i) > 0.5 or (row.number, i) in starts or row.chars[i].char in ",;。、":
            break
        if row.chars[i].char == ":" and not re.search(r"[0-9]", row.text[mark.last + 1 : i]):
            return i - 1
    for length in (2, 1):
        end = mark.last + length
        close = all(row.gap(i) < 0.5 for i in range(mark.last + 1, min(end + 1, len(row.chars))))
        ends = end + 1 >= len(row.chars) or row.gap(end + 1) > 0.5 or row.chars[end + 1].line != row.chars[end].line
        if end < len(row.chars) and close and ends and TAIL.fullmatch(row.text[mark.last + 1 : end + 1]):
            return end
    return mark.last


class Finder:
    """One page seen as one kind of paper."""

    def __init__(self, spec: TypeSpec, rows: Sequence[Row]) -> None:
        self.spec, self.rows = spec, rows
        self.running = spec.running
        words = set(spec.printed)
        anywhere = frozenset(word for word in words if len(word) >= (3 if self.running else 5))
        self.marks = _with_tails(rows, find_labels(rows, words, anywhere))
        self._by_row: dict[int, list[Mark]] = {}
        for mark in self.marks:
            self._by_row.setdefault(mark.row, []).append(mark)
        self.covered = {(m.row, i) for m in self.marks for i in range(m.first, self._label_end(m) + 1)}
        ends = sorted(row.chars[-1].right for row in rows if row.chars)
        self.margin = ends[int(0.9 * (len(ends) - 1))] if ends else 0.0

    def _label_end(self, mark: Mark) -> int:
        """The last character of a label with the colon behind it."""
        row = self.rows[mark.row]
        after = mark.last + 1
        return after if after < len(row.chars) and row.chars[after].char == ":" else mark.last

    # -- stretches ---------------------------------------------------------------------------------------------------
    def rest_of(self, mark: Mark) -> list[Char]:
        """From a label to the next label, across all ground."""
        stop = min((m.first for m in self._by_row[mark.row] if m.first > mark.last), default=None)
        return list(self.rows[mark.row].chars[mark.last + 1 : stop])

    def right_of(self, mark: Mark) -> list[Char]:
        """From a label to the next label or to wide ground in its row."""
        row = self.rows[mark.row]
        stop = min((m.first for m in self._by_row[mark.row] if m.first > mark.last), default=len(row.chars))
        out: list[Char] = []
        for i in range(mark.last + 1, stop):
            if row.gap(i) > (WIDE if any(c.char not in ":：" for c in out) else FAR):
                break
            out.append(row.chars[i])
        return out

    def second(self, mark: Mark) -> list[Char]:
        """What stands in the second column right of a label: behind the first wide ground in its row."""
        row, first = self.rows[mark.row], self.right_of(mark)
        if not first:
            return []
        start = row.chars.index(first[-1]) + 1
        out: list[Char] = []
        for i in range(start, len(row.chars)):
            if (row.number, i) in self.covered or (out and row.gap(i) > WIDE):
                break
            out.append(row.chars[i])
        return out

    def chunks(self, row: Row) -> Iterator[list[Char]]:
        """Stretches of a row without label or wide ground inside."""
        out: list[Char] = []
        for i, char in enumerate(row.chars):
            label = (row.number, i) in self.covered
            if out and (label or row.gap(i) > WIDE):
                yield out
                out = []
            if not label:
                out.append(char)
        if out:
            yield out

    def _labelled(self, row: Row, chunk: Sequence[Char]) -> bool:
        """Whether a label stands before a chunk in its row with nothing between them."""
        before = [i for i, char in enumerate(row.chars) if char.right <= chunk[0].left + 0.3 * chunk[0].height]
        return bool(before) and (row.number, before[-1]) in self.covered

    def more_lines(self, head: Sequence[Char], most: int = MOST_LINES) -> list[list[Char]]:
        """Further lines of a value in the same cell or column: just below, beginning where the first began."""
        out: list[list[Char]] = []
        left, height = head[0].left, head[0].height
        last_middle, number = sum(c.middle for c in head) / len(head), self._row_of(head[0])
        for row in self.rows[number + 1 :]:
            if len(out) >= most:
                break
            fitting = [
                chunk for chunk in self.chunks(row)
                if -1.3 * height < chunk[0].left - left < 1.6 * height and 0.6 < chunk[0].height / height < 1.6
            ]  # fmt: skip
            drop = (fitting[0][0].middle if fitting else row.chars[0].middle) - last_middle
            if drop > 2.3 * height:
                break
            if not fitting or drop < 0.5 * height:
                continue
            if self._labelled(row, fitting[0]):
                break
            out.append(fitting[0])
            last_middle, height = fitting[0][0].middle, fitting[0][0].height
        return out

    def flow(self, mark: Mark, most: int = 5) -> list[Char]:
        """From a label on through the text, row after row, up to the next label."""
        out: list[Char] = []
        for row in self.rows[mark.row : mark.row + most]:
            first = mark.last + 1 if row.number == mark.row else 0
            stop = min((m.first for m in self._by_row.get(row.number, ()) if m.first >= first), default=len(row.chars))
            out += row.chars[first:stop]
            if stop < len(row.chars):
                break
        return out

    def below(self, mark: Mark) -> list[list[Char]]:
        """Chunks under a label that overlap it from left to right, nearest first."""
        row = self.rows[mark.row]
        label = row.chars[mark.first : mark.last + 1]
        left, right, height = label[0].left, label[-1].right, label[0].height
        out: list[list[Char]] = []
        for other in self.rows[mark.row + 1 : mark.row + 5]:
            for chunk in self.chunks(other):
                drop = chunk[0].middle - label[0].middle
                if (
                    0.6 * height < drop < 5 * height
                    and chunk[0].left < right + 1.5 * height
                    and chunk[-1].right > left - 1.5 * height
                ):
                    out.append(chunk)
        return out

    def beside(self, mark: Mark) -> list[Char]:
        """A cell of two lines whose label stands level with the middle between them."""
        row = self.rows[mark.row]
        label = row.chars[mark.last]
        found: list[list[Char]] = []
        for other in (*self.rows[max(0, mark.row - 2) : mark.row], *self.rows[mark.row + 1 : mark.row + 3]):
            for chunk in self.chunks(other):
                away = abs(chunk[0].middle - label.middle)
                gap = chunk[0].left - label.right
                if (
                    away < 1.35 * label.height
                    and -0.5 * label.height < gap < 14 * label.height
                    and not self._labelled(other, chunk)
                ):
                    found.append(chunk)
                    break
        if len(found) > 1 and abs(found[0][0].left - found[1][0].left) > 1.5 * label.height:
            found = found[:1]
        return [char for chunk in found[:2] for char in chunk]

    def _row_of(self, char: Char) -> int:
        for row in self.rows:
            if row.chars and row.chars[0].line == char.line:
                return row.number
        return next(row.number for row in self.rows if any(c.line == char.line for c in row.chars))
