"""Keys, id tokens and the short-lived things of the authorization-code flow, kept in memory."""

import base64
import hashlib
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from joserfc import jwt
from joserfc.jwk import RSAKey

T = TypeVar("T")
TOKEN_SECONDS = 3600


class Expiring(Generic[T]):
    """A dictionary whose entries end by themselves."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._items: dict[str, tuple[float, T]] = {}

    def add(self, item: T) -> str:
        """Keep an item under a fresh unguessable name."""
        now = time.monotonic()
        if len(self._items) > 10_000:
            self._items = {key: entry for key, entry in self._items.items() if entry[0] > now}
        key = secrets.token_urlsafe(24)
        self._items[key] = (now + self._seconds, item)
        return key

    def get(self, key: str) -> T | None:
        entry = self._items.get(key)
        return entry[1] if entry and entry[0] > time.monotonic() else None

    def take(self, key: str) -> T | None:
        """Get it once."""
        item = self.get(key)
        self._items.pop(key, None)
        return item


@dataclass(frozen=True, slots=True)
class AuthRequest:
    """One visit to the authorization endpoint that passed its checks."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str
    challenge: str
    lang: str


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that has signed in here."""

    sub: str
    auth_time: int
    sid: str = field(default_factory=lambda: secrets.token_urlsafe(12))


@dataclass(frozen=True, slots=True)
class Grant:
    """What an authorization code stands for."""

    request: AuthRequest
    session: Session


def signing_key(folder: Path) -> RSAKey:
    """The provider's RSA key, made once per folder so that relying parties may keep it over a restart."""
    path = folder / "identity-key.pem"
    if not path.exists():
        fresh = folder / f".identity-key-{os.getpid()}"
        fresh.write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
        fresh.chmod(0o600)
        fresh.rename(path)
    pem = path.read_bytes()
    return RSAKey.import_key(pem, {"kid": hashlib.sha256(pem).hexdigest()[:16], "use": "sig", "alg": "RS256"})


def pkce_matches(verifier: str, challenge: str) -> bool:
    """RFC 7636, method S256."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return secrets.compare_digest(digest, challenge)


def _half_hash(token: str) -> str:
    digest = hashlib.sha256(token.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def id_token(key: RSAKey, issuer: str, grant: Grant, claims: dict[str, Any], access_token: str) -> str:
    """A signed id token (OpenID Connect Core 2)."""
    now = int(time.time())
    body = {
        **claims,
        "iss": issuer,
        "aud": grant.request.client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "auth_time": grant.session.auth_time,
        "sid": grant.session.sid,
        "acr": "urn:onething:acr:sandbox",
        "amr": ["sandbox"],
        "at_hash": _half_hash(access_token),
    }
    if grant.request.nonce:
        body["nonce"] = grant.request.nonce
    return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, body, key)
