"""Kept scenarios side by side: the same districts, sizes and trades in all of them, beside how things were. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from onething.policy.whatif.city import GROUPS, Effect, Line


@dataclass(frozen=True, slots=True)
class Place:
    """One district, size or trade: (companies, yuan) today and under each scenario, in their order."""

    code: str
    today: tuple[int, float]
    under: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`today` is as the first scenario saw it. `same_day` is false when the scenarios were tried on different figures."""

    whole: Place
    groups: dict[str, tuple[Place, ...]]
    same_day: bool


def compare(effects: Sequence[Effect]) -> Comparison:
    """Scenarios of one clause together; at least one."""
    groups = {name: _places([{line.code: line for line in effect.groups.get(name, [])} for effect in effects]) for name in GROUPS}  # fmt: skip
    whole = _place("", [each.whole for each in effects])
    return Comparison(whole, groups, len({(e.whole.companies, e.whole.yuan) for e in effects}) == 1)


def _places(lines: Sequence[dict[str, Line]]) -> tuple[Place, ...]:
    codes = dict.fromkeys(code for each in lines for code in each)
    made = [_place(code, [each.get(code) for each in lines]) for code in codes]
    return tuple(sorted(made, key=lambda place: (-max(yuan for _, yuan in (place.today, *place.under)), place.code)))


def _place(code: str, lines: Sequence[Line | None]) -> Place:
    # A scenario without a line for the place has nobody there, before or after.
    first = next((line for line in lines if line is not None), None)
    today = (first.companies, first.yuan) if first else (0, 0.0)
    return Place(code, today, tuple((line.companies_then, line.yuan_then) if line else (0, 0.0) for line in lines))
