"""A compiled decision table. An unknown cell makes its row a *maybe*; the answer is given only if no maybe could change it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from onething.core.i18n import Text
from onething.rules.errors import RuleError, RuleProblem
from onething.rules.expression import Expression, compile_cell, compile_expression
from onething.rules.feel import operators as o
from onething.rules.feel import syntax as s
from onething.rules.feel.errors import FeelError
from onething.rules.feel.showing import show
from onething.rules.feel.values import to_decimal
from onething.rules.models import Answer, Table, TableColumn, TableRow
from onething.rules.tabular.cells import meant, misread

Scope = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """What a table says: `no` when no row matches and there is no default, `undecided` for want of `missing`."""

    outcome: Answer
    value: Any = None
    rows: tuple[str, ...] = ()
    missing: list[str] = field(default_factory=list[str])
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One compiled row; `cells[i]` tests input i as `?`, True for a blank cell is left out (None)."""

    id: str
    spec: TableRow
    cells: tuple[Expression | None, ...]
    outputs: tuple[Expression | None, ...]
    timed: bool = False
    """Not in force on every day."""


@dataclass(frozen=True, slots=True)
class RowTrace:
    """A row that matches, may match, or fails one cell only: (column, cell, value given, truth) of each cell."""

    id: str
    outcome: bool | None
    cells: tuple[tuple[str, str, Any, bool | None], ...]

    def as_dict(self) -> dict[str, Any]:
        cells = [
            {"column": label, "cell": cell, "value": None if value is None else show(value), "outcome": truth}
            for label, cell, value, truth in self.cells
        ]
        return {"id": self.id, "outcome": self.outcome, "cells": cells}


class CompiledTable:
    """Made from a `Table`; raises `RuleError` with every broken cell."""

    def __init__(self, spec: Table, *, file: str = "", known: frozenset[str] = frozenset(), strict: bool = False) -> None:  # fmt: skip
        self.spec, self.strict, self.file = spec, strict, file
        self._known = frozenset(name for name in known if not name.isidentifier())
        problems: list[RuleProblem] = []
        self.inputs = [self._part(column.source, f"input {column.label}", problems) for column in spec.inputs]
        self.defaults = [
            self._part(column.default, f"default {column.label}", problems) if column.default is not None else None
            for column in spec.outputs
        ]
        self.rows = [self._row(row, number, problems) for number, row in enumerate(spec.rows, 1)]
        self._priorities = [[self._constant(value) for value in column.values] for column in spec.outputs]
        if problems:
            raise RuleError(problems)

    @property
    def names(self) -> frozenset[str]:
        """Facts read by inputs, cells and outputs."""
        parts = [*self.inputs, *self.defaults]
        for row in self.rows:
            parts += [*row.cells, *row.outputs]
        return frozenset(name for part in parts if part is not None for name in part.names)

    # -- compiling ------------------------------------------------------------------------------------------------

    def _part(self, text: str, place: str, problems: list[RuleProblem]) -> Expression | None:
        try:
            return compile_expression(text, known=self._known, strict=self.strict)
        except FeelError as error:
            problems.append(self._problem(error, place))
            return None

    def _problem(self, error: FeelError, place: str) -> RuleProblem:
        return RuleProblem(
            "rules.cell", Text(zh=str(error), en=error.what.en), self.file, place, suggestion=error.suggestion
        )

    def _row(self, row: TableRow, number: int, problems: list[RuleProblem]) -> Row:
        cells: list[Expression | None] = []
        for column, text in zip(self.spec.inputs, row.when, strict=True):
            place = row.at or f"row {row.id or number}, {column.label}"
            try:
                cells.append(self._cell(text, column))
            except FeelError as error:
                problems.append(self._problem(error, place))
                cells.append(None)
        outputs: list[Expression | None] = []
        for column, text in zip(self.spec.outputs, row.then, strict=True):
            outputs.append(self._output(text, column, row.at or f"row {row.id or number}, {column.label}", problems))
        timed = row.status != "approved" or row.valid_from is not None or row.valid_to is not None
        return Row(row.id or str(number), row, tuple(cells), tuple(outputs), timed)

    def _cell(self, text: str, column: TableColumn) -> Expression | None:
        text = text.strip()
        if text in ("", "-", "-", "—", "–"):
            return None
        if not self.strict:
            text = meant(text, column.type)
        cell = compile_cell(text, self._known, self.strict)
        if not self.strict and (wrong := misread(text, cell.node, column.type)):
            raise wrong
        if column.type == "text" and not self.strict:
            node = quote_bare(cell.node, self._bound())
            cell = cell if node is cell.node else Expression(text, node)
        return cell

    def _bound(self) -> frozenset[str]:
        return frozenset(column.source.split(".")[0] for column in self.spec.inputs)

    def _output(self, text: str, column: TableColumn, place: str, problems: list[RuleProblem]) -> Expression | None:
        if not text.strip():
            return None
        made = self._part(text if self.strict else meant(text, column.type), place, problems)
        if made is not None and not self.strict and (wrong := misread(made.text, made.node, column.type)):
            problems.append(self._problem(wrong, place))
        if made is not None and column.type == "text" and isinstance(made.node, s.Name) and not self.strict:
            return Expression(text, s.Literal(made.node.name, at=made.node.at))
        return made

    def _constant(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            made = compile_expression(value, strict=self.strict).run({})
        except FeelError:
            return value
        return value if made is None else made

    # -- deciding -------------------------------------------------------------------------------------------------

    def matches(self, scope: Scope) -> list[bool | None]:
        """For each row: matches, does not, or cannot be told."""
        given = [each.run(scope) if each else None for each in self.inputs]
        inner = [{**scope, s.INPUT: value} for value in given]
        found: list[bool | None] = []
        for row in self.rows:
            truth: bool | None = True
            if row.timed and not row.spec.in_force(scope["as_of"], drafts=scope.get("\0drafts", False)):
                found.append(False)
                continue
            for cell, seen in zip(row.cells, inner, strict=True):
                if cell is None:
                    continue
                value = cell.run(seen)
                if value is False:
                    truth = False
                    break
                if value is not True:
                    truth = None
            found.append(False if truth is None and self.strict else truth)
        return found

    def cells(self, scope: Scope, number: int) -> list[bool | None]:
        """The truth of every cell of row `number`, for traces and for "one cell short"."""
        given = [each.run(scope) if each else None for each in self.inputs]
        row = self.rows[number]
        truths = [cell.run({**scope, s.INPUT: v}) if cell else True for cell, v in zip(row.cells, given, strict=True)]
        return [truth if isinstance(truth, bool) else None for truth in truths]

    def trace(self, scope: Scope, limit: int = 20) -> list[RowTrace]:
        """The rows that matter for this case, matching ones first, then maybes, then those one cell short."""
        given = [each.run(scope) if each else None for each in self.inputs]
        found: list[RowTrace] = []
        for number, (row, truth) in enumerate(zip(self.rows, self.matches(scope), strict=True)):
            cells = self.cells(scope, number)
            if truth is not False or (cells.count(False) == 1 and not row.timed):
                named = zip(self.spec.inputs, row.spec.when, given, cells, strict=True)
                found.append(RowTrace(row.id, truth, tuple((c.label, text, value, t) for c, text, value, t in named)))
        order = {True: 0, None: 1, False: 2}
        return sorted(found, key=lambda each: order[each.outcome])[:limit]

    def decide(self, scope: Scope) -> Hit:
        """Apply the hit policy."""
        truths = self.matches(scope)
        sure = [i for i, truth in enumerate(truths) if truth is True]
        maybe = [i for i, truth in enumerate(truths) if truth is None]
        if not sure and not maybe:
            return self._no_row(scope)
        hit = _POLICIES[self.spec.hit[0]](self, scope, sure, maybe)
        if hit.outcome == "undecided" and not hit.problem:
            return Hit("undecided", missing=self._missing(scope, maybe))
        return hit

    def _no_row(self, scope: Scope) -> Hit:
        if any(default is not None for default in self.defaults):
            values = [default.run(scope) if default else None for default in self.defaults]
            return Hit("yes", self._shape(values), ("default",))
        if self.spec.hit[0] in "CRO" and self.strict:
            return Hit("no", {"C+": None, "C#": 0, "C<": None, "C>": None}.get(self.spec.hit, []))
        return Hit("no")

    def value(self, number: int, scope: Scope) -> Any:
        """The output of one row: a value, or a dict by output name when there are several."""
        return self._shape([each.run(scope) if each else None for each in self.rows[number].outputs])

    def _shape(self, values: list[Any]) -> Any:
        if len(values) == 1:
            return values[0]
        return {column.label: value for column, value in zip(self.spec.outputs, values, strict=True)}

    def _missing(self, scope: Scope, maybe: list[int]) -> list[str]:
        found: list[str] = []
        for number in maybe:
            for truth, run in zip(self.cells(scope, number), self.inputs, strict=True):
                if truth is None and run is not None:
                    found += run.wanted(scope) or sorted(run.names)
        return list(dict.fromkeys(found))

    def ids(self, numbers: list[int]) -> tuple[str, ...]:
        return tuple(self.rows[number].id for number in numbers)

    def rank(self, number: int, scope: Scope) -> tuple[int, ...]:
        """Position in the output priorities (lower is better) for P and O."""
        places: list[int] = []
        for run, order in zip(self.rows[number].outputs, self._priorities, strict=True):
            value = run.run(scope) if run else None
            places.append(next((i for i, each in enumerate(order) if o.equal_strict(each, value) is True), len(order)))
        return tuple(places)


def quote_bare(node: s.Node, bound: frozenset[str]) -> s.Node:
    """In a text column `大, 中` means the words themselves, as officials write them."""
    if isinstance(node, s.Tests):
        changed = tuple(quote_bare(test, bound) for test in node.tests)
        return node if changed == node.tests else s.Tests(changed, node.negated, at=node.at)
    if isinstance(node, s.Name) and node.name not in bound and node.name != s.INPUT:
        return s.Literal(node.name, at=node.at)
    return node


# -- hit policies -------------------------------------------------------------------------------------------------


def _agree(table: CompiledTable, scope: Scope, numbers: list[int]) -> bool:
    first = table.value(numbers[0], scope)
    return all(o.equal_strict(first, table.value(number, scope)) is True for number in numbers[1:])


_UNDECIDED = Hit("undecided")


def _unique(table: CompiledTable, scope: Scope, sure: list[int], maybe: list[int]) -> Hit:
    if len(sure) > 1:
        return Hit("undecided", rows=table.ids(sure), problem="several rows of a U table match")
    if maybe:
        return _UNDECIDED
    return Hit("yes", table.value(sure[0], scope), table.ids(sure))


def _any(table: CompiledTable, scope: Scope, sure: list[int], maybe: list[int]) -> Hit:
    if not sure:
        return _UNDECIDED
    if not _agree(table, scope, sure):
        return Hit("undecided", rows=table.ids(sure), problem="rows of an A table match with different outputs")
    if maybe and not _agree(table, scope, sure[:1] + maybe):
        return _UNDECIDED
    return Hit("yes", table.value(sure[0], scope), table.ids(sure))


def _first(table: CompiledTable, scope: Scope, sure: list[int], maybe: list[int]) -> Hit:
    if not sure:
        return _UNDECIDED
    before = [number for number in maybe if number < sure[0]]
    if before and not _agree(table, scope, [sure[0], *before]):
        return _UNDECIDED
    return Hit("yes", table.value(sure[0], scope), table.ids(sure[:1]))


def _priority(table: CompiledTable, scope: Scope, sure: list[int], maybe: list[int]) -> Hit:
    if not sure:
        return _UNDECIDED
    best = min(sure, key=lambda number: table.rank(number, scope))
    if any(table.rank(number, scope) < table.rank(best, scope) for number in maybe):
        return _UNDECIDED
    return Hit("yes", table.value(best, scope), table.ids([best]))


def _in_order(table: CompiledTable, scope: Scope, sure: list[int], maybe: list[int]) -> Hit:
    if maybe:
        return _UNDECIDED
    return Hit("yes", [table.value(number, scope) for number in sure], table.ids(sure))


def _output_order(table: CompiledTable, scope: Scope, sure: list[int], maybe: list[int]) -> Hit:
    return _in_order(table, scope, sorted(sure, key=lambda number: table.rank(number, scope)), maybe)


def _collect(table: CompiledTable, scope: Scope, sure: list[int], maybe: list[int]) -> Hit:
    if maybe:
        return _UNDECIDED
    values = [table.value(number, scope) for number in sure]
    how = table.spec.hit[1:]
    return Hit("yes", _aggregate(how, values) if how else values, table.ids(sure))


def _aggregate(how: str, values: list[Any]) -> Any:
    if how == "#":
        distinct: list[Any] = []
        for value in values:
            if not any(o.equal_strict(value, each) is True for each in distinct):
                distinct.append(value)
        return to_decimal(len(distinct))
    best = values[0]
    for value in values[1:]:
        if how == "+":
            best = o.arithmetic("+", best, value, strict=True)
        else:
            smaller = o.less_strict(value, best)
            best = None if smaller is None else value if smaller == (how == "<") else best
    return best


_POLICIES: dict[str, Callable[[CompiledTable, Scope, list[int], list[int]], Hit]] = {
    "U": _unique, "A": _any, "F": _first, "P": _priority, "R": _in_order, "O": _output_order, "C": _collect,
}  # fmt: skip
