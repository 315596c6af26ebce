"""Checks of decision tables: gaps, overlaps, rows never reached, contradictory outcomes, cells of the wrong kind."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from onething.rules.checking.conditions import union_of
from onething.rules.checking.sets import EVERYTHING, Spans, ValueSet, Words, both
from onething.rules.checking.typing import strange_in, types_of
from onething.rules.errors import RuleProblem, problem
from onething.rules.feel import syntax as s
from onething.rules.models import FactSpec, TableColumn
from onething.rules.tabular.table import CompiledTable, Row

MAX_PAIRS = 4_000_000
BUDGET = 60_000
"""Steps of the search for gaps; beyond them the check says that it is not complete."""
MAX_REPORTS = 12
MAX_WORK = 600_000
"""Cells times pieces of a column that are compared; larger tables are decided by, but not searched."""
Cuts = list[ValueSet]


class _OutError(Exception):
    """The search budget is used up."""


def check_table(table: CompiledTable, facts: Mapping[str, FactSpec], constants: Mapping[str, Any], file: str = "") -> list[RuleProblem]:  # fmt: skip
    """Everything that can be told without data."""
    problems = list(islice(_mistyped(table, facts, file), MAX_REPORTS))
    if len(table.rows) ** 2 * 3 > MAX_WORK * 4:
        return [*problems, _incomplete(file)]
    columns = [_column(table, i, facts, constants, file, problems) for i in range(len(table.inputs))]
    if problems:
        return problems
    masks = [[cells[r] for cells, _ in columns] for r in range(len(table.rows))]
    search = _Search([cuts for _, cuts in columns], [column.label for column in table.spec.inputs])
    sound = [all(mask is not None for mask in row) for row in masks]
    boxes = [[mask or 0 for mask in row] for row in masks]
    problems += _overlaps(table, boxes, search, file)
    problems += _unreached(table, boxes, sound, search, file)
    if any(default is not None for default in table.defaults):
        return problems
    return problems + _gaps([box for box, ok in zip(boxes, sound, strict=True) if ok], all(sound), search, file)


def _mistyped(table: CompiledTable, facts: Mapping[str, FactSpec], file: str) -> Iterator[RuleProblem]:
    """Cells and outcomes of another kind than their column: they never match, or are a value that nobody can use."""
    types = types_of(facts, {})
    for row in table.rows:
        for column, cell in (
            *zip(table.spec.inputs, row.cells, strict=True),
            *zip(table.spec.outputs, row.outputs, strict=True),
        ):
            fact = facts.get(column.source)
            expected = fact.type if fact and fact.type != "any" else column.type
            if cell is not None and (said := strange_in(cell.node, expected, types)):
                place = row.spec.at or f"row {row.id}, {column.label}"
                yield problem("rules.type", *said, file=file, place=place, rule=row.id)


# -- columns to elementary pieces ---------------------------------------------------------------------------------


def _column(
    table: CompiledTable, index: int, facts: Mapping[str, FactSpec], constants: Mapping[str, Any], file: str, problems: list[RuleProblem]
) -> tuple[list[int | None], Cuts]:  # fmt: skip
    """Each row's cell as a bit mask over the column's elementary pieces; None for cells beyond analysis."""
    column = table.spec.inputs[index]
    sets = [_cell_set(row, index, constants) for row in table.rows]
    space = space_of(facts.get(column.source), column)
    kinds = {type(each) for each in sets if isinstance(each, Spans | Words)}
    if len(kinds) > 1 or (space is not None and kinds and type(space) not in kinds):
        problems.append(problem("rules.type", f"列 {column.label} 的单元格类型不一致", f"Cells of column {column.label} are of different kinds", file=file, place=column.label))  # fmt: skip
        return [], []
    kind = next(iter(kinds), type(space) if space is not None else Spans)
    pieces = _pieces([each for each in sets if isinstance(each, Spans | Words)], space, kind)
    whole = (1 << len(pieces)) - 1
    masks: list[int | None] = []
    for each in sets:
        if each is True:
            masks.append(whole)
        elif isinstance(each, Spans | Words):
            masks.append(sum(1 << i for i, piece in enumerate(pieces) if _inside(piece, each)))
        else:
            masks.append(None)
    return masks, pieces


def _cell_set(row: Row, index: int, constants: Mapping[str, Any]) -> ValueSet | bool | None:
    cell = row.cells[index]
    if cell is None:
        return True
    node = cell.node
    if not isinstance(node, s.Tests):
        return None
    found = union_of(node.tests, constants)
    return found.complement() if found is not None and node.negated else found


def space_of(fact: FactSpec | None, column: TableColumn | None = None) -> ValueSet | None:
    """All values that a fact can have, as far as it is declared."""
    values = (column.values if column else ()) or (fact.values if fact else ())
    kind = fact.type if fact and fact.type != "any" else column.type if column else "any"
    if kind == "bool":
        return Words(frozenset({True, False}), space=frozenset({True, False}))
    if values and all(isinstance(each, str) for each in values):
        return Words(frozenset(values), space=frozenset(values))
    if fact and (fact.low is not None or fact.high is not None):
        return Spans(((fact.low, fact.low is not None, fact.high, fact.high is not None),))
    return None


def _pieces(sets: list[ValueSet], space: ValueSet | None, kind: type) -> Cuts:
    if kind is Words:
        named = frozenset(v for each in sets if isinstance(each, Words) for v in each.members)
        known = space.members if isinstance(space, Words) else None
        single: list[ValueSet] = [Words(frozenset({v})) for v in sorted(known if known is not None else named, key=str)]
        return single if known is not None else [*single, Words(named, negated=True)]
    points = sorted({p for each in sets if isinstance(each, Spans) for span in each.parts for p in (span[0], span[2]) if p is not None})  # fmt: skip
    made: Cuts = []
    low: Any = None
    for point in points:
        made += [Spans(((low, False, point, False),)), Spans(((point, True, point, True),))]
        low = point
    made.append(Spans(((low, False, None, False),)))
    limit = space if isinstance(space, Spans) else EVERYTHING
    kept = [both(piece, limit) for piece in made]
    return [piece for piece in kept if piece is not None and not piece.empty]


def _inside(piece: ValueSet, whole: ValueSet) -> bool:
    common = both(piece, whole)
    return common is not None and not common.empty


# -- searching ----------------------------------------------------------------------------------------------------


class _Search:
    def __init__(self, cuts: list[Cuts], labels: list[str]) -> None:
        self.cuts, self.labels = cuts, labels
        self.left = BUDGET

    def uncovered(self, boxes: list[list[int]], inside: list[int], column: int = 0) -> Iterator[list[int]]:
        """Boxes within `inside` that no box of `boxes` covers."""
        self.left -= 1
        if self.left < 0:
            raise _OutError
        if not boxes:
            yield inside[column:]
            return
        if column == len(self.cuts):
            return
        groups: dict[tuple[int, ...], int] = {}
        for bit in range(len(self.cuts[column])):
            if inside[column] >> bit & 1:
                live = tuple(i for i, box in enumerate(boxes) if box[column] >> bit & 1)
                groups[live] = groups.get(live, 0) | 1 << bit
        for live, mask in groups.items():
            for rest in self.uncovered([boxes[i] for i in live], inside, column + 1):
                yield [mask, *rest]

    def words(self, box: list[int]) -> str:
        parts: list[str] = []
        for label, cuts, mask in zip(self.labels, self.cuts, box, strict=True):
            if mask == (1 << len(cuts)) - 1:
                continue
            parts.append(f"{label} {self._union(cuts, mask)}")
        return "; ".join(parts) or "*"

    def _union(self, cuts: Cuts, mask: int) -> str:
        total: Any = None
        for bit, piece in enumerate(cuts):
            if mask >> bit & 1:
                total = piece if total is None else total | piece
        return total.words() if total is not None else "∅"

    @property
    def whole(self) -> list[int]:
        return [(1 << len(cuts)) - 1 for cuts in self.cuts]


def _overlaps(table: CompiledTable, boxes: list[list[int]], search: _Search, file: str) -> list[RuleProblem]:
    hit = table.spec.hit[0]
    if hit not in "UA" or len(boxes) ** 2 > MAX_PAIRS * 2:
        return []
    found: list[RuleProblem] = []
    for i, first in enumerate(boxes):
        for j in range(i + 1, len(boxes)):
            second = boxes[j]
            if not all(a & b for a, b in zip(first, second, strict=True)) or not _same_time(table, i, j):
                continue
            same = table.spec.rows[i].then == table.spec.rows[j].then
            if hit == "A" and same:
                continue
            ids = f"{table.rows[i].id}, {table.rows[j].id}"
            where = search.words([a & b for a, b in zip(first, second, strict=True)])
            code, zh, en = ("rules.overlap", "重叠", "overlap") if same else ("rules.contradiction", "重叠且结果不同", "overlap with different outcomes")  # fmt: skip
            found.append(problem(code, f"第 {ids} 行{zh}:{where}", f"Rows {ids} {en}: {where}", file=file, place=table.spec.rows[j].at, rule=table.rows[j].id, severity="warning" if same else "error"))  # fmt: skip
            if len(found) >= MAX_REPORTS:
                return found
    return found


def _same_time(table: CompiledTable, i: int, j: int) -> bool:
    from datetime import date

    a, b = table.spec.rows[i], table.spec.rows[j]
    start = max(a.valid_from or date.min, b.valid_from or date.min)
    return start <= min(a.valid_to or date.max, b.valid_to or date.max)


def _unreached(table: CompiledTable, boxes: list[list[int]], sound: list[bool], search: _Search, file: str) -> list[RuleProblem]:  # fmt: skip
    """Rows that can never match, and in F tables rows that earlier ones cover."""
    found: list[RuleProblem] = []
    for number, box in enumerate(boxes):
        row = table.rows[number]
        if sound[number] and not all(box):
            found.append(problem("rules.never", f"第 {row.id} 行永远不会匹配", f"Row {row.id} can never match", file=file, place=row.spec.at, rule=row.id))  # fmt: skip
            continue
        if table.spec.hit != "F" or not number:
            continue
        earlier = [boxes[i] for i in range(number) if sound[i]]
        relevant = [other for other in earlier if all(a & b for a, b in zip(other, box, strict=True))]
        try:
            if relevant and next(search.uncovered(relevant, box), None) is None:
                found.append(problem("rules.unreachable", f"第 {row.id} 行被前面的行完全覆盖,不会用到", f"Row {row.id} is covered by earlier rows and never reached", file=file, place=row.spec.at, rule=row.id, severity="warning"))  # fmt: skip
        except _OutError:
            break
    return found


def _gaps(boxes: list[list[int]], complete: bool, search: _Search, file: str) -> list[RuleProblem]:
    found: list[RuleProblem] = []
    search.left = BUDGET
    try:
        for gap in search.uncovered(boxes, search.whole):
            words = search.words([*gap, *search.whole[len(gap) :]])
            doubt = ("", "") if complete else ("(另有无法分析的单元格)", " (some cells cannot be analysed)")
            found.append(problem("rules.gap", f"没有行覆盖:{words}{doubt[0]}", f"No row covers: {words}{doubt[1]}", file=file, severity="warning"))  # fmt: skip
            if len(found) >= MAX_REPORTS:
                break
    except _OutError:
        found.append(_incomplete(file))
    return found


def _incomplete(file: str) -> RuleProblem:
    return problem(
        "rules.incomplete", "表格太大,重叠和缺口没有全部检查", "The table is too large to search for every overlap and gap",
        file=file, severity="note",
    )  # fmt: skip
