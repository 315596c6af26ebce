"""The platform's own gateway: answers partners outside government, and only with the person's consent.

Consent is looked at before an agency is asked and again before anything is released: withdrawn meanwhile, nothing flows. Of the answer
only the fields she agreed to are given.
"""

import asyncio
from typing import Any

from onething.catalog.models import City
from onething.core.db import Database
from onething.exchange.base import Reply
from onething.exchange.gateway.consents import Consent, covering
from onething.exchange.gateway.models import Question
from onething.exchange.models import Call, Outcome
from onething.exchange.service import Exchange

NO_CONSENT = Reply(Outcome.REFUSED, reason="没有有效的本人授权 · no consent of the person holds", code="no_consent")
_NO_RIGHT = Reply(Outcome.REFUSED, reason="no right to ask this for this purpose", code="no_right")
PATIENCE = 8.0


class PartnerDesk:
    """See the module."""

    def __init__(self, city: City, exchange: Exchange, db: Database) -> None:
        self._city, self._exchange, self._db = city, exchange, db

    async def answer(self, question: Question) -> Reply:
        partner = self._city.partner(question.sender)
        purpose = partner.purpose(question.purpose) if partner else None
        ask = purpose.ask(question.operation) if purpose else None
        if partner is None or purpose is None or ask is None:
            return _NO_RIGHT
        if not question.consent or (consent := await self._consent(question)) is None:
            return NO_CONSENT
        call = Call(
            question.operation, {ask.person: question.params[ask.person]}, f"{partner.id}:{purpose.id}", f"consent:{consent.id}",
            question.key, subject_id=consent.subject_id, actor=f"partner:{partner.id}", deadline=PATIENCE,
        )  # fmt: skip
        answer = await self._exchange.ask(call)
        if await self._consent(question) is None:
            return NO_CONSENT
        data = _given(consent, question.operation, answer.data)
        return Reply(answer.outcome, data, answer.reason, answer.code, answer.retry_after)

    async def _consent(self, question: Question) -> Consent | None:
        return await asyncio.to_thread(self._look, question)

    def _look(self, question: Question) -> Consent | None:
        with self._db.reading() as session:
            found = covering(session, question.consent, question.sender, question.operation, question.params)
        return found if found and found.purpose == question.purpose else None

    async def aclose(self) -> None:
        await self._exchange.aclose()


def _given(consent: Consent, operation: str, data: dict[str, Any]) -> dict[str, Any]:
    fields: list[str] = consent.asks[operation]["fields"]
    return {name: value for name, value in data.items() if not fields or name in fields}
