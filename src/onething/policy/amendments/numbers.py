"""Numbers that an amendment changed: what stood in the same place of the words before and after."""

import re
from decimal import Decimal

from onething.documents.prose.service import AMOUNT
from onething.policy.amendments.models import Change
from onething.policy.drafting.quantities import value_of

Pair = tuple[Decimal, Decimal, str]
"""(old, new, unit)."""
_VALUE = re.compile(
    rf"{AMOUNT}\s*(?:个工作日|工作日|周岁|个月|小时|年|月|日|天|岁|倍|人|户|万元|亿元|元|%)|百分之{AMOUNT}"
)


def numbers_changed(change: Change) -> list[Pair]:
    """Numbers that stand in the same place of the words, in the order of the text."""
    old = "".join(piece.text for piece in change.pieces if piece.kind != "in")
    new = "".join(piece.text for piece in change.pieces if piece.kind != "out")
    before, after = _values(old), _values(new)
    if len(before) != len(after):
        before, after = _values(_around(change, "in")), _values(_around(change, "out"))
    pairs = zip(before, after, strict=False) if len(before) == len(after) else ()
    return [(a[0], b[0], a[1]) for a, b in pairs if a[1] == b[1] and a[0] != b[0]]


def _values(text: str) -> list[tuple[Decimal, str]]:
    return [found for match in _VALUE.finditer(text) if (found := value_of(match[0])) is not None]


def _around(change: Change, left_out: str) -> str:
    """Only words near a change: numbers of sentences that were added or repealed whole do not count."""
    parts: list[str] = []
    for place, piece in enumerate(change.pieces):
        beside = change.pieces[place + 1 : place + 2] or change.pieces[place - 1 : place]
        if piece.kind == "kept" or (
            piece.kind != left_out and any(other.kind != "kept" for other in beside) and len(piece.text) < 12
        ):
            parts.append(piece.text)
    return "".join(parts)
