"""Sets of values of one fact: spans of an ordered line, or words and their complement. Exact, and small."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from onething.rules.feel.showing import show
from onething.rules.feel.values import to_decimal

Span = tuple[Any, bool, Any, bool]
"""(low, low included, high, high included); None is unbounded."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Disjoint spans in order, of numbers or of dates."""

    parts: tuple[Span, ...]

    @property
    def empty(self) -> bool:
        return not self.parts

    def __and__(self, other: "Spans") -> "Spans":
        return Spans(tuple(found for a in self.parts for b in other.parts if (found := _cut(a, b)) is not None))

    def complement(self) -> "Spans":
        out: list[Span] = []
        low: Any = None
        low_in = False
        open_end = True
        for start, start_in, end, end_in in self.parts:
            if start is not None:
                gap = _valid((low, low_in, start, not start_in))
                if gap:
                    out.append(gap)
            low, low_in, open_end = end, not end_in, end is not None
            if end is None:
                break
        if open_end:
            out.append((low, low_in, None, False))
        return Spans(tuple(out))

    def __or__(self, other: "Spans") -> "Spans":
        return (self.complement() & other.complement()).complement()

    def sample(self) -> Any:
        """One value inside."""
        low, low_in, high, high_in = self.parts[0]
        if low_in:
            return low
        if high_in:
            return high
        if low is None and high is None:
            return Decimal(0)
        step: Any = timedelta(days=1) if isinstance(low if low is not None else high, date) else Decimal(1)
        if high is None:
            return low + step
        if low is None:
            return high - step
        return low + (high - low) / 2

    def words(self) -> str:
        return ", ".join(_span_words(span) for span in self.parts) or "∅"


def _span_words(span: Span) -> str:
    low, low_in, high, high_in = span
    if low is None and high is None:
        return "*"
    if low is None:
        return f"{'<=' if high_in else '<'} {show(high)}"
    if high is None:
        return f"{'>=' if low_in else '>'} {show(low)}"
    if low == high:
        return show(low)
    return f"{'[' if low_in else '('}{show(low)}..{show(high)}{']' if high_in else ')'}"


def _valid(span: Span) -> Span | None:
    low, low_in, high, high_in = span
    if low is not None and high is not None and (low > high or (low == high and not (low_in and high_in))):
        return None
    return span


def _cut(a: Span, b: Span) -> Span | None:
    low, low_in = a[0], a[1]
    if low is None or (b[0] is not None and (b[0] > low or (b[0] == low and not b[1]))):
        low, low_in = b[0], b[1]
    high, high_in = a[2], a[3]
    if high is None or (b[2] is not None and (b[2] < high or (b[2] == high and not b[3]))):
        high, high_in = b[2], b[3]
    return _valid((low, low_in, high, high_in))


EVERYTHING = Spans(((None, False, None, False),))


@dataclass(frozen=True, slots=True)
class Words:
    """A finite set of texts or truth values, or everything but it. `space` lists all values when they are known."""

    members: frozenset[Any]
    negated: bool = False
    space: frozenset[Any] | None = None

    @property
    def empty(self) -> bool:
        if not self.negated:
            return not self.members
        return self.space is not None and self.space <= self.members

    def __and__(self, other: "Words") -> "Words":
        space = self.space or other.space
        match self.negated, other.negated:
            case False, False:
                return Words(self.members & other.members, False, space)
            case False, True:
                return Words(self.members - other.members, False, space)
            case True, False:
                return Words(other.members - self.members, False, space)
            case _:
                return Words(self.members | other.members, True, space)

    def complement(self) -> "Words":
        return Words(self.members, not self.negated, self.space)

    def __or__(self, other: "Words") -> "Words":
        return (self.complement() & other.complement()).complement()

    def sample(self) -> Any:
        if not self.negated:
            return min(self.members, key=str)
        left = (self.space or frozenset[Any]()) - self.members
        return min(left, key=str) if left else "…"

    def words(self) -> str:
        names = ", ".join(sorted(show(each) for each in self.members))
        return f"not({names})" if self.negated and self.members else names or "*"


ValueSet = Spans | Words


def both(one: ValueSet, other: ValueSet) -> ValueSet | None:
    """The intersection; None when the two speak of different kinds of values, which no value can satisfy."""
    if isinstance(one, Spans) and isinstance(other, Spans):
        try:
            return one & other
        except TypeError:
            return None
    if isinstance(one, Words) and isinstance(other, Words):
        return one & other
    return None


def either(one: ValueSet, other: ValueSet) -> ValueSet | None:
    """The union; None when the two speak of different kinds of values."""
    if isinstance(one, Spans) and isinstance(other, Spans):
        try:
            return one | other
        except TypeError:
            return None
    return one | other if isinstance(one, Words) and isinstance(other, Words) else None


def of_comparison(op: str, value: Any) -> ValueSet | None:
    """`{x | x op value}`; None for values that have no such set."""
    number = to_decimal(value) if not isinstance(value, bool) else None
    point = number if number is not None else value
    if isinstance(point, bool | str):
        if op not in ("=", "!="):
            return None
        space = frozenset({True, False}) if isinstance(point, bool) else None
        return Words(frozenset({point}), op == "!=", space)
    if not isinstance(point, Decimal | date):
        return None
    match op:
        case "=":
            return Spans(((point, True, point, True),))
        case "!=":
            return Spans(((None, False, point, False), (point, False, None, False)))
        case "<" | "<=":
            return Spans(((None, False, point, op == "<="),))
        case _:
            return Spans(((point, op == ">=", None, False),))
