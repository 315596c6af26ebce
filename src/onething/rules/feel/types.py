"""Type names of the language and whether a value belongs to one."""

# A table of small tests of any value.
# pyright: reportUnknownLambdaType=false

from datetime import date, datetime, time, timedelta
from typing import Any

from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.values import Fn, Months, Range, is_number


def _split(text: str) -> list[str]:
    """`a: number, b: list<string>` at the commas outside of brackets."""
    parts: list[str] = []
    depth, start = 0, 0
    for index, character in enumerate(text):
        depth += (character == "<") - (character == ">" and text[index - 1] != "-")
        if character == "," and not depth:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()] if text.strip() else []


def instance_of(value: Any, kind: str) -> bool:
    """Whether a value is of a type as `instance of` names it. Null is of type Null only."""
    kind = kind.strip()
    if value is None:
        return kind in ("Null", "null")
    head, _, rest = kind.partition("<")
    inner = rest.rpartition(">")[0]
    match head.strip():
        case "Any" | "any":
            return True
        case "list" if inner:
            return is_list(value) and all(each is None or instance_of(each, inner) for each in value)
        case "context" if inner:
            return is_context(value) and all(
                name.strip() in value and (value[name.strip()] is None or instance_of(value[name.strip()], wanted))
                for name, _, wanted in (part.partition(":") for part in _split(inner))
            )
        case "range" if inner:
            ends = (value.low, value.high) if isinstance(value, Range) else ()
            return isinstance(value, Range) and all(end is None or instance_of(end, inner) for end in ends)
        case "function":
            return isinstance(value, Fn)
        case name:
            test = _PLAIN.get(name)
            return bool(test and test(value))


_PLAIN: dict[str, Any] = {
    "number": lambda v: is_number(v) and not isinstance(v, bool),
    "string": lambda v: isinstance(v, str),
    "text": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "date": lambda v: isinstance(v, date) and not isinstance(v, datetime),
    "time": lambda v: isinstance(v, time),
    "date and time": lambda v: isinstance(v, datetime),
    "dateTime": lambda v: isinstance(v, datetime),
    "days and time duration": lambda v: isinstance(v, timedelta),
    "dayTimeDuration": lambda v: isinstance(v, timedelta),
    "years and months duration": lambda v: isinstance(v, Months),
    "yearMonthDuration": lambda v: isinstance(v, Months),
    "duration": lambda v: isinstance(v, timedelta | Months),
    "list": lambda v: is_list(v),
    "context": lambda v: is_context(v),
    "range": lambda v: isinstance(v, Range),
}
