"""Asking a provider over HTTP: bounded in size and time, whatever it sends."""

import time
from typing import Any

import httpx
import orjson

from onething.core.errors import Problem
from onething.identity.errors import INSECURE, PROVIDER_DOWN

MOST_BYTES = 512 * 1024
SECONDS = 8.0
"""For a whole answer, however slowly it drips."""


class Answer:
    """Status, kind of content and body of an answer."""

    def __init__(self, status: int, kind: str, body: bytes) -> None:
        self.status, self.kind, self.body = status, kind, body

    def json(self) -> dict[str, Any]:
        """Raises `Problem(web.sign_in_unavailable)` for anything but a JSON object."""
        try:
            told = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise Problem(PROVIDER_DOWN, detail="no JSON") from error
        if not isinstance(told, dict):
            raise Problem(PROVIDER_DOWN, detail="no JSON object")
        return told


class Asker:
    """One provider's endpoints. `secure`: nothing is asked over plain http."""

    def __init__(self, transport: httpx.BaseTransport | None = None, *, secure: bool = False) -> None:
        self._http = httpx.Client(timeout=SECONDS / 2, transport=transport, follow_redirects=False)
        self._secure = secure

    def ask(self, method: str, url: str, **options: Any) -> Answer:
        """Raises `Problem(web.sign_in_unavailable | identity.insecure_provider)`."""
        if self._secure and not url.startswith("https://"):
            raise Problem(INSECURE, detail=url.partition("?")[0])
        end, body = time.monotonic() + SECONDS, bytearray()
        try:
            with self._http.stream(method, url, **options) as answer:
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES or time.monotonic() > end:
                        raise Problem(PROVIDER_DOWN, detail="its answer is too long or too slow")
                return Answer(answer.status_code, answer.headers.get("content-type", ""), bytes(body))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Problem(PROVIDER_DOWN, detail=type(error).__name__) from error

    def document(self, url: str) -> dict[str, Any]:
        """A JSON object that is published. Raises `Problem` like `ask`."""
        answer = self.ask("GET", url, headers={"accept": "application/json"})
        if answer.status != 200:
            raise Problem(PROVIDER_DOWN, detail=f"it said {answer.status}")
        return answer.json()
