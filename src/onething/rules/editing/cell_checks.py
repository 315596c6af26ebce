"""What is wrong in a grid as it is typed: each message at its cell, the rest about the whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onething.core.i18n import Lang, Text, texts_of
from onething.rules.editing import grid as rule_grid
from onething.rules.editing.grid import Cells, Column, Grid
from onething.rules.errors import RuleProblem
from onething.rules.models import FactSpec
from onething.rules.typed import check_cell

say = texts_of(__name__)


@dataclass(frozen=True, slots=True)
class CellNote:
    """One message. `row` counts the rows of the section as posted; without a section it is about the whole."""

    what: Text
    severity: str = "error"
    section: str = ""
    row: int = -1
    column: str = ""

    @property
    def cell(self) -> str:
        return f"{self.section}.{self.row}.{self.column}" if self.section else ""

    def as_dict(self, lang: Lang) -> dict[str, Any]:
        return {"cell": self.cell, "severity": self.severity, "text": self.what.get(lang)}


def check_grids(
    grids: Sequence[Grid], facts: Mapping[str, FactSpec], check: Callable[[], Sequence[RuleProblem]]
) -> list[CellNote]:
    """Cells first; the whole (`check`) only when every cell can be read, so that one slip is one message."""
    notes = [note for grid in grids for note in _cells(grid, facts)]
    if any(note.severity == "error" for note in notes):
        return notes
    return notes + [_anchored(problem, grids) for problem in check()]


def _cells(grid: Grid, facts: Mapping[str, FactSpec]) -> Iterator[CellNote]:
    for number, row in enumerate(grid.rows):
        if rule_grid.is_blank(row):
            continue
        for column in grid.columns:
            found = _cell(column, row[column.key], facts)
            if found:
                yield CellNote(found[0], found[1], grid.section, number, column.key)
        yield from _row(grid, number, row)


def _cell(column: Column, text: str, facts: Mapping[str, FactSpec]) -> tuple[Text, str] | None:
    if not text:
        return (say("editing.wrong.empty_name"), "error") if column.kind == "name" and column.path != ("id",) else None
    if column.kind in ("expression", "test"):
        found = check_cell(text, facts, test=column.kind == "test")
        return (_shown(found), found.severity) if found else None
    if column.kind == "day":
        try:
            date.fromisoformat(text)
        except ValueError:
            return say("editing.wrong.day"), "error"
    return None


def _row(grid: Grid, number: int, row: Cells) -> Iterator[CellNote]:
    """What must stand together in a row."""

    def note(key: str, column: str) -> CellNote:
        return CellNote(say(f"editing.wrong.{key}"), "error", grid.section, number, column)

    if grid.section == "rules":
        if not row["id"]:
            yield note("empty_name", "id")
        if not row["when"] and not row.get("require"):
            yield note("no_condition", "require" if "require" in row else "when")
        if row.get("require") and row.get("then"):
            yield note("require_and_then", "then")
    if grid.section == "parameters" and not row["amount"]:
        yield note("no_amount", "amount")
    for zh, en in (("zh", "en"), ("todo_zh", "todo_en")):
        if zh in row and bool(row[zh]) != bool(row[en]):
            yield note("other_language", en if row[zh] else zh)
    if row["article"] and not row["law"]:
        yield note("no_law", "law")


def _shown(problem: RuleProblem) -> Text:
    """The message with its place and the near miss."""
    words = problem.what
    if problem.place.isdecimal():
        words = say("editing.at_character", what=words, n=int(problem.place) + 1)
    return say("editing.did_you_mean", what=words, name=problem.suggestion) if problem.suggestion else words


def _anchored(problem: RuleProblem, grids: Sequence[Grid]) -> CellNote:
    """At the row of the rule that the problem names; at the cell that holds the word it complains about."""
    words = _shown(problem) if not problem.place.isdecimal() else _shown(_without_place(problem))
    for grid in grids:
        if grid.section == "parameters" or not problem.rule:
            continue
        filled = [(n, row) for n, row in enumerate(grid.rows) if not rule_grid.is_blank(row)]
        for count, (number, row) in enumerate(filled, 1):
            if problem.rule == (row["id"] or str(count)):
                return CellNote(words, problem.severity, grid.section, number, _column(grid, row, problem))
    return CellNote(words, problem.severity)


def _without_place(problem: RuleProblem) -> RuleProblem:
    return RuleProblem(problem.code, problem.what, problem.file, "", problem.rule, problem.severity, problem.suggestion)


def _column(grid: Grid, row: Cells, problem: RuleProblem) -> str:
    said = problem.what.en.split()
    for column in grid.columns:
        if column.kind in ("expression", "test") and row[column.key] and any(len(w) > 3 and w in row[column.key] for w in said):  # fmt: skip
            return column.key
    order = ("require", "when", "in0", "id")
    return next((key for key in order if row.get(key)), "id")
