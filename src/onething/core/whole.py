"""Whole numbers as strangers write them: in an address, a form, another program's answer."""

from typing import overload

LONGEST = 15
"""Digits; what is longer fits no column and is no number that we ever gave out."""


@overload
def whole(text: str) -> int | None: ...
@overload
def whole(text: str, otherwise: int) -> int: ...
def whole(text: str, otherwise: int | None = None) -> int | None:
    """The number that ASCII digits say, else `otherwise`. Never raises: `²` is a digit to Python and no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else otherwise
