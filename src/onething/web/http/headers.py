"""Security headers on every response, and one place where an unexpected failure becomes a numbered page.

The content policy allows scripts and styles from our own files only: no inline script, no inline style attribute,
no eval. Templates therefore position things with classes or SVG attributes.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onething.core.settings import Settings
from onething.identity.service import get_provider


def content_policy(settings: Settings) -> str:
    """The Content-Security-Policy. Forms may end at the identity provider, because sign-out is redirected there; where that
    is, its discovery document says."""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": " ".join(["'self'", *get_provider().origins()]),
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    policy = "; ".join(f"{name} {value}" for name, value in rules.items())
    return f"{policy}; upgrade-insecure-requests" if settings.production else policy


def security_headers(settings: Settings) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": content_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.production:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


class SecurityHeaders:
    """ASGI middleware: sets the headers unless a response has set its own (a PDF may loosen nothing, only add)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self._made: tuple[tuple[str, ...], dict[str, str]] = ((), {})

    def headers(self) -> dict[str, str]:
        """Made anew when the provider's addresses have become known or have changed."""
        origins = get_provider().origins()
        if not self._made[1] or self._made[0] != origins:
            self._made = (origins, security_headers(self.settings))
        return self._made[1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers().items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, guarded)
