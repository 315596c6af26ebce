"""Checking tokens of a provider: whose signature, for whom, how old. Pure but for the clock; keys are handed in.

ID tokens: OpenID Connect Core 1.0, 3.1.3.7. Logout tokens: OpenID Connect Back-Channel Logout 1.0, 2.6.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError

from onething.core.errors import Problem
from onething.identity.errors import LOGOUT_REFUSED, SIGN_IN_FAILED
from onething.identity.publications import Published

KINDS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
"""Algorithms that are taken, and of what kind their keys are."""
LEEWAY_SECONDS = 60
LONGEST = 32 * 1024
"""Characters of a token."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
Again = Callable[[str | None], Published]
"""Look once more for keys, for a token whose key is not known."""


def _header(token: str) -> tuple[str | None, str]:
    """`kid` and the kind of its key; ValueError for what is no token of a kind that is taken."""
    if len(token) > LONGEST or token.count(".") != 2:
        raise ValueError("no signed token")
    head = token.partition(".")[0]
    told = orjson.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    kid, kind = (told.get("kid"), KINDS.get(str(told.get("alg")))) if isinstance(told, dict) else (None, None)
    if kind is None or not (kid is None or isinstance(kid, str)):
        raise ValueError("algorithm not taken")
    return kid, kind


def _signed_by(token: str, keys: list[Any]) -> dict[str, Any]:
    error: Exception = ValueError("no key fits")
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=list(KINDS)).claims
        except (JoseError, ValueError, TypeError) as failed:
            error = failed
    raise error


def verified(token: str, published: Published, again: Again) -> dict[str, Any]:
    """The claims of a token that the provider signed; raises JoseError or ValueError. Looks for new keys only when the token's
    key is not among those known: a bad signature costs no fetch."""
    try:
        kid, kind = _header(token)
    except (ValueError, TypeError) as error:
        raise ValueError("no signed token") from error
    if not published.knows(kid):
        published = again(kid)
    return _signed_by(token, published.fitting(kid, kind))


def check_id_token(claims: Mapping[str, Any], issuer: str, client_id: str, nonce: str | None) -> None:
    """Raises `Problem(web.sign_in_failed)` unless it is for this client, and for this sign-in where a nonce is given."""
    required: dict[str, Any] = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }
    if nonce is not None:
        required["nonce"] = {"essential": True, "value": nonce}
    try:
        jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **required).validate(dict(claims))
    except JoseError as error:
        raise Problem(SIGN_IN_FAILED, detail=f"claim not accepted: {error}") from error
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
        raise Problem(SIGN_IN_FAILED, detail="azp")


def check_logout_token(claims: Mapping[str, Any], issuer: str, client_id: str) -> None:
    """Raises `Problem(identity.logout_refused)` unless it tells this client of the end of a session."""
    required: dict[str, Any] = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
        "iat": {"essential": True},
        "jti": {"essential": True},
    }
    try:
        jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **required).validate(dict(claims))
    except JoseError as error:
        raise Problem(LOGOUT_REFUSED, detail=f"claim not accepted: {error}") from error
    told = claims.get("events")
    if not isinstance(told, Mapping) or not isinstance(told.get(LOGOUT_EVENT), Mapping):
        raise Problem(LOGOUT_REFUSED, detail="no logout event")
    if "nonce" in claims:
        raise Problem(LOGOUT_REFUSED, detail="an ID token is no logout token")
    if not (claims.get("sub") or claims.get("sid")):
        raise Problem(LOGOUT_REFUSED, detail="neither sub nor sid")
