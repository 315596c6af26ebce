"""JSON Web Signatures with this platform's own keys, and checks of those that wallets make with theirs (ES256 alone).

Own signing because keys stand behind `Signer` and may lie in a hardware module; whatever strangers send is read by `joserfc`.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from onething.trust.models import b64url
from onething.trust.service import Signer

LONGEST = 64 * 1024


class _Wide(jws.JWSRegistry):
    """Certificates stand in headers, and wallets say there what they like: what matters is looked at one by one."""

    max_header_length = 16 * 1024


_WIDE = _Wide(algorithms=["ES256"], strict_check_header=False)


class NotSignedError(ValueError):
    """What was sent is no signature that counts; the text says why (ASCII, no personal data)."""


def signed(header: Mapping[str, Any], claims: Mapping[str, Any], signer: Signer) -> str:
    """A compact JWS (RFC 7515) with `alg` ES256."""
    head = part({"alg": "ES256", **header})
    text = f"{head}.{part(claims)}"
    return f"{text}.{b64url(signer.sign(text.encode()))}"


def part(value: Any) -> str:
    """JSON as a part of a JWS, or a disclosure, carries it."""
    return b64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def x5c(*certificates: bytes) -> list[str]:
    """Certificates (DER) as a header carries them (RFC 7515, 4.1.6)."""
    return [b64encode(each).decode() for each in certificates]


def public_key(jwk: Any) -> dict[str, str]:
    """The required members of a P-256 public key. Raises `NotSignedError` for another kind, and for a private key."""
    given: dict[str, Any] = {str(k): v for k, v in jwk.items()} if isinstance(jwk, dict) else {}  # type: ignore[reportUnknownMemberType]
    if given.get("kty") != "EC" or given.get("crv") != "P-256" or "d" in given:
        raise NotSignedError("the key is not a public P-256 key")
    named = {name: str(given.get(name, "")) for name in ("kty", "crv", "x", "y")}
    try:
        ECKey.import_key(dict(named))
    except (JoseError, ValueError, TypeError) as error:
        raise NotSignedError("the key is not on the curve") from error
    return named


def header_of(text: str) -> dict[str, Any]:
    """The header, nothing checked yet. Raises `NotSignedError`."""
    try:
        if len(text) > LONGEST or not text.isascii():
            raise NotSignedError("too long, or not ASCII")
        return dict(jws.extract_compact(text.encode(), registry=_WIDE).headers())
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise NotSignedError("not a compact JWS") from error


def checked(text: str, jwk: Mapping[str, str], kind: str) -> dict[str, Any]:
    """The claims, signed by this key, with this `typ`. Raises `NotSignedError`."""
    head = header_of(text)
    if head.get("typ") != kind or head.get("alg") != "ES256" or "crit" in head:
        raise NotSignedError(f"the header is not that of {kind} signed with ES256")
    try:
        found = jws.deserialize_compact(text, ECKey.import_key(dict(jwk)), registry=_WIDE)
        claims = json.loads(found.payload)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise NotSignedError("the signature does not fit the key") from error
    if not isinstance(claims, dict):
        raise NotSignedError("the claims are no object")
    return claims  # type: ignore[reportUnknownVariableType]


def hash_of(secret: str) -> str:
    """What is kept of a random token that somebody holds: enough to know it again."""
    return hashlib.sha256(secret.encode()).hexdigest()
