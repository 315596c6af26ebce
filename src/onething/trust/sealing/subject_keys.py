"""Personal data at rest in envelopes: a data key for each person, wrapped under a master key that never leaves the key store.

Erasing a person's key erases whatever was sealed for her, in every table and every backup made since the key was. (A backup
that still has the wrapped key has to be aged out; see docs/trust.md.) To find sealed values, store `blind_index` beside them.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import upsert
from onething.core.errors import Problem
from onething.core.private import keyed_hash
from onething.trust import errors
from onething.trust.keys.base import KeyStore
from onething.trust.keys.ciphers import KEY_BYTES, decrypt, encrypt, encrypt_alike
from onething.trust.models import CipherName
from onething.trust.tables import SubjectKeyRow

_MARK = {CipherName.SM4: b"\x01", CipherName.AES: b"\x02"}
_USE = "subject data keys"
_AT_ONCE = 10_000
"""Most ids in one IN list: databases limit its length."""
_HELD = "trust.keys of this transaction"

Wrapped = tuple[bytes, datetime | None]
"""A key as its row keeps it: wrapped under the master key (empty once erased), and when one of hers was erased."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A person's key, for one batch. Never kept longer."""

    secret: bytes
    renewed: bool
    """An earlier key of hers was erased: what this one does not open was sealed under that one."""


class SubjectSealer:
    """Seals and opens for persons, within the caller's transaction. Keeps no key beyond it, so that erasing holds at once;
    and within it only as its row has it, wrapped."""

    def __init__(self, keys: KeyStore, cipher: CipherName = CipherName.SM4) -> None:
        self._keys, self._cipher = keys, cipher

    def seal(self, session: Session, subject_id: str, plain: bytes, use: str) -> bytes:
        """Bytes that only `open` with the same subject and `use` (table and column) reads.

        Raises `Problem(trust.erased)`: nothing new is stored for a person whose data was erased.
        """
        return self.seal_with(self.keys_of(session, {subject_id}, make=True)[subject_id], subject_id, plain, use)

    def open(self, session: Session, subject_id: str, sealed: bytes, use: str) -> bytes:
        """Raises `Problem(trust.erased | trust.altered)`."""
        return self.open_with(self.keys_of(session, {subject_id}, make=False)[subject_id], subject_id, sealed, use)

    def seal_with(self, key: DataKey, subject_id: str, plain: bytes, use: str) -> bytes:
        """As `seal`, with a key of `keys_of`."""
        size = KEY_BYTES[self._cipher]
        return _MARK[self._cipher] + encrypt(self._cipher, key.secret[:size], plain, _bound(subject_id, use))

    def seal_alike(self, key: DataKey, subject_id: str, plain: bytes, use: str) -> bytes:
        """As `seal_with`, but the same for the same content."""
        size = KEY_BYTES[self._cipher]
        return _MARK[self._cipher] + encrypt_alike(self._cipher, key.secret[:size], plain, _bound(subject_id, use))

    def open_with(self, key: DataKey, subject_id: str, sealed: bytes, use: str) -> bytes:
        """As `open`, with a key of `keys_of`."""
        for cipher, mark in _MARK.items():
            if sealed[:1] == mark:
                try:
                    return decrypt(cipher, key.secret[: KEY_BYTES[cipher]], sealed[1:], _bound(subject_id, use))
                except Problem:
                    if key.renewed:
                        raise Problem(errors.ERASED) from None
                    raise
        raise Problem(errors.ALTERED)

    def erase(self, session: Session, subject_id: str) -> bool:
        """Forget the person's key for good; False when there was none. A mark stays, so that no new one is made."""
        row = session.get(SubjectKeyRow, subject_id, with_for_update=True)
        if row is None or not row.wrapped:
            return False
        row.wrapped, row.erased_at = b"", now()
        session.flush()
        _held(session).drop(subject_id)
        return True

    def drop(self, session: Session, owner: str) -> None:
        """Forget the key of a record that is deleted with it; no mark stays. Not for persons: see `erase`."""
        session.execute(delete(SubjectKeyRow).where(SubjectKeyRow.subject_id == owner))
        _held(session).drop(owner)

    def renew(self, session: Session, subject_id: str) -> None:
        """A person whose data was erased comes back: a new key for what she gives now; what was sealed before stays lost."""
        row = session.get(SubjectKeyRow, subject_id, with_for_update=True, populate_existing=True)
        if row is not None and row.erased_at is not None and not row.wrapped:
            row.wrapped = self._keys.wrap(_USE, secrets.token_bytes(32), subject_id.encode())
            session.flush()
            _held(session).drop(subject_id)

    def keys_of(
        self,
        session: Session,
        subject_ids: Collection[str],
        *,
        make: bool,
        skip_erased: bool = False,
        skip_unknown: bool = False,
    ) -> dict[str, DataKey]:
        """The data keys of many persons in at most one query, for the batch at hand and no longer. `make`: where there is
        none; `skip_erased`: leave erased ones out; `skip_unknown`: and those for whom no key was ever made.

        Raises `Problem(trust.erased | trust.altered)`.
        """
        held, savepoint = _held(session), session.get_nested_transaction()
        rows = {each: held.seen[each] for each in subject_ids if each in held.seen}
        rows |= {each: made[0] for each in subject_ids if (made := held.made.get(each)) and made[1] is savepoint}
        found = _rows(session, [each for each in subject_ids if each not in rows])
        held.seen.update((each, row) for each, row in found.items() if each not in held.made)
        rows |= found
        missing = [each for each in sorted(subject_ids) if each not in rows]
        if missing and make:
            self._make(session, missing)
            fresh = _rows(session, missing)
            held.made.update((each, (row, savepoint)) for each, row in fresh.items())
            rows |= fresh
        keys: dict[str, DataKey] = {}
        for each in subject_ids:
            if each not in rows:
                if skip_unknown:
                    continue
                raise Problem(errors.ALTERED, detail="no key was ever made for this subject")
            wrapped, erased_at = rows[each]
            if erased_at is not None and not wrapped:
                if skip_erased:
                    continue
                raise Problem(errors.ERASED)
            keys[each] = DataKey(self._keys.unwrap(_USE, wrapped, each.encode()), erased_at is not None)
        return keys

    def _make(self, session: Session, subject_ids: Collection[str]) -> None:
        """Whoever comes first makes a key; the others use that one."""
        at = now()
        rows = [
            {"subject_id": each, "wrapped": self._keys.wrap(_USE, secrets.token_bytes(32), each.encode()),
             "created_at": at, "erased_at": None}
            for each in subject_ids
        ]  # fmt: skip
        upsert(session.connection(), SubjectKeyRow, rows)


@dataclass(slots=True)
class _Held:
    """What a transaction knows of keys; forgotten with it."""

    transaction: Any
    seen: dict[str, Wrapped]
    made: dict[str, tuple[Wrapped, Any]]
    """Made in this transaction, and in which savepoint: one that is rolled back takes them with it, so outside it they are
    asked for again."""

    def drop(self, subject_id: str) -> None:
        self.seen.pop(subject_id, None)
        self.made.pop(subject_id, None)


def remember(session: Session, wrapped: Mapping[str, Wrapped]) -> None:
    """Keys that the caller has read together with something else: this transaction need not ask for them again.

    They must have been read in this transaction, or be of persons who cannot be erased before it ends.
    """
    held = _held(session)
    held.seen.update((each, row) for each, row in wrapped.items() if each not in held.made)


def _held(session: Session) -> _Held:
    transaction = session.get_transaction() or session.begin()
    held = session.info.get(_HELD)
    if held is None or held.transaction is not transaction:
        held = session.info[_HELD] = _Held(transaction, {}, {})
    return held


def _rows(session: Session, subject_ids: Collection[str]) -> dict[str, Wrapped]:
    if not subject_ids:
        return {}
    columns = select(SubjectKeyRow.subject_id, SubjectKeyRow.wrapped, SubjectKeyRow.erased_at)
    ids, rows = list(subject_ids), dict[str, Wrapped]()
    for start in range(0, len(ids), _AT_ONCE):
        found = session.execute(columns.where(SubjectKeyRow.subject_id.in_(ids[start : start + _AT_ONCE])))
        rows |= {row.subject_id: (row.wrapped, row.erased_at) for row in found}
    return rows


def blind_index(column: str, value: str) -> str:
    """What to store and compare beside a sealed value, 64 hex characters; `value` in normal form (see `core.private`)."""
    return keyed_hash(f"blind index {column}", value)


def _bound(subject_id: str, use: str) -> bytes:
    return f"{subject_id}\0{use}".encode()
