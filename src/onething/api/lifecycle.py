"""How an operation grows old in public: deprecated on a day, gone not before another.

The rule (docs/api.md): within `/api/v1` nothing that a client may rely on is taken away or changed in meaning. What is to go
is marked with `deprecated(…)`; from then on every answer says so (`Deprecation`, RFC 9745; `Sunset`, RFC 8594; a `Link` to
what to do instead), the description too, and a client's programmer has at least `NOTICE_DAYS` days.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
NOTICE_DAYS = 180
_MARK = "__onething_lifecycle__"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Since when an operation is deprecated, from which day on it may be gone, and where what to do instead is written."""

    since: date
    gone: date
    instead: str

    def headers(self) -> list[tuple[bytes, bytes]]:
        """As they stand in every answer."""
        since, gone = _midnight(self.since), _midnight(self.gone)
        link = f'<{self.instead}>; rel="deprecation"; type="text/html"'
        return [
            (b"deprecation", f"@{int(since.timestamp())}".encode()),
            (b"sunset", format_datetime(gone, usegmt=True).encode()),
            (b"link", link.encode()),
        ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def deprecated(*, since: date, gone: date, instead: str) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint, below its router's decorator. Raises ValueError when the notice is shorter than the rule allows."""
    if (gone - since).days < NOTICE_DAYS:
        raise ValueError(f"{NOTICE_DAYS} days lie between deprecating an operation and taking it away")

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, Lifecycle(since, gone, instead))
        return endpoint

    return mark


def of(endpoint: Any) -> Lifecycle | None:
    """What was marked; None for what is not deprecated."""
    return getattr(endpoint, _MARK, None)


def say(endpoint: Any, operation: dict[str, Any]) -> None:
    """Put it into an operation's description, in place."""
    life = of(endpoint)
    if life is None:
        return
    operation["deprecated"] = True
    operation["x-sunset"] = life.gone.isoformat()
    operation["description"] += f"\n\nDeprecated since {life.since}, may be gone from {life.gone}: see {life.instead}."


class Announcing:
    """ASGI middleware: answers of deprecated operations, refusals too, carry the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def announced(message: Message) -> None:
            life = of(scope.get("endpoint")) if message["type"] == "http.response.start" else None
            if life is not None:
                message["headers"] = [*message.get("headers", ()), *life.headers()]
            await send(message)

        await self.app(scope, receive, announced)
