"""Who takes part: each member's address, TLS name and public keys with their history. A file that the operator of the exchange
hands to every member; it is read again as soon as it changes, so that a revoked key stops counting at once.
"""

import json
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from onething.core.durable import write_whole
from onething.core.errors import Problem
from onething.exchange.errors import BAD_DIRECTORY, SignatureError
from onething.trust.service import KeyRecord, KeyStatus, PublicKey, Verifier, make_verifier

DIRECTORY = "members.json"
AUTHORITY = "authority.pem"


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """One member. `keys` are all it ever had, revoked ones included."""

    id: str
    url: str
    """Base address of its gateway; empty for a member that only asks."""
    tls_name: str
    """The DNS name in its certificate: the only one by which it is believed."""
    keys: tuple[KeyRecord, ...]


class Directory:
    """See the module. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / DIRECTORY
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._members: dict[str, MemberEntry] = {}
        self._verifiers: dict[str, Verifier] = {}
        self._refresh()

    def _refresh(self) -> None:
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp == self._stamp:
                return
            members = {each.id: each for each in map(_entry, json.loads(self.path.read_bytes())["members"])}
        except (OSError, ValueError, KeyError, TypeError):
            raise Problem(BAD_DIRECTORY, path=str(self.path)) from None
        with self._lock:
            self._stamp, self._members, self._verifiers = stamp, members, {}

    def member(self, member_id: str) -> MemberEntry | None:
        self._refresh()
        return self._members.get(member_id)

    def by_tls_name(self, names: set[str]) -> MemberEntry | None:
        """The one member whose certificate names these; None when none or several are meant."""
        self._refresh()
        found = [each for each in self._members.values() if each.tls_name in names]
        return found[0] if len(found) == 1 else None

    def verifier(self, member_id: str, key_id: str, moment: datetime) -> Verifier:
        """Of a key that counts for a message signed at `moment` and not proven to be older. Raises `SignatureError`."""
        entry = self.member(member_id)
        record = next((key for key in entry.keys if key.key_id == key_id), None) if entry else None
        if record is None:
            raise SignatureError("unknown_key", "the member has no such key")
        if record.status is KeyStatus.REVOKED:
            raise SignatureError("revoked_key", "the key was revoked")
        if moment < record.created_at.replace(microsecond=0) or (record.retired_at and moment > record.retired_at):
            raise SignatureError("retired_key", "the key was not in use at that time")
        found = self._verifiers.get(key_id)
        if found is None:
            found = self._verifiers[key_id] = make_verifier(record.public_key)
        return found


def write_directory(folder: Path, members: list[MemberEntry]) -> None:
    """Replace the directory as a whole."""
    told = {"members": [_told(each) for each in members]}
    write_whole(folder / DIRECTORY, json.dumps(told, ensure_ascii=False, indent=1).encode(), mode=0o644)


def _told(entry: MemberEntry) -> dict[str, Any]:
    keys = [
        {
            "name": key.name, "public": key.public_key.jwk(), "status": key.status.value,
            "created_at": key.created_at.isoformat(), "reason": key.reason,
            "retired_at": key.retired_at.isoformat() if key.retired_at else None,
            "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        }
        for key in entry.keys
    ]  # fmt: skip
    return {"id": entry.id, "url": entry.url, "tls_name": entry.tls_name, "keys": keys}


def _entry(told: dict[str, Any]) -> MemberEntry:
    keys = tuple(
        KeyRecord(
            key["name"], PublicKey.from_jwk(key["public"]), KeyStatus(key["status"]),
            datetime.fromisoformat(key["created_at"]), _moment(key["retired_at"]), _moment(key["revoked_at"]), key["reason"],
        )
        for key in told["keys"]
    )  # fmt: skip
    return MemberEntry(told["id"], told["url"], told["tls_name"], keys)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
