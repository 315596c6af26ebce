"""Values as the language writes them."""

from typing import Any

from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.temporal import show_temporal
from onething.rules.feel.values import Range, is_number, show_number


def show(value: Any) -> str:
    """A value as the language writes it, for traces and messages."""
    if value is None:
        return "null"
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if is_list(value):
        return "[" + ", ".join(show(each) for each in value) + "]"
    if is_context(value):
        return "{" + ", ".join(f"{key}: {show(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Range):
        opening, closing = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
        return f"{opening}{show(value.low)}..{show(value.high)}{closing}"
    if is_number(value):
        return show_number(value)
    return show_temporal(value)
