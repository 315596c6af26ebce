"""Where wallets find things: under the public address of this installation, by paths that the standards or this file name."""

from onething.core.settings import get_settings

ISSUER_PLACE = "/.well-known/openid-credential-issuer"
SERVER_PLACE = "/.well-known/oauth-authorization-server"
KEYS_PLACE = "/.well-known/jwt-vc-issuer"
OFFERS, TOKEN, NONCE, CREDENTIAL = "/wallet/offers", "/wallet/token", "/wallet/nonce", "/wallet/credential"
KINDS, LISTS, QUESTIONS, ANSWERS = "/wallet/kinds", "/wallet/lists", "/wallet/questions", "/wallet/answers"


def issuer() -> str:
    """The identifier of this issuer: its public address without a slash at the end."""
    return get_settings().public_url.rstrip("/")


def at(place: str, name: str = "") -> str:
    return f"{issuer()}{place}/{name}" if name else f"{issuer()}{place}"
