"""`rows:name=xm,id_number=zjhm`: a list of their records as rows of ours, and back; a bare name keeps its name.

Behind a person's number may follow what stands beside it: `id_number=zjhm+zjlx@id_type+gj` (see `papers`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from onething.core.persons.numbers import says_paper
from onething.exchange.wire.papers import CodeMaps, Paper, read_paper

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RowMap:
    """`pairs`: our name and theirs of each cell; `papers`: by our name, how a person's number is spread over their record."""

    pairs: tuple[tuple[str, str], ...]
    papers: Mapping[str, Paper]

    def ours(self, value: Any) -> Rows:
        """Raises TypeError, ValueError or KeyError for what is no list of such records."""
        told: Rows = []
        for record in _list(value):
            row = {ours: record[theirs] for ours, theirs in self.pairs if record.get(theirs) not in (None, "")}
            for name, paper in self.papers.items():
                if name in row:
                    row[name] = paper.gathered(row[name], record)
            told.append(row)
        return told

    def theirs(self, value: Any) -> Rows:
        """Raises TypeError or ValueError; for a number that is told by its paper where they have no place for the paper, too."""
        told: Rows = []
        for row in _list(value):
            record: dict[str, Any] = {}
            for ours, theirs in self.pairs:
                if row.get(ours) in (None, ""):
                    continue
                record[theirs] = row[ours]
                if ours in self.papers:
                    record[theirs], beside = self.papers[ours].spread(row[ours])
                    record.update(beside)
                elif says_paper(row[ours]):
                    raise ValueError("no place for the kind of paper")
            told.append(record)
        return told


def rows_steps(argument: str, codes: CodeMaps) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """To ours, and to theirs. Raises ValueError for a map that cannot be read."""
    pairs: list[tuple[str, str]] = []
    papers: dict[str, Paper] = {}
    for part in argument.split(","):
        ours, _, theirs = (piece.strip() for piece in part.partition("="))
        name, spread, beside = theirs.partition("+")
        pairs.append((ours, name.strip() or ours))
        if spread:
            papers[ours] = read_paper(beside, codes)
    made = RowMap(tuple(pairs), papers)
    return made.ours, made.theirs


def _list(value: Any) -> Rows:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return cast("Rows", value)
