"""Which facts an expression of the rule language reads; the catalog only needs the names, never the value."""

import re

from onething.rules.service import compile_expression

_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")


def is_path(text: str) -> bool:
    """Whether it is just `slot.field`, as nearly all parameters are."""
    return _PATH.fullmatch(text.strip()) is not None


def names_in(text: str) -> frozenset[str]:
    """The dotted names an expression reads. Raises ValueError with the reason when it cannot be understood."""
    plain = text.strip()
    if is_path(plain):
        return frozenset([plain])
    return compile_expression(plain).names


def slots_in(text: str | None) -> frozenset[str]:
    """The slots an expression reads."""
    return frozenset(name.partition(".")[0] for name in names_in(text)) if text else frozenset()
