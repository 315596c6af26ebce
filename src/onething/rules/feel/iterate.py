"""`for`, `some`, `every` and list filters. An unknown item keeps the whole answer unknown unless it is decided anyway."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from onething.rules.feel import operators as o
from onething.rules.feel import syntax as s
from onething.rules.feel.compiling import Compiles, Scope
from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.values import MAX_ITEMS, Range, is_number, to_decimal


def span_items(span: Range) -> list[Any] | None:
    """The whole numbers or days of a range, upwards or downwards; None when it cannot be counted out."""
    low, high = span.low, span.high
    if is_number(low) and is_number(high):
        first, last = to_decimal(low), to_decimal(high)
        if first is None or last is None or first != int(first) or last != int(last) or abs(last - first) > MAX_ITEMS:
            return None
        a, b = int(first), int(last)
        a, b = (a + (not span.low_closed), b - (not span.high_closed)) if a <= b else (a, b)
        return list(range(a, b + 1)) if a <= b else list(range(a, b - 1, -1))
    if isinstance(low, date) and isinstance(high, date) and not isinstance(low, datetime):
        days = (high - low).days
        step = 1 if days >= 0 else -1
        return [low + timedelta(days=i) for i in range(0, days + step, step)] if abs(days) <= MAX_ITEMS else None
    return None


def _listed(value: Any) -> list[Any] | None:
    if value is None:
        return None
    if isinstance(value, Range):
        return span_items(value)
    return list(value) if is_list(value) else [value]


def compile_iterate(compiler: Compiles, node: s.Iterate) -> Callable[[Scope], Any]:
    bindings = [(name, compiler.compile(over)) for name, over in node.bindings]
    body, kind = compiler.compile(node.body), node.kind

    def rounds(scope: Scope, index: int, budget: list[int]) -> Iterator[Scope | None]:
        if index == len(bindings):
            budget[0] -= 1
            yield scope if budget[0] >= 0 else None
            return
        name, over = bindings[index]
        items = _listed(over(scope))
        if items is None:
            yield None
            return
        for item in items:
            yield from rounds({**scope, name: item}, index + 1, budget)

    def collect(scope: Scope) -> Any:
        results: list[Any] = []
        for inner in rounds({**scope, "partial": results}, 0, [MAX_ITEMS]):
            if inner is None:
                return None
            results.append(body(inner))
        return results

    def quantify(scope: Scope) -> bool | None:
        deciding = kind == "some"
        known: bool | None = not deciding
        for inner in rounds(scope, 0, [MAX_ITEMS]):
            value = None if inner is None else body(inner)
            if value is deciding:
                return deciding
            if value is not (not deciding):
                known = None
        return known

    return collect if kind == "for" else quantify


def compile_filter(compiler: Compiles, node: s.Filter) -> Callable[[Scope], Any]:
    base, condition, strict = compiler.compile(node.base), compiler.compile(node.condition), compiler.strict
    index = node.condition.value if isinstance(node.condition, s.Literal) else None
    if isinstance(node.condition, s.Negate) and isinstance(node.condition.value, s.Literal):
        index = o.negate(node.condition.value.value)

    def select(scope: Scope) -> Any:
        value = base(scope)
        if value is None:
            return None if not strict or is_number(index) else []
        items: list[Any] = list(value) if is_list(value) else [value]
        if is_number(index):
            return at_index(items, index)
        kept: list[Any] = []
        unknown = False
        for item in items:
            inner = {**scope, **item, "item": item} if is_context(item) else {**scope, "item": item}
            found = condition(inner)
            if is_number(found) and not isinstance(found, bool):
                return at_index(items, found)
            if found is True:
                kept.append(item)
            unknown = unknown or found is None
        # A dropped unknown would change counts and sums silently: lenient mode says "cannot be told".
        return None if unknown and not strict else kept

    def select_empty(scope: Scope) -> Any:
        value = base(scope)
        if is_list(value) and not value:
            position = None if strict else index
            return None if is_number(index) and position is None else ([] if not is_number(index) else None)
        return select(scope)

    return select_empty


def at_index(items: list[Any], index: Any) -> Any:
    """FEEL counts from 1, and from -1 backwards."""
    number = to_decimal(index)
    if number is None or number != int(number) or not number or abs(number) > len(items):
        return None
    position = int(number)
    return items[position - 1] if position > 0 else items[position]
