"""JSON that two parsers could read differently is never taken for an answer."""

import json
from typing import Any

import pytest
from aiohttp import web
from exchange_world import about, agency, make_city, resident_answer
from hypothesis import given
from hypothesis import strategies as st

from onething.core.db import Database
from onething.exchange.models import Outcome
from onething.exchange.service import Exchange
from onething.exchange.wire.strict_json import MAX_BYTES, MAX_DEPTH, UnsafeJsonError, loads

ATTACKS = [
    b'{"a": 1, "a": 2}',
    b'{"deep": [{"x": {"b": 1, "\\u0062": 2}}]}',
    b"9007199254740993",
    b"-9007199254740992",
    b"1" * 5000,
    b"1e999",
    b"1." + b"0" * 5000,
    b"NaN",
    b"[Infinity]",
    b'"\\ud800"',
    b'{"\\udc00": 1}',
    b'"\\ude00\\ud83d"',
    b'"\xed\xa0\x80"',
    b'"\xff"',
    b'{"a": 1} {"b": 2}',
    b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    b"[" * 200_000,
    b'"' + b"x" * MAX_BYTES + b'"',
    b"",
]


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_what_could_be_read_in_two_ways_is_refused(text: bytes) -> None:
    with pytest.raises(UnsafeJsonError):
        loads(text)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(plain, st.booleans())
def test_everything_else_is_read_as_it_was_written(value: Any, escaped: bool) -> None:
    assert loads(json.dumps(value, ensure_ascii=escaped).encode()) == value


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert loads(b'"\\ud842\\udfb7"') == "𠮷"


async def test_an_agency_that_says_two_things_at_once_is_not_believed(db: Database) -> None:
    good = json.dumps(resident_answer()).encode()
    double = good.replace(b'"xb"', b'"xm": "\\u5f20\\u4e09", "xb"', 1)

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=double, content_type="application/json")

    async with agency(answer) as url:
        exchange = Exchange(make_city(url), db)
        told = await exchange.ask(about())
        await exchange.aclose()
    assert told.outcome is Outcome.NONSENSE
    assert told.data == {}
