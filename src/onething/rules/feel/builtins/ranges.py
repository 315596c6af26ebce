"""Relations between points and ranges (Allen's, DMN 10.3.4.7), `is` and `range`."""

# Tables of small untyped functions: the values they take are whatever facts are.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Callable
from typing import Any

from onething.rules.feel import operators as o
from onething.rules.feel import syntax as s
from onething.rules.feel.define import define
from onething.rules.feel.parser import parse
from onething.rules.feel.values import Fn, Range


def _lt(a: Any, b: Any) -> bool:
    result = o.less_strict(a, b)
    if result is None:
        raise TypeError("not comparable")
    return result


def _eq(a: Any, b: Any) -> bool:
    return o.equal_strict(a, b) is True


def _span(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _before(a: Any, b: Any) -> bool:
    x, y = _span(a), _span(b)
    return _lt(x.high, y.low) or (_eq(x.high, y.low) and not (x.high_closed and y.low_closed))


def _meets(a: Range, b: Range) -> bool:
    return a.high_closed and b.low_closed and _eq(a.high, b.low)


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _starts_first(a: Range, b: Range) -> bool:
    return _lt(a.low, b.low) or (_eq(a.low, b.low) and a.low_closed and not b.low_closed)


def _ends_first(a: Range, b: Range) -> bool:
    return _lt(a.high, b.high) or (_eq(a.high, b.high) and b.high_closed and not a.high_closed)


def _overlaps_before(a: Range, b: Range) -> bool:
    return _starts_first(a, b) and not _ends_first(b, a) and _overlaps(a, b)


def _finishes(a: Any, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.high_closed and _eq(a, b.high)
    return _eq(a.high, b.high) and a.high_closed == b.high_closed and not _starts_first(a, b)


def _starts(a: Any, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.low_closed and _eq(a, b.low)
    return _eq(a.low, b.low) and a.low_closed == b.low_closed and not _ends_first(b, a)


def _includes(a: Range, b: Any) -> bool:
    inner = _span(b)
    return not _starts_first(inner, a) and not _ends_first(a, inner)


def _coincides(a: Any, b: Any) -> bool:
    return a == b if isinstance(a, Range) and isinstance(b, Range) else _eq(a, b)


def _ranges(test: Callable[[Any, Any], bool], left: type | None = None, right: type | None = None) -> Fn:
    def run(first: Any, second: Any) -> bool | None:
        if (left and not isinstance(first, left)) or (right and not isinstance(second, right)):
            return None
        return test(first, second)

    return define("a, b", run)


_ABSENT = object()


def _is(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is b
    if getattr(a, "tzinfo", None) != getattr(b, "tzinfo", None):
        return False
    return a.__class__ is b.__class__ and a == b if not o.to_decimal(a) else o.to_decimal(a) == o.to_decimal(b)


def range_function(evaluate: Callable[[s.Node, bool], Any]) -> Fn:
    """`range("[1..5)")`: only literals are allowed at its ends. `evaluate` gives a node's value, strictly or not."""

    def made_of(source: Any) -> Any:
        node = parse(str(source))
        if not isinstance(node, s.Interval) or not all(_literal(end) for end in (node.low, node.high)):
            return None
        made = evaluate(node, True)
        if made is None and sum(end is not None and _null(end) for end in (node.low, node.high)) == 1:
            return evaluate(node, False)  # one end may be open
        return None if isinstance(made, Range) and o.less_strict(made.high, made.low) is True else made

    return define("from", made_of)


def _null(node: Any) -> bool:
    return getattr(node, "value", node) is None


def _literal(node: Any) -> bool:
    if isinstance(node, s.Call):
        return all(isinstance(arg, s.Literal) for arg in node.args)
    return isinstance(node, s.Literal) or (isinstance(node, s.Negate) and isinstance(node.value, s.Literal))


RANGES: dict[str, Fn] = {
    "before": _ranges(_before),
    "after": _ranges(lambda a, b: _before(b, a)),
    "meets": _ranges(_meets, Range, Range),
    "met by": _ranges(lambda a, b: _meets(b, a), Range, Range),
    "overlaps": _ranges(_overlaps, Range, Range),
    "overlaps before": _ranges(_overlaps_before, Range, Range),
    "overlaps after": _ranges(lambda a, b: _overlaps_before(b, a), Range, Range),
    "finishes": _ranges(_finishes, None, Range),
    "finished by": _ranges(lambda a, b: _finishes(b, a), Range, None),
    "includes": _ranges(_includes, Range, None),
    "during": _ranges(lambda a, b: _includes(b, a), None, Range),
    "starts": _ranges(_starts, None, Range),
    "started by": _ranges(lambda a, b: _starts(b, a), Range, None),
    "coincides": _ranges(_coincides),
    "is": define("value1?, value2?", lambda a=_ABSENT, b=_ABSENT: _is(a, b), nulls=True),
}
