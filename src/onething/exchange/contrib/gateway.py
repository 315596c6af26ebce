"""The adapter `gateway`: an agency asked through its gateway, by signed messages, instead of directly."""

from pydantic import ValidationError

from onething.core.errors import Problem
from onething.exchange.base import Reply, Request
from onething.exchange.errors import NO_FOLDER
from onething.exchange.gateway.asking import Asker
from onething.exchange.gateway.setup import KEY_NAME
from onething.exchange.models import Outcome
from onething.exchange.settings import ExchangeSettings
from onething.trust.service import key_store


class GatewayAdapter:
    """See the module. Serves one event loop."""

    def __init__(self, settings: ExchangeSettings) -> None:
        if settings.gateway_dir is None:
            raise Problem(NO_FOLDER)
        member = settings.gateway_member
        self._asker = Asker(member, settings.gateway_dir, key_store(member).signer(KEY_NAME))

    async def call(self, request: Request) -> Reply:
        call = request.call
        try:
            question = self._asker.question(
                request.agency.id, call.operation, dict(request.params), id=request.message_id, key=request.key,
                purpose=call.purpose, ground=call.ground, case=call.case_id or "",
            )  # fmt: skip
        except ValidationError as error:
            fields = sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]}) or ["ground"]
            return Reply(Outcome.FAULT, reason=f"not sendable: {', '.join(fields)}", code="not_sendable")
        return await self._asker.ask(question)

    async def aclose(self) -> None:
        await self._asker.aclose()
