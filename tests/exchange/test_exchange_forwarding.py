"""Store and forward: orders for an agency that is away are kept, sent in order when it is back, and carried out once."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from exchange_world import make_city
from sqlalchemy import select
from tests.conftest import free_port

from onething.core import clock
from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange.forwarding import forwarding
from onething.exchange.models import Answer, Call, Outcome
from onething.exchange.resilience.retrying import Backoff
from onething.exchange.service import Exchange, forward_round
from onething.exchange.settings import ExchangeSettings
from onething.exchange.tables import ForwardRow
from onething.trust.service import SubjectSealer, key_store


class Agencies:
    """What is asked, and who is away."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.asked: list[str] = []
        self.effects: dict[str, int] = {}
        self.dies_after: str = ""

    async def ask(self, call: Call) -> Answer:
        self.asked.append(call.key)
        if call.operation.partition(".")[0] in self.away:
            return Answer(Outcome.UNAVAILABLE, code="no_connection")
        self.effects.setdefault(call.key, len(self.effects) + 1)  # the agency knows the key
        if self.dies_after == call.key:
            self.dies_after = ""
            raise ConnectionResetError("killed before the answer was kept")
        return Answer(Outcome.OK, {"receipt_number": f"R{self.effects[call.key]}"})


def order(key: str, operation: str = "police.pay") -> Call:
    return Call(operation, {"amount": "36.00"}, "fee", "规定 第一条", key, case_id="case_1")


def put(db: Database, *calls: Call, until: timedelta = timedelta(days=7)) -> list[str]:
    with db.transaction() as session:
        return [forwarding.store(session, call, until=until) for call in calls]


def stand(db: Database, each: str) -> forwarding.Forwarded:
    with db.reading() as session:
        found = forwarding.standing(session, each)
        assert found is not None
        return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How far the clock was put forward."""
    moved = [timedelta()]
    monkeypatch.setattr(forwarding, "now", lambda: clock.now() + moved[0])
    return moved


async def test_an_order_waits_for_its_agency_and_is_then_carried_out_once(db: Database, later: list[timedelta]) -> None:
    agencies = Agencies()
    agencies.away = {"police"}
    first, second, other = put(db, order("k1"), order("k2"), order("k3", "tax.file"))
    assert await forwarding.forward(db, agencies.ask) == 1
    assert agencies.asked == ["k1", "k3"], "the second waits behind the first"
    assert [stand(db, each).state for each in (first, second, other)] == ["waiting", "waiting", "done"]
    assert await forwarding.forward(db, agencies.ask) == 0
    assert agencies.asked == ["k1", "k3"], "not asked again before its time"
    agencies.away = set()
    later[0] = timedelta(minutes=1)
    assert await forwarding.forward(db, agencies.ask) == 2
    assert agencies.asked == ["k1", "k3", "k1", "k2"]
    assert (stand(db, first).outcome, stand(db, first).answer["data"]) == ("ok", {"receipt_number": "R2"})
    assert await forwarding.forward(db, agencies.ask) == 0


async def test_killed_between_effect_and_note_it_is_sent_again_under_the_same_key(
    db: Database, later: list[timedelta]
) -> None:
    agencies = Agencies()
    agencies.dies_after = "k1"
    (each,) = put(db, order("k1"))
    with pytest.raises(ConnectionResetError):
        await forwarding.forward(db, agencies.ask)
    assert stand(db, each).state == "waiting"
    assert await forwarding.forward(db, agencies.ask) == 1
    assert agencies.effects == {"k1": 1}
    assert stand(db, each).answer["data"] == {"receipt_number": "R1"}


async def test_an_order_rolls_back_with_what_wanted_it(db: Database) -> None:
    def file() -> None:
        with db.transaction() as session:
            forwarding.store(session, order("k1"))
            raise RuntimeError("the case was not saved")

    with pytest.raises(RuntimeError):
        file()
    agencies = Agencies()
    assert await forwarding.forward(db, agencies.ask) == 0
    assert agencies.asked == []


async def test_an_order_whose_time_is_over_is_not_sent(db: Database, later: list[timedelta]) -> None:
    agencies = Agencies()
    (each,) = put(db, order("k1"), until=timedelta(hours=1))
    later[0] = timedelta(hours=2)
    assert await forwarding.forward(db, agencies.ask) == 1
    assert stand(db, each).state == "expired"
    assert agencies.asked == []


def test_the_same_key_is_one_order_and_never_another(db: Database) -> None:
    first = put(db, order("k1"))
    assert put(db, order("k1")) == first
    with pytest.raises(Problem) as caught:
        put(db, replace(order("k1"), params={"amount": "9999.00"}))
    assert caught.value.kind.code == "exchange.key_reused"


async def test_an_order_lies_sealed_and_one_of_an_erased_person_is_not_sent(
    db: Database, later: list[timedelta]
) -> None:
    agencies, name, account = Agencies(), "欧阳秋实", "6222021001112223334"
    agencies.away = {"police"}
    mine = replace(order("k1"), params={"name": name, "account": account}, subject_id="subj_1")
    other = replace(order("k2", "tax.file"), params={"name": name}, subject_id="subj_2")
    (waiting, done) = put(db, mine, other)
    await forwarding.forward(db, agencies.ask)
    with db.transaction() as session:
        rows = session.scalars(select(ForwardRow)).all()
        whole = "".join(f"{row.call}{row.answer}" for row in rows)
        assert len(whole) > 200
        assert not [each for each in (name, account, "receipt_number") if each in whole]
        assert SubjectSealer(key_store()).erase(session, "subj_1")
    assert stand(db, done).answer["data"] == {"receipt_number": "R1"}
    agencies.away = set()
    later[0] = timedelta(minutes=1)
    assert await forwarding.forward(db, agencies.ask) == 1
    assert agencies.asked == ["k1", "k2"], "nothing was asked about her again"
    assert (stand(db, waiting).state, stand(db, waiting).outcome) == ("expired", "erased")
    with db.transaction() as session:
        assert SubjectSealer(key_store()).erase(session, "subj_2")
    assert stand(db, done).answer == {}


async def test_ended_orders_are_not_kept_for_ever(db: Database, later: list[timedelta]) -> None:
    agencies = Agencies()
    agencies.away = {"police"}
    waiting, done = put(db, order("k1"), order("k2", "tax.file"))
    await forwarding.forward(db, agencies.ask)
    assert forwarding.forget(db, 30) == 0
    later[0] = timedelta(days=31)
    assert forwarding.forget(db, 30) == 1
    assert stand(db, waiting).state == "waiting"
    with db.reading() as session:
        assert forwarding.standing(session, done) is None


def test_a_full_queue_says_so(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarding, "MOST_WAITING", 2)
    put(db, order("k1"), order("k2"))
    with pytest.raises(Problem) as caught:
        put(db, order("k3"))
    assert caught.value.kind.code == "exchange.queue_full"
    assert put(db, order("k4", "tax.file"))
    with db.reading() as session:
        assert [one.operation for one in forwarding.waiting(session, "police")] == ["police.pay", "police.pay"]


# -- an agency in a process of its own, away and back

PAY_OFFICE = """
import json, pathlib, sys
from aiohttp import web

book = pathlib.Path(sys.argv[2])

async def pay(request):
    known = json.loads(book.read_text()) if book.exists() else {}
    key = request.headers["Idempotency-Key"]
    known.setdefault(key, f"R{len(known) + 1}")
    book.write_text(json.dumps(known))
    return web.json_response({"code": "0", "no": known[key], "fen": "3600", "at": "20261001120000"})

app = web.Application()
app.router.add_post("/pay", pay)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


@contextmanager
def pay_office(port: int, book: Path) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", PAY_OFFICE, str(port), str(book)])
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def until(db: Database, order_id: str, what: str) -> forwarding.Forwarded:
    end = time.monotonic() + 120
    while True:
        now_ = stand(db, order_id)
        if (what == "tried" and now_.attempts) or now_.state == what:
            return now_
        assert time.monotonic() < end, f"{now_} never became {what}"
        await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_what_was_stored_drains_by_itself_when_the_agency_comes_back(db: Database, tmp_path: Path) -> None:
    port, book = free_port(), tmp_path / "book.json"
    ours = Exchange(
        make_city(f"http://127.0.0.1:{port}"),
        db,
        settings=ExchangeSettings(),
        backoff=Backoff(first=0.001, longest=0.002),
    )
    stop, may = asyncio.Event(), [False]
    rounds = asyncio.ensure_future(forward_round(db, ours.ask, every=0.05, may_send=lambda: may[0]).run(stop))
    paid = {"amount": "36.00", "paid_on": "2026-10-01"}
    try:
        first, second = put(db, replace(order("k1"), params=paid), replace(order("k2"), params=paid))
        may[0] = True
        await until(db, first, "tried")
        assert stand(db, second).attempts == 0, "the second waits behind the first"
        with pay_office(port, book):
            done = await until(db, second, "done")
        assert (stand(db, first).state, stand(db, first).answer["data"]["receipt_number"]) == ("done", "R1")
        assert done.answer["data"]["receipt_number"] == "R2"
        (third,) = put(db, replace(order("k3"), params=paid))
        await until(db, third, "tried")  # away again
        with pay_office(port, book):
            assert (await until(db, third, "done")).answer["data"]["receipt_number"] == "R3"
    finally:
        stop.set()
        await rounds
        await ours.aclose()


async def test_rounds_outlive_a_round_that_fails_and_a_worker_without_its_lease_sends_nothing(db: Database) -> None:
    agencies = Agencies()
    agencies.dies_after = "k1"
    stop, may = asyncio.Event(), [False]
    (each,) = put(db, order("k1"))
    looks, often = [0], asyncio.Event()

    def may_send() -> bool:
        looks[0] += 1
        if looks[0] > 3:
            often.set()
        return may[0]

    rounds = asyncio.ensure_future(forward_round(db, agencies.ask, every=0.01, may_send=may_send).run(stop))
    await asyncio.wait_for(often.wait(), 60)
    assert agencies.asked == []
    may[0] = True
    assert (await until(db, each, "done")).answer["data"] == {"receipt_number": "R1"}
    stop.set()
    await rounds
    assert agencies.effects == {"k1": 1}
