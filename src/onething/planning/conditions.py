"""Conditions and parameters of the catalog, evaluated on what is known. Unknown stays unknown (Kleene)."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, cast

from onething.core.clock import today
from onething.rules.service import Expression, compile_expression


@lru_cache(maxsize=4096)
def compiled(text: str) -> Expression:
    """Packages have a few hundred expressions; each is compiled once."""
    return compile_expression(text)


@lru_cache(maxsize=4096)
def path_of(text: str) -> tuple[str, ...] | None:
    """`("mother_id", "id_number")` for a plain dotted path, None for anything that needs the rule language."""
    parts = tuple(text.strip().split("."))
    return parts if len(parts) > 1 and all(part.isidentifier() for part in parts) else None


@lru_cache(maxsize=4096)
def names_of(text: str) -> frozenset[str]:
    """Dotted names that an expression reads."""
    path = path_of(text)
    return frozenset([".".join(path)]) if path else compiled(text).names


@lru_cache(maxsize=4096)
def slots_of(text: str | None) -> frozenset[str]:
    """Slots that an expression reads."""
    return frozenset(name.partition(".")[0] for name in names_of(text)) if text else frozenset()


def evaluate(text: str, facts: Mapping[str, Any], as_of: date) -> Any:
    """The value of an expression, None when it cannot be told."""
    path = path_of(text)
    if path is None:
        return compiled(text).evaluate(facts, as_of)
    value: Any = facts
    for step in path:
        if isinstance(value, list):  # a column of a repeating group: the rule language knows how
            return compiled(text).evaluate(facts, as_of)
        value = cast("Mapping[str, Any]", value).get(step) if isinstance(value, Mapping) else None
    return value


def holds(text: str | None, facts: Mapping[str, Any], as_of: date) -> bool | None:
    """Whether a condition holds; no condition always does; None when it cannot be told."""
    if text is None:
        return True
    value = evaluate(text, facts, as_of)
    return value if isinstance(value, bool) else None


def resolve_params(mapping: Mapping[str, str], facts: Mapping[str, Any], as_of: date | None = None) -> dict[str, Any]:
    """The values of a `with` map: parameter → expression over facts becomes parameter → value (None when unknown)."""
    day = as_of or today()
    return {name: evaluate(text, facts, day) for name, text in mapping.items()}
