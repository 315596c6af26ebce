"""Store and forward: orders for an agency that is away are kept, sent in order when it is back, and carried out once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from onething.core import clock
from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange import forwarding
from onething.exchange.models import Answer, Call, Outcome


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


def test_a_full_queue_says_so(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarding, "MOST_WAITING", 2)
    put(db, order("k1"), order("k2"))
    with pytest.raises(Problem) as caught:
        put(db, order("k3"))
    assert caught.value.kind.code == "exchange.queue_full"
    assert put(db, order("k4", "tax.file"))
    with db.reading() as session:
        assert [one.operation for one in forwarding.waiting(session, "police")] == ["police.pay", "police.pay"]
