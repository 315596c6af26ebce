"""Conditions and parameters of the catalog, evaluated on what is known. Unknown stays unknown (Kleene)."""

import re
from collections.abc import Callable, Mapping
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


_DEFINED = re.compile(r"is defined\(\s*(\w+(?:\.\w+)+)\s*\)")


def while_awaited(text: str, awaited: Callable[[str], bool]) -> str | None:
    """The expression for a time at which evidence of some slots (`awaited`) is still to come, when nobody can say whether a fact of it "is
    defined": that part is unknown, the rest counts. None when the question is not put to a plain name, so that nothing can be told."""
    if "is defined" not in text or not any(map(awaited, slots_of(text))):
        return text
    if text.count("is defined") != len(_DEFINED.findall(text)):
        return None
    # Compared with anything, a fact that is not there yet is unknown; one that is there is not "".
    return _DEFINED.sub(lambda found: f'({found[1]} != "")' if awaited(found[1].partition(".")[0]) else found[0], text)


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
