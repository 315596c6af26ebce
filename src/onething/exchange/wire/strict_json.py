"""JSON that reads the same everywhere (RFC 7493 I-JSON): what two parsers could understand differently is refused.

Duplicate keys, lone surrogates, NaN and infinities, integers beyond 2^53 and numbers beyond a double would let one side
check one thing and the other side act on another. Depth and length are bounded.
"""

import json
import re
from typing import Any

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
_SAFE = 2**53 - 1
_MAX_DIGITS = 400
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class UnsafeJsonError(ValueError):
    """Why a text is not taken as JSON; never repeats what it said."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnsafeJsonError("a name stands twice in one object")
    return found


def _whole(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > _SAFE:
        raise UnsafeJsonError("a whole number beyond 2^53")
    return number


def _float(text: str) -> float:
    number = float(text) if len(text) <= _MAX_DIGITS else float("inf")
    if number in (float("inf"), float("-inf")):
        raise UnsafeJsonError("a number beyond what a double holds")
    return number


def _constant(_text: str) -> Any:
    raise UnsafeJsonError("NaN or Infinity")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=_whole, parse_float=_float, parse_constant=_constant)


def _depth(text: str) -> int:
    """Most brackets open at one time, those inside strings counted too: a bound, not a measure."""
    most = now = 0
    for char in re.findall(r"[\[{\]}]", text):
        now += 1 if char in "[{" else -1
        most = max(most, now)
    return most


def loads(content: bytes) -> Any:
    """The value of a JSON text in UTF-8; raises `UnsafeJsonError`."""
    if len(content) > MAX_BYTES:
        raise UnsafeJsonError(f"more than {MAX_BYTES} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise UnsafeJsonError("not UTF-8") from None
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise UnsafeJsonError(f"nested deeper than {MAX_DEPTH}")
    try:
        value = _DECODER.decode(text)
    except UnsafeJsonError:
        raise
    except (ValueError, RecursionError):
        raise UnsafeJsonError("not JSON") from None
    if "\\u" in text and (_SURROGATE.search(json.dumps(value, ensure_ascii=False))):
        raise UnsafeJsonError("half of a surrogate pair")
    return value
