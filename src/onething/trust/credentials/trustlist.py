"""Whose signature counts: agencies, what they may issue, their keys with their histories; signed by the operator's root.

A verifier needs this list and the root's fingerprint, which it must have from elsewhere (printed, published): a list
that came with the file it vouches for proves nothing by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.core.errors import Problem
from onething.trust.credentials.errors import BROKEN
from onething.trust.keys.algorithms import make_verifier
from onething.trust.keys.base import Signer, Verifier
from onething.trust.ledger.canonical import canonical, parse
from onething.trust.log.policy import LogPolicy
from onething.trust.models import KeyRecord, KeyStatus, PublicKey, b64url, unb64url

FORMAT = "onething-trust-list/1"


@dataclass(frozen=True, slots=True)
class Agency:
    id: str
    name: dict[str, str]
    kinds: frozenset[str]
    """Types of certificates (`vct`) it may issue."""
    keys: tuple[KeyRecord, ...]


@dataclass(frozen=True, slots=True)
class TrustList:
    root: PublicKey
    issued_at: datetime
    agencies: tuple[Agency, ...]
    text: str
    """As signed: canonical JSON with its signature."""
    log: LogPolicy | None = None
    """What a checkpoint of the certificates' log needs to count."""
    time_roots: tuple[bytes, ...] = ()
    """Roots (X.509, DER) of the authorities whose time stamps on seals count."""

    def key(self, key_id: str) -> tuple[Agency, KeyRecord] | None:
        """Who has this key."""
        for agency in self.agencies:
            for record in agency.keys:
                if record.key_id == key_id:
                    return agency, record
        return None

    def verifier(self, key_id: str) -> Verifier | None:
        found = self.key(key_id)
        return make_verifier(found[1].public_key) if found else None


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _key(record: KeyRecord) -> dict[str, Any]:
    return {
        "name": record.name, "jwk": record.public_key.jwk(), "status": record.status.value,
        "created_at": _moment(record.created_at), "retired_at": _moment(record.retired_at),
        "revoked_at": _moment(record.revoked_at),
    }  # fmt: skip


def sign(
    agencies: Sequence[Agency],
    root: Signer,
    at: datetime,
    log: LogPolicy | None = None,
    time_roots: Sequence[bytes] = (),
) -> TrustList:
    """Make the list."""
    content = {
        "format": FORMAT, "issued_at": at.isoformat(), "root": root.public_key.jwk(),
        "agencies": [
            {"id": a.id, "name": a.name, "kinds": sorted(a.kinds), "keys": [_key(k) for k in a.keys]} for a in agencies
        ],
        **({"log": log.as_json()} if log else {}),
        **({"time": [b64url(each) for each in time_roots]} if time_roots else {}),
    }  # fmt: skip
    signature = b64url(root.sign(canonical(content)))
    return load(canonical({**content, "signature": signature}))


def load(content: bytes | str, root: str | None = None) -> TrustList:
    """Read and check a list; with `root`, its root key must have this fingerprint. Raises `Problem(credentials.broken)`."""
    try:
        data: dict[str, Any] = parse(content)
        signature = unb64url(data.pop("signature"))
        key = PublicKey.from_jwk(data["root"])
        genuine = data["format"] == FORMAT and make_verifier(key).verify(signature, canonical(data))
        agencies = tuple(_agency(each) for each in data["agencies"])
        issued = datetime.fromisoformat(data["issued_at"])
        log = LogPolicy.from_json(data["log"]) if "log" in data else None
        times = tuple(unb64url(each) for each in data.get("time", ()))
        genuine = genuine and (log is None or not log.operators or key in log.operators)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Problem(BROKEN, why="trust list") from error
    if not genuine or (root is not None and key.key_id != root):
        raise Problem(BROKEN, why="the trust list is not signed by the root you know")
    return TrustList(key, issued, agencies, canonical({**data, "signature": b64url(signature)}).decode(), log, times)


def _agency(data: Mapping[str, Any]) -> Agency:
    keys = tuple(
        KeyRecord(
            each["name"], PublicKey.from_jwk(each["jwk"]), KeyStatus(each["status"]),
            datetime.fromisoformat(each["created_at"]),
            datetime.fromisoformat(each["retired_at"]) if each["retired_at"] else None,
            datetime.fromisoformat(each["revoked_at"]) if each["revoked_at"] else None,
        )
        for each in data["keys"]
    )  # fmt: skip
    return Agency(data["id"], dict(data["name"]), frozenset(data["kinds"]), keys)
