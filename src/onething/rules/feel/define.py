"""How a built-in function is declared: `define("substring", "string, start position, length?", call)`."""

from collections.abc import Callable
from typing import Any

from onething.rules.feel.guards import is_list
from onething.rules.feel.values import Fn


def define(params: str, call: Callable[..., Any], *, nulls: bool = False, other: str = "") -> Fn:
    """A function of fixed parameters; `?` marks those that may be left out. A null argument gives null unless `nulls`."""
    names = [name.strip() for name in params.split(",") if name.strip()]
    optional = sum(name.endswith("?") for name in names)
    required = len(names) - optional

    def run(args: list[Any]) -> Any:
        if not nulls and any(arg is None for arg in args[:required]):
            return None
        return call(*args)

    return Fn(
        tuple(name.rstrip("?") for name in names),
        run,
        optional=optional,
        other=tuple(name.strip() for name in other.split(",") if name.strip()),
    )


def over_list(call: Callable[[list[Any]], Any], param: str = "list") -> Fn:
    """A function of one list, or of its items as arguments: `sum([1, 2])` and `sum(1, 2)`."""

    def run(args: list[Any]) -> Any:
        if not args:
            return None
        first = args[0]
        if len(args) == 1:
            if first is None:
                return None
            return call(list(first) if is_list(first) else [first])
        return call(args)

    return Fn((param,), run, variadic=True)
