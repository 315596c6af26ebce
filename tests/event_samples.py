"""Events of declared types with every field filled, for tests that care about a few of them only."""

from datetime import UTC, date, datetime
from typing import Any, Literal, get_args, get_origin

from onething.core.events import Event, EventData
from onething.core.events.describing import load_declared

_FILL: dict[str, Any] = {
    "text": "x",
    "whole number": 1,
    "number": 1.5,
    "yes or no": True,
    "day": date(2026, 11, 23),
    "moment": datetime(2026, 11, 23, 12, tzinfo=UTC),
    "list of texts": ("x",),
}


def said(kind: type[EventData], **given: Any) -> EventData:
    """`given`, and something for every other field that must be there."""
    wanted = [field for field in kind.DECLARED.fields if not field.optional and field.name not in given]
    return kind(**given, **{field.name: _filler(kind, field.name, field.shape.words) for field in wanted})


def _filler(kind: type[EventData], name: str, words: str) -> Any:
    if words in _FILL:
        return _FILL[words]
    frames = [base.__annotations__[name] for base in kind.__mro__ if name in vars(base).get("__annotations__", {})]
    assert get_origin(frames[0]) is Literal
    return get_args(frames[0])[0]


def event(stream: str, name: str, actor: str = "system", **given: Any) -> Event:
    """An event by the name that its type has in the log."""
    found = next(each for each in load_declared() if each.name == name)
    return Event.of(stream, said(found.kind, **given), actor)
