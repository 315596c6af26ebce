"""Which numbers an expression contains: drafts of rules are checked for numbers that their law does not say."""

from collections.abc import Iterator
from decimal import Decimal

from onething.rules.expression import compile_expression
from onething.rules.feel import syntax as s
from onething.rules.feel.values import to_decimal


def numbers_in(text: str) -> list[Decimal]:
    """Every number written in an expression, in its order. Raises `FeelError` for broken text."""
    return list(_walk(compile_expression(text).node)) if text else []


def _walk(node: s.Node) -> Iterator[Decimal]:
    if isinstance(node, s.Literal) and not isinstance(node.value, bool | str):
        number = to_decimal(node.value)
        if number is not None:
            yield number
    for child in s.children(node):
        yield from _walk(child)
