"""Who is counted as whom: an invented cookie opens no fresh account, a hall signs in, programs and people are apart."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from onething.core.db import Database
from onething.core.settings import get_settings
from onething.web.http.errors import problem_json
from onething.web.http.limits import Limits, Proven, RateLimiter, network

COOKIE = "onething_session"


@pytest.fixture
def limits(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Limits]:
    for name, value in (("RATE_LIMIT_PER_MINUTE", 10), ("RATE_LIMIT_NETWORK_PER_MINUTE", 100), ("API_RATE_LIMIT_PER_MINUTE", 20)):  # fmt: skip
        monkeypatch.setenv(f"ONETHING_{name}", str(value))
    get_settings.cache_clear()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """Knows the cookies and tokens that begin with `real-`: what comes behind it is the account."""
        sent = dict(scope["headers"])
        token = sent.get(b"cookie", b"").decode().partition("=")[2] or sent.get(b"authorization", b"").decode()[7:]
        if token.startswith("real-"):
            scope["state"]["proven"](token.split("-")[1])
        await Response("ok")(scope, receive, send)

    yield Limits(app, COOKIE, lambda _request, problem: problem_json(problem))
    get_settings.cache_clear()


async def _ask(
    limits: Limits, path: str = "/about", address: str = "1.2.3.4", **sent: str
) -> tuple[int, dict[str, str]]:
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(name.encode(), value.encode()) for name, value in sent.items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": headers,
        "client": (address, 1),
        "query_string": b"",
    }
    await limits(scope, receive, send)
    return told[0]["status"], {k.decode(): v.decode() for k, v in told[0]["headers"]}


async def _many(limits: Limits, count: int, **how: Any) -> int:
    """How many of `count` requests passed; `{n}` in a header is the number of the request."""
    passed = 0
    for n in range(count):
        passed += (await _ask(limits, **{k: v.format(n=n) for k, v in how.items()}))[0] == 200
    return passed


async def test_an_invented_cookie_opens_no_fresh_measure(limits: Limits) -> None:
    assert await _many(limits, 150, cookie=f"{COOKIE}=invented-{{n}}") == 100
    assert await _many(limits, 5) == 0, "without a cookie it is the same network"
    assert await _many(limits, 5, address="5.6.7.8") == 5
    assert await _many(limits, 150, path="/api/v1/cases", authorization="Bearer invented-{n}") == 100


async def test_an_account_is_one_whatever_sessions_it_opens(limits: Limits) -> None:
    for n in range(20):
        await _ask(limits, cookie=f"{COOKIE}=real-her-{n}")
    assert await _many(limits, 100, cookie=f"{COOKIE}=real-her-{{n}}") < 100
    passed = await _many(limits, 20, cookie=f"{COOKIE}=real-her-0")
    assert passed == 0
    assert (await _ask(limits, cookie=f"{COOKIE}=real-him-0", address="5.6.7.8"))[0] == 200


async def test_five_hundred_in_one_hall_sign_in(db: Database) -> None:
    """With the measures an installation has when nobody sets any; 77 of 500 passed."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("ok")(scope, receive, send)

    limits = Limits(app, COOKIE, lambda _request, problem: problem_json(problem))
    for path in ("/", "/sign-in", "/auth/callback"):
        assert await _many(limits, 500, path=path) == 500, path


async def test_programs_do_not_use_up_what_people_have(limits: Limits) -> None:
    assert await _many(limits, 150, path="/api/v1/cases") == 100
    assert await _many(limits, 50) == 50
    await _ask(limits, path="/api/v1/cases", address="9.9.9.9", authorization="Bearer real-partner-1")
    assert await _many(limits, 40, path="/api/v1/cases", address="9.9.9.9", authorization="Bearer real-partner-1") == 20


async def test_whoever_is_told_to_wait_is_told_how_long(limits: Limits) -> None:
    await _many(limits, 100)
    status, headers = await _ask(limits)
    assert (status, headers["retry-after"]) == (429, "1")
    limiter = RateLimiter(6)
    assert limiter.take("a", 6) == 0
    assert 9 < limiter.take("a", 1) <= 10
    assert limiter.take("b", 10_000) == 0, "what costs more than the whole measure is possible once in a while"


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"), ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"), ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("unix", "unix"),
    ],
)  # fmt: skip
def test_a_network_is_an_address_or_the_64_bits_that_a_household_has(address: str, where: str) -> None:
    assert network({"client": (address, 1)}) == where


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3))))
def test_no_more_tokens_are_remembered_than_fit(tokens: list[tuple[str, str]]) -> None:
    proven = Proven(most=3)
    for token, account in tokens:
        proven.remember(token, account)
        assert proven.account(token) == account
    assert len(proven._accounts) <= 3
