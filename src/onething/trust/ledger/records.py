"""A ledger entry: who says what kind of thing about what, when, with a digest of commitments instead of content. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from onething.trust.keys.base import Signer
from onething.trust.ledger.canonical import canonical, parse_canonical
from onething.trust.models import b64url, unb64url

MEMBERS = {"v", "id", "kind", "about", "at", "by", "key", "digest", "sig"}


@dataclass(frozen=True, slots=True)
class Record:
    """What stands in the log. Codes and opaque ids only, never personal data."""

    id: str
    kind: str
    about: str
    at: datetime
    by: str
    """The agency that says so."""
    key: str
    """Key id of its signature."""
    digest: bytes
    """Of the commitment list."""
    signature: bytes = b""

    def unsigned(self) -> dict[str, Any]:
        return {
            "v": 1, "id": self.id, "kind": self.kind, "about": self.about, "at": self.at.isoformat(), "by": self.by,
            "key": self.key, "digest": b64url(self.digest),
        }  # fmt: skip

    def signed(self, signer: Signer) -> "Record":
        named = Record(self.id, self.kind, self.about, self.at, self.by, signer.key_id, self.digest)
        signature = signer.sign(canonical(named.unsigned()))
        return Record(self.id, self.kind, self.about, self.at, self.by, signer.key_id, self.digest, signature)

    def encode(self) -> bytes:
        """The entry of the log: canonical JSON."""
        return canonical({**self.unsigned(), "sig": b64url(self.signature)})


def parse_record(entry: bytes) -> Record:
    """Strict. Raises `ValueError` or `Problem(trust.not_json)`."""
    found = parse_canonical(entry)
    if not isinstance(found, dict):
        raise ValueError("not a ledger record")
    told = cast("dict[str, Any]", found)
    if set(told) != MEMBERS or told["v"] != 1:
        raise ValueError("not a ledger record")
    if not all(isinstance(told[name], str) for name in MEMBERS - {"v"}):
        raise ValueError("not a ledger record")
    at = datetime.fromisoformat(told["at"])
    if at.tzinfo is None:
        raise ValueError("the time of a record is aware")
    return Record(
        told["id"], told["kind"], told["about"], at, told["by"], told["key"], unb64url(told["digest"]), unb64url(told["sig"])
    )  # fmt: skip
