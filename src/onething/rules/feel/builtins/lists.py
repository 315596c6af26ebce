"""Lists and contexts: counting, summing, sorting, and what to say when an item is missing."""

# Tables of small untyped functions: the values they take are whatever facts are.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from onething.rules.feel import operators as o
from onething.rules.feel.define import define, over_list
from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.iterate import at_index
from onething.rules.feel.values import MAX_ITEMS, NUMBERS, Fn, number_result, to_decimal


def _items(value: Any) -> list[Any]:
    return list(value) if is_list(value) else [value]


def _list(value: Any) -> list[Any]:
    if not is_list(value):
        raise TypeError("list expected")
    return list(value)


def _numbers(items: list[Any]) -> list[Decimal] | None:
    numbers = [to_decimal(each) for each in items]
    return None if None in numbers else numbers  # type: ignore[return-value]


def _sum(items: list[Any]) -> Any:
    if not items:
        return None
    total = items[0]
    for each in items[1:]:
        total = o.arithmetic("+", total, each, strict=True)
    return to_decimal(total) if to_decimal(total) is not None else (total if not isinstance(total, str) else None)


def _mean(items: list[Any]) -> Any:
    total = _sum(items)
    return None if total is None else o.arithmetic("/", total, len(items), strict=True)


def _product(items: list[Any]) -> Any:
    numbers = _numbers(items)
    if not numbers:
        return None
    total = Decimal(1)
    for each in numbers:
        total = NUMBERS.multiply(total, each)
    return number_result(total)


def _median(items: list[Any]) -> Any:
    numbers = sorted(_numbers(items) or [])
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


def _stddev(items: list[Any]) -> Any:
    numbers = _numbers(items)
    if not numbers or len(numbers) < 2:
        return None
    mean = NUMBERS.divide(sum(numbers, Decimal(0)), Decimal(len(numbers)))
    squares = sum((NUMBERS.power(NUMBERS.subtract(n, mean), Decimal(2)) for n in numbers), Decimal(0))
    return NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(len(numbers) - 1)))


def _mode(items: list[Any]) -> Any:
    numbers = _numbers(items)
    if numbers is None:
        return None
    counts = {n: numbers.count(n) for n in numbers[:10_000]}
    top = max(counts.values(), default=0)
    return sorted(n for n, count in counts.items() if count == top)


def _extreme(less: Callable[[Any, Any], bool | None], *, largest: bool) -> Callable[[list[Any]], Any]:
    def run(items: list[Any]) -> Any:
        if not items:
            return None
        best = items[0]
        for each in items[1:] or [best]:
            before = less(best, each) if largest else less(each, best)
            if before is None:
                return None
            best = each if before else best
        return best

    return run


def _all(items: list[Any]) -> Any:
    return o.conjunction([each if isinstance(each, bool) else None for each in items])


def _any(items: list[Any]) -> Any:
    return o.disjunction([each if isinstance(each, bool) else None for each in items])


def _contains(values: Any, element: Any = None) -> Any:
    if values is None:
        return None
    return any(o.equal_strict(each, element) is True for each in _list(values))


def _contains_kleene(values: Any, element: Any = None) -> Any:
    return None if values is None else o.disjunction([o.equal(each, element) for each in _list(values)])


def _distinct(values: Any) -> list[Any]:
    kept: list[Any] = []
    for each in _items(values):
        if not any(o.equal_strict(each, other) is True for other in kept):
            kept.append(each)
    return kept


def _flatten(values: Any, depth: int = 0) -> list[Any]:
    flat: list[Any] = []
    for each in _list(values):
        flat.extend(_flatten(each, depth + 1) if is_list(each) and depth < 50 else [each])
    return flat


def _sublist(values: Any, start: Any, length: Any = None) -> Any:
    items, first = _list(values), int(to_decimal(start) or 0)
    if not first or abs(first) > len(items):
        return None
    begin = first - 1 if first > 0 else len(items) + first
    if length is None:
        return items[begin:]
    count = int(to_decimal(length) or 0)
    return items[begin : begin + count] if 0 < count <= len(items) - begin else None


def _insert(values: Any, position: Any, item: Any) -> Any:
    items, place = _list(values), int(to_decimal(position) or 0)
    if not place or abs(place) > len(items):
        return None
    index = place - 1 if place > 0 else len(items) + place
    return [*items[:index], item, *items[index:]]


def _remove(values: Any, position: Any) -> Any:
    items, place = _list(values), int(to_decimal(position) or 0)
    if not place or abs(place) > len(items):
        return None
    index = place - 1 if place > 0 else len(items) + place
    return [*items[:index], *items[index + 1 :]]


def _replace(values: Any, where: Any, item: Any) -> Any:
    items = _list(values)
    if isinstance(where, Fn):
        flags = [where.call([each, item]) for each in items]
        return None if any(not isinstance(flag, bool) for flag in flags) else [
            item if flag else each for each, flag in zip(items, flags, strict=True)
        ]  # fmt: skip
    place = int(to_decimal(where) or 0)
    if not place or abs(place) > len(items):
        return None
    index = place - 1 if place > 0 else len(items) + place
    return [*items[:index], item, *items[index + 1 :]]


def _sort(values: Any, precedes: Any = None) -> Any:
    items = _items(values)
    if len(items) > MAX_ITEMS:
        return None
    if precedes is None:
        return sorted(
            items, key=cmp_to_key(lambda a, b: -1 if o.less_strict(a, b) else 1 if o.less_strict(b, a) else 0)
        )
    return sorted(items, key=cmp_to_key(lambda a, b: -1 if precedes.call([a, b]) is True else 1))


def _append(args: list[Any]) -> Any:
    return None if not args else [*_items(args[0]), *args[1:]]


def _union(args: list[Any]) -> Any:
    return _distinct([item for each in args for item in _items(each)])


def _concatenate(args: list[Any]) -> Any:
    return [item for each in args for item in _list(each)]


def _get_value(context: Any, key: Any) -> Any:
    if is_list(key):
        for each in key:
            context = context.get(each) if is_context(context) else None
        return context
    return context.get(key) if is_context(context) else None


def _put(context: Any, key: Any, value: Any = None) -> Any:
    if not is_context(context) or key is None or key == []:
        return None
    if is_list(key):
        first, *rest = key
        if not isinstance(first, str):
            return None
        if not rest:
            return {**context, first: value}
        inner = _put(context.get(first), rest, value)
        return None if inner is None else {**context, first: inner}
    return {**context, key: value} if isinstance(key, str) else None


def _entries(context: Any) -> Any:
    return [{"key": key, "value": value} for key, value in context.items()] if is_context(context) else None


def _context(entries: Any) -> Any:
    made: dict[str, Any] = {}
    for each in _items(entries):
        if not is_context(each) or not isinstance(each.get("key"), str) or "value" not in each or each["key"] in made:
            return None
        made[each["key"]] = each["value"]
    return made


def _merge(contexts: Any) -> Any:
    made: dict[str, Any] = {}
    for each in _items(contexts):
        if not is_context(each):
            return None
        made |= each
    return made


def _index_of(values: Any, match: Any = None) -> Any:
    if values is None:
        return None
    return [Decimal(i) for i, each in enumerate(_list(values), 1) if o.equal_strict(each, match) is True]


LISTS: dict[str, Fn] = {
    "list contains": define("list, element", _contains_kleene, nulls=True),
    "count": define("list", lambda values: Decimal(len(_items(values)))),
    "min": over_list(_extreme(o.less, largest=False)),
    "max": over_list(_extreme(o.less, largest=True)),
    "sum": over_list(_sum),
    "mean": over_list(_mean),
    "product": over_list(_product),
    "median": over_list(_median),
    "stddev": over_list(_stddev),
    "mode": over_list(_mode),
    "all": over_list(_all),
    "any": over_list(_any),
    "and": over_list(_all),
    "or": over_list(_any),
    "sublist": define("list, start position, length?", _sublist),
    "append": Fn(("list", "item"), _append, variadic=True),
    "concatenate": Fn(("list",), _concatenate, variadic=True),
    "insert before": define("list, position, newItem?", lambda v, p, i=None: _insert(v, p, i)),
    "remove": define("list, position", _remove),
    "list replace": define("list, position, newItem", _replace),
    "reverse": define("list", lambda values: _items(values)[::-1]),
    "index of": define("list, match", _index_of, nulls=True),
    "union": Fn(("list",), _union, variadic=True),
    "distinct values": define("list", _distinct),
    "flatten": define("list", _flatten),
    "sort": define("list, precedes?", _sort),
    "get value": define("m, key", _get_value),
    "get entries": define("m", _entries),
    "context": define("entries", _context),
    "context put": define("context, key, value", _put, nulls=True, other="context, keys, value"),
    "context merge": define("contexts", _merge),
    "item at": define("list, position", lambda v, p: at_index(_list(v), p)),
}


def strict_lists() -> dict[str, Fn]:
    """The same with FEEL's own view of null."""
    return LISTS | {
        "list contains": define("list, element", _contains, nulls=True),
        "min": over_list(_extreme(o.less_strict, largest=False)),
        "max": over_list(_extreme(o.less_strict, largest=True)),
    }
