"""JSON that can be signed: read strictly, written in the one form of RFC 8785 (JCS).

What two readers could understand differently is refused: duplicate keys, numbers beyond exact doubles, lone surrogates.
"""

import json
import re
from typing import Any, NoReturn, cast

import rfc8785

from onething.core.errors import Problem
from onething.trust import errors

MOST_BYTES = 4 * 1024 * 1024
MOST_DEPTH = 64
SAFE_INTEGER = 2**53 - 1


def canonical(value: Any) -> bytes:
    """UTF-8 bytes of RFC 8785. Raises `Problem(trust.not_json)`."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        _refuse(type(error).__name__)


def parse(data: bytes | str) -> Any:
    """Strict reading of JSON of at most 4 MB and 64 levels. Raises `Problem(trust.not_json)`."""
    if len(data) > MOST_BYTES:
        _refuse("too long")
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        _bound_depth(text)
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_integer, parse_float=_float)  # fmt: skip
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        _refuse(type(error).__name__)
    _check(found, 0)
    return found


def parse_canonical(data: bytes) -> Any:
    """Like `parse`, and the bytes must already be in the one form."""
    found = parse(data)
    if canonical(found) != data:
        _refuse("not in canonical form")
    return found


def _refuse(why: str) -> NoReturn:
    raise Problem(errors.NOT_JSON, why=why)


def _bound_depth(text: str) -> None:
    """Before the parser recurses: whoever raised Python's recursion limit must not find the stack's end here."""
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                _refuse("nested too deeply")
        elif mark in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("duplicate key")
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > SAFE_INTEGER:
        _refuse("number beyond 2^53")
    return int(text)


def _float(text: str) -> float:
    if len(text) > 40:
        _refuse("number too long")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        _refuse("number out of range")
    return value


def _check(value: Any, depth: int) -> None:
    if depth > MOST_DEPTH:
        _refuse("nested too deeply")
    if isinstance(value, str):
        if any("\ud800" <= char <= "\udfff" for char in value):
            _refuse("lone surrogate")
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for name, item in cast("dict[str, Any]", value).items():
            _check(name, depth)
            _check(item, depth + 1)
