"""A key store in a folder: each private key sealed under a passphrase (scrypt, AES-256-GCM), its history beside it.

    store.json        a random master key, sealed under the passphrase
    <key id>.json     one key: public part, status and times, the sealed private part, a MAC over all of it

The MAC is keyed from the master key: who can write the folder but does not know the passphrase cannot un-revoke a key, move its
dates or give it another name. Taking a file away is noticed by whoever holds its public key from elsewhere.
"""

import base64
import json
import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from onething.core.clock import now
from onething.core.durable import locked, write_whole
from onething.core.errors import Problem
from onething.trust import errors
from onething.trust.keys.algorithms import generate_secret, make_signer
from onething.trust.keys.base import Signer
from onething.trust.keys.ciphers import decrypt, encrypt
from onething.trust.models import Algorithm, CipherName, KeyRecord, KeyStatus, PublicKey

COST = 2**15
"""scrypt N; with r = 8, p = 1 that is 32 MB and about 0.1 s (OWASP's floor for interactive use is 2¹⁷ for a login hash
that leaks by the million; here one file guards keys behind file rights, and the operator may raise it)."""


class FileKeyStore:
    """See the module. Safe to use from several threads and processes; reads see other processes' changes."""

    def __init__(self, folder: Path, passphrase: str, *, cost: int = COST) -> None:
        """Opens or makes the store. Raises `Problem(trust.passphrase_wrong | trust.passphrase_missing)`."""
        if not passphrase:
            raise Problem(errors.PASSPHRASE_MISSING)
        self.folder = folder
        self._guard = threading.RLock()
        self._signers: dict[str, Signer] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(folder):
            self._seal_key, self._mac_key = self._open(passphrase.encode(), cost)

    def _open(self, passphrase: bytes, cost: int) -> tuple[bytes, bytes]:
        head = self.folder / "store.json"
        if not head.exists():
            self._write_head(os.urandom(32), passphrase, cost)
        try:
            told = json.loads(head.read_text())
            key = _stretch(passphrase, base64.b64decode(told["salt"]), told["n"])
            master = decrypt(CipherName.AES, key, base64.b64decode(told["master"]), b"master")
        except (Problem, ValueError, KeyError, TypeError):
            raise Problem(errors.PASSPHRASE_WRONG, detail=str(head)) from None
        return _part(master, b"seal"), _part(master, b"mac")

    def _write_head(self, master: bytes, passphrase: bytes, cost: int) -> None:
        salt = os.urandom(16)
        sealed = encrypt(CipherName.AES, _stretch(passphrase, salt, cost), master, b"master")
        told = {"kdf": "scrypt", "n": cost, "salt": base64.b64encode(salt).decode(), "master": base64.b64encode(sealed).decode()}  # fmt: skip
        write_whole(self.folder / "store.json", json.dumps(told, indent=1).encode(), mode=0o600)

    def change_passphrase(self, old: str, new: str) -> None:
        """Only the master key is sealed anew; keys stay as they are. Raises `Problem(trust.passphrase_wrong)`."""
        if not new:
            raise Problem(errors.PASSPHRASE_MISSING)
        with self._guard, locked(self.folder):
            told = json.loads((self.folder / "store.json").read_text())
            key = _stretch(old.encode(), base64.b64decode(told["salt"]), told["n"])
            try:
                master = decrypt(CipherName.AES, key, base64.b64decode(told["master"]), b"master")
            except Problem:
                raise Problem(errors.PASSPHRASE_WRONG) from None
            self._write_head(master, new.encode(), max(told["n"], COST))  # a trial's made-up passphrase needed less

    def wrap(self, use: str, plain: bytes, bound: bytes) -> bytes:
        return encrypt(CipherName.AES, _part(self._seal_key, b"wrap " + use.encode()), plain, bound)

    def unwrap(self, use: str, wrapped: bytes, bound: bytes) -> bytes:
        return decrypt(CipherName.AES, _part(self._seal_key, b"wrap " + use.encode()), wrapped, bound)

    # -- the KeyStore Protocol

    def create(self, name: str, algorithm: Algorithm, *, signer_id: bytes = b"") -> KeyRecord:
        with self._guard, locked(self.folder):
            if any(record.status is KeyStatus.ACTIVE for record in self.records(name)):
                raise Problem(errors.KEY_EXISTS, name=name)
            return self._make(name, algorithm, signer_id)

    def signer(self, name: str) -> Signer:
        records = self.records(name)
        if not records:
            raise Problem(errors.KEY_UNKNOWN, name=name)
        active = [record for record in records if record.status is KeyStatus.ACTIVE]
        if not active:
            raise Problem(errors.KEY_NOT_USABLE, name=name)
        with self._guard:
            found = self._signers.get(active[-1].key_id)
            if found is None:
                found = self._signers[active[-1].key_id] = self._unseal(active[-1])
        return found

    def rotate(self, name: str) -> KeyRecord:
        with self._guard, locked(self.folder):
            records = self.records(name)
            if not records:
                raise Problem(errors.KEY_UNKNOWN, name=name)
            key = records[-1].public_key
            made = self._make(name, key.algorithm, key.signer_id)
            for old in records:
                if old.status is KeyStatus.ACTIVE:
                    self._update(replace(old, status=KeyStatus.RETIRED, retired_at=made.created_at))
            return made

    def revoke(self, key_id: str, *, since: datetime, reason: str) -> KeyRecord:
        with self._guard, locked(self.folder):
            found = next((record for record in self.records() if record.key_id == key_id), None)
            if found is None:
                raise Problem(errors.KEY_UNKNOWN, name=key_id)
            if found.revoked_at is not None and found.revoked_at <= since:
                return found
            revoked = replace(found, status=KeyStatus.REVOKED, revoked_at=since, reason=reason)
            self._update(revoked)
            self._signers.pop(key_id, None)
            return revoked

    def records(self, name: str | None = None) -> Sequence[KeyRecord]:
        found = [self._read(path)[0] for path in sorted(self.folder.glob("*.json")) if path.name != "store.json"]
        chosen = [record for record in found if name is None or record.name == name]
        return sorted(chosen, key=lambda record: (record.created_at, record.key_id))

    # -- files

    def _make(self, name: str, algorithm: Algorithm, signer_id: bytes) -> KeyRecord:
        secret = generate_secret(algorithm)
        public_key = make_signer(algorithm, secret, signer_id).public_key
        record = KeyRecord(name, public_key, KeyStatus.ACTIVE, now())
        sealed = encrypt(CipherName.AES, self._seal_key, secret, public_key.key_id.encode())
        self._write(record, base64.b64encode(sealed).decode())
        return record

    def _unseal(self, record: KeyRecord) -> Signer:
        _, sealed = self._read(self._path(record.key_id))
        try:
            secret = decrypt(CipherName.AES, self._seal_key, base64.b64decode(sealed), record.key_id.encode())
        except Problem:
            raise Problem(errors.PASSPHRASE_WRONG, detail=record.key_id) from None
        return make_signer(record.public_key.algorithm, secret, record.public_key.signer_id)

    def _path(self, key_id: str) -> Path:
        return self.folder / f"{key_id}.json"

    def _update(self, record: KeyRecord) -> None:
        _, sealed = self._read(self._path(record.key_id))
        self._write(record, sealed)

    def _write(self, record: KeyRecord, sealed: str) -> None:
        told: dict[str, Any] = {
            "name": record.name, "public": record.public_key.jwk(), "status": record.status.value,
            "created_at": record.created_at.isoformat(), "retired_at": _iso(record.retired_at),
            "revoked_at": _iso(record.revoked_at), "reason": record.reason, "sealed": sealed,
        }  # fmt: skip
        told["mac"] = self._mac(told)
        write_whole(self._path(record.key_id), json.dumps(told, ensure_ascii=False, indent=1).encode(), mode=0o600)

    def _read(self, path: Path) -> tuple[KeyRecord, str]:
        try:
            told = json.loads(path.read_bytes())
            mac = told.pop("mac")
            if not secrets.compare_digest(mac, self._mac(told)):
                raise ValueError("MAC")
            record = KeyRecord(
                told["name"], PublicKey.from_jwk(told["public"]), KeyStatus(told["status"]),
                datetime.fromisoformat(told["created_at"]), _moment(told["retired_at"]), _moment(told["revoked_at"]),
                told["reason"],
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Problem(errors.PASSPHRASE_WRONG, detail=str(path)) from None
        if path.stem != record.key_id:
            raise Problem(errors.PASSPHRASE_WRONG, detail=str(path))
        return record, told["sealed"]

    def _mac(self, told: dict[str, Any]) -> str:
        state = hmac.HMAC(self._mac_key, hashes.SHA256())
        state.update(json.dumps(told, sort_keys=True, separators=(",", ":")).encode())
        return state.finalize().hex()


def _stretch(passphrase: bytes, salt: bytes, cost: int) -> bytes:
    try:
        return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase)
    except (InvalidKey, ValueError) as error:
        raise Problem(errors.PASSPHRASE_WRONG, detail="scrypt parameters") from error


def _part(master: bytes, use: bytes) -> bytes:
    return HKDFExpand(hashes.SHA256(), 32, b"onething key store " + use).derive(master)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
