"""The small conditions with which a catalog says how an agency's answer reads: `code == "0" and data != null`.

Terms compare a dotted path of the body (or `http_status`) with a JSON literal, a bare word, or `[a, b]` after `in`;
`and` binds closer than `or`. A missing step is null. Numbers and texts that look alike are equal: agencies mix them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from onething.exchange.wire.paths import look_up

_TERM = re.compile(r"^\s*([\w.\-]+)\s*(==|!=|=|\bin\b)\s*(.+?)\s*$", re.UNICODE | re.DOTALL)
STATUS = "http_status"
_PARTS = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')|\b(and|or)\b""")


class ConditionError(ValueError):
    """A condition that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition ready to be tried on bodies."""

    text: str
    test: Callable[[Any, int], bool]

    def holds(self, body: Any, status: int) -> bool:
        return self.test(body, status)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    return str(left) == str(right)


def _literal(text: str) -> Any:
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        if re.fullmatch(r"[\w.\-]+", text):
            return text
        raise ConditionError(f"cannot read the value {text!r}") from None


def _choices(text: str) -> list[Any]:
    if not (text.startswith("[") and text.endswith("]")):
        raise ConditionError("`in` wants a list: code in [0, 200]")
    return [_literal(part.strip()) for part in text[1:-1].split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison of a condition. `values` are the choices, one but after `in`."""

    path: str
    operator: str
    values: tuple[Any, ...]

    def holds(self, body: Any, status: int) -> bool:
        value = status if self.path == STATUS else look_up(body, self.path)
        same = any(_same(value, choice) for choice in self.values)
        return not same if self.operator == "!=" else same


def _term(text: str) -> Term:
    found = _TERM.match(text)
    if not found:
        raise ConditionError(f'cannot read {text.strip()!r}; write for example code == "0"')
    path, operator, right = found.groups()
    return Term(path, operator, tuple(_choices(right)) if operator == "in" else (_literal(right),))


def terms_of(text: str) -> list[list[Term]]:
    """The alternatives of a condition, each the terms that must all hold; raises `ConditionError`."""
    return [[_term(term) for term in terms] for terms in _split(text)]


def _split(text: str) -> list[list[str]]:
    """Alternatives of terms, with `and` and `or` inside quotes left alone."""
    alternatives, term, end = [[""]], 0, 0
    for found in _PARTS.finditer(text):
        if found[2] is None:
            continue
        alternatives[-1][term] += text[end : found.start()]
        end = found.end()
        if found[2] == "or":
            alternatives.append([""])
            term = 0
        else:
            alternatives[-1].append("")
            term += 1
    alternatives[-1][term] += text[end:]
    return alternatives


@lru_cache(maxsize=512)
def parse_condition(text: str) -> Condition:
    """Read a condition; raises `ConditionError` saying what is wrong."""
    alternatives = terms_of(text)
    return Condition(
        text, lambda body, status: any(all(t.holds(body, status) for t in terms) for terms in alternatives)
    )
