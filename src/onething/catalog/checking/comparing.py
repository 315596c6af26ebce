"""Can two values ever be the same? By their shapes: kinds that cannot be compared, codes that a field does not have."""

import re
from datetime import date

from onething.catalog.checking.shapes import ANY, Rows, Scalar, Shape
from onething.catalog.loading.mistakes import near

ZH = {"number": "数字", "bool": "是否", "date": "日期", "text": "文字", "loose": "文字", "literal": "文字", "list": "列表", "rows": "重复组",
       "fields": "整份材料", "duration": "期间", "context": "结构"}  # fmt: skip
EN = {"number": "a number", "bool": "a yes or no", "date": "a date", "text": "a text", "loose": "a text", "literal": "a text", "list": "a list",
       "rows": "a group of rows", "fields": "a whole piece of evidence", "duration": "a duration", "context": "a structure"}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def kind_of(shape: Shape) -> str:
    match shape:
        case Scalar(kind=kind):
            return kind
        case Rows(one=one):
            return "context" if one else "rows"
        case _:
            return "fields"


_UNLIKE = {
    frozenset(pair)
    for pair in [
        ("number", "bool"), ("number", "date"), ("number", "text"), ("bool", "date"), ("bool", "text"), ("bool", "loose"), ("bool", "literal"),
        ("date", "text"), ("rows", "number"), ("rows", "bool"), ("rows", "date"), ("rows", "text"), ("rows", "literal"), ("rows", "loose"),
        ("fields", "number"), ("fields", "bool"), ("fields", "date"), ("fields", "text"), ("fields", "literal"), ("fields", "loose"),
        ("duration", "number"), ("duration", "text"), ("duration", "date"), ("duration", "bool"), ("list", "number"), ("list", "bool"),
        ("list", "date"), ("list", "text"), ("list", "literal"), ("list", "loose"), ("context", "number"), ("context", "text"),
        ("context", "literal"), ("context", "bool"), ("context", "date"),
    ]
}  # fmt: skip


def clash(left: Shape, right: Shape) -> tuple[str, str, str | None] | None:
    """Why these can never be the same, looked at from the left."""
    a, b = kind_of(left), kind_of(right)
    literal = right.literal if isinstance(right, Scalar) else None
    if isinstance(left, Scalar) and left.codes and a != "list" and literal is not None:
        if str(literal) not in left.codes:
            known = "、".join(left.codes)
            return (
                f"这个字段没有“{literal}”这个代码，只有 {known}。",
                f'This field has no code "{literal}"; it has {known}.',
                near(str(literal), left.codes),
            )
        return None
    if literal is not None and b == "literal":
        if a == "number" and _NUMBER.fullmatch(str(literal)) is None:
            return f"数字不能和“{literal}”比较。", f'A number cannot be compared with "{literal}".', None
        if a == "date" and not _is_day(str(literal)):
            return f"日期不能和“{literal}”比较。", f'A date cannot be compared with "{literal}".', None
    if a == "loose" and b == "number" and literal is not None:
        return (
            "文字和数字比较：请给数字加引号，或用 number(…) 换成数字。", "A text is compared with a number: put the number in quotes, or turn the text into one by `number(…)`.", None,
        )  # fmt: skip
    if "number" in (a, b) and (_spells_numbers(left) or _spells_numbers(right)):
        return None
    if frozenset((a, b)) in _UNLIKE:
        return (
            f"{ZH.get(a, a)}和{ZH.get(b, b)}不能比较。",
            f"{EN.get(a, a).capitalize()} cannot be compared with {EN.get(b, b)}.",
            None,
        )
    return None


def _spells_numbers(shape: Shape) -> bool:
    """Codes such as "100" and "50" are numbers to whoever reads them so."""
    return isinstance(shape, Scalar) and bool(shape.codes) and all(_NUMBER.fullmatch(code) for code in shape.codes)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def common(first: Shape, second: Shape) -> Shape:
    if first == second:
        return first
    for one, other in ((first, second), (second, first)):
        if isinstance(one, Rows) and (not isinstance(other, Rows)):
            return one  # `if … then rows else []`
        if one == ANY:
            return other if not isinstance(other, Scalar) or not other.codes else ANY
    if isinstance(first, Scalar) and isinstance(second, Scalar):
        texts = {"text", "literal", "loose"}
        if first.kind == second.kind:
            return Scalar(first.kind, first.codes if first.codes == second.codes else ())
        return Scalar("loose") if {first.kind, second.kind} <= texts else ANY
    return ANY
