"""Type guards for the values of expressions."""

from typing import Any, TypeGuard


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """A list, or a tuple, which is treated as one."""
    return isinstance(value, list | tuple)


def is_context(value: Any) -> TypeGuard[dict[str, Any]]:
    """A context: a dict by field name."""
    return isinstance(value, dict)
