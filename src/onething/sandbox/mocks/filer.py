"""One filing of a package's sandbox, filed as its person would and followed to its end, through the doors of intake and casework."""

import asyncio
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from onething.casework import service as casework
from onething.casework.models import CaseView, InboxItem
from onething.casework.officers import service as officers
from onething.catalog.models import City, LifeEvent, SandboxFiling, SandboxPerson
from onething.core.access import Principal, Role
from onething.core.clock import today
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.exchange.service import Exchange
from onething.intake import service as intake
from onething.sandbox.mocks.desk import worked_out
from onething.subjects.service import ensure_person

ROUNDS = 8
"""Times that questions, consents and agencies are gone through: answers open further questions."""
REASON = "不符合办理条件（试办）"


@dataclass
class Went:
    """How a filing went."""

    outcome: str = "open"
    services: dict[str, str] = field(default_factory=dict[str, str])
    facts: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    asked: list[str] = field(default_factory=list[str])
    decided: list[str] = field(default_factory=list[str])
    """Services that an officer was asked about."""
    reasons: list[Text] = field(default_factory=list[Text])
    """Findings that stop her, and why services were refused."""
    messages: list[str] = field(default_factory=list[str])
    """Text messages that she got meanwhile."""
    stuck: list[Text] = field(default_factory=list[Text])
    """Why it did not come to an end."""
    certificates: int = 0
    seconds: float = 0.0


class Filer:
    """Files in one city. `phone` is the sandbox's phone, where codes to sign with arrive."""

    def __init__(self, db: Database, city: City, exchange: Exchange, phone: str, patience: float = 60.0) -> None:
        self.db, self.city, self.exchange, self.phone, self.patience = db, city, exchange, phone, patience

    async def file(self, filing: SandboxFiling, event: LifeEvent, person: SandboxPerson) -> Went:
        """From the first answer to the last task."""
        begun, went = time.monotonic(), Went()
        me, before = self.sign_in(person), len(await self._messages(person.phone))
        with self.db.transaction() as session:
            made = intake.start_filing(session, me, event.id).id
            if filing.leave_out:
                intake.leave_out(session, me, made, list(filing.leave_out))
        try:
            await self._fill(made, me, filing, went)
            await self._sign(made, me)
            case = self._submit(made, me, went)
            if case:
                await self._follow(case, me, filing, went)
        except Problem as problem:
            went.stuck.append(problem.what)
        went.messages = (await self._messages(person.phone))[before:]
        went.seconds = time.monotonic() - begun
        return went

    def sign_in(self, person: SandboxPerson) -> Principal:
        with self.db.transaction() as session:
            row = ensure_person(
                session, oidc_sub=person.id, name=person.name, id_number=person.id_number, phone=person.phone
            )
        return Principal(Role.CITIZEN, person.id, person.name, row.id)

    # -- filling in

    async def _fill(self, made: str, me: Principal, filing: SandboxFiling, went: Went) -> None:
        known = {
            f"{slot}.{name}": worked_out(v) for slot, fields in filing.papers.items() for name, v in fields.items()
        }
        known |= {name: worked_out(value) for name, value in filing.answers.items()}
        with self.db.transaction() as session:
            intake.set_answers(session, me, made, known)
        for _ in range(ROUNDS):
            agreed = self._consent(made, me, filing)
            asked = (await intake.prefill(self.db, self.exchange, me, made)).asked
            answered = self._answer(made, me, known)
            if not agreed and not asked and not answered:
                break
        with self.db.transaction() as session:
            went.asked = [each.name for each in intake.filing_view(session, me, made).questions]

    def _consent(self, made: str, me: Principal, filing: SandboxFiling) -> bool:
        """She allows what she is asked for, and the people of the sandbox what they are asked about themselves."""
        with self.db.transaction() as session:
            view = intake.filing_view(session, me, made)
            needed = [each.operation for each in view.consents if each.state == "needed"]
            given = [name for name in needed if name not in filing.declines]
            if given:
                intake.give_consents(session, me, made, given)
            for name in set(needed) - set(given):
                intake.withdraw_consent(session, me, made, name)
            others = any(each.state == "not_asked" for each in view.own_consents)
            if others:
                intake.request_consents(session, me, made)
        return self._others_allow() or bool(needed) or others

    def _others_allow(self) -> bool:
        found = False
        for person in self.city.sandbox.people:
            other = self.sign_in(person)
            with self.db.transaction() as session:
                for request in intake.requests_of(session, other).items:
                    if request.open and request.state == "asked":
                        intake.answer_request(session, other, request.id, True)
                        found = True
        return found

    def _answer(self, made: str, me: Principal, known: dict[str, Any]) -> bool:
        """Open questions: what is known, else what is proposed, else the first choice."""
        with self.db.transaction() as session:
            view = intake.filing_view(session, me, made)
            values: dict[str, Any] = {}
            for question in view.questions:
                first = question.options[0][0] if question.options else None
                for value in (known.get(question.name), question.prefill, first):
                    if not question.answered and value not in (None, ""):
                        values[question.name] = value
                        break
            if values:
                intake.set_answers(session, me, made, values)
        return bool(values)

    async def _sign(self, made: str, me: Principal) -> None:
        """Everybody of a group signs, the others with the code on their phone."""
        with self.db.transaction() as session:
            found = intake.signing(session, me, made)
            if found is None or not found.people:
                return
            others = [each.id_number for each in found.people if each is not found.mine]
            if others:
                intake.invite(session, me, made)
        for person in self.city.sandbox.people:
            if person.id_number in others:
                link, code = await self._invited(person.phone)
                other = self.sign_in(person)
                with self.db.transaction() as session:
                    digest = intake.invitation(session, other, link).digest
                    intake.confirm(session, other, link, code, digest)
        with self.db.transaction() as session:
            found = intake.signing(session, me, made)
            if found is not None and found.mine is not None:
                intake.sign_own(session, me, made, found.digest)

    async def _invited(self, phone: str) -> tuple[str, str]:
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            for text in reversed(await self._messages(phone)):
                link, code = re.search(r"/sign/(\w+)", text), re.search(r"(?<!\d)\d{6}(?!\d)", text)
                if link and code:
                    return link[1], code[0]
            await asyncio.sleep(0.1)
        return "", ""

    async def _messages(self, phone: str) -> list[str]:
        """Text messages that a phone got, oldest first."""
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(f"{self.phone}/messages", params={"to": phone})
        return [str(each["text"]) for each in answer.json()["messages"]]

    def _submit(self, made: str, me: Principal, went: Went) -> str | None:
        with self.db.transaction() as session:
            view = intake.filing_view(session, me, made)
            if not view.may_submit:
                went.outcome = "stopped"
                findings = [*view.fix_now, *view.ask_agency]
                went.reasons += [words for each in findings for words in (each.what, each.todo)]
                went.facts = _nested((each.slot, each.field, each.value) for each in view.facts)
                return None
            return intake.submit(session, me, made).case_id

    # -- following

    async def _follow(self, case: str, me: Principal, filing: SandboxFiling, went: Went) -> None:
        until = time.monotonic() + self.patience
        while True:
            view = self._view(case, me)
            self._decide(view, filing, went)
            if view.summary.status.over or went.stuck or time.monotonic() > until:
                break
            await asyncio.sleep(0.05)
        went.outcome = str(view.summary.status) if view.summary.status.over else "open"
        went.services = {task.service: str(task.status) for task in view.tasks if task.service}
        went.certificates = len(view.certificates)
        went.reasons += view.reasons
        went.facts = self._facts(view)
        if not view.summary.status.over and not went.stuck:
            went.stuck += [
                Text(zh=f"{task.name.zh}：{task.state.zh}", en=f"{task.name.en}: {task.state.en}") if task.explanation is None
                else Text(zh=f"{task.name.zh}：{task.explanation.zh}", en=f"{task.name.en}: {task.explanation.en}")
                for task in view.tasks if task.status in ("waiting", "running", "planned")
            ]  # fmt: skip

    def _view(self, case: str, me: Principal) -> CaseView:
        with self.db.reading() as session:
            return casework.case_view(session, me, case)

    def _facts(self, view: CaseView) -> dict[str, dict[str, Any]]:
        event = self.city.life_event(view.summary.life_event)
        auditor = Principal(Role.AUDITOR, "trial", cities=frozenset({self.city.id}))
        if event is None:
            return {}
        kinds = {slot.id: self.city.type_of(slot) for slot in event.slots}
        names = [f"{slot}.{spec.id}" for slot, kind in kinds.items() for spec in (kind.fields if kind else ())]
        with self.db.reading() as session:
            found = casework.facts_of_cases(session, auditor, event, names, today())
        return next((facts for reference, facts in found if reference == view.summary.reference), {})

    def _decide(self, view: CaseView, filing: SandboxFiling, went: Went) -> None:
        """Officers decide as the filing says; where it says nothing, nobody should have been asked."""
        for agency in {task.agency for task in view.tasks}:
            officer = Principal(Role.OFFICER, f"trial.{agency}", agency_id=agency, cities=frozenset({self.city.id}))
            with self.db.transaction() as session:
                items = [each for each in officers.inbox(session, officer).items if each.case_id == view.summary.id]
                for item in items:
                    self._one(session, officer, item, filing, went)

    def _one(self, session: Any, officer: Principal, item: InboxItem, filing: SandboxFiling, went: Went) -> None:
        decision = filing.officers.get(item.service)
        went.decided.append(item.service)
        if decision is None:
            findings = officers.work_item(session, officer, item.id).findings
            zh, en = "；".join(each.words.zh for each in findings), "; ".join(each.words.en for each in findings)
            went.stuck.append(
                Text(zh=f"“{item.name.zh}”要人工办理（{zh or item.code}），officers 里没有写怎么决定。",
                     en=f'"{item.name.en}" was put to an officer ({en or item.code}), and `officers` does not say what she decides.')
            )  # fmt: skip
            return
        officers.decide(session, officer, item.id, decision, REASON if decision == "refuse" else "")


def _nested(rows: Iterable[tuple[str, str, Any]]) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for slot, name, value in rows:
        out.setdefault(slot, {})[name] = value
    return out
