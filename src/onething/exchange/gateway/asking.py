"""The asking side: seals a question, carries it over mutual TLS to the other member's gateway, believes only the signed answer."""

import secrets
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from onething.core import clock, tracing
from onething.exchange.base import Reply
from onething.exchange.directory import Directory
from onething.exchange.gateway.evidence import evidence
from onething.exchange.gateway.guard import Guard, RefusedError, proof_of, seal_question
from onething.exchange.gateway.models import Question
from onething.exchange.gateway.server import MAX_BODY, PATH
from onething.exchange.gateway.signatures import HttpMessage
from onething.exchange.gateway.tls import client_context
from onething.exchange.models import Outcome
from onething.trust.service import Signer

CONNECTIONS = 48
_COVERED = ("content-type", "content-digest", "signature", "signature-input")


class Asker:
    """One member's asking side, for one event loop."""

    def __init__(self, member: str, folder: Path, signer: Signer) -> None:
        self.member, self._folder, self._signer = member, folder, signer
        self.directory = Directory(folder)
        self._guard = Guard(member, self.directory)
        self._session: aiohttp.ClientSession | None = None
        self._context: ssl.SSLContext | None = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._context = client_context(self._folder, self.member)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._context, limit=0, limit_per_host=CONNECTIONS, keepalive_timeout=55),
                cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=None), auto_decompress=False,
                headers={"User-Agent": "onething-gateway", "Accept-Encoding": "identity"},
            )  # fmt: skip
        return self._session

    def question(self, to: str, operation: str, params: dict[str, Any], **why: str) -> Question:
        """`why`: id, key, purpose, and ground or consent; case where there is one. Raises `ValueError` without them."""
        told: dict[str, Any] = {
            "at": clock.now().isoformat(), "from": self.member, "to": to, "nonce": secrets.token_urlsafe(18),
            "operation": operation, "params": params,
        }  # fmt: skip
        return Question.model_validate(told | why)

    async def ask(self, question: Question) -> Reply:
        """May raise `OSError` and aiohttp's errors (also for a wrong TLS name): then nothing was answered."""
        entry = self.directory.member(question.to)
        if entry is None or not entry.url:
            return Reply(Outcome.UNAVAILABLE, code="no_member")
        path = urlsplit(entry.url).path.rstrip("/") + PATH
        body, message = seal_question(question, self._signer, path)
        async with self._open().post(
            entry.url.rstrip("/") + PATH, data=body, headers={**message.headers, **tracing.headers()}, allow_redirects=False,
            server_hostname=entry.tls_name,
        ) as response:  # fmt: skip
            content = await response.content.read(MAX_BODY + 1)
            while len(content) <= MAX_BODY and (more := await response.content.read(MAX_BODY)):
                content += more
            if response.status != 200:
                return _not_taken(response, content)
            headers = {name: response.headers[name] for name in _COVERED if len(response.headers.getall(name, [])) == 1}
        return self._believed(question, message, headers, content)

    def _believed(self, question: Question, message: HttpMessage, headers: dict[str, str], content: bytes) -> Reply:
        headers["content-type"] = headers.get("content-type", "").partition(";")[0]
        try:
            told = self._guard.take_reply(HttpMessage(headers, status=200, request=message), content, question)
        except RefusedError as error:
            return Reply(Outcome.NONSENSE, reason=f"not believed: {error}"[:300], code=f"gateway_{error.code}")
        proof = evidence("out", question, told, proof_of(message.headers), proof_of(headers))
        return Reply(told.result, told.data, told.reason, told.code, told.retry_after, proof)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def _not_taken(response: aiohttp.ClientResponse, content: bytes) -> Reply:
    """An unsigned no. It can only deny, never give data."""
    try:
        code = str(orjson.loads(content)["code"])[:40]
    except (ValueError, KeyError, TypeError):
        code = str(response.status)
    if response.status in {408, 429} or response.status >= 500:
        wait = response.headers.get("Retry-After", "")
        return Reply(Outcome.UNAVAILABLE, code=f"gateway_{code}", retry_after=float(wait) if wait.isdecimal() else None)
    return Reply(Outcome.FAULT, reason="the other gateway does not take this question", code=f"gateway_{code}")
