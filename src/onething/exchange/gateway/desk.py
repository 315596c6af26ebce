"""What stands behind a gateway: it answers a question that the gateway has already taken."""

import asyncio
import hashlib
from typing import Protocol

import orjson
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from onething.catalog.models import Agency, City, Operation
from onething.core.clock import now
from onething.core.db import Database
from onething.core.logs import get_logger
from onething.exchange.base import Adapter, Reply, Request
from onething.exchange.checked import checked
from onething.exchange.gateway.models import Question
from onething.exchange.gateway.rights import Rights
from onething.exchange.models import Call, Outcome
from onething.exchange.tables import EffectRow

log = get_logger(__name__)
PATIENCE = 8.0


class Desk(Protocol):
    """Answers for one member."""

    async def answer(self, question: Question) -> Reply:
        """Never raises; trouble is `UNAVAILABLE`."""
        ...

    async def aclose(self) -> None: ...


class AgencyDesk:
    """An agency's own side: rights, then the agency's system through its adapter, then the check of what it said."""

    def __init__(
        self, city: City, agency: Agency, adapter: Adapter, effects: "Effects", *, patience: float = PATIENCE
    ) -> None:
        self._city, self._agency, self._adapter = city, agency, adapter
        self._rights, self._effects, self._patience = Rights(city), effects, patience

    async def answer(self, question: Question) -> Reply:
        agency_id, _, name = question.operation.partition(".")
        operation = self._agency.operation(name) if agency_id == self._agency.id else None
        if operation is None:
            return Reply(Outcome.REFUSED, reason="no such operation", code="unknown_operation")
        if not self._rights.allows(question.sender, question.operation, question.purpose):
            return Reply(Outcome.REFUSED, reason="no right to ask this for this purpose", code="no_right")
        if operation.kind == "query":
            return await self._ask(operation, question)
        known = await asyncio.to_thread(self._effects.claim, question)
        if known is not None:
            return known
        reply = await self._ask(operation, question)
        if reply.outcome in (Outcome.OK, Outcome.REFUSED):
            await asyncio.to_thread(self._effects.keep, question, reply)
        return reply

    async def _ask(self, operation: Operation, question: Question) -> Reply:
        call = Call(
            question.operation, question.params, question.purpose, question.ground or question.consent, question.key,
            question.case or None, actor=question.sender,
        )  # fmt: skip
        key = f"{question.sender}:{question.key}"
        patience = operation.timeout or self._patience
        request = Request(self._agency, operation, question.params, key, patience, question.id, call)
        gives = self._city.evidence_type(operation.gives) if operation.gives else None
        try:
            async with asyncio.timeout(patience):
                reply = await self._adapter.call(request)
        except TimeoutError:
            return Reply(Outcome.UNAVAILABLE, code="timeout")
        except Exception as error:  # noqa: BLE001 - whatever an adapter raises, the agency did not answer
            log.info("system did not answer", agency=self._agency.id, error=type(error).__name__)
            return Reply(Outcome.UNAVAILABLE, code="agency_down")
        return checked(operation, gives, question.params, reply)

    async def aclose(self) -> None:
        await self._adapter.aclose()


class Effects:
    """Orders by (member, key): the same order again gets the same answer, another order under the same key is refused."""

    def __init__(self, db: Database, member: str) -> None:
        self._db, self._member = db, member

    def claim(self, question: Question) -> Reply | None:
        """The answer of the first time; None when it is to be carried out (again, where the first time left no answer)."""
        content = orjson.dumps([question.operation, question.params], option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(content).hexdigest()
        row = self._row(question)
        if row is None:
            try:
                with self._db.transaction() as session:
                    session.add(EffectRow(
                        member=self._member, peer=question.sender, key=question.key, at=now(), digest=digest, answer=None,
                    ))  # fmt: skip
                return None
            except IntegrityError:
                row = self._row(question)
        if row is None or row.digest != digest:
            return Reply(Outcome.REFUSED, reason="this key belongs to another order", code="key_reused")
        if row.answer is None:
            return None  # the agency's system has the same key and decides
        told = orjson.loads(row.answer)
        return Reply(Outcome(told["outcome"]), told["data"], told["reason"], told["code"])

    def _row(self, question: Question) -> EffectRow | None:
        with self._db.reading() as session:
            return session.scalar(select(EffectRow).where(*self._mine(question)))

    def keep(self, question: Question, reply: Reply) -> None:
        told = {"outcome": reply.outcome.value, "data": reply.data, "reason": reply.reason, "code": reply.code}
        with self._db.transaction() as session:
            session.execute(update(EffectRow).where(*self._mine(question)).values(answer=orjson.dumps(told).decode()))

    def _mine(self, question: Question) -> tuple[ColumnElement[bool], ...]:
        return (
            EffectRow.member == self._member, EffectRow.peer == question.sender, EffectRow.key == question.key,
        )  # fmt: skip
