"""Forgery guard: every unsafe request carries a token bound to its session, in the form or in a header.

The token is masked anew on each page (a random pad, and the secret XORed with it), so that compression of a page that
also shows what somebody typed cannot be used to guess it. Requests that a browser marks as coming from another site
are refused before the form is read.
"""

import base64
import hmac
import secrets

from starlette.requests import Request

from onething.core.errors import Problem
from onething.web.errors import REFUSED

FIELD = "_csrf"
HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def new_secret() -> str:
    return secrets.token_hex(32)


def masked(secret: str) -> str:
    """A fresh disguise of the session's secret."""
    raw = bytes.fromhex(secret)
    pad = secrets.token_bytes(len(raw))
    return base64.urlsafe_b64encode(pad + bytes(a ^ b for a, b in zip(pad, raw, strict=True))).decode()


def matches(token: str, secret: str) -> bool:
    try:
        raw = base64.urlsafe_b64decode(token.encode())
        expected = bytes.fromhex(secret)
    except ValueError:
        return False
    if len(raw) != 2 * len(expected) or not expected:
        return False
    pad, rest = raw[: len(expected)], raw[len(expected) :]
    return hmac.compare_digest(bytes(a ^ b for a, b in zip(pad, rest, strict=True)), expected)


def refuse_other_sites(request: Request) -> None:
    """Raises `Problem` when the browser itself says that an unsafe request comes from elsewhere."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise Problem(REFUSED, detail="sec-fetch-site")
    origin = request.headers.get("origin")
    if origin and origin != "null" and origin.split("://", 1)[-1] != request.headers.get("host"):
        raise Problem(REFUSED, detail="origin")
