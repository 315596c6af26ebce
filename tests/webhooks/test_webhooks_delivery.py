"""Messages reach a real receiver at least once, signed, whatever fails in between: on SQLite and on PostgreSQL."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.conftest import free_port
from tests.event_samples import event

from onething.core import clock, events
from onething.core.access import SYSTEM_PRINCIPAL
from onething.core.db import Database
from onething.host.assembling import subscribe
from onething.webhooks import service
from onething.webhooks.states import DeliveryState
from onething.webhooks.tables import DeliveryRow, SubscriptionRow

HERE = Path(__file__).parent


class City:
    """A receiving system, and the subscription of it."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder = db, folder
        self.port = free_port()
        self.log, self.how = folder / "taken.jsonl", folder / "how"
        self.url = f"http://127.0.0.1:{self.port}/onething"
        with db.transaction() as session:
            made = service.add(session, SYSTEM_PRINCIPAL, self.url, ["case.*"])
        self.id, self.secret = made.subscription.id, made.secret
        self.process: subprocess.Popen[bytes] | None = None
        self.does("take")

    def does(self, what: str) -> None:
        self.how.write_text(what)

    def up(self) -> None:
        command = [sys.executable, str(HERE / "receiver.py"), str(self.port), str(self.log), self.secret, str(self.how)]
        self.process = subprocess.Popen(command)
        import socket

        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the receiver does not come up")

    def down(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def taken(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def happens(self, number: int) -> None:
        with self.db.transaction() as session:
            events.append(
                session, event(f"case_{number}", "case.submitted", subject_id="subj_1", reference="CS-SECRET")
            )

    def send(self) -> int:
        return asyncio.run(service.Sender(self.db).send_due())

    def rested(self) -> None:
        """As if the pauses were over."""
        past = clock.now() - timedelta(seconds=1)
        with self.db.transaction() as session:
            session.execute(update(DeliveryRow).where(DeliveryRow.state == DeliveryState.DUE).values(due_at=past))
            session.execute(update(SubscriptionRow).values(resting_until=None))

    def rows(self) -> list[DeliveryRow]:
        with self.db.reading() as session:
            return list(session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("db")
        return
    database = Database(request.getfixturevalue("postgres_url"))
    database.create_all()
    yield database
    database.dispose()


@pytest.fixture
def city(store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    monkeypatch.setenv("ONETHING_WEBHOOKS_NETWORKS", '["127.0.0.0/8"]')
    monkeypatch.setenv("ONETHING_WEBHOOKS_TIMEOUT_SECONDS", "1")
    monkeypatch.setenv("ONETHING_WEBHOOKS_ATTEMPTS", "3")
    subscribe()
    made = City(store, tmp_path)
    made.up()
    yield made
    made.down()


def test_a_message_is_signed_and_names_things_by_ids_only(city: City) -> None:
    city.happens(1)
    assert city.send() == 1
    [taken] = city.taken()
    assert taken["genuine"]
    assert taken["host"] == f"127.0.0.1:{city.port}"
    assert taken["body"]["type"] == "case.submitted"
    assert {"type": "case", "id": "case_1", "role": "happened to"} in taken["body"]["data"]["objects"]
    assert "details" not in taken["body"]["data"]
    assert "CS-SECRET" not in json.dumps(taken), "the number people are told is nobody else's business"
    [row] = city.rows()
    assert (row.state, row.status, row.id) == ("delivered", 204, taken["id"])
    assert city.send() == 0, "once it is taken, it is not sent again"


def test_what_was_not_subscribed_is_not_sent(city: City) -> None:
    with city.db.transaction() as session:
        events.append(session, event("case_1", "task.done", task="t", agency="police"))
    assert city.send() == 0


@pytest.mark.parametrize("wrong", ["500", "404", "redirect", "hang"])
def test_what_fails_is_tried_again_under_the_same_id_and_goes_through_once_the_receiver_is_well(
    city: City, wrong: str
) -> None:
    city.does(wrong)
    city.happens(1)
    assert city.send() == 1
    [row] = city.rows()
    assert (row.state, row.attempts) == ("due", 1)
    assert row.due_at > clock.now(), "not at once"
    assert city.send() == 0
    city.does("take")
    city.rested()
    assert city.send() == 1
    first, second = city.taken()
    assert first["id"] == second["id"]
    assert city.rows()[0].state == "delivered"


def test_a_receiver_that_is_killed_in_between_gets_everything_after_it_is_back(city: City) -> None:
    for number in range(3):
        city.happens(number)
    city.send()
    city.down()
    for number in range(3, 6):
        city.happens(number)
    assert city.send() >= 1
    assert {row.state for row in city.rows()} == {"delivered", "due"}
    city.up()
    for _ in range(3):
        city.rested()
        city.send()
    told = [each["body"]["data"]["stream"] for each in city.taken()]
    assert sorted(set(told)) == [f"case_{number}" for number in range(6)]
    assert all(each["genuine"] for each in city.taken())


SENDING = """
import asyncio
from onething.core.db import Database
from onething.host.assembling import subscribe
from onething.webhooks.service import Sender
import sys
subscribe()
print("sending", flush=True)
asyncio.run(Sender(Database(sys.argv[1])).send_due())
"""


def test_a_sender_that_is_killed_while_it_sends_leaves_its_message_to_its_heir(city: City) -> None:
    city.does("hang")
    city.happens(1)
    environment = {**os.environ, "ONETHING_WEBHOOKS_TIMEOUT_SECONDS": "50"}
    url = city.db.engine.url.render_as_string(hide_password=False)
    sender = subprocess.Popen([sys.executable, "-c", SENDING, url], env=environment, stdout=subprocess.PIPE)
    for _ in range(600):
        if city.taken():
            break
        time.sleep(0.05)
    sender.send_signal(signal.SIGKILL)
    sender.wait(10)
    city.does("take")
    assert city.send() == 0, "its lease still holds"
    city.rested()
    assert city.send() == 1
    first, second = city.taken()
    assert first["id"] == second["id"], "at least once, and known by its id"
    assert city.rows()[0].state == "delivered"


def test_what_fails_for_good_is_put_aside_and_sent_again_by_hand(city: City) -> None:
    city.does("500")
    city.happens(1)
    for _ in range(3):
        city.rested()
        city.send()
    [row] = city.rows()
    assert (row.state, row.status, row.code, row.attempts) == ("dead", 500, "status", 3)
    city.rested()
    assert city.send() == 0
    city.does("take")
    with city.db.transaction() as session:
        assert service.redeliver_dead(session, SYSTEM_PRINCIPAL, city.id) == 1
    assert city.send() == 1
    assert city.rows()[0].state == "delivered"
    assert len({each["id"] for each in city.taken()}) == 1
    with city.db.transaction() as session:
        service.redeliver(session, SYSTEM_PRINCIPAL, city.id, row.id)
    assert city.send() == 1, "what was delivered can be sent once more as well"


def test_410_ends_the_subscription(city: City) -> None:
    city.does("410")
    city.happens(1)
    city.send()
    with city.db.reading() as session:
        assert service.find(session, SYSTEM_PRINCIPAL, city.id).state == "paused"
    assert city.rows()[0].state == "dead"
    city.happens(2)
    assert len(city.rows()) == 1


def test_while_a_secret_changes_both_are_good_and_afterwards_only_the_new_one(city: City) -> None:
    with city.db.transaction() as session:
        made = service.rotate(session, SYSTEM_PRINCIPAL, city.id, hours=1)
    assert made.secret != city.secret
    city.happens(1)
    city.send()
    assert city.taken()[-1]["genuine"], "the receiver still has the old one"
    with city.db.transaction() as session:
        service.rotate(session, SYSTEM_PRINCIPAL, city.id, hours=0)
    city.happens(2)
    city.send()
    assert not city.taken()[-1]["genuine"]


def test_what_was_rolled_back_is_not_told(city: City) -> None:
    with city.db.transaction() as session:
        events.append(session, event("case_9", "case.submitted", subject_id="subj_1"))
        session.flush()
        session.rollback()
    assert city.rows() == []


def test_paused_removed_and_resumed(city: City) -> None:
    city.happens(1)
    with city.db.transaction() as session:
        service.pause(session, SYSTEM_PRINCIPAL, city.id)
    city.happens(2)
    assert city.send() == 0, "what waits is held back too"
    with city.db.transaction() as session:
        service.resume(session, SYSTEM_PRINCIPAL, city.id)
    city.happens(3)
    city.send()
    assert {each["body"]["data"]["stream"] for each in city.taken()} == {"case_1", "case_3"}
    city.happens(4)
    with city.db.transaction() as session:
        service.remove(session, SYSTEM_PRINCIPAL, city.id)
    city.happens(5)
    assert city.send() == 0


def test_a_receiver_that_hangs_takes_no_places_from_another(city: City, tmp_path: Path) -> None:
    for number in range(40):
        city.happens(number)
    (tmp_path / "other").mkdir()
    other = City(city.db, tmp_path / "other")
    other.up()
    try:
        city.does("hang")
        other.happens(99)
        city.send()
        assert [each["body"]["data"]["stream"] for each in other.taken()] == ["case_99"]
        tried = [row for row in city.rows() if row.subscription_id == city.id and row.attempts]
        assert 0 < len(tried) <= 16
        assert city.send() == 0, "it is left alone for a while"
    finally:
        other.down()
