"""Rates and sizes. Both are kept per process, in memory: several web processes multiply the rate by their number,
which a deployment behind a proxy sets tighter there. A size is enforced while the body streams in.

Whoever has proved who they are is counted by their account, however many sessions and tokens they hold. Whoever has not is
counted by their network, whatever cookie or token they send along: an invented one opens no fresh account. A network's measure
has room for a hall full of people who sign in at the same time. Programs (`/api/`) are counted apart from people.
"""

import hashlib
import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onething.api.errors import TOO_LARGE
from onething.core.errors import BAD_REQUEST, TOO_MANY, Problem
from onething.core.settings import settings_of
from onething.documents.settings import DocumentsSettings
from onething.web.settings import WebSettings

DELIVERY_BYTES = 64 * 1024 * 1024
"""What an agency reports of companies at once over the API."""
FORM_BYTES = 1024 * 1024
FILES_AT_ONCE = 4
"""One upload request may be this many times the size of the largest single file."""
DRAIN_BYTES = 64 * 1024 * 1024
"""So much of a refused body is still read and thrown away, so that the browser shows our page and not a broken line."""


IN_ALL = 10
"""All the accounts of one network together may do so many times what its strangers may."""


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
        """Whether `key` may spend `cost` now; it is spent if so."""
        return self.take(key, cost) == 0

    def take(self, key: str, cost: float = 1.0) -> float:
        """0 when `key` could spend `cost`, else the seconds until it could. Costs beyond the whole measure are cut to it."""
        cost, moment = min(cost, self.burst), time.monotonic()
        bucket = self._buckets.pop(key, None) or _Bucket(self.burst, moment)
        bucket.tokens = min(self.burst, bucket.tokens + (moment - bucket.at) * self.rate)
        bucket.at = moment
        self._buckets[key] = bucket
        if len(self._buckets) > self.keys:
            self._buckets.popitem(last=False)
        if bucket.tokens < cost:
            return (cost - bucket.tokens) / self.rate
        bucket.tokens -= cost
        return 0.0


COSTS = (("/sign-in", 4.0), ("/auth/", 4.0), ("/uploads", 3.0), ("/submit", 5.0))
"""Dearer requests, by a piece of their path."""


def _cost(path: str, method: str) -> float:
    return next(
        (cost for piece, cost in COSTS if piece in path and (method != "GET" or piece in {"/sign-in", "/auth/"})), 1.0
    )


def network(scope: Scope) -> str:
    """Where a request comes from, as one household or hall has it: an IPv4 address, the first 64 bits of an IPv6 one."""
    said = str((scope.get("client") or ("?",))[0])
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return said
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address)
    return said


def _token(scope: Scope, cookie: str) -> str:
    """The hash of the session or bearer token that a request carries; empty when it carries none."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return hashlib.sha256(value[7:]).hexdigest()
        if name == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                key, _, token = pair.strip().partition("=")
                if key == cookie and token:
                    return hashlib.sha256(token.encode("latin-1")).hexdigest()
    return ""


class Proven:
    """Tokens that turned out to be somebody's, with whose; forgets those not seen for longest."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._accounts: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def account(self, token: str) -> str:
        """Whose it is; empty for a token that has proved nothing."""
        with self._lock:
            if token in self._accounts:
                self._accounts.move_to_end(token)
            return self._accounts.get(token, "")

    def remember(self, token: str, account: str) -> None:
        with self._lock:
            self._accounts[token] = account
            self._accounts.move_to_end(token)
            while len(self._accounts) > self._most:
                self._accounts.popitem(last=False)


class Limits:
    """ASGI middleware for both. `refuse` makes the usual error page of a `Problem`."""

    def __init__(self, app: ASGIApp, cookie: str, refuse: Callable[[Request, Problem], Response]) -> None:
        self.app = app
        self.refuse = refuse
        self.upload_bytes = settings_of(DocumentsSettings).upload_max_bytes
        settings = settings_of(WebSettings)
        self.cookie = cookie
        self.proven = Proven()
        people, programs = settings.rate_limit_per_minute, settings.api_rate_limit_per_minute
        crowd = settings.rate_limit_network_per_minute
        self.by_account = {False: RateLimiter(people), True: RateLimiter(programs)}
        self.by_network = {False: RateLimiter(crowd), True: RateLimiter(crowd)}
        self.in_all = RateLimiter(crowd * IN_ALL)

    def _wait(self, scope: Scope) -> float:
        """Seconds until this request would be taken; 0: it is taken, and counted. Lets the application say whose its token is."""
        if scope["path"].startswith(("/static/", "/health")):
            return 0.0
        programs, cost, place = scope["path"].startswith("/api/"), _cost(scope["path"], scope["method"]), network(scope)
        token = _token(scope, self.cookie)
        if token:
            scope.setdefault("state", {})["proven"] = partial(self.proven.remember, token)
        account = self.proven.account(token) if token else ""
        if account:
            return self.by_account[programs].take(account, cost) or self.in_all.take(place, cost)
        return self.by_network[programs].take(place, cost)

    def _body_limit(self, scope: Scope) -> int:
        if "/uploads" in scope["path"]:
            return self.upload_bytes * FILES_AT_ONCE
        return DELIVERY_BYTES if scope["path"].endswith("/deliveries") else FORM_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if b"%00" in scope.get("query_string", b"") or "\0" in scope["path"]:
            await self.refuse(Request(scope), Problem(BAD_REQUEST, field="address", detail="NUL"))(scope, receive, send)
            return
        if wait := self._wait(scope):
            problem = Problem(TOO_MANY, extra={"retry_after": max(1, math.ceil(wait))})
            await self.refuse(Request(scope), problem)(scope, receive, send)
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
