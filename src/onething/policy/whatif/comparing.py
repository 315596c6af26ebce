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
    """`same_day` is false when a scenario was tried on other figures than those of today."""

    whole: Place
    groups: dict[str, tuple[Place, ...]]
    same_day: bool


def compare(effects: Sequence[Effect], now: Effect | None = None) -> Comparison:
    """Scenarios of one clause together, at least one, beside `now`: the clause as it stands over the figures of this moment.
    Without it, beside what the first of them was tried on."""
    base = now or effects[0]
    groups = {name: _places(base.groups.get(name, []), [effect.groups.get(name, []) for effect in effects]) for name in GROUPS}  # fmt: skip
    whole = _place("", base.whole, [each.whole for each in effects])
    return Comparison(whole, groups, len({(e.whole.companies, e.whole.yuan) for e in (base, *effects)}) == 1)


def _places(base: Sequence[Line], scenarios: Sequence[Sequence[Line]]) -> tuple[Place, ...]:
    today, under = {line.code: line for line in base}, [{line.code: line for line in lines} for lines in scenarios]
    codes = dict.fromkeys(code for each in (today, *under) for code in each)
    made = [_place(code, today.get(code), [each.get(code) for each in under]) for code in codes]
    return tuple(sorted(made, key=lambda place: (-max(yuan for _, yuan in (place.today, *place.under)), place.code)))


def _place(code: str, base: Line | None, lines: Sequence[Line | None]) -> Place:
    # Without a line for the place nobody is there.
    today = (base.companies, base.yuan) if base else (0, 0.0)
    return Place(code, today, tuple((line.companies_then, line.yuan_then) if line else (0, 0.0) for line in lines))
