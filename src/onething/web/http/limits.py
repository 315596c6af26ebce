"""Rates and sizes. Both are kept per process, in memory: several web processes multiply the rate by their number,
which a deployment behind a proxy sets tighter there. A size is enforced while the body streams in.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onething.core.errors import TOO_MANY, Problem
from onething.core.settings import settings_of
from onething.documents.settings import DocumentsSettings
from onething.web.errors import TOO_LARGE
from onething.web.settings import WebSettings

DELIVERY_BYTES = 64 * 1024 * 1024
"""What an agency reports of companies at once over the API."""
FORM_BYTES = 1024 * 1024
FILES_AT_ONCE = 4
"""One upload request may be this many times the size of the largest single file."""
DRAIN_BYTES = 64 * 1024 * 1024
"""So much of a refused body is still read and thrown away, so that the browser shows our page and not a broken line."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimiter:
    """A token bucket per key; forgets the least recently seen keys beyond `keys`."""

    def __init__(self, per_minute: int, keys: int = 50_000) -> None:
        self.rate = per_minute / 60
        self.burst = float(per_minute)
        self.keys = keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def allow(self, key: str, cost: float = 1.0) -> bool:
        moment = time.monotonic()
        bucket = self._buckets.pop(key, None) or _Bucket(self.burst, moment)
        bucket.tokens = min(self.burst, bucket.tokens + (moment - bucket.at) * self.rate)
        bucket.at = moment
        self._buckets[key] = bucket
        if len(self._buckets) > self.keys:
            self._buckets.popitem(last=False)
        if bucket.tokens < cost:
            return False
        bucket.tokens -= cost
        return True


COSTS = (("/sign-in", 10.0), ("/auth/", 10.0), ("/uploads", 3.0), ("/submit", 5.0))
"""Dearer requests, by a piece of their path."""


def _cost(path: str, method: str) -> float:
    return next(
        (cost for piece, cost in COSTS if piece in path and (method != "GET" or piece in {"/sign-in", "/auth/"})), 1.0
    )


def caller(scope: Scope, cookie: str) -> str:
    """Whom a request is counted against: the session when there is one, else the address."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                key, _, token = pair.strip().partition("=")
                if key == cookie and token:
                    return f"s:{hashlib.sha256(token.encode()).hexdigest()[:24]}"
    return f"a:{(scope.get('client') or ('?',))[0]}"


class Limits:
    """ASGI middleware for both. `refuse` makes the usual error page of a `Problem`."""

    def __init__(self, app: ASGIApp, cookie: str, refuse: Callable[[Request, Problem], Response]) -> None:
        self.app = app
        self.refuse = refuse
        self.upload_bytes = settings_of(DocumentsSettings).upload_max_bytes
        rate = settings_of(WebSettings).rate_limit_per_minute
        self.cookie = cookie
        self.by_caller = RateLimiter(rate)
        self.by_address = RateLimiter(rate * 10)

    def _too_many(self, scope: Scope) -> bool:
        if scope["path"].startswith(("/static/", "/health")):
            return False
        address = f"a:{(scope.get('client') or ('?',))[0]}"
        cost = _cost(scope["path"], scope["method"])
        return not (self.by_address.allow(address, cost) and self.by_caller.allow(caller(scope, self.cookie), cost))

    def _body_limit(self, scope: Scope) -> int:
        if "/uploads" in scope["path"]:
            return self.upload_bytes * FILES_AT_ONCE
        return DELIVERY_BYTES if scope["path"].endswith("/deliveries") else FORM_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._too_many(scope):
            await self.refuse(Request(scope), Problem(TOO_MANY))(scope, receive, send)
            return
        limit = self._body_limit(scope)
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if message["type"] == "http.request" and total > limit:
                await _drain(receive, message)
                raise Problem(TOO_LARGE, limit=max(1, limit // 1024 // 1024))
            return message

        await self.app(scope, counted, send)


async def _drain(receive: Receive, message: Message) -> None:
    left = DRAIN_BYTES
    while message.get("more_body") and left > 0:
        message = await receive()
        if message["type"] != "http.request":
            return
        left -= len(message.get("body", b""))
