"""The built-in functions, gathered. One small table per kind of value."""

from functools import lru_cache

from onething.rules.feel.builtins.lists import LISTS, strict_lists
from onething.rules.feel.builtins.numbers import NUMERIC
from onething.rules.feel.builtins.people import PEOPLE
from onething.rules.feel.builtins.ranges import RANGES
from onething.rules.feel.builtins.text import TEXT
from onething.rules.feel.builtins.time import TIME
from onething.rules.feel.values import Fn


@lru_cache(maxsize=2)
def _all(strict: bool) -> dict[str, Fn]:
    return NUMERIC | TEXT | TIME | RANGES | PEOPLE | (strict_lists() if strict else LISTS)


def builtins(*, strict: bool = False) -> dict[str, Fn]:
    """Name → function; without `range`, which the compiler adds, since it evaluates an expression."""
    return dict(_all(strict))


def builtin_names() -> list[str]:
    """The names of all of them."""
    return [*_all(False), "range"]
