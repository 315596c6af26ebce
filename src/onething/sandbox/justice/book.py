"""A book of signed acts: numbered, each bound to the one before, in an SQLite file of its keeper alone."""

import hashlib
import json
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from onething.trust.service import canonical

_RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


class Book:
    """One keeper's acts. The same matter twice gives the act that is there already."""

    def __init__(self, folder: Path, keeper: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._keeper, self._file, self._lock = keeper, folder / "book.db", threading.Lock()
        path = folder / "key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
        self._key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        with self._open() as db:
            db.execute(
                "CREATE TABLE IF NOT EXISTS act (n INTEGER PRIMARY KEY, matter TEXT UNIQUE NOT NULL, text TEXT NOT NULL)"
            )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=15)

    @property
    def key(self) -> str:
        """The public key, hex: what others must know of this keeper."""
        return self._key.public_key().public_bytes(*_RAW).hex()

    def write(self, matter: str, told: dict[str, Any]) -> dict[str, Any]:
        """Sign and keep an act about a matter."""
        with self._lock, self._open() as db:
            known = db.execute("SELECT text FROM act WHERE matter = ?", (matter,)).fetchone()
            if known:
                return json.loads(known[0])
            last = db.execute("SELECT n, text FROM act ORDER BY n DESC LIMIT 1").fetchone()
            number = (last[0] if last else 0) + 1
            before = hashlib.sha256(last[1].encode()).hexdigest() if last else ""
            act = {
                **told, "keeper": self._keeper, "number": f"{datetime.now(UTC):%Y}-{number:06d}", "matter": matter,
                "at": datetime.now(UTC).isoformat(timespec="seconds"), "before": before, "key": self.key,
            }  # fmt: skip
            act["signature"] = self._key.sign(canonical(act)).hex()
            db.execute("INSERT INTO act VALUES (?, ?, ?)", (number, matter, canonical(act).decode()))
            return act

    def find(self, number: str) -> dict[str, Any] | None:
        with self._open() as db:
            for (text,) in db.execute("SELECT text FROM act"):
                act = json.loads(text)
                if act["number"] == number:
                    return act
        return None


def genuine(act: dict[str, Any], key: str) -> bool:
    """Whether the keeper with this key signed exactly this act."""
    plain = {name: value for name, value in act.items() if name != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(str(act["signature"])), canonical(plain)
        )
    except (InvalidSignature, ValueError, KeyError):
        return False
    return act.get("key") == key
