"""Candidates: for every field each place its value may stand, with what speaks for it. Nothing is decided here."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onething.documents.fields.document_types import FieldSpec
from onething.documents.fields.values import Parsed, parse
from onething.documents.matching.finder import TAIL, Finder
from onething.documents.matching.labels import Mark
from onething.documents.matching.rows import Char, Row
from onething.documents.matching.values import free, has_shape, shaped, text_of

Add = Callable[[Sequence[Char], float, str, Mark | None], None]
"""Takes a candidate: its characters, what its place is worth, by which road, behind which label."""
APART = 1.42
"""From one name to the next the step is so many times that inside a name."""
MANY_LINES = frozenset({"address", "organisation", "text", "word"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value's place, how much speaks for it, and by which road it was found."""

    field: str
    chars: tuple[Char, ...]
    score: float
    road: str
    parsed: Parsed
    mark: Mark | None = None


def _middle(char: Char) -> float:
    return (char.left + char.right) / 2


def joined(chars: Sequence[Char], spec: FieldSpec) -> str:
    """The text of a value; several names with ground between them are parted by 、."""
    steps = sorted(_middle(b) - _middle(a) for a, b in itertools.pairwise(chars) if a.line == b.line)
    pitch = steps[len(steps) // 2] if steps else 0.0
    out = ""
    for i, char in enumerate(chars):
        enough = i - out.rfind("、") - out.count("、") >= 2 and i + 2 <= len(chars)
        same = i > 0 and char.line == chars[i - 1].line
        apart = spec.many and enough and same and _middle(char) - _middle(chars[i - 1]) > APART * pitch
        out += "、" + char.seen.char if apart else char.seen.char
    return out


def parsed(chars: Sequence[Char], spec: FieldSpec) -> Parsed:
    """What the characters mean as a value of the field."""
    inner = spec.model_copy(update={"pick": None}) if spec.where == "text" else spec
    return parse(joined(chars, spec), inner)


_NO_NAME = re.compile(r"[0-9]|^(?=.{5})[\u3400-\u9fff]*[省市区县镇路街号室村]")
"""Figures, or five characters and more with a word of an address: what stands under an empty cell for a name."""


def _worth(value: Parsed, spec: FieldSpec, printed: str) -> float:
    """What the value's own shape says: nothing usable, faulty, plausible, vouched for."""
    if value.value is None:
        return -2.0
    if value.fault:
        return -0.35 if spec.kind in {"code", "citizen_id", "company_code", "bank_card"} else -0.6
    out = 0.5 if value.checked else 0.25
    if spec.like is not None and not value.checked and not re.search(spec.like, value.value):
        out -= 0.5
    if spec.kind == "person_name" and not 2 <= len(value.value) <= 24:
        out -= 0.5
    if spec.kind == "person_name" and _NO_NAME.search(printed):
        return -2.0
    if spec.kind == "address" and len(value.value) < 5:
        out -= 0.4
    return out


def of_field(
    finder: Finder, name: str, spec: FieldSpec, marks: Sequence[Mark], twin: Mark | None = None
) -> list[Candidate]:
    """Candidates of one field behind the labels that may be its own; `twin`: the one label of two columns it may share."""
    out: list[Candidate] = []

    def add(chars: Sequence[Char], score: float, road: str, mark: Mark | None) -> None:
        if not chars:
            return
        value = parsed(chars, spec)
        total = score + _worth(value, spec, text_of(chars))
        if value.value is not None and TAIL.fullmatch(value.value):
            return
        if value.value is not None and total > 0.2:
            out.append(Candidate(name, tuple(chars), total, road, value, mark))

    for rank, mark in enumerate(marks):
        base = 1.0 * mark.quality + 0.02 * min(len(mark.word), 8) - 0.03 * rank
        _behind(finder, spec, mark, base, add)
    if twin is not None:
        if has_shape(spec):
            stretch = finder.rest_of(twin)
            pieces = shaped(stretch, spec)[1:]
        else:
            stretch = finder.second(twin)
            pieces = [piece] if (piece := free(stretch, spec, False)) else []
        if pieces:
            add(stretch[pieces[0].first : pieces[0].end], 0.75 * twin.quality, "second", twin)
    if spec.where == "text" and spec.pick is not None:
        chars = _picked(finder, spec.pick)
        add(chars, 1.15, "pattern", None)
    if spec.bare is not None:
        _bare(finder, spec, add)
    return out


def _behind(finder: Finder, spec: FieldSpec, mark: Mark, base: float, add: Add) -> None:
    """Right of the label, in its sentence, beside it in two lines, under it."""
    if has_shape(spec):
        _shaped_behind(finder, spec, mark, base, add)
    else:
        _free_behind(finder, spec, mark, base, add)


def _shaped_behind(finder: Finder, spec: FieldSpec, mark: Mark, base: float, add: Add) -> None:
    nth = (spec.pos if any(anchor.text == mark.word for anchor in spec.anchors) else 1) - 1

    def put(stretch: Sequence[Char], score: float, road: str, lag: float = 0.0) -> bool:
        pieces = shaped(stretch, spec)
        if len(pieces) > nth:
            piece = pieces[nth]
            add(stretch[piece.first : piece.end], score - lag * piece.first, road, mark)
        return len(pieces) > nth

    right = finder.right_of(mark)
    if not put(right, base, "right", 0.01) and not (right and put(finder.rest_of(mark), base, "right", 0.01)):
        if finder.running:
            put(finder.flow(mark), base - 0.12, "flow", 0.012)
        else:
            put(finder.flow(mark, 2), base - 0.5, "flow", 0.012)
        if not right:
            put(finder.beside(mark), base - 0.15, "beside")
    for chunk in finder.below(mark):
        pieces = shaped(chunk, spec)
        if len(pieces) > nth:
            cell = chunk[pieces[nth].first : pieces[nth].end]
            add(cell, base - 0.2 - _off(finder, mark, cell), "below", mark)
    if spec.kind in {"date", "date_or_long"} and nth == 0:
        _left_of(finder, spec, mark, base - 0.3, add)


def _off(finder: Finder, mark: Mark, cell: Sequence[Char]) -> float:
    """How far a cell is from right under its label: 0.05 for each height down, 0.03 for each aside."""
    label = finder.rows[mark.row].chars[mark.first : mark.last + 1]
    height = label[0].height
    middle = abs(cell[0].left + cell[-1].right - label[0].left - label[-1].right) / 2
    aside = min(middle, abs(cell[0].left - label[0].left)) / height
    return 0.05 * (cell[0].middle - label[0].middle) / height + 0.03 * aside


def _left_of(finder: Finder, spec: FieldSpec, mark: Mark, score: float, add: Add) -> None:
    """A day before the word that says what it is: 2012年12月19日 签发."""
    row = finder.rows[mark.row]
    left = [char for i, char in enumerate(row.chars[: mark.first]) if (row.number, i) not in finder.covered]
    pieces = shaped(left, spec)
    if pieces and row.chars[mark.first].left - left[pieces[-1].end - 1].right < 3 * left[-1].height:
        add(left[pieces[-1].first : pieces[-1].end], score, "left", mark)


def _free_behind(finder: Finder, spec: FieldSpec, mark: Mark, base: float, add: Add) -> None:
    right = finder.right_of(mark)
    many = spec.kind in MANY_LINES or spec.lines > 1
    if right:
        add(_whole(finder, spec, mark, right, many), base, "right", mark)
    if [char for char in right if char.char != ":"]:
        return
    two = finder.beside(mark)
    piece = free(two, spec, finder.running)
    add(two[piece.first : piece.end] if piece else (), base - 0.15, "beside", mark)
    if finder.running:
        stretch = finder.flow(mark, 3)
        piece = free(stretch, spec, True)
        add(stretch[piece.first : piece.end] if piece else (), base - 0.2, "flow", mark)
    for chunk in finder.below(mark)[:1]:
        cell = _under_label(chunk, finder.rows[mark.row], mark)
        add(_whole(finder, spec, mark, cell, many), base - 0.35, "below", mark)


_ORGANISATION_ENDS = re.compile(
    r"(?:公司|企业|商店|经营部|中心|医院|保健院|学校|大学|[派出]所|税务局|民政局|监督管理局|行政审批局|分局|登记处|合伙\))$"
)


def _ended(first: Sequence[Char], spec: FieldSpec) -> bool:
    """Whether the first line is whole already: a word of the list, a name with its ending."""
    if spec.kind == "word":
        return parsed(first, spec).value in spec.words.values()
    return _ORGANISATION_ENDS.search(text_of(first)) is not None


def _under_label(chunk: Sequence[Char], row: Row, mark: Mark) -> list[Char]:
    """Of cells side by side the one that lies under the label."""
    cells: list[list[Char]] = []
    for i, char in enumerate(chunk):
        if i and char.line == chunk[i - 1].line:
            cells[-1].append(char)
        else:
            cells.append([char])
    left, right = row.chars[mark.first].left, row.chars[mark.last].right
    return max(cells, key=lambda cell: min(right, cell[-1].right) - max(left, cell[0].left))


def _whole(finder: Finder, spec: FieldSpec, mark: Mark, head: Sequence[Char], many: bool) -> list[Char]:
    """Free wording behind a label with its further lines: of a sentence those of the text, of a cell those below it."""
    piece = free(head, spec, finder.running)
    if piece is None:
        return []
    first = list(head[piece.first : piece.end])
    if piece.end < len(head) or not first:
        return first
    row = finder.rows[mark.row]
    close = (first[0].left - row.chars[mark.last].right) < 2.2 * first[0].height
    closed = any(m.row == mark.row and m.first > mark.last for m in finder.marks)
    if finder.running and close and not closed and first[-1].right > finder.margin - 3 * first[0].height:
        stretch = finder.flow(mark, 9)
        whole = free(stretch, spec, True)
        if whole is not None:
            aligned = finder.more_lines(first)
            if not (aligned and first[0].left - row.chars[0].left > 3 * first[0].height):
                return list(stretch[whole.first : whole.end])
    if not many:
        return first
    if spec.kind in {"word", "organisation"} and _ended(first, spec):
        return first
    lines = [first, *finder.more_lines(first)]
    chars = [char for line in lines for char in line]
    again = free(chars, spec, finder.running)
    return chars[again.first : again.end] if again else first


def _picked(finder: Finder, pattern: str) -> list[Char]:
    """Where the first group of a pattern stands in the running text."""
    chars = [char for row in finder.rows for char in row.chars]
    match = re.search(pattern, text_of(chars))
    return chars[match.start(1) : match.end(1)] if match and match[1] else []


def _bare(finder: Finder, spec: FieldSpec, add: Add) -> None:
    """Values that stand without a label: of their shape, or chunks that are like it."""
    found: list[list[Char]] = []
    for row in finder.rows:
        chunks = list(finder.chunks(row))
        for chunk in chunks:
            if has_shape(spec):
                found += [chunk[p.first : p.end] for p in shaped(chunk, spec)]
            else:
                found += _like(chunk, spec)
    if spec.bare == "last":
        found.reverse()
    for rank, chars in enumerate(found[:6]):
        add(chars, 0.55 - 0.05 * rank, "bare", None)


def _like(chunk: Sequence[Char], spec: FieldSpec) -> list[list[Char]]:
    if spec.like is None:
        return []
    return [list(chunk[m.start() : m.end()]) for m in re.finditer(spec.like, text_of(chunk)) if m.end() > m.start()]
