"""The types that a field of an event may have, and how each is written as JSON, checked there and read back.

str, int, float, bool, `Literal` of strings, date and datetime (ISO 8601 text), `tuple[str, …]` (a list); each also
`| None`, which is written by leaving the field out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

WITHHELD = "withheld"
PASSING = "passing"
"""Mark of a field that never leaves the installation: references people are known by, one-time codes, addresses of pages."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One type of field. `holds` judges the JSON value; `write` and `read` are None where JSON has the value as it is."""

    words: str
    """As the reference page calls it."""
    ocel: str
    """The attribute type of OCEL 2.0."""
    holds: Callable[[Any], bool]
    write: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field of an event type."""

    name: str
    shape: Shape
    optional: bool
    withheld: bool
    passing: bool = False
    """Told to subscribers and stored as an empty text."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)  # type: ignore[reportUnknownVariableType]


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _to_iso(value: Any) -> Any:
    # What is no date at all is left for `holds` to refuse, with the field's name.
    return value.isoformat() if isinstance(value, date) else value


def _to_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value  # type: ignore[reportUnknownArgumentType]


_PLAIN: dict[Any, Shape] = {
    str: Shape("text", "string", _is_text),
    int: Shape("whole number", "integer", _is_whole),
    float: Shape("number", "float", _is_number, read=float),
    bool: Shape("yes or no", "boolean", _is_truth),
    date: Shape("day", "string", _is_day, _to_iso, date.fromisoformat),
    datetime: Shape("moment", "time", _is_moment, _to_iso, datetime.fromisoformat),
    tuple[str, ...]: Shape("list of texts", "string", _is_texts, _to_list, tuple),
}


def _one_of(codes: tuple[str, ...]) -> Shape:
    known = frozenset(codes)
    return Shape("one of " + ", ".join(codes), "string", lambda value: isinstance(value, str) and value in known)


def field_shape(name: str, hint: Any) -> FieldShape:
    """The shape of a field from its annotation. Raises `TypeError` for a type that events cannot carry."""
    withheld = optional = passing = False
    while get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        withheld, passing = withheld or WITHHELD in marks, passing or PASSING in marks
    if get_origin(hint) in (Union, UnionType):
        rest = [each for each in get_args(hint) if each is not NoneType]
        if len(rest) != 1:
            raise TypeError(f"{name}: an event cannot carry {hint}")
        inner = field_shape(name, rest[0])
        return FieldShape(name, inner.shape, True, withheld or inner.withheld)
    codes = get_args(hint)
    if get_origin(hint) is Literal and all(isinstance(code, str) for code in codes):
        return FieldShape(name, _one_of(codes), optional, withheld)
    if passing and hint is not str:
        raise TypeError(f"{name}: only a text is passed on and not kept")
    if hint not in _PLAIN:
        raise TypeError(f"{name}: an event cannot carry {hint}")
    return FieldShape(name, _PLAIN[hint], optional, withheld or passing, passing)
