"""SOAP 1.1/1.2 over HTTP, driven by a WSDL kept in the city package and the catalog's maps.

The WSDL is a file (`options.wsdl`), never fetched: a description that comes over the wire could change what is sent. zeep
builds the envelope and reads the answer; aiohttp carries it, with the same bounds as REST. Document types and entities
are refused before anything is expanded, so neither entity bombs nor external entities have a meaning here.
"""

import asyncio
from pathlib import Path
from typing import Any, cast

import aiohttp

from onething.core import tracing
from onething.core.city_folders import city_folder
from onething.core.logs import mask
from onething.exchange.base import Reply, Request
from onething.exchange.contrib.rest import CONNECTIONS, MAX_BODY, read_body, retry_after
from onething.exchange.models import Outcome
from onething.exchange.settings import ExchangeSettings
from onething.exchange.wire.paths import put
from onething.exchange.wire.reply_interpretation import judge
from onething.exchange.wire.translation import Translation, TranslationError, translation_of

_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


class _Answer:
    """An HTTP answer as zeep wants to see it."""

    def __init__(self, status: int, content: bytes, content_type: str) -> None:
        self.status_code, self.content, self.encoding = status, content, None
        self.headers = {"Content-Type": content_type}


class SoapAdapter:
    """See the module. `operation.path` is the WSDL's operation; `options.binding` its binding where there are several."""

    def __init__(self, settings: ExchangeSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, Any] = {}
        self._translations: dict[tuple[str, str], Translation] = {}

    async def call(self, request: Request) -> Reply:
        translation = self._translation(request)
        try:
            fields = translation.to_theirs(request.params)
        except TranslationError as error:
            return Reply(Outcome.FAULT, reason=str(error), code="not_sendable")
        place, _, name = request.agency.gateway.idempotency.partition(":")
        if request.operation.kind != "query" and place == "body":
            put(fields, name, request.key)
        client = await self._client(request)
        envelope, headers = _envelope(client, request, fields)
        url = self._settings.gateways.get(request.agency.id, request.agency.gateway.url)
        async with self._open().post(url, data=envelope, headers=headers, allow_redirects=False) as response:
            content = await read_body(response)
            if content is None:
                return Reply(Outcome.NONSENSE, reason=f"more than {MAX_BODY} bytes", code="too_large")
            answer = _Answer(response.status, content, response.headers.get("Content-Type", "text/xml"))
            wait = retry_after(response.headers.get("Retry-After"))
        return _understand(client, request, translation, answer, wait)

    def _translation(self, request: Request) -> Translation:
        key = (request.agency.id, request.operation.id)
        if key not in self._translations:
            self._translations[key] = translation_of(request.agency, request.operation)
        return self._translations[key]

    async def _client(self, request: Request) -> Any:
        """The WSDL, read once and outside the loop: reading one takes tens of milliseconds."""
        agency = request.agency
        if agency.id not in self._clients:
            path = city_folder() / agency.gateway.options.get("wsdl", "")
            self._clients[agency.id] = await asyncio.to_thread(_read_wsdl, path)
        return self._clients[agency.id]

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS, keepalive_timeout=55),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                headers={"Accept-Encoding": "identity", "User-Agent": "onething"},
                skip_auto_headers=("User-Agent",),
            )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


class _NoNetwork:
    """Reads the WSDL's own file; whatever it would import from elsewhere is refused."""

    session = None
    cache = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        path = Path(url.removeprefix("file://")).resolve()
        if "://" in url.removeprefix("file://") or not path.is_relative_to(self._folder):
            raise ValueError("a WSDL may only import files beside it")
        return path.read_bytes()


def _read_wsdl(path: Path) -> Any:
    """A zeep client of a file; raises `FileNotFoundError` or zeep's errors for a WSDL that is none."""
    import zeep

    library: Any = zeep  # its types lag behind its options
    rules = library.Settings(
        strict=True, xml_huge_tree=False, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    if not path.is_file():
        raise FileNotFoundError(path.name)
    return library.Client(str(path), transport=_NoNetwork(path.parent), settings=rules)


def _binding(client: Any, request: Request) -> Any:
    wanted = request.agency.gateway.options.get("binding")
    bindings = client.wsdl.bindings.values()
    return next(one for one in bindings if wanted is None or one.name.localname == wanted)


def _envelope(client: Any, request: Request, fields: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    from lxml import etree

    content, wanted = _binding(client, request)._create(request.operation.path, (), fields, client=client)
    headers = (
        {name: str(value) for name, value in wanted.items()} | {"X-Request-Id": request.message_id} | tracing.headers()
    )
    return etree.tostring(content, xml_declaration=True, encoding="UTF-8"), headers


def _understand(client: Any, request: Request, translation: Translation, answer: _Answer, wait: float | None) -> Reply:
    from zeep import helpers
    from zeep.exceptions import Fault

    if answer.status_code in {408, 425, 429, 502, 503, 504}:
        return Reply(Outcome.UNAVAILABLE, code=f"http_{answer.status_code}", retry_after=wait)
    content = answer.content.replace(b"\0", b"")  # UTF-16 must not hide a document type from the look below
    if any(word in content.upper() for word in _FORBIDDEN):
        return Reply(Outcome.NONSENSE, reason="a document type or entity", code="xml_forbidden")
    binding = _binding(client, request)
    try:
        found = binding.process_reply(client, binding.get(request.operation.path), answer)
    except Fault as fault:
        return _fault(fault)
    except Exception as error:  # noqa: BLE001 - zeep and lxml raise dozens of kinds; all mean that it is no answer
        if answer.status_code >= 500:
            return Reply(Outcome.UNAVAILABLE, code=f"http_{answer.status_code}", retry_after=wait)
        return Reply(Outcome.NONSENSE, reason=f"not the SOAP answer: {type(error).__name__}", code="not_soap")
    body: Any = _plain(cast("Any", helpers).serialize_object(found, dict))
    return judge(answer.status_code, body if isinstance(body, dict) else {"value": body}, translation, request)


def _fault(fault: Any) -> Reply:
    """A fault of the sender says that our message was wrong (SOAP 1.1 § 4.4.1), which is no refusal; one of the receiver may pass."""
    code = str(fault.code or "").rpartition(":")[2]
    if code in {"Server", "Receiver"}:
        return Reply(Outcome.UNAVAILABLE, code="soap_server")
    return Reply(
        Outcome.FAULT, reason=mask(str(fault.message or ""))[:300], code=f"soap_{code.lower() or 'fault'}"[:40]
    )


def _plain(value: Any) -> Any:
    """What zeep read as JSON: dates and decimals as text, unknown elements gone."""
    if isinstance(value, dict):
        names = cast("dict[str, Any]", value)
        return {name: _plain(item) for name, item in names.items() if not name.startswith("_")}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Any]", value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
