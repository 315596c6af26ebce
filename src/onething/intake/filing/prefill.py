"""Prefill: registries that consent allows are asked in parallel; answers may allow further questions, which are asked next.

Every answer is saved the moment it comes, together with others of the same moment, so a slow agency holds nobody up, a
broken connection loses nothing, and the filing's row is not written once an answer. An agency that is down, has no record, or talks nonsense is noted; the next look at the filing plans around it.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.access import Principal
from onething.core.db import Database, upsert
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.core.persons.numbers import person_numbers_in
from onething.core.processes.together import Together
from onething.exchange.models import Answer, Call, Outcome
from onething.intake.consents.consents import consent_states
from onething.intake.consents.others import holds, law_of, own_consent, person_mark
from onething.intake.filing.facts import FAILED, certain, registry_source
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.models import PrefillResult
from onething.intake.sealing import sealed_rows
from onething.intake.states import FilingStatus
from onething.intake.store import load, subject_of, touch
from onething.intake.tables import ConsentRow, FilingRow, RegistryAnswerRow
from onething.planning.service import question_mark, resolve_params

log = get_logger(__name__)

PATIENCE = 8.0
"""Seconds one registry may take, all attempts together: a person is waiting at the page."""
WAVES = 5
ASK_AGAIN = 20.0
"""Seconds after which a registry that failed is asked again by itself; `again=True` does not wait."""


class Asks(Protocol):
    """What is needed of `exchange.service.Exchange`."""

    async def ask(self, call: Call) -> Answer: ...

    def down_agencies(self) -> set[str]: ...


@dataclass(frozen=True, slots=True)
class _Question:
    slot: str
    index: int
    operation: str
    params: dict[str, Any]
    asked: str
    purpose: str
    ground: str
    law: str
    """On what others than the applicant are asked about: the law, or their own consent."""
    own: tuple[str, ...]
    """Marks of those whose own consent it takes."""


async def prefill(
    db: Database,
    exchange: Asks,
    principal: Principal,
    filing_id: str,
    *,
    patience: float = PATIENCE,
    again: bool = False,
) -> PrefillResult:
    """Ask what may be asked. Returns when all have answered or `patience` seconds each are over.

    Only one tab asks at a time; another gets `busy` and sees the answers arrive. Safe to call as often as one likes.
    """
    if not await asyncio.to_thread(_take, db, principal, filing_id, patience):
        return PrefillResult(0, {}, busy=True)
    outcomes: dict[str, str] = {}
    done: set[str] = set()
    asking = _Asking(db, exchange, principal, filing_id, patience)
    try:
        for _ in range(WAVES):
            questions = await asyncio.to_thread(_questions, db, exchange, principal, filing_id, again, frozenset(done))
            if not questions:
                break
            done |= {question.asked for question in questions}
            answers = await asyncio.gather(*(asking.ask(question) for question in questions))
            outcomes |= {question.slot: outcome for question, outcome in zip(questions, answers, strict=True)}
    finally:
        await asyncio.to_thread(_release, db, filing_id)
    return PrefillResult(len(done), outcomes)


def _take(db: Database, principal: Principal, filing_id: str, patience: float) -> bool:
    """Compare-and-set on the filing: who may ask now. A tab that died gives way after its time."""
    at = clock.now()
    with db.transaction() as session:
        free = or_(FilingRow.asking_until.is_(None), FilingRow.asking_until < at)
        taken = session.scalar(
            update(FilingRow)
            .where(
                FilingRow.id == filing_id, FilingRow.subject_id == subject_of(principal), FilingRow.status == FilingStatus.DRAFT, free
            )
            .values(asking_until=at + timedelta(seconds=patience * 2))
            .returning(FilingRow.id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if taken is None:
            load(session, principal, filing_id)  # somebody else's filing is not found
        return taken is not None


def _release(db: Database, filing_id: str) -> None:
    with db.transaction() as session:
        statement = update(FilingRow).where(FilingRow.id == filing_id).values(asking_until=None)
        session.execute(statement.execution_options(synchronize_session=False))


def _questions(
    db: Database, exchange: Asks, principal: Principal, filing_id: str, again: bool, done: frozenset[str]
) -> list[_Question]:
    """What can be asked now: planned, consented, with parameters nobody doubts, not answered yet."""
    with db.reading() as session:
        filing = load(session, principal, filing_id)
    situation = situation_of(filing, exchange.down_agencies())
    if situation.review.of_another:
        return []  # papers of somebody else: nobody is asked about that family for her
    states, known = consent_states(filing), certain(situation.city, situation.event, situation.gathered.facts)
    answered = {(row.slot, row.source_index): row for row in situation.gathered.registry}
    found: list[_Question] = []
    for slot, index in _wanted(situation):
        source = registry_source(situation.event, slot, index)
        if source is None or not states.get(source.registry):
            continue
        params = resolve_params(source.with_, known, clock.today())
        asked = question_mark(source.registry, params)
        row = answered.get((slot, index))
        if asked in done or any(value in (None, "", []) for value in params.values()) or not _worth(row, again):
            continue
        ground = f"consent:{filing_id}:{source.registry}"
        law = law_of(situation.city, source)
        others = person_numbers_in(params) - person_numbers_in(filing.person.id_number) if law is None else ()
        if any(not holds(own_consent(filing, source.registry, number)) for number in others):
            continue
        found.append(
            _Question(
                slot, index, source.registry, params, asked, situation.event.id, ground, f"{law.title}{law.article}" if law else ground,
                tuple(map(person_mark, others)),
            )
        )  # fmt: skip
    return found


def _wanted(situation: Situation) -> list[tuple[str, int]]:
    """Fetches of the plan, and sources that failed before (the plan no longer counts on those)."""
    planned = [
        (task.slot, task.source_index)
        for task in situation.plan.tasks
        if task.kind == "fetch" and task.slot is not None
    ]
    failed = [(row.slot, row.source_index) for row in situation.gathered.registry if row.outcome in FAILED]
    return list(dict.fromkeys([*planned, *failed]))


def _worth(row: RegistryAnswerRow | None, again: bool) -> bool:
    """Ask if never asked; again only what may come out differently now."""
    if row is None:
        return True
    if row.outcome not in FAILED:
        return False
    return again or (row.outcome != "refused" and row.at < clock.now() - timedelta(seconds=ASK_AGAIN))


class _Asking:
    """Asks one question after the other or many at once, and saves the answers."""

    def __init__(self, db: Database, exchange: Asks, principal: Principal, filing_id: str, patience: float) -> None:
        self._exchange, self._principal, self._patience = exchange, principal, patience
        self._filing_id = filing_id
        self._open = 0
        save = partial(_save, db, filing_id)
        self._together: Together[tuple[_Question, Answer], None] = Together(save, lambda: self._open)

    async def ask(self, question: _Question) -> str:
        """What came out, once it is saved."""
        call = Call(
            operation=question.operation, params=question.params, purpose=question.purpose, ground=question.ground,
            law=question.law, matter=self._filing_id, key=new_id("ask"), subject_id=self._principal.subject_id,
            actor=self._principal.actor, deadline=self._patience,
        )  # fmt: skip
        self._open += 1
        try:
            async with asyncio.timeout(self._patience + 1):
                answer = await self._exchange.ask(call)
        except TimeoutError:
            answer = Answer(Outcome.UNAVAILABLE, code="deadline")
        finally:
            self._open -= 1
        await self._together.add((question, answer))
        return answer.outcome.value


def _save(db: Database, filing_id: str, answers: Sequence[tuple[_Question, Answer]]) -> list[None]:
    with db.transaction() as session:
        row = session.get(FilingRow, filing_id)
        if row is not None and row.status == FilingStatus.DRAFT:
            allowed = _still_allowed(session, filing_id, {question.operation for question, _ in answers})
            kept = [
                _row_of(filing_id, *each)
                for each in answers
                if all((each[0].operation, mark) in allowed for mark in ("", *each[0].own))
            ]
            sealed = sealed_rows(session, row.subject_id, RegistryAnswerRow, kept)
            upsert(session, RegistryAnswerRow, sealed, keys=("filing_id", "slot", "source_index"), update="rest")
            if kept:
                touch(session, filing_id)
    return [None] * len(answers)


def _row_of(filing_id: str, question: _Question, answer: Answer) -> dict[str, Any]:
    return {
        "filing_id": filing_id, "slot": question.slot, "source_index": question.index,
        "operation": question.operation, "asked": question.asked, "outcome": answer.outcome.value,
        "data": answer.data if answer.ok else None, "message_id": answer.message_id, "at": answer.at or clock.now(),
    }  # fmt: skip


def _still_allowed(session: Session, filing_id: str, operations: Collection[str]) -> set[tuple[str, str]]:
    """(operation, whose consent). It may have been withdrawn while an agency was thinking; then the answer is not kept."""
    query = select(ConsentRow).where(ConsentRow.filing_id == filing_id, ConsentRow.operation.in_(operations))
    last = {(row.operation, row.person): row for row in session.scalars(query.order_by(ConsentRow.id))}
    return {key for key, row in last.items() if holds(row)}
