"""A certificate as a wallet holds it: SD-JWT VC (RFC 9901) bound to a key of the phone, every field a disclosure of its own."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.trust.models import b64url
from onething.trust.service import Signer
from onething.wallets import jose

KIND = "dc+sd-jwt"


@dataclass(frozen=True, slots=True)
class Holding:
    """What is told of a certificate in a wallet without being asked; its fields are told by choice."""

    vct: str
    issuer: str
    title: str
    number: str
    issued_at: datetime
    expires_at: datetime
    status: Mapping[str, Any]


def issue(
    holding: Holding, fields: Mapping[str, Any], holder: Mapping[str, str], signer: Signer, certificate: bytes
) -> str:
    """The credential with all its disclosures. `fields` by their signed names, `holder` is the phone's public key."""
    hidden = {"number": holding.number, **fields}
    disclosures = [
        jose.part([b64url(secrets.token_bytes(16)), name, json.loads(json.dumps(value, default=str))])
        for name, value in hidden.items()
    ]
    claims = {
        "iss": holding.issuer, "vct": holding.vct, "iat": int(holding.issued_at.timestamp()),
        "exp": int(holding.expires_at.timestamp()), "cnf": {"jwk": dict(holder)}, "status": dict(holding.status),
        "title": holding.title,
        "_sd": sorted(digest(each) for each in disclosures), "_sd_alg": "sha-256",
    }  # fmt: skip
    header = {"typ": KIND, "kid": signer.key_id, "x5c": jose.x5c(certificate)}
    return "~".join([jose.signed(header, claims, signer), *disclosures, ""])


def digest(disclosure: str) -> str:
    return b64url(hashlib.sha256(disclosure.encode()).digest())
