"""Every request has a correlation id: taken from the caller's `traceparent`, or new; told in the answer's headers."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from onething.core.tracing import CORRELATION_HEADER, HEADER, correlation_id, span

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
UNTRACED = ("/static/", "/health", "/metrics")


class Tracing:
    """ASGI middleware around everything else. The span is named by the route, never by the address, which names cases."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNTRACED):
            await self.app(scope, receive, send)
            return
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == HEADER.encode()), None)
        with span(scope["method"], "answers", parent=given) as begun:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    own = (CORRELATION_HEADER.lower().encode(), correlation_id().encode())
                    message["headers"] = [*message.get("headers", ()), own]
                    route = getattr(scope.get("route"), "path", "")
                    begun.update_name(f"{scope['method']} {scope.get('root_path', '')}{route}")
                    begun.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self.app(scope, receive, told)
