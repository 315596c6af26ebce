"""States and how one leads to another, declared once: the code asks the chart, the docs are drawn from it.

A room declares a chart beside its nouns (`casework/states.py`). Rows keep the state's value as text. A row that is held
changes by `row.status = TASK.move(row.status, TaskStatus.DONE)`, a statement by compare-and-set:
`.where(TaskRow.status.in_(TASK.into(TaskStatus.DONE))).values(status=TaskStatus.DONE)`. Either is a look into a dict.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from onething.core.i18n import Text

S = TypeVar("S", bound=StrEnum)
Moves = Mapping[S, Mapping[S, str]]
"""From → to → who or what causes it, in a sentence."""


class IllegalMoveError(RuntimeError):
    """The code tried a transition that its chart does not have: a fault of ours, never of a person who uses the system."""


@dataclass(frozen=True, slots=True, eq=False)
class StateChart(Generic[S]):
    """The states of one column. Staying in a state is a transition too, and declared where it happens."""

    name: str
    column: str
    """`table.column` that keeps the state."""
    about: str
    """What is in these states, in a sentence for the reference page."""
    meanings: Mapping[S, Text]
    initial: frozenset[S]
    final: frozenset[S]
    """Where nothing is left to happen; some may be left all the same."""
    moves: Mapping[str, Mapping[str, str]]
    """As declared, by the values that are stored."""
    _into: dict[tuple[S, ...], tuple[str, ...]] = field(default_factory=dict[Any, Any], repr=False)

    def check(self, before: str, after: S) -> None:
        """Raises `IllegalMoveError` when `before` does not lead to `after`."""
        if after not in self.moves.get(before, ()):
            leads = ", ".join(self.moves.get(before, ())) or "nowhere"
            raise IllegalMoveError(f"{self.name}: {before!r} does not lead to {after.value!r}, it leads to {leads}")

    def move(self, before: str, after: S) -> str:
        """The value to store, checked: `row.state = CHART.move(row.state, State.DONE)`."""
        self.check(before, after)
        return after.value

    def into(self, after: S, *among: S) -> tuple[str, ...]:
        """States that lead to `after`, as stored: what a compare-and-set may change.

        With `among` these and no others; raises `IllegalMoveError` when one of them does not lead there.
        """
        known = self._into.get((after, *among))
        if known is None:
            for before in among:
                self.check(before, after)
            known = tuple(str(before) for before in among or self.moves if after in self.moves.get(before, ()))
            if not known:
                raise IllegalMoveError(f"{self.name}: nothing leads to {after.value!r}")
            self._into[(after, *among)] = known
        return known


_charts: dict[str, StateChart[Any]] = {}


def declare(
    states: type[S],
    *,
    name: str,
    column: str,
    about: str,
    meanings: Mapping[S, Text],
    initial: Iterable[S],
    final: Iterable[S],
    moves: Moves[S],
) -> StateChart[S]:
    """A chart of all members of `states`. Raises `ValueError` for one that cannot be right.

    A state without a meaning, one that is not reached from an initial one, one that is not final and leads nowhere, two
    charts of one column.
    """
    plain = {str(before): {str(after): cause for after, cause in leads.items()} for before, leads in moves.items()}
    chart = StateChart(name, column, about, meanings, frozenset(initial), frozenset(final), plain)
    faults = [f"{each.value} has no meaning" for each in states if each not in meanings]
    faults += [f"{each.value} is not reached" for each in states if each not in _reached(chart)]
    faults += [
        f"{each} leads nowhere" for each in states if each not in chart.final and not {*plain.get(each, ())} - {each}
    ]
    faults += [f"{column} has a chart already"] if column in _charts else []
    if faults:
        raise ValueError(f"{name}: {'; '.join(faults)}")
    _charts[column] = chart
    return chart


def _reached(chart: StateChart[Any]) -> set[str]:
    reached, todo = set[str](), [str(each) for each in chart.initial]
    while todo:
        state = todo.pop()
        if state not in reached:
            reached.add(state)
            todo += chart.moves.get(state, ())
    return reached


def all_charts() -> list[StateChart[Any]]:
    """Every chart declared so far, by name: for the reference page and for tests."""
    return sorted(_charts.values(), key=lambda chart: chart.name)
