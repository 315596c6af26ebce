"""What kind of value an expression gives, from the declared facts; comparisons that can never be told are found here."""

from collections.abc import Iterator, Mapping

from onething.rules.feel import syntax as s
from onething.rules.feel.values import kind_of
from onething.rules.models import FactSpec, FactType
from onething.rules.wording import write

_FACT = {
    "text": "string", "number": "number", "money": "number", "bool": "boolean", "date": "date", "datetime": "date and time",
    "time": "time", "duration": "duration", "list": "list", "context": "context",
}  # fmt: skip
_CALLS = {
    "date": "date", "today": "date", "now": "date and time", "date and time": "date and time", "time": "time", "duration": "duration",
    "count": "number", "string length": "number", "not": "boolean", "contains": "boolean", "starts with": "boolean",
    "ends with": "boolean", "matches": "boolean", "list contains": "boolean", "is defined": "boolean", "years between": "number",
    "age": "number", "floor": "number", "ceiling": "number", "decimal": "number", "number": "number", "string": "string",
    "years and months duration": "duration", "upper case": "string", "lower case": "string", "substring": "string",
    "round up": "number", "round down": "number", "round half up": "number", "round half down": "number", "abs": "number",
    "day of week": "string", "day of year": "number",
}  # fmt: skip
_DAYS = {"date", "date and time"}
Types = Mapping[str, str]


def types_of(facts: Mapping[str, FactSpec], parameters: Mapping[str, object]) -> dict[str, str]:
    """Path → kind of value, for declared facts and parameters."""
    known = {name: _FACT[spec.type] for name, spec in facts.items() if spec.type != "any"}
    known |= {name: _loose(kind_of(value)) for name, value in parameters.items() if value is not None}
    return known | {"as_of": "date"}


def _loose(kind: str) -> str:
    return "duration" if kind.endswith("duration") else kind


def kind(node: s.Node, types: Types) -> str | None:
    """The kind of value, None when it cannot be told beforehand."""
    path = s.path_of(node)
    if path is not None:
        return types.get(".".join(path))
    match node:
        case s.Literal(value=value):
            return None if value is None else _loose(kind_of(value))
        case s.And() | s.Or() | s.Compare() | s.Between() | s.In() | s.InstanceOf() | s.Tests():
            return "boolean"
        case s.Iterate(kind=word):
            return "list" if word == "for" else "boolean"
        case s.Call(function=s.Name(name=name)):
            return _CALLS.get(name)
        case s.Arithmetic(op=op, left=left, right=right):
            return _arithmetic(op, kind(left, types), kind(right, types))
        case s.If(then=then, otherwise=otherwise):
            first, second = kind(then, types), kind(otherwise, types)
            return first if first == second else None
        case s.Items():
            return "list"
        case _:
            return None


def _arithmetic(op: str, left: str | None, right: str | None) -> str | None:
    if left == right == "number":
        return "number"
    if op == "-" and left in _DAYS and right in _DAYS:
        return "duration"
    if op in "+-" and left in _DAYS and right == "duration":
        return left
    return "string" if op == "+" and left == right == "string" else None


def mismatches(node: s.Node, types: Types) -> Iterator[tuple[s.Node, str, str]]:
    """Every comparison or sum of unlike kinds: (where, Chinese, English)."""
    match node:
        case s.Compare(left=left, right=right):
            yield from _clash(node, [kind(left, types), kind(right, types)])
        case s.Between(value=value, low=low, high=high):
            yield from _clash(node, [kind(value, types), kind(low, types), kind(high, types)])
        case s.In(value=value, tests=tests):
            yield from _clash(node, [kind(value, types), *(k for test in tests for k in _test_kinds(test, types))])
        case s.And(parts=parts) | s.Or(parts=parts):
            for part in parts:
                given = kind(part, types)
                if given not in (None, "boolean"):
                    yield part, f"{write(part)} 是{_zh(given)},不是条件", f"{write(part)} is a {given}, not a condition"
        case s.Arithmetic(op=op, left=left, right=right):
            a, b = kind(left, types), kind(right, types)
            if a and b and _arithmetic(op, a, b) is None and "duration" not in (a, b):
                yield node, f"{_zh(a)}与{_zh(b)}不能做 {op}", f"{a} {op} {b} makes no sense"
        case _:
            pass
    for child in s.children(node):
        yield from mismatches(child, types)


def strange_in(node: s.Node, expected: FactType, types: Types) -> tuple[str, str] | None:
    """(Chinese, English) of the first kind of value in a cell that a column of `expected` never holds; None when all may be."""
    wanted = _FACT.get(expected)
    if wanted is None:
        return None
    tests = node.tests if isinstance(node, s.Tests) else (node,)
    for test in tests:
        condition = isinstance(node, s.Tests) and not isinstance(test, s.Literal)  # `? > 3`, true or false of the value
        fine: set[str | None] = (
            {None, wanted}
            | (_DAYS if wanted in _DAYS else set[str | None]())
            | ({"boolean"} if condition else set[str | None]())
        )
        for each in _test_kinds(test, types):
            if each not in fine:
                return (
                    f"这一列是{_zh(wanted)},单元格里是{_zh(each)}:{write(node)}",
                    f"The column holds a {wanted}, and the cell a {each}: {write(node)}",
                )
    return None


def _test_kinds(test: s.Node, types: Types) -> list[str | None]:
    match test:
        case s.Test(value=value):
            return [kind(value, types)]
        case s.Interval(low=low, high=high):
            return [kind(each, types) for each in (low, high) if each]
        case s.Items(items=items):
            return [kind(each, types) for each in items]
        case _:
            return [kind(test, types)]


def _clash(node: s.Node, kinds: list[str | None]) -> Iterator[tuple[s.Node, str, str]]:
    known = {"day" if each in _DAYS else each for each in kinds if each}
    if len(known) > 1:
        shown = sorted({each for each in kinds if each})
        yield (
            node,
            f"{write(node)}:{'与'.join(_zh(k) for k in shown)}不能比较",
            f"{write(node)}: {' and '.join(shown)} cannot be compared",
        )


def _zh(kind_name: str | None) -> str:
    return {
        "string": "文本", "number": "数字", "boolean": "是否", "date": "日期", "date and time": "日期时间", "time": "时间",
        "duration": "期间", "list": "列表", "context": "结构",
    }.get(kind_name or "", kind_name or "")  # fmt: skip
