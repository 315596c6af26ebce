"""What stands behind a gateway: it answers a question that the gateway has already taken."""

import asyncio
from typing import Protocol

from onething.catalog.models import Agency, City, Operation, OperationRef
from onething.core.logs import get_logger
from onething.exchange.base import Adapter, Reply, Request
from onething.exchange.gateway.effects import Effects
from onething.exchange.gateway.models import Question
from onething.exchange.gateway.rights import Rights
from onething.exchange.models import Call, Outcome
from onething.exchange.wire.validation import checked

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
        self, city: City, agency: Agency, adapter: Adapter, effects: Effects, *, patience: float = PATIENCE
    ) -> None:
        self._city, self._agency, self._adapter = city, agency, adapter
        self._rights, self._effects, self._patience = Rights(city), effects, patience

    async def answer(self, question: Question) -> Reply:
        ref = OperationRef.parse(question.operation)
        operation = self._agency.operation(ref.name) if ref.agency == self._agency.id else None
        if operation is None:
            return Reply(Outcome.FAULT, reason="no such operation", code="unknown_operation")
        if not self._rights.allows(question.sender, question.operation, question.purpose):
            return Reply(Outcome.FAULT, reason="no right to ask this for this purpose", code="no_right")
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
