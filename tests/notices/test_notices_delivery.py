"""Every event is told once: written with its event, sent the moment it is saved, never twice whoever dies."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy
from aiohttp import web
from sqlalchemy import select
from tests.event_samples import event

from onething.catalog.models import City
from onething.core import events
from onething.core.clock import frozen, now
from onething.core.db import Database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.identifiers import citizen_id_check_digit
from onething.notices import outbox, service
from onething.notices.channels import Receipt, chosen, make_channel
from onething.notices.contrib.carrier import AppriseChannel, with_number
from onething.notices.contrib.failing import FailingChannel
from onething.notices.contrib.null import NullChannel
from onething.notices.contrib.sandbox import SandboxPhone
from onething.notices.models import State
from onething.notices.service import Sender, listing, messages_for, send_again
from onething.notices.settings import NoticesSettings
from onething.notices.tables import NoticeRow
from onething.subjects.service import Person, ensure_person, set_language, set_phone, set_sms
from onething.trust.service import SubjectSealer, key_store

FIRST17 = "31010119900307002"
MOTHER = FIRST17 + citizen_id_check_digit(FIRST17)


class Phone:
    """A carrier that keeps one message a key, as the real ones and the sandbox phone do."""

    def __init__(self, trouble: int = 0) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.trouble = trouble

    @property
    def delivered(self) -> dict[str, str]:
        return {key: text for _, text, key in self.sent}

    async def send(self, to: str, text: str, key: str) -> Receipt:
        if self.trouble > 0:
            self.trouble -= 1
            raise ConnectionError("away")
        self.sent.append((to, text, key))
        await asyncio.sleep(0)
        return Receipt(State.SENT)

    async def aclose(self) -> None:
        self.sent.clear()


def no_city() -> City:
    raise Problem(NOT_FOUND)


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(events.log, "_subscribers", {})
    service.install(no_city)
    service.install(no_city)
    return


def make_mother(db: Database, phone: str | None = "13812345678") -> Person:
    with db.transaction() as session:
        return ensure_person(session, oidc_sub="u1", name="王小丽", id_number=MOTHER, phone=phone)


def make_father(db: Database) -> Person:
    first = "31010119880101003"
    number = first + citizen_id_check_digit(first)
    with db.transaction() as session:
        return ensure_person(session, oidc_sub="u2", name="张强", id_number=number, phone="13900000001")


def happen(db: Database, who: Person, event_type: str = "case.submitted", **data: Any) -> None:
    with db.transaction() as session:
        known = {"subject_id": who.id, "life_event": "newborn", "reference": "CS20261123-7K4M-92QD"}
        events.append(session, event("case_1", event_type, **known, **data))


def rows(db: Database) -> list[NoticeRow]:
    with db.reading() as session:
        return list(session.scalars(select(NoticeRow).order_by(NoticeRow.id)))


async def test_events_appended_together_are_put_into_the_outbox_in_one_statement_each_told_once(db: Database) -> None:
    phone, mother, father = Phone(), make_mother(db), make_father(db)
    inserts: list[str] = []
    sqlalchemy.event.listen(
        db.engine, "before_cursor_execute", lambda *call: inserts.append(call[2].partition(" (")[0])
    )
    with db.transaction() as session, events.gathered(session):
        for number, who in enumerate((mother, father, mother)):
            known = {"subject_id": who.id, "life_event": "newborn", "reference": f"CS2026112{number}-7K4M-92QD"}
            events.append(session, event(f"case_{number}", "case.submitted", **known))
    assert Counter(inserts)["INSERT INTO notice"] == 1
    assert await Sender(db, phone).send_due() == 3
    assert Counter(to for to, _, _ in phone.sent) == {"13812345678": 2, "13900000001": 1}
    assert {text.partition("，")[0] for _, text, _ in phone.sent} == {"王女士", "张先生"}


async def test_the_message_reaches_her_phone_in_her_words(db: Database) -> None:
    phone, mother = Phone(), make_mother(db)
    happen(db, mother)
    assert await Sender(db, phone).send_due() == 1
    ((to, text, key),) = phone.sent
    assert to == "13812345678"
    assert text.startswith("王女士，")
    assert "/case/CS20261123-7K4M-92QD" in text
    assert "小丽" not in text
    (row,) = rows(db)
    assert (row.id, row.state, row.attempts) == (key, State.SENT, 1)
    assert await Sender(db, phone).send_due() == 0


async def test_english_readers_get_english(db: Database) -> None:
    mother = make_mother(db)
    with db.transaction() as session:
        set_language(session, mother.id, "en")
    happen(db, mother, "case.finished")
    with db.reading() as session:
        (message,) = messages_for(session, mother.id).messages
    assert message.text.startswith("Your ")
    assert message.text.isascii()


async def test_words_lie_sealed_and_somebody_erased_is_told_nothing_more(db: Database) -> None:
    phone, mother, father = Phone(), make_mother(db), make_father(db)
    for who in (mother, father):
        happen(db, who)
    assert len(rows(db)) == 2
    assert not [row.text for row in rows(db) if "女士" in row.text or "先生" in row.text or "http" in row.text]
    with db.transaction() as session:
        assert SubjectSealer(key_store()).erase(session, mother.id)
    happen(db, mother, "case.finished")
    assert await Sender(db, phone).send_due() == 2
    assert [to for to, _, _ in phone.sent] == ["13900000001"]
    assert "先生" in phone.sent[0][1]
    with db.reading() as session:
        assert [(each.state, each.text) for each in messages_for(session, mother.id).messages] == [(State.UNWANTED, "")]
        assert [each.text for each in listing(session)].count("") == 1


async def test_no_event_no_message_when_the_transaction_fails(db: Database) -> None:
    mother = make_mother(db)
    with contextlib.suppress(RuntimeError), db.transaction() as session:
        events.append(session, event("case_1", "case.submitted", subject_id=mother.id))
        raise RuntimeError("later in the same step")
    assert rows(db) == []


def test_events_that_concern_nobody_or_have_no_words_tell_nobody(db: Database) -> None:
    mother = make_mother(db)
    with db.transaction() as session:
        events.append(session, event("company:c", "profile.changed"))
        events.append(session, event("case_1", "case.submitted", subject_id="subj_nobody"))
        events.append(session, event("case_1", "task.started", subject_id=mother.id))
    assert rows(db) == []


@pytest.mark.slow
async def test_quiet_events_and_quiet_people_read_in_the_portal_only(db: Database) -> None:
    mother, phone = make_mother(db), Phone()
    happen(db, mother, "task.referred", service="household_registration")
    with db.transaction() as session:
        set_sms(session, mother.id, opt_in=False)
    happen(db, mother, "case.finished")
    assert await Sender(db, phone).send_due() == 0
    with db.reading() as session:
        page = messages_for(session, mother.id)
        assert messages_for(session, "subj_other").messages == ()
    assert [m.event_type for m in page.messages] == ["case.finished", "task.referred"]
    assert {m.channel for m in page.messages} == {"portal"}


async def test_the_newest_number_is_used_and_a_late_no_is_respected(db: Database) -> None:
    mother, phone = make_mother(db), Phone()
    happen(db, mother)
    with db.transaction() as session:
        set_phone(session, mother.id, "13700001111")
    await Sender(db, phone).send_due()
    assert phone.sent[0][0] == "13700001111"
    happen(db, mother, "case.finished")
    with db.transaction() as session:
        set_sms(session, mother.id, opt_in=False)
    await Sender(db, phone).send_due()
    assert len(phone.sent) == 1
    assert rows(db)[-1].state == State.UNWANTED


async def test_one_persons_messages_keep_their_order(db: Database) -> None:
    mother, phone = make_mother(db), Phone()
    for event_type in ("case.submitted", "supplement.requested", "case.finished"):
        happen(db, mother, event_type)
    await Sender(db, phone).send_due()
    assert [key for _, _, key in phone.sent] == [row.id for row in rows(db)]


async def test_what_is_done_at_one_time_is_one_text_message(db: Database) -> None:
    """Six certificates within a minute do not buzz six times with one link; the page lists each."""
    mother, phone = make_mother(db), Phone()
    for _ in range(3):
        happen(db, mother, "certificate.issued")
    await Sender(db, phone).send_due()
    assert phone.sent == [], "others may follow"
    with frozen(now() + timedelta(seconds=61)):
        await Sender(db, phone).send_due()
    (only,) = phone.sent
    assert "3 项办好了" in only[1] or "3 things are done" in only[1]
    with db.reading() as session:
        assert len(messages_for(session, mother.id).messages) == 3


async def test_the_end_of_a_case_says_what_was_waiting_to_be_said(db: Database) -> None:
    mother, phone = make_mother(db), Phone()
    for event_type in ("certificate.issued", "certificate.issued", "case.finished"):
        happen(db, mother, event_type)
    with frozen(now() + timedelta(seconds=120)):
        await Sender(db, phone).send_due()
    assert [key for _, _, key in phone.sent] == [row.id for row in rows(db) if row.event_type == "case.finished"]


async def test_a_carrier_that_is_away_is_tried_again_later_with_the_same_key(db: Database) -> None:
    mother, phone = make_mother(db), Phone(trouble=1)
    happen(db, mother)
    sender = Sender(db, phone, wait=lambda _attempt: 30)
    await sender.send_due()
    assert await sender.send_due() == 0
    (row,) = rows(db)
    assert (row.state, row.attempts, row.code) == (State.DUE, 1, "ConnectionError")
    with frozen(now() + timedelta(seconds=31)):
        assert await sender.send_due() == 1
    assert [key for _, _, key in phone.sent] == [row.id]


async def test_after_enough_attempts_it_is_given_up_visibly_and_can_be_sent_again(db: Database) -> None:
    mother, carrier = make_mother(db), FailingChannel()
    happen(db, mother)
    sender = Sender(db, carrier, wait=lambda _attempt: 0)
    while await sender.send_due():
        pass
    (row,) = rows(db)
    assert (row.state, row.attempts) == (State.FAILED, outbox.MOST_ATTEMPTS)
    assert set(carrier.keys) == {row.id}
    with db.transaction() as session:
        assert send_again(session, [State.FAILED]) == 1
    phone = Phone()
    await Sender(db, phone).send_due()
    assert phone.delivered.keys() == {row.id}


async def test_a_sender_that_dies_before_noting_leaves_it_to_another_with_the_same_key(db: Database) -> None:
    mother, phone = make_mother(db), Phone()
    happen(db, mother)

    class Dying(Sender):
        def _settle(self, results: Any) -> None:
            raise SystemExit("kill -9")

    with pytest.raises(SystemExit):
        await Dying(db, phone).send_due()
    assert await Sender(db, phone).send_due() == 0, "still in the dead one's hands"
    with frozen(now() + outbox.LEASE + timedelta(seconds=1)):
        assert await Sender(db, phone).send_due() == 1
    assert len(phone.sent) == 2
    assert len(phone.delivered) == 1


async def _race(database: Database, messages: int) -> Counter[str]:
    mother, phone = make_mother(database), Phone()
    for _ in range(messages):
        happen(database, mother, "case.finished")

    def run_sender(_n: int) -> None:
        async def all_of_it() -> None:
            sender = Sender(database, phone, batch=7)
            while await sender.send_due():
                pass

        asyncio.run(all_of_it())

    with ThreadPoolExecutor(4) as pool:
        await asyncio.to_thread(lambda: list(pool.map(run_sender, range(4))))
    return Counter(key for _, _, key in phone.sent)


async def test_senders_side_by_side_never_send_one_twice_on_sqlite(db: Database) -> None:
    counts = await _race(db, 60)
    assert len(counts) == 60
    assert set(counts.values()) == {1}


@pytest.mark.postgres
async def test_senders_side_by_side_never_send_one_twice_on_postgres(postgres_url: str) -> None:
    database = Database(postgres_url)
    database.create_all()
    counts = await _race(database, 60)
    assert len(counts) == 60
    assert set(counts.values()) == {1}
    database.dispose()


async def test_it_is_sent_when_the_event_is_saved_not_at_the_next_poll(db: Database) -> None:
    mother, phone = make_mother(db), Phone()
    stop = asyncio.Event()
    running = asyncio.create_task(Sender(db, phone, poll=60).run(stop))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(happen, db, mother)
    for _ in range(200):
        if phone.sent:
            break
        await asyncio.sleep(0.02)
    assert len(phone.sent) == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_messages_of_other_processes_are_found_by_looking(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onething.notices.wake.ring", lambda: None)
    mother, phone, stop = make_mother(db), Phone(), asyncio.Event()
    running = asyncio.create_task(Sender(db, phone, poll=0.05).run(stop))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(happen, db, mother)
    for _ in range(200):
        if phone.sent:
            break
        await asyncio.sleep(0.02)
    stop.set()
    await running
    assert len(phone.sent) == 1


async def test_a_database_restart_is_outlived(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    mother, phone, stop = make_mother(db), Phone(), asyncio.Event()
    happen(db, mother)
    whole, calls = Sender._claim, 0

    def flaky(self: Sender) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError("server closed the connection")
        return whole(self)

    monkeypatch.setattr(Sender, "_claim", flaky)
    running = asyncio.create_task(Sender(db, phone, poll=0.02).run(stop))
    for _ in range(200):
        if phone.sent:
            break
        await asyncio.sleep(0.02)
    stop.set()
    await running
    assert len(phone.sent) == 1


async def test_without_a_carrier_messages_wait_marked(db: Database) -> None:
    mother = make_mother(db)
    happen(db, mother)
    await Sender(db, NullChannel()).send_due()
    assert rows(db)[0].state == State.NOT_CONFIGURED


@pytest.mark.parametrize(
    ("status", "state"), [(200, State.SENT), (400, State.FAILED), (429, State.DUE), (503, State.DUE)]
)
async def test_the_sandbox_phone_gets_number_text_and_key(status: int, state: State) -> None:
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.path, await request.json()))
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/sms", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    channel = make_channel(NoticesSettings(sms_sandbox_url=f"http://127.0.0.1:{runner.addresses[0][1]}/"))
    assert isinstance(channel, SandboxPhone)
    receipt = await channel.send("13812345678", "您好", "ntc_1")
    await channel.aclose()
    await runner.cleanup()
    assert receipt.state is state
    assert seen == [("/sms", {"to": "13812345678", "text": "您好", "idempotency_key": "ntc_1"})]


async def test_apprise_takes_any_address_and_a_bad_one_is_not_configured() -> None:
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.path, await request.json()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"json://127.0.0.1:{runner.addresses[0][1]}/send/{{to}}"
    good = await AppriseChannel(address).send("13812345678", "您好", "ntc_1")
    await runner.cleanup()
    assert good.state is State.SENT
    assert seen[0][0].strip("/") == "send/13812345678"
    assert seen[0][1]["message"] == "您好"
    assert (await AppriseChannel("no such thing").send("13812345678", "x", "k")).state is State.NOT_CONFIGURED
    assert with_number("sinch://id:token@550?region=eu", "138") == "sinch://id:token@550/138?region=eu"


@pytest.mark.parametrize(
    ("settings", "name"),
    [({}, "null"), ({"sms_url": "x://"}, "apprise"), ({"sms_sandbox_url": "http://p"}, "sandbox"), ({"sms_channel": "failing"}, "failing")],
)  # fmt: skip
def test_the_settings_choose_the_channel(settings: dict[str, str], name: str) -> None:
    assert chosen(NoticesSettings(**settings)) == name
    make_channel(NoticesSettings(**settings))


def test_an_unknown_channel_is_named_with_those_that_exist() -> None:
    with pytest.raises(Problem) as problem:
        make_channel(NoticesSettings(sms_channel="pigeon"))
    assert "sandbox" in problem.value.next.zh
