"""An agency that publishes its changes: its feed is followed from where we stopped and mirrored here; questions are answered from the mirror.

`GET <url><path>?after=<number>&limit=1000` answers `{"changes": [{"seq": 7, "id": "…", "row": {…}}, …], "more": false}`; a
row that is null is gone. Numbers only rise: what is re-ordered or repeated is refused whole. 410 means that our place is no longer
known, and the register is read anew. While the feed is away, answers come from the mirror for `options.max_age_hours` (1).
"""

import asyncio
import time
from datetime import timedelta
from itertools import pairwise
from typing import Any, cast

import aiohttp

from onething.core.clock import now
from onething.core.settings import get_settings
from onething.exchange.base import Reply, Request
from onething.exchange.contrib.mirror import Mirror, answer_from
from onething.exchange.contrib.rest import read_body
from onething.exchange.models import Outcome
from onething.exchange.settings import ExchangeSettings
from onething.exchange.wire import strict_json
from onething.exchange.wire.translation import TranslationError, translation_of

PAGE, MOST_PAGES = 1000, 10_000
Change = tuple[int, str, dict[str, Any] | None]


class FeedError(ValueError):
    """An answer that is no page of a feed."""


class ChangeFeedAdapter:
    """See the module. Queries only."""

    def __init__(self, settings: ExchangeSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._locks: dict[str, asyncio.Lock] = {}
        self._read_at: dict[str, float] = {}

    async def call(self, request: Request) -> Reply:
        if request.operation.kind != "query":
            return Reply(Outcome.FAULT, reason="this agency only publishes", code="read_only")
        translation = translation_of(request.agency, request.operation)
        try:
            wanted = translation.to_theirs(request.params)
        except TranslationError as error:
            return Reply(Outcome.FAULT, reason=str(error), code="not_sendable")
        if not wanted or set(wanted) != set(request.operation.request or wanted):
            return Reply(Outcome.FAULT, reason="not all that it is found by", code="not_sendable")
        name = f"{request.agency.id}.{request.operation.id}"
        mirror = Mirror(get_settings().data_dir / "exchange" / "mirrors" / f"{name}.db", wanted)
        async with self._locks.setdefault(name, asyncio.Lock()):
            trouble = await self._read_on(mirror, request, name)
        return await asyncio.to_thread(self._answer, mirror, request, wanted, trouble)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _answer(self, mirror: Mirror, request: Request, wanted: dict[str, Any], trouble: str) -> Reply:
        state = mirror.state()
        age = timedelta(hours=float(request.agency.gateway.options.get("max_age_hours", "1")))
        if state is None or now() - state.as_of > age:
            return Reply(Outcome.UNAVAILABLE, code=trouble or "stale_feed", retry_after=60)
        return answer_from(mirror, wanted, request)

    async def _read_on(self, mirror: Mirror, request: Request, name: str) -> str:
        """Read what is new, at most every `options.every_seconds` (30); a code when that failed."""
        every = float(request.agency.gateway.options.get("every_seconds", "30"))
        if time.monotonic() - self._read_at.get(name, -every) < every:
            return ""
        try:
            for _ in range(MOST_PAGES):
                if not await self._page(mirror, request):
                    break
        except FeedError:
            return "bad_feed"
        except (aiohttp.ClientError, OSError):
            return "feed_away"
        self._read_at[name] = time.monotonic()
        return ""

    async def _page(self, mirror: Mirror, request: Request) -> bool:
        state = await asyncio.to_thread(mirror.state)
        after = int(state.mark) if state else 0
        base = self._settings.gateways.get(request.agency.id, request.agency.gateway.url)
        query = {"after": str(after), "limit": str(PAGE)}
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers={"Accept-Encoding": "identity"})  # fmt: skip
        async with self._session.get(
            base.rstrip("/") + request.operation.path, params=query, allow_redirects=False
        ) as answer:
            content = await read_body(answer)
            status = answer.status
        if status == 410 and after:
            await asyncio.to_thread(mirror.clear)
            return True
        if status != 200 or content is None:
            raise aiohttp.ClientError(f"HTTP {status}")
        changes, more = _read(content, after)
        if not changes:
            await asyncio.to_thread(mirror.seen, str(after))
            return False
        rows = [(each, row) for _, each, row in changes]
        await asyncio.to_thread(mirror.apply, rows, str(changes[-1][0]), now())
        return more


def _read(content: bytes, after: int) -> tuple[list[Change], bool]:
    """One page; raises `FeedError`."""
    try:
        body: Any = strict_json.loads(content)
        found: list[Change] = [_change(one) for one in body["changes"]]
        more = body["more"]
    except (strict_json.UnsafeJsonError, KeyError, TypeError, ValueError):
        raise FeedError("not a page of a feed") from None
    numbers = [after, *(one[0] for one in found)]
    if any(b <= a for a, b in pairwise(numbers)) or not isinstance(more, bool):
        raise FeedError("the changes are not in order")
    return found, more and bool(found)


def _change(one: Any) -> Change:
    number, each, row = one["seq"], one["id"], one["row"]
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(each, str) or not (row is None or isinstance(row, dict)):  # fmt: skip
        raise TypeError("not a change")
    return number, each, cast("dict[str, Any] | None", row)
