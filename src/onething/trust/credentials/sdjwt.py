"""SD-JWT (RFC 9901) and SD-JWT VC: a signed certificate whose fields can be shown one by one.

Own implementation on this room's keys; only what certificates need: flat claims, each in a disclosure of its own.
Payloads are canonical JSON (RFC 8785), so one certificate has one form. A verifier refuses what it does not know.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onething.core.errors import Problem
from onething.trust.credentials.errors import BROKEN
from onething.trust.keys.base import Signer, Verifier
from onething.trust.ledger.canonical import canonical, parse_canonical
from onething.trust.ledger.canonical import parse as parse_json
from onething.trust.models import Algorithm, b64url, unb64url

TYPE = "dc+sd-jwt"
JOSE = {Algorithm.ED25519: "EdDSA", Algorithm.SM2: "SM2-SM3"}
"""EdDSA is registered (RFC 8037). SM2 has no registered JOSE name; this one is ours and understood by ours alone."""
RESERVED = {"_sd", "_sd_alg", "...", "iss", "iat", "nbf", "exp", "cnf", "vct", "status", "id", "seal"}
MOST_DISCLOSURES = 200
LONGEST = 256 * 1024


@dataclass(frozen=True, slots=True)
class Parsed:
    """A credential taken apart; nothing is checked yet but its form."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signed: bytes
    signature: bytes
    disclosures: dict[str, tuple[str, Any]]
    """Digest (as in `_sd`) → name and value."""
    texts: dict[str, str]
    """Name → the disclosure as it stands in the credential."""


def _digest(disclosure: str) -> str:
    return b64url(hashlib.sha256(disclosure.encode()).digest())


def issue(
    public: Mapping[str, Any], hidden: Mapping[str, Any], signer: Signer, *, salt: Callable[[], bytes] | None = None
) -> str:
    """Sign. `public` is always shown (iss, vct, iat, …); each of `hidden` becomes a disclosure with 128 bits of salt.

    Returns the credential with all disclosures, ending in `~`. Raises ValueError when `hidden` uses a reserved name.
    """
    if RESERVED & hidden.keys():
        raise ValueError(f"reserved names: {sorted(RESERVED & hidden.keys())}")
    fresh = salt or (lambda: secrets.token_bytes(16))
    disclosures = [b64url(canonical([b64url(fresh()), name, value])) for name, value in hidden.items()]
    payload = {**public, "_sd": sorted(_digest(each) for each in disclosures), "_sd_alg": "sha-256"}
    header = {"alg": JOSE[signer.algorithm], "kid": signer.key_id, "typ": TYPE}
    signed = f"{b64url(canonical(header))}.{b64url(canonical(payload))}"
    return "~".join([f"{signed}.{b64url(signer.sign(signed.encode()))}", *disclosures, ""])


def parse(text: str) -> Parsed:
    """Raises `Problem(credentials.broken)` for anything that is not exactly of the form that `issue` and `present` make."""
    try:
        return _parse(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(BROKEN, why="form") from error
    except Problem as problem:
        if problem.kind is BROKEN:
            raise
        raise Problem(BROKEN, why=str(problem.values.get("why", "form"))) from problem


def _parse(text: str) -> Parsed:
    if len(text) > LONGEST or not text.isascii():
        raise Problem(BROKEN, why="size")
    jwt, *disclosures = text.split("~")
    if not disclosures or disclosures.pop() or len(disclosures) > MOST_DISCLOSURES:
        raise Problem(BROKEN, why="form")
    head, body, signature = jwt.split(".")
    header, payload = parse_canonical(unb64url(head)), parse_canonical(unb64url(body))
    listed = payload["_sd"]
    if payload["_sd_alg"] != "sha-256" or len(set(listed)) != len(listed):
        raise Problem(BROKEN, why="digests")
    found: dict[str, tuple[str, Any]] = {}
    texts: dict[str, str] = {}
    for each in disclosures:
        salt, name, value = parse_json(unb64url(each))
        digest = _digest(each)
        if (
            not isinstance(name, str)
            or not isinstance(salt, str)
            or name in RESERVED
            or name in payload
            or name in texts
        ):
            raise Problem(BROKEN, why="disclosure")
        if digest not in listed:
            raise Problem(BROKEN, why="a field that was not signed")
        found[digest], texts[name] = (name, value), each
    return Parsed(header, payload, f"{head}.{body}".encode(), unb64url(signature), found, texts)


def present(text: str, names: Iterable[str]) -> str:
    """The credential with only the chosen fields. Raises `Problem(credentials.broken)`, KeyError for an unknown field."""
    parsed, jwt = parse(text), text.split("~", 1)[0]
    return "~".join([jwt, *(parsed.texts[name] for name in names), ""])


def fields_of(parsed: Parsed) -> dict[str, Any]:
    """The disclosed fields by name."""
    return dict(parsed.disclosures.values())


def verify(text: str, key_of: Callable[[str], Verifier | None]) -> Parsed:
    """Check form and signature. `key_of` gives the verifier for a key id, None when it is not trusted.

    Raises `Problem(credentials.broken)`. Times and status are the caller's to judge.
    """
    parsed = parse(text)
    if set(parsed.header) != {"alg", "kid", "typ"} or parsed.header["typ"] != TYPE:
        raise Problem(BROKEN, why="header")
    verifier = key_of(str(parsed.header["kid"]))
    if verifier is None:
        raise Problem(BROKEN, why="signed by a key that is not trusted")
    if parsed.header["alg"] != JOSE[verifier.algorithm]:  # the key says the algorithm, never the file
        raise Problem(BROKEN, why="algorithm")
    if not verifier.verify(parsed.signature, parsed.signed):
        raise Problem(BROKEN, why="signature")
    return parsed


def digest_of(text: str) -> bytes:
    """What log and contract hold: SHA-256 of the issuer-signed part, which every presentation carries unchanged."""
    return hashlib.sha256(text.split("~", 1)[0].encode()).digest()
