"""The sandbox phone: `POST {base}/sms {to, text, idempotency_key}`; the phone keeps one message a key."""

import aiohttp

from onething.core import tracing
from onething.notices.channels import Receipt
from onething.notices.models import State
from onething.notices.settings import NoticesSettings

_TRY_AGAIN = frozenset({408, 425, 429})


class SandboxPhone:
    """Serves one event loop; connections are kept."""

    def __init__(self, base: str) -> None:
        self._url = f"{base.rstrip('/')}/sms"
        self._session: aiohttp.ClientSession | None = None

    async def send(self, to: str, text: str, key: str) -> Receipt:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=10), cookie_jar=aiohttp.DummyCookieJar()
            )
        message = {"to": to, "text": text, "idempotency_key": key}
        async with self._session.post(
            self._url, json=message, headers=tracing.headers(), allow_redirects=False
        ) as response:
            status = response.status
        if 200 <= status < 300:
            return Receipt(State.SENT)
        again = status >= 500 or status in _TRY_AGAIN
        return Receipt(State.DUE if again else State.FAILED, f"http_{status}")

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def make(settings: NoticesSettings) -> SandboxPhone:
    return SandboxPhone(settings.sms_sandbox_url or "http://127.0.0.1:8101")
