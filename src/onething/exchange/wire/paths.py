"""Dotted paths into JSON, with indices for lists: `data.persons.0.xm`."""

from itertools import pairwise
from typing import Any, cast


def look_up(body: Any, path: str) -> Any:
    """The value at a path, None where a step is missing."""
    value = body
    for step in path.split("."):
        value = _child(value, step)
        if value is None:
            return None
    return value


def _child(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        names = cast("dict[str, Any]", value)
        return names.get(step)
    if isinstance(value, list) and step.isdecimal():
        many = cast("list[Any]", value)
        return many[int(step)] if int(step) < len(many) else None
    return None


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path, making objects (and lists, where the next step is an index) on the way."""
    steps = path.split(".")
    here: Any = body
    for step, following in pairwise(steps):
        here = _enter(here, step, [] if following.isdecimal() else {})
    _enter(here, steps[-1], value)


def _enter(here: Any, step: str, fresh: Any) -> Any:
    """The child of `here` at a step, put there if it was absent."""
    if isinstance(here, dict):
        names = cast("dict[str, Any]", here)
        return names.setdefault(step, fresh)
    many = cast("list[Any]", here)
    index = int(step)
    many.extend([None] * (index + 1 - len(many)))
    if many[index] is None:
        many[index] = fresh
    return many[index]
