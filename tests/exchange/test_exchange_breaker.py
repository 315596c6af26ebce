"""The breaker under a clock of our own, and the exchange around it."""

import asyncio
from itertools import islice
from typing import Any

import pytest
from aiohttp import web
from exchange_world import about, agency, make_city, resident_answer

from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange import service
from onething.exchange.registry import make_adapter
from onething.exchange.resilience.breaker import Breaker, State
from onething.exchange.resilience.retrying import Backoff
from onething.exchange.service import Exchange, Outcome
from onething.exchange.settings import ExchangeSettings


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(threshold=3, cool_down=5, longest=15, probe_timeout=30, clock=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_after_failures_in_a_row_and_a_success_starts_the_count_again(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.state is State.CLOSED
    fail(breaker, 1)
    assert breaker.state is State.OPEN
    assert not breaker.admit()
    assert breaker.wait() == 5


def test_one_probe_at_a_time_and_its_success_closes(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 5
    assert breaker.state is State.HALF_OPEN
    assert [breaker.admit() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.state is State.CLOSED
    assert breaker.admit()


def test_a_failed_probe_doubles_the_pause_up_to_the_longest(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    pauses: list[float] = []
    for _ in range(4):
        clock.now += breaker.wait()
        assert breaker.admit()
        breaker.failed()
        pauses.append(breaker.wait())
    assert pauses == [10, 15, 15, 15]


def test_late_failures_of_calls_sent_earlier_do_not_prolong_the_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 4
    fail(breaker, 5)
    assert breaker.wait() == 1


def test_a_probe_that_never_reports_or_is_cancelled_frees_its_place(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 5
    assert breaker.admit()
    breaker.abandoned()
    assert breaker.admit()
    clock.now += 30
    assert breaker.admit()


async def test_a_dead_agency_is_left_alone_and_found_again(db: Database, clock: Clock) -> None:
    calls, healthy = 0, False

    async def answer(_request: web.Request) -> web.Response:
        nonlocal calls
        calls += 1
        return web.json_response(resident_answer()) if healthy else web.Response(status=503)

    async with agency(answer) as url:
        ours = Exchange(make_city(url), db, backoff=Backoff(first=0, longest=0), clock=clock)
        for _ in range(2):
            await ours.ask(about())
        assert (calls, ours.down_agencies(), ours.is_down("police")) == (6, {"police"}, True)
        refused = await ours.ask(about())
        assert (refused.outcome, refused.code, refused.attempts, calls) == (Outcome.UNAVAILABLE, "breaker_open", 0, 6)
        assert refused.retry_after
        healthy = True
        clock.now += 5
        assert ours.down_agencies() == set()
        assert [state.state for state in ours.states()] == [State.HALF_OPEN]
        assert (await ours.ask(about())).ok
        assert [state.state for state in ours.states()] == [State.CLOSED]
        await ours.aclose()


async def test_an_agency_in_disorder_that_answers_is_not_down(db: Database) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="<nonsense>")

    async with agency(answer) as url:
        ours = Exchange(make_city(url), db)
        outcomes = {(await ours.ask(about())).outcome for _ in range(10)}
        assert outcomes == {Outcome.NONSENSE}
        assert not ours.is_down("police")
        await ours.aclose()


async def test_no_agency_gets_more_than_its_share_at_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "IN_FLIGHT", 4)
    now = most = 0

    async def answer(_request: web.Request) -> web.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.005)
        now -= 1
        return web.json_response(resident_answer())

    async with agency(answer) as url:
        ours = Exchange(make_city(url), db)
        got = await asyncio.gather(*[ours.ask(about()) for _ in range(30)])
        await ours.aclose()
    assert all(answer.ok for answer in got)
    assert most == 4


async def test_what_would_wait_in_vain_is_turned_away_at_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "IN_FLIGHT", 2)
    monkeypatch.setattr(service, "MOST_WAITING", 3)
    go = asyncio.Event()

    async def answer(_request: web.Request) -> web.Response:
        await go.wait()
        return web.json_response(resident_answer())

    async with agency(answer) as url:
        ours = Exchange(make_city(url), db, settings=ExchangeSettings(exchange_attempts=1))
        tasks = [asyncio.create_task(ours.ask(about(key=f"k{n}", deadline=60.0))) for n in range(8)]
        async with asyncio.timeout(60):
            for early in islice(asyncio.as_completed(tasks), 3):
                await early
        shed = [task.result() for task in tasks if task.done()]
        assert {(one.outcome, one.code, one.retry_after) for one in shed} == {(Outcome.UNAVAILABLE, "busy", 1.0)}
        go.set()
        assert [one.ok for one in await asyncio.gather(*tasks)].count(True) == 5
        assert not ours.is_down("police"), "our own limit says nothing of the agency"
        await ours.aclose()


async def test_a_caller_that_goes_away_leaves_no_place_taken(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "IN_FLIGHT", 1)
    slow = True

    async def answer(_request: web.Request) -> web.Response:
        await asyncio.sleep(5 if slow else 0)
        return web.json_response(resident_answer())

    async with agency(answer) as url:
        ours = Exchange(make_city(url), db)
        gone = asyncio.create_task(ours.ask(about()))
        await asyncio.sleep(0.05)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        slow = False
        assert (await ours.ask(about(deadline=2))).ok
        await ours.aclose()


@pytest.mark.parametrize(
    ("kind", "outcome", "code"),
    [
        ("os:", Outcome.UNAVAILABLE, "no_connection"),
        ("bug:", Outcome.FAULT, "adapter_error"),
        ("busy:", Outcome.UNAVAILABLE, "http_429"),
        ("timeout:", Outcome.UNAVAILABLE, "timeout"),
        ("nonsense:", Outcome.NONSENSE, "not_json"),
    ],
)
async def test_whatever_an_adapter_does_the_caller_gets_an_answer(
    db: Database, kind: str, outcome: Outcome, code: str
) -> None:
    settings = ExchangeSettings(exchange_timeout=0.05)
    ours = Exchange(make_city(kind, adapter="failing"), db, settings=settings, backoff=Backoff(0, 0))
    got = await ours.ask(about())
    await ours.aclose()
    assert (got.outcome, got.code) == (outcome, code)


async def test_the_demo_adapter_tries_a_city_without_agencies(db: Database) -> None:
    ours = Exchange(make_city("demo:", adapter="demo"), db)
    got = await ours.ask(about(operation="police.refund", params={"receipt_number": "R1"}))
    await ours.aclose()
    assert got.data == {"receipt_number": "R1"}


def test_an_unknown_adapter_is_named_with_those_that_exist() -> None:
    with pytest.raises(Problem) as problem:
        make_adapter("telepathy", ExchangeSettings())
    assert "rest" in problem.value.next.zh


async def test_a_database_that_cannot_log_is_heard_of(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("onething.exchange.resilience.journal.Journal._save", broken)
    ours = Exchange(make_city("demo:", adapter="demo"), db)
    with pytest.raises(RuntimeError, match="disk full"):
        await ours.ask(about(operation="police.refund", params={"receipt_number": "R1"}))
    await ours.aclose()


def test_one_exchange_serves_several_event_loops(db: Database) -> None:
    ours = Exchange(make_city("demo:", adapter="demo"), db)

    async def once() -> bool:
        try:
            return (await ours.ask(about(operation="police.refund", params={"receipt_number": "R1"}))).ok
        finally:
            await ours.aclose()

    assert [asyncio.run(once()) for _ in range(3)] == [True, True, True]
