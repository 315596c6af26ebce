"""JSON over HTTP, driven by the catalog's maps alone: no Python per agency.

aiohttp, because one call costs a third of the processor time it costs with httpx. One session a loop, kept-alive and
bounded connections to each agency, no cookies, no redirects, no compression, answers cut off at `MAX_BODY` bytes.
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson

from onething.core import clock, tracing
from onething.exchange.base import Reply, Request
from onething.exchange.models import Outcome
from onething.exchange.settings import ExchangeSettings
from onething.exchange.wire import strict_json
from onething.exchange.wire.paths import put
from onething.exchange.wire.reply_interpretation import judge
from onething.exchange.wire.translation import Translation, TranslationError, translation_of

MAX_BODY = 1024 * 1024
CONNECTIONS = 48
_TRY_AGAIN = frozenset({408, 425, 429})


class _Connector(aiohttp.TCPConnector):
    """Never reuses a connection on which something came that nobody asked for.

    An agency that answers twice leaves its second answer in the connection, where the next caller would take it for
    her own: another person's data. Such a connection is closed instead.
    """

    async def _get(self, key: Any, traces: Any) -> Any:
        while (connection := await super()._get(key, traces)) is not None:
            if connection.protocol is None or not connection.protocol.should_close:
                return connection
            connection.close()
        return None


class RestAdapter:
    """See the module. Serves one event loop."""

    def __init__(self, settings: ExchangeSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._translations: dict[tuple[str, str], tuple[object, Translation]] = {}

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_Connector(limit=0, limit_per_host=CONNECTIONS, keepalive_timeout=55, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # the exchange holds the clock
                headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "onething"},
                skip_auto_headers=("User-Agent",),
            )
        return self._session

    def _translation(self, request: Request) -> Translation:
        key = (request.agency.id, request.operation.id)
        known = self._translations.get(key)
        if known is None or known[0] is not request.operation:
            known = (request.operation, translation_of(request.agency, request.operation))
            self._translations[key] = known
        return known[1]

    async def call(self, request: Request) -> Reply:
        translation = self._translation(request)
        try:
            url, options = self._prepare(request, translation)
        except TranslationError as error:
            return Reply(Outcome.FAULT, reason=str(error), code="not_sendable")
        async with self._open().request(request.operation.method, url, allow_redirects=False, **options) as response:
            content = await read_body(response)
            if content is None:
                return Reply(Outcome.NONSENSE, reason=f"more than {MAX_BODY} bytes", code="too_large")
            return _understand(response.status, response.headers, content, translation, request)

    def _prepare(self, request: Request, translation: Translation) -> tuple[str, dict[str, Any]]:
        """Address and aiohttp options of one request."""
        operation, gateway = request.operation, request.agency.gateway
        body = translation.to_theirs(request.params)
        headers = {"X-Request-Id": request.message_id, **tracing.headers()}
        if operation.kind != "query":
            place, _, name = gateway.idempotency.partition(":")
            if place == "header":
                headers[name or "Idempotency-Key"] = request.key
            elif place == "body":
                put(body, name, request.key)
        base = self._settings.gateways.get(request.agency.id, gateway.url)
        url = base.rstrip("/") + _fill_path(operation.path, body)
        if operation.method in {"GET", "DELETE"}:
            return url, {"headers": headers, "params": {key: _query(value) for key, value in body.items()}}
        headers["Content-Type"] = "application/json"
        return url, {"headers": headers, "data": orjson.dumps(body)}

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def _fill_path(path: str, body: dict[str, Any]) -> str:
    """`/certs/{no}` takes the field `no` out of the body into the path, quoted."""

    def value(found: re.Match[str]) -> str:
        taken = body.pop(found[1], None)
        if taken is None:
            raise TranslationError(found[1], "is needed for the address")
        return quote(_query(taken), safe="")

    return ("" if path.startswith("/") else "/") + re.sub(r"\{([\w.\-]+)\}", value, path)


def _query(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else str(value)


async def read_body(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, None when it is longer than we are willing to hold."""
    if (response.content_length or 0) > MAX_BODY:
        return None
    chunks, size = list[bytes](), 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > MAX_BODY:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _understand(
    status: int, headers: Mapping[str, str], content: bytes, translation: Translation, request: Request
) -> Reply:
    """What their answer says, in our words."""
    if status in _TRY_AGAIN or status >= 500:
        return Reply(Outcome.UNAVAILABLE, code=f"http_{status}", retry_after=retry_after(headers.get("Retry-After")))
    if 300 <= status < 400:
        return Reply(Outcome.NONSENSE, reason="a redirect", code=f"http_{status}")
    if not content.strip() and status < 300 and translation.ok is not None:
        return Reply(Outcome.NONSENSE, reason="empty", code="empty")
    try:
        body: Any = strict_json.loads(content) if content.strip() else {}
    except strict_json.UnsafeJsonError:
        if status in {404, 410} and request.operation.kind == "query" and not translation.not_found:
            return Reply(Outcome.NOT_FOUND, code=f"http_{status}")
        return Reply(Outcome.NONSENSE, reason="not JSON", code="not_json")
    if not isinstance(body, dict | list):
        return Reply(Outcome.NONSENSE, reason="neither object nor list", code="not_object")
    return judge(status, body, translation, request)


def retry_after(text: str | None) -> float | None:
    """Seconds of a `Retry-After` header (a number or an HTTP date), at most an hour; None when absent or unreadable."""
    if not text:
        return None
    try:
        seconds = float(text) if re.fullmatch(r"\s*\d{1,9}(\.\d+)?\s*", text) else None
        if seconds is None:
            seconds = (parsedate_to_datetime(text) - clock.now()).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), 3600.0)
