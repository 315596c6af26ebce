"""Personal data at rest in envelopes: a data key for each person, wrapped under a master key that never leaves the key store.

Erasing a person's key erases whatever was sealed for her, in every table and every backup made since the key was. (A backup
that still has the wrapped key has to be aged out; see docs/trust.md.) To find sealed values, store `blind_index` beside them.
"""

import secrets
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.private import keyed_hash
from onething.trust import problems
from onething.trust.keys.base import KeyStore
from onething.trust.keys.ciphers import KEY_BYTES, decrypt, encrypt
from onething.trust.models import CipherName
from onething.trust.tables import SubjectKeyRow

_MARK = {CipherName.SM4: b"\x01", CipherName.AES: b"\x02"}
_USE = "subject data keys"


class SubjectSealer:
    """Seals and opens for persons, within the caller's transaction. Keeps no key in memory, so that erasing holds at once."""

    def __init__(self, keys: KeyStore, cipher: CipherName = CipherName.SM4) -> None:
        self._keys, self._cipher = keys, cipher

    def seal(self, session: Session, subject_id: str, plain: bytes, use: str) -> bytes:
        """Bytes that only `open` with the same subject and `use` (table and column) reads.

        Raises `Problem(trust.erased)`: nothing new is stored for a person whose data was erased.
        """
        key = self._data_key(session, subject_id, make=True)
        size = KEY_BYTES[self._cipher]
        return _MARK[self._cipher] + encrypt(self._cipher, key[:size], plain, _bound(subject_id, use))

    def open(self, session: Session, subject_id: str, sealed: bytes, use: str) -> bytes:
        """Raises `Problem(trust.erased | trust.altered)`."""
        key = self._data_key(session, subject_id, make=False)
        for cipher, mark in _MARK.items():
            if sealed[:1] == mark:
                return decrypt(cipher, key[: KEY_BYTES[cipher]], sealed[1:], _bound(subject_id, use))
        raise Problem(problems.ALTERED)

    def erase(self, session: Session, subject_id: str) -> bool:
        """Forget the person's key for good; False when there was none. A mark stays, so that no new one is made."""
        row = session.get(SubjectKeyRow, subject_id, with_for_update=True)
        if row is None or row.erased_at is not None:
            return False
        row.wrapped, row.erased_at = b"", now()
        session.flush()
        return True

    def _data_key(self, session: Session, subject_id: str, *, make: bool) -> bytes:
        row = session.get(SubjectKeyRow, subject_id, populate_existing=True)
        if row is None and make:
            self._make(session, subject_id)
            row = session.get(SubjectKeyRow, subject_id, populate_existing=True)
        if row is None:
            raise Problem(problems.ALTERED, detail="no key was ever made for this subject")
        if row.erased_at is not None:
            raise Problem(problems.ERASED)
        return self._keys.unwrap(_USE, row.wrapped, subject_id.encode())

    def _make(self, session: Session, subject_id: str) -> None:
        """Whoever comes first makes it; the others use that one."""
        wrapped = self._keys.wrap(_USE, secrets.token_bytes(32), subject_id.encode())
        dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        row = {"subject_id": subject_id, "wrapped": wrapped, "created_at": now(), "erased_at": None}
        session.execute(dialect.insert(SubjectKeyRow).values(**row).on_conflict_do_nothing())


def blind_index(column: str, value: str) -> str:
    """What to store and compare beside a sealed value, 64 hex characters; `value` in normal form (see `core.private`)."""
    return keyed_hash(f"blind index {column}", value)


def _bound(subject_id: str, use: str) -> bytes:
    return f"{subject_id}\0{use}".encode()
