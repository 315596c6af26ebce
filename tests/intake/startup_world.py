"""Founders at the start of their filing: the package of Shenzhen, its sandbox agencies over HTTP, a worker in this process."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from onething.casework.execution.contrib.plain_engine import PlainEngine
from onething.casework.execution.worker import Worker
from onething.casework.models import CaseStatus
from onething.casework.tables import CaseRow, TaskRow
from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.exchange.models import Answer, Call, Outcome
from onething.exchange.service import Exchange
from onething.intake import service as intake
from onething.notices.service import messages_for
from onething.notices.tables import NoticeRow
from onething.sandbox.startup.service import TownHandles, plain_answers
from onething.sandbox.startup.town import Townsman
from onething.subjects.service import ensure_person

Ask = Callable[[Call], Answer | None]


@dataclass
class Agencies:
    """The sandbox's agencies; `instead` may answer in place of one. Seal and housing fund answer here, without a browser."""

    exchange: Exchange
    instead: dict[str, Ask] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def down_agencies(self) -> set[str]:
        return set()

    async def ask(self, call: Call) -> Answer:
        self.calls.append(call)
        if call.operation in self.instead and (answer := self.instead[call.operation](call)) is not None:
            return answer
        if call.operation == "seal.file_seal":
            return Answer(Outcome.OK, {"seal_number": "YZ1"})
        if call.operation == "fund.register_employer":
            return Answer(Outcome.OK, {"fund_number": "GJJ1"})
        return await self.exchange.ask(call)


@dataclass
class Startup:
    """A database, the town, and everything a founder does."""

    db: Database
    town: TownHandles
    instead: dict[str, Ask] = field(default_factory=dict)

    def citizen(self, person: Townsman) -> Principal:
        with self.db.transaction() as session:
            found = ensure_person(
                session, oidc_sub=person.sub, name=person.name, id_number=person.id_number, phone=person.phone
            )
        return Principal(Role.CITIZEN, person.sub, person.name, found.id)

    def founders(self, first: int = 10) -> tuple[Townsman, Townsman]:
        return self.town.town.people[first], self.town.town.people[first + 1]

    def answers(self, founders: tuple[Townsman, ...], mark: str, serial: int = 10) -> dict[str, Any]:
        made = self.town.town
        plain = plain_answers(founders, mark, made.places[serial], made.leases[serial])
        return {f"{slot}.{name}": value for slot, fields in plain.items() for name, value in fields.items()}

    def set(self, who: Principal, filing: str, answers: Mapping[str, Any]) -> None:
        with self.db.transaction() as session:
            intake.set_answers(session, who, filing, answers)

    def filled(
        self, founders: tuple[Townsman, ...], mark: str, serial: int = 10, **changes: Any
    ) -> tuple[Principal, str]:
        """A filing with every question answered, every agency asked, nobody has signed. `changes`: `slot__field`."""
        who = self.citizen(founders[0])
        with self.db.transaction() as session:
            filing = intake.start_filing(session, who, "startup").id
        answers = self.answers(founders, mark, serial) | {
            name.replace("__", "."): value for name, value in changes.items()
        }
        self.set(who, filing, answers)
        self.prefill(who, filing)
        self.write_articles(who, filing)
        return who, filing

    def write_articles(self, who: Principal, filing: str) -> None:
        """The proposed articles, taken as they are."""
        with self.db.reading() as session:
            asked = {each.name: each for each in intake.filing_view(session, who, filing).questions}
        self.set(who, filing, {"articles.text": ""})
        with self.db.reading() as session:
            asked = {each.name: each for each in intake.filing_view(session, who, filing).questions}
        assert asked["articles.text"].prefill, "the articles could not be drafted"
        self.set(who, filing, {"articles.text": asked["articles.text"].prefill})

    def prefill(self, who: Principal, filing: str) -> None:
        async def ask() -> None:
            exchange = Exchange(get_city(), self.db)
            try:
                await intake.prefill(self.db, Agencies(exchange, self.instead), who, filing, again=True)
            finally:
                await exchange.aclose()

        with self.db.transaction() as session:
            intake.give_consents(session, who, filing, ["*"])
        asyncio.run(ask())

    def invite(self, who: Principal, filing: str) -> dict[str, tuple[str, str]]:
        """Subject → (invitation, code), from the newest messages."""
        with self.db.transaction() as session:
            intake.invite(session, who, filing)
        with self.db.reading() as session:
            invited = session.scalars(
                select(NoticeRow.subject_id).where(NoticeRow.event_type == "signature.invited").distinct()
            ).all()
            newest = {each: messages_for(session, each).messages for each in invited}
        words = {
            each: next(message.text for message in messages if message.event_type == "signature.invited")
            for each, messages in newest.items()
        }
        return {
            each: (re.search(r"sign/(\w+)", text)[1], re.search(r"\d{6}", text)[0])  # type: ignore[index]
            for each, text in words.items()
        }

    def confirm(self, who: Principal, invitation: str, code: str) -> bool:
        with self.db.reading() as session:
            digest = intake.invitation(session, who, invitation).digest
        with self.db.transaction() as session:
            return intake.confirm(session, who, invitation, code, digest)

    def sign_own(self, who: Principal, filing: str) -> None:
        with self.db.reading() as session:
            found = intake.signing(session, who, filing)
        assert found is not None
        with self.db.transaction() as session:
            intake.sign_own(session, who, filing, found.digest)

    def sign_all(self, who: Principal, filing: str, founders: tuple[Townsman, ...]) -> None:
        invited = self.invite(who, filing)
        for person in founders[1:]:
            other = self.citizen(person)
            assert self.confirm(other, *invited[other.subject_id or ""])
        self.sign_own(who, filing)

    def states(self, who: Principal, filing: str) -> list[str]:
        with self.db.reading() as session:
            found = intake.signing(session, who, filing)
        return [each.state for each in found.people] if found else []

    def submit(self, who: Principal, filing: str) -> str:
        with self.db.transaction() as session:
            return intake.submit(session, who, filing).case_id

    def refusals(self, who: Principal, filing: str) -> dict[str, str]:
        """What the checks refuse at this moment: id → the way to mend it."""
        with self.db.reading() as session:
            return {
                each.id: each.mend.zh
                for each in intake.check_filing(session, who, filing)
                if each.outcome == "refuse" and each.mend
            }

    def case(self, case_id: str) -> tuple[str, dict[str, tuple[str, str]]]:
        with self.db.reading() as session:
            status = session.scalar(select(CaseRow.status).where(CaseRow.id == case_id)) or ""
            rows = session.execute(
                select(TaskRow.task_id, TaskRow.status, TaskRow.code).where(TaskRow.case_id == case_id)
            )
            return status, {task: (state, code) for task, state, code in rows}

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[Agencies]:
        """A worker until the block ends."""
        exchange = Exchange(get_city(), self.db)
        agencies = Agencies(exchange, self.instead)
        worker = Worker(self.db, get_city(), agencies.ask, PlainEngine(), worker_id="w1", lease_seconds=30.0)
        running = asyncio.ensure_future(worker.run(patience=5))
        try:
            yield agencies
        finally:
            worker.stop.set()
            await asyncio.wait_for(running, 30)
            await exchange.aclose()

    def carry_on(self, case_id: str, *until: CaseStatus) -> str:
        """Work until the case is in one of these states (default: over)."""
        wanted = {each.value for each in until or [status for status in CaseStatus if status.over]}

        async def work() -> str:
            async with self.working(), asyncio.timeout(60):
                while (found := await asyncio.to_thread(lambda: self.case(case_id)[0])) not in wanted:  # noqa: ASYNC110 - a worker does it
                    await asyncio.sleep(0.03)
                return found

        return asyncio.run(work())
