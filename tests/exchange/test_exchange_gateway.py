"""Two members, two gateways, real mutual TLS: what gets through, what does not, and what is left as evidence."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from exchange_world import MOTHER, about, agency, make_city, resident_answer
from sqlalchemy import select, update

from onething.catalog.models import AccessRight, Ask, City, Partner, Purpose
from onething.core import clock
from onething.core.db import Database
from onething.core.i18n import Text
from onething.core.settings import settings_of
from onething.exchange.directory import Directory, MemberEntry, write_directory
from onething.exchange.gateway import consents
from onething.exchange.gateway import setup as members
from onething.exchange.gateway.anchoring import LogAnchor, anchor_all
from onething.exchange.gateway.asking import Asker
from onething.exchange.gateway.desk import AgencyDesk, Desk
from onething.exchange.gateway.effects import Effects
from onething.exchange.gateway.evidence import EvidenceBook, anchor_some
from onething.exchange.gateway.guard import seal_question
from onething.exchange.gateway.partners import PartnerDesk
from onething.exchange.gateway.server import PATH, Gateway, serving
from onething.exchange.gateway.tls import Authority
from onething.exchange.models import Outcome
from onething.exchange.registry import make_adapter
from onething.exchange.resilience.retrying import Backoff
from onething.exchange.service import Exchange, messages_about
from onething.exchange.settings import ExchangeSettings
from onething.exchange.tables import EffectRow, EvidenceRow
from onething.trust.service import key_store
from onething.trust.tables import SubjectKeyRow
from stores import with_tables

ANY = Text(zh="某", en="some")
RIGHT = AccessRight(
    who="platform",
    operations=("police.resident", "police.pay"),
    purposes=("household_registration", "loan", "bank:loan"),
)
BANK = Partner(
    id="bank", name=ANY, short=ANY, kind="bank",
    purposes=(Purpose(id="loan", name=ANY, why=ANY, asks=(Ask(operation="police.resident", fields=("name",)),)),),
)  # fmt: skip


class Place:
    """A folder of members, a police with a system behind its gateway, and the exchange of the platform."""

    def __init__(self, tmp_path: Path, db: Database, city: City) -> None:
        self.folder, self.db, self.city = tmp_path / "members", db, city
        self.police_db = Database(f"sqlite:///{tmp_path}/police.db")
        with_tables(self.police_db)
        self.urls = {"platform": "", "police": "", "bank": ""}
        members.setup(self.folder, self.urls)

    def publish(self, **urls: str) -> None:
        self.urls |= urls
        members.setup(self.folder, self.urls)

    def gateway(self, member: str = "police", desk: Desk | None = None, places: int = 128) -> Gateway:
        police = self.city.agencies[0]
        db = self.police_db if member == "police" else self.db
        desk = desk or AgencyDesk(
            self.city, police, make_adapter("rest", settings_of(ExchangeSettings)), Effects(db, member)
        )
        return Gateway(
            member, self.folder, key_store(member).signer(members.KEY_NAME), desk, EvidenceBook(db, member), places
        )

    def asker(self, member: str) -> Asker:
        return Asker(member, self.folder, key_store(member).signer(members.KEY_NAME))

    def exchange(self) -> Exchange:
        settings = settings_of(ExchangeSettings).model_copy(update={"gateway_dir": self.folder, "exchange_attempts": 2})
        return Exchange(self.city, self.db, settings=settings, backoff=Backoff(first=0.01))

    def evidence(self, db: Database) -> list[EvidenceRow]:
        with db.reading() as session:
            return list(session.scalars(select(EvidenceRow).order_by(EvidenceRow.id)))


@asynccontextmanager
async def standing(tmp_path: Path, db: Database, handler: Any, **how: Any) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(agency(handler))
        place = Place(tmp_path, db, make_city(url).model_copy(update={"rights": (RIGHT,), "partners": (BANK,)}))
        port = await stack.enter_async_context(serving(place.gateway(**how), "127.0.0.1", 0))
        place.publish(police=f"https://127.0.0.1:{port}")
        try:
            yield place
        finally:
            place.police_db.dispose()


async def resident(_request: web.Request) -> web.Response:
    return web.json_response(resident_answer())


async def test_the_exchange_asks_through_gateways_and_both_sides_keep_the_same_evidence(
    tmp_path: Path, db: Database
) -> None:
    async with standing(tmp_path, db, resident) as place:
        exchange = place.exchange()
        answer = await exchange.ask(about())
        assert (answer.outcome, answer.data["name"], answer.data["id_number"]) == (Outcome.OK, "王小丽", MOTHER)
        [ours], [theirs] = place.evidence(db), place.evidence(place.police_db)
        assert (ours.side, theirs.side) == ("out", "in")
        assert ours.question == theirs.question
        assert ours.answer == theirs.answer
        assert MOTHER not in f"{ours.question}{ours.answer}{theirs.question}{theirs.answer}"
        assert theirs.purpose == "household_registration"
        assert ours.message_id == answer.message_id
        await exchange.aclose()


async def test_a_purpose_without_right_is_refused_and_the_system_never_hears_of_it(
    tmp_path: Path, db: Database
) -> None:
    heard = list[str]()

    async def system(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.json_response(resident_answer())

    async with standing(tmp_path, db, system) as place:
        exchange = place.exchange()
        answer = await exchange.ask(about(purpose="curiosity"))
        assert (answer.outcome, answer.code) == (Outcome.FAULT, "no_right")
        answer = await exchange.ask(about(ground=""))
        assert (answer.outcome, answer.code) == (Outcome.FAULT, "not_sendable")
        assert heard == []
        await exchange.aclose()


async def test_a_gateway_with_the_wrong_name_is_not_asked(tmp_path: Path, db: Database) -> None:
    async with standing(tmp_path, db, resident) as place:
        directory = Directory(place.folder)
        entries = [entry for name in place.urls if (entry := directory.member(name))]
        wrong = [replace(entry, tls_name="elsewhere.test") if entry.id == "police" else entry for entry in entries]
        write_directory(place.folder, wrong)
        asker = place.asker("platform")
        question = asker.question(
            "police",
            "police.resident",
            {"id_number": MOTHER},
            id="m1",
            key="k",
            purpose="household_registration",
            ground="g",
        )
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await asker.ask(question)
        await asker.aclose()
        assert place.evidence(place.police_db) == []


async def test_nobody_without_a_certificate_of_the_authority_gets_in(tmp_path: Path, db: Database) -> None:
    async with standing(tmp_path, db, resident) as place:
        url = place.urls["police"] + PATH
        bare = ssl.create_default_context(cafile=str(place.folder / "authority.pem"))
        async with aiohttp.ClientSession() as session:
            with pytest.raises((aiohttp.ClientError, ConnectionError, ssl.SSLError)):
                await session.post(url, data=b"{}", ssl=bare, server_hostname=members.tls_name("police"))
        other = Authority.make()
        other.issue(tmp_path / "other", "platform", members.tls_name("platform"))
        bare.load_cert_chain(tmp_path / "other" / "platform" / "tls.pem", tmp_path / "other" / "platform" / "tls.key")
        async with aiohttp.ClientSession() as session:
            with pytest.raises((aiohttp.ClientError, ConnectionError, ssl.SSLError)):
                await session.post(url, data=b"{}", ssl=bare, server_hostname=members.tls_name("police"))


async def test_a_replay_is_refused_also_after_the_gateway_started_anew(tmp_path: Path, db: Database) -> None:
    async with standing(tmp_path, db, resident) as place:
        asker = place.asker("platform")
        question = asker.question(
            "police",
            "police.resident",
            {"id_number": MOTHER},
            id="m1",
            key="k",
            purpose="household_registration",
            ground="g",
        )
        body, message = seal_question(question, asker._signer, PATH)

        async def send(base: str) -> int:
            session = asker._open()
            async with session.post(
                base + PATH, data=body, headers=dict(message.headers), server_hostname=members.tls_name("police")
            ) as response:
                return response.status

        assert await send(place.urls["police"]) == 200
        assert await send(place.urls["police"]) == 409
        async with serving(place.gateway(), "127.0.0.1", 0) as port:
            assert await send(f"https://127.0.0.1:{port}") == 409
        await asker.aclose()
        assert len(place.evidence(place.police_db)) == 1


async def test_a_stolen_key_is_worth_nothing_once_revoked(tmp_path: Path, db: Database) -> None:
    async with standing(tmp_path, db, resident) as place:
        thief = place.asker("platform")
        why = {"id": "m1", "key": "k", "purpose": "household_registration", "ground": "g"}
        assert (
            await thief.ask(thief.question("police", "police.resident", {"id_number": MOTHER}, **why))
        ).outcome is Outcome.OK
        members.revoke(place.folder, list(place.urls), "platform", "stolen")
        reply = await thief.ask(thief.question("police", "police.resident", {"id_number": MOTHER}, **why))
        assert (reply.outcome, reply.code) == (Outcome.FAULT, "gateway_revoked_key")
        honest = place.asker("platform")
        with clock.frozen(clock.now() + timedelta(seconds=1)):
            assert (
                await honest.ask(honest.question("police", "police.resident", {"id_number": MOTHER}, **why))
            ).outcome is Outcome.OK
        await thief.aclose()
        await honest.aclose()


async def test_a_full_gateway_says_so_at_once(tmp_path: Path, db: Database) -> None:
    go = asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        await go.wait()
        return web.json_response(resident_answer())

    async with standing(tmp_path, db, slow, places=2) as place:
        asker = place.asker("platform")

        def ask(number: int) -> "asyncio.Task[Any]":
            why = {"id": f"m{number}", "key": f"k{number}", "purpose": "household_registration", "ground": "g"}
            return asyncio.create_task(
                asker.ask(asker.question("police", "police.resident", {"id_number": MOTHER}, **why))
            )

        tasks = [ask(number) for number in range(5)]
        async with asyncio.timeout(60):
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            while len(done) < 3:
                done = {task for task in tasks if task.done()}
                await asyncio.sleep(0.01)
        assert {(task.result().outcome, task.result().code, task.result().retry_after) for task in done} == {
            (Outcome.UNAVAILABLE, "gateway_busy", 1.0)
        }
        go.set()
        replies = await asyncio.gather(*tasks)
        assert [reply.outcome for reply in replies].count(Outcome.OK) == 2
        await asker.aclose()


async def test_one_member_does_not_keep_the_others_out(tmp_path: Path, db: Database) -> None:
    go = asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        await go.wait()
        return web.json_response(resident_answer())

    async with standing(tmp_path, db, slow, places=4) as place:
        greedy, bank = place.asker("platform"), place.asker("bank")

        def ask(number: int) -> "asyncio.Task[Any]":
            why = {"id": f"m{number}", "key": f"k{number}", "purpose": "household_registration", "ground": "g"}
            question = greedy.question("police", "police.resident", {"id_number": MOTHER}, **why)
            return asyncio.create_task(greedy.ask(question))

        tasks = [ask(number) for number in range(6)]
        async with asyncio.timeout(60):
            for early in islice(asyncio.as_completed(tasks), 3):
                await early
        why = {"id": "b1", "key": "b1", "purpose": "loan", "ground": "g"}
        reply = await bank.ask(bank.question("police", "police.resident", {"id_number": MOTHER}, **why))
        assert (reply.outcome, reply.code) == (Outcome.FAULT, "no_right"), "heard, though the platform fills its share"
        go.set()
        assert [one.outcome for one in await asyncio.gather(*tasks)].count(Outcome.OK) == 3
        await greedy.aclose()
        await bank.aclose()


async def test_an_order_has_one_effect_and_its_key_belongs_to_it(tmp_path: Path, db: Database) -> None:
    paid = list[str]()

    async def system(request: web.Request) -> web.Response:
        paid.append(request.headers["Idempotency-Key"])
        return web.json_response({"code": "0", "no": f"R{len(paid)}", "fen": 1250, "at": "20260301101500"})

    async with standing(tmp_path, db, system) as place:
        asker = place.asker("platform")
        why = {"key": "order-1", "purpose": "household_registration", "ground": "g"}
        order = {"amount": "12.50", "paid_on": "2026-03-01"}
        first = await asker.ask(asker.question("police", "police.pay", order, id="m1", **why))
        again = await asker.ask(asker.question("police", "police.pay", order, id="m2", **why))
        other = await asker.ask(asker.question("police", "police.pay", order | {"amount": "99.00"}, id="m3", **why))
        assert (first.outcome, first.data["receipt_number"]) == (Outcome.OK, "R1")
        assert again.data == first.data
        assert (other.outcome, other.code) == (Outcome.FAULT, "key_reused")
        assert paid == ["platform:order-1"]
        with place.police_db.reading() as session:
            (row,) = session.scalars(select(EffectRow))
            assert bytes.fromhex(row.answer or "")
            assert "R1" not in (row.answer or "")
            guess = orjson.dumps(["police.pay", order], option=orjson.OPT_SORT_KEYS)
            assert row.digest != hashlib.sha256(guess).hexdigest(), "nobody finds the parameters by trying"
        effects = Effects(place.police_db, "police")
        assert effects.forget(30) == 0
        assert effects.forget(-1) == 1
        with place.police_db.reading() as session:
            assert session.scalars(select(SubjectKeyRow)).all() == [], "the key goes with the order"
        await asker.aclose()


async def test_a_partner_gets_what_the_person_agreed_to_and_nothing_once_she_withdraws(
    tmp_path: Path, db: Database
) -> None:
    during = list[Any]()

    async def system(_request: web.Request) -> web.Response:
        for action in during:
            action()
        return web.json_response(resident_answer())

    async with standing(tmp_path, db, system) as place:
        desk = PartnerDesk(place.city, place.exchange(), db)
        async with serving(place.gateway("platform", desk), "127.0.0.1", 0) as port:
            place.publish(platform=f"https://127.0.0.1:{port}")
            bank = place.asker("bank")

            async def ask(person: str, consent: str, purpose: str = "loan") -> Any:
                why = {"id": "m1", "key": "k1", "purpose": purpose, "consent": consent}
                return await bank.ask(bank.question("platform", "police.resident", {"id_number": person}, **why))

            assert (await ask(MOTHER, "pcn_none")).code == "no_consent"
            with db.transaction() as session:
                given = consents.give(session, "subj_1", MOTHER, BANK, BANK.purposes[0])
            reply = await ask(MOTHER, given.id)
            assert (reply.outcome, reply.data) == (Outcome.OK, {"name": "王小丽"})
            assert (await ask("310101199003070137", given.id)).code == "no_consent"
            assert (await ask(MOTHER, given.id, "marketing")).code == "no_right"
            with db.reading() as session:
                [seen] = messages_about(session, subject_id="subj_1")
            assert (seen.actor, seen.purpose, seen.ground) == ("partner:bank", "bank:loan", f"consent:{given.id}")

            def withdraw() -> None:
                with db.transaction() as session:
                    consents.withdraw(session, "subj_1", given.id)

            during.append(withdraw)
            late = await ask(MOTHER, given.id)
            assert (late.outcome, late.code, late.data) == (Outcome.REFUSED, "no_consent", {})
            assert (await ask(MOTHER, given.id)).code == "no_consent"
            await bank.aclose()


async def test_a_consent_ends_by_itself(db: Database) -> None:
    with db.transaction() as session:
        given = consents.give(session, "subj_1", MOTHER, BANK, BANK.purposes[0], days=400)
        assert given.until - given.given_at == timedelta(days=30)
        params = {"id_number": MOTHER}
        assert consents.covering(session, given.id, "bank", "police.resident", params)
        assert not consents.covering(session, given.id, "insurer", "police.resident", params)
        with clock.frozen(given.until):
            assert not consents.covering(session, given.id, "bank", "police.resident", params)
        assert not consents.withdraw(session, "subj_2", given.id)
        assert consents.covering(session, given.id, "bank", "police.resident", params)


class Ledger:
    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def anchor(self, digests: Any) -> list[str]:
        self.taken += digests
        return [f"log#{len(self.taken)}" for _ in digests]


async def test_evidence_is_given_to_a_ledger_once(tmp_path: Path, db: Database) -> None:
    async with standing(tmp_path, db, resident) as place:
        exchange, ledger = place.exchange(), Ledger()
        await exchange.ask(about())
        for expected in (1, 0):
            with db.transaction() as session:
                assert anchor_some(session, ledger) == expected
        assert len(ledger.taken) == 1
        assert place.evidence(db)[0].anchor == "log#1"
        await exchange.aclose()


async def test_evidence_stands_in_both_members_logs_and_cannot_be_dropped_unseen(tmp_path: Path, db: Database) -> None:
    async with standing(tmp_path, db, resident) as place:
        exchange = place.exchange()
        for number in range(3):
            await exchange.ask(about(key=f"k{number}"))
        ours, theirs = LogAnchor(db, "testville", "platform"), LogAnchor(place.police_db, "testville", "police")
        assert [anchor_all(db, ours), anchor_all(place.police_db, theirs)] == [3, 3]
        assert [anchor_all(db, ours), ours.log.head()[0].size] == [0, 3]
        assert {entry for _, entry in ours.log.reader().entries()} == {
            entry for _, entry in theirs.log.reader().entries()
        }
        assert {row.anchor for row in place.evidence(db)} == {
            f"onething/testville/exchange/platform#{n}" for n in range(3)
        }
        # Cut between log and table: the entry is there, the table does not know; the next round finds it again.
        with db.transaction() as session:
            session.execute(update(EvidenceRow).values(anchor=None))
        again = LogAnchor(db, "testville", "platform")
        assert [anchor_all(db, again), again.log.head()[0].size] == [3, 3]
        await exchange.aclose()


def test_members_without_a_gateway_are_asked_as_before(tmp_path: Path, db: Database) -> None:
    write_directory(tmp_path, [MemberEntry("police", "", "police.test", ())])
    exchange = Exchange(
        make_city("http://127.0.0.1:9"),
        db,
        settings=settings_of(ExchangeSettings).model_copy(update={"gateway_dir": tmp_path}),
    )
    assert exchange._way(exchange._targets["police.resident"].agency) == "rest"
