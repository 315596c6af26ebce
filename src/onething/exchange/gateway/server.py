"""The gateway process of one member: mutual TLS in, one signed answer for each signed question, evidence before the answer leaves.

Bounded: at most `places` questions at one time, three quarters of them from one member, so that none keeps the others out;
further ones are told at once to come back (503, Retry-After).
"""

import contextlib
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web
from sqlalchemy.exc import IntegrityError

from onething.core import clock, tracing
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.exchange.directory import Directory
from onething.exchange.errors import SignatureError
from onething.exchange.gateway.desk import Desk
from onething.exchange.gateway.evidence import EvidenceBook, evidence
from onething.exchange.gateway.guard import CONTENT_TYPE, Guard, RefusedError, proof_of, seal_reply
from onething.exchange.gateway.models import Question, SignedReply
from onething.exchange.gateway.signatures import HttpMessage
from onething.exchange.gateway.tls import names_in, server_context
from onething.trust.service import Signer

PATH = "/v1/ask"
MAX_BODY = 1024 * 1024
PLACES = 128
BUSY_SECONDS = 1
log = get_logger(__name__)


@dataclass
class Gateway:
    """One member's gateway, without its socket."""

    member: str
    folder: Path
    """Directory of members, the authority's certificate, and this member's TLS key."""
    signer: Signer
    desk: Desk
    book: EvidenceBook
    places: int = PLACES

    def __post_init__(self) -> None:
        self.directory = Directory(self.folder)
        self.guard = Guard(self.member, self.directory, self.book.nonces())
        self._busy = 0
        self._busy_for: Counter[str] = Counter()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_post(PATH, self._handle)
        app.router.add_get("/healthz", self._healthy)
        return app

    async def _healthy(self, _request: web.Request) -> web.Response:
        return web.json_response({"member": self.member, "status": "ok"})

    async def _handle(self, request: web.Request) -> web.Response:
        if self._busy >= self.places:
            return _refusal(RefusedError(503, "busy"))
        self._busy += 1
        try:
            with tracing.span("gateway", "answers", parent=request.headers.get(tracing.HEADER)):
                return await self._exchange(request)
        except RefusedError as error:
            log.info("question not taken", member=self.member, code=error.code)
            return _refusal(error)
        finally:
            self._busy -= 1

    async def _exchange(self, request: web.Request) -> web.Response:
        peer = self._peer(request)
        if self._busy_for[peer] >= self.places - self.places // 4:
            raise RefusedError(503, "busy")
        self._busy_for[peer] += 1
        try:
            return await self._one(request, peer)
        finally:
            self._busy_for[peer] -= 1

    async def _one(self, request: web.Request, peer: str) -> web.Response:
        message = HttpMessage(_headers(request), request.method, request.path)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise RefusedError(413, "too_large") from None
        question = self.guard.take_question(message, body, peer)
        answer = await self.desk.answer(question)
        told = SignedReply.model_validate({
            "id": new_id("ans"), "at": clock.now().isoformat(), "from": self.member, "to": peer, "nonce": question.nonce,
            "question": message.headers["content-digest"], "outcome": answer.outcome.value, "data": answer.data,
            "reason": answer.reason[:400], "code": answer.code[:60], "retry_after": answer.retry_after,
        })  # fmt: skip
        return await self._answer(question, told, message)

    async def _answer(self, question: Question, told: SignedReply, message: HttpMessage) -> web.Response:
        content, headers = seal_reply(told, self.signer, message)
        try:
            await self.book.keep(evidence("in", question, told, proof_of(message.headers), proof_of(headers)))
        except IntegrityError:
            raise RefusedError(409, "replayed") from None
        headers.pop("content-type")
        return web.Response(body=content, headers=headers, content_type=CONTENT_TYPE)

    def _peer(self, request: web.Request) -> str:
        certificate: dict[str, Any] | None = request.transport.get_extra_info("peercert") if request.transport else None
        entry = self.directory.by_tls_name(names_in(certificate))
        if entry is None:
            raise RefusedError(403, "no_member")
        return entry.id


def _headers(request: web.Request) -> dict[str, str]:
    """Lower-case names; a covered header that comes twice is refused rather than joined."""
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        low = name.lower()
        if low in found and low in {"content-type", "content-digest", "signature", "signature-input"}:
            raise RefusedError(401, SignatureError("malformed", "").code)
        found[low] = value
    return found


def _refusal(error: RefusedError) -> web.Response:
    """Not signed: it says no and nothing else."""
    headers = {"Retry-After": str(BUSY_SECONDS)} if error.status == 503 else {}
    body = orjson.dumps({"code": error.code, "detail": str(error)})
    return web.Response(body=body, status=error.status, headers=headers, content_type="application/problem+json")


@contextlib.asynccontextmanager
async def serving(gateway: Gateway, host: str, port: int) -> AsyncGenerator[int]:
    """Serve until the block ends; gives the port (a free one for 0)."""
    runner = web.AppRunner(gateway.app(), access_log=None, shutdown_timeout=2, keepalive_timeout=75)
    await runner.setup()
    context = server_context(gateway.folder, gateway.member)
    site = web.TCPSite(runner, host, port, ssl_context=context, backlog=512)
    await site.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
        await gateway.desk.aclose()
        await gateway.book.aclose()
