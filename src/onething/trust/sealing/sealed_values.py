"""JSON values of many persons sealed and opened at once: one look-up of keys for a whole batch of rows.

What lies in the column is a text that begins with `sealed:`; anything else was stored before values were sealed and is given as it is.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from onething.core.db import dump_json
from onething.core.errors import Problem
from onething.trust import errors
from onething.trust.sealing.owners import key_store
from onething.trust.sealing.subject_keys import DataKey, SubjectSealer, Wrapped, remember
from onething.trust.tables import SubjectKeyRow

__all__ = [
    "MARK", "Wrapped", "is_sealed", "key_beside", "open_of_many", "open_values", "open_what_is_left", "owner_of", "remember",
    "seal_values", "with_key",
]  # fmt: skip

MARK = "sealed:"


def owner_of(subject_id: str, record_id: str) -> str:
    """Whose key seals it: the person's, or the record's own where no person stands behind it."""
    return subject_id or f"about:{record_id}"[:40]


def with_key(query: Select[*tuple[Any, ...]], owner: ColumnElement[str] | Any) -> Select[*tuple[Any, ...]]:
    """`query` with the key of each row's person beside it, so that it need not be asked for: see `key_beside`."""
    beside = (SubjectKeyRow.wrapped.label("wrapped_key"), SubjectKeyRow.erased_at.label("key_erased_at"))
    return query.add_columns(*beside).outerjoin(SubjectKeyRow, SubjectKeyRow.subject_id == owner)


def key_beside(row: Any) -> Wrapped | None:
    """The key of a row of `with_key`, wrapped, for `remember`; None where there is none yet."""
    return None if row.wrapped_key is None else (row.wrapped_key, row.key_erased_at)


def seal_values(session: Session, values: Sequence[tuple[str, Any]], use: str) -> list[str]:
    """(owner, value) → text for the column, in the same order; `use` names table and column.

    Raises `Problem(trust.erased)` for an erased person.
    """
    sealer = SubjectSealer(key_store())
    keys = sealer.keys_of(session, {owner for owner, _ in values}, make=True)
    return [
        MARK + b64encode(sealer.seal_with(keys[owner], owner, dump_json(value).encode(), use)).decode()
        for owner, value in values
    ]


def open_values(session: Session, stored: Iterable[tuple[str, Any]], use: str) -> list[Any]:
    """(owner, what lies in the column) → values, in the same order. Raises `Problem(trust.erased | trust.altered)`."""
    rows = list(stored)
    if not any(is_sealed(value) for _, value in rows):
        return [value for _, value in rows]
    sealer = SubjectSealer(key_store())
    keys = sealer.keys_of(session, {owner for owner, value in rows if is_sealed(value)}, make=False)
    return [_open(sealer, keys, owner, value, use) if is_sealed(value) else value for owner, value in rows]


def open_of_many(session: Session, stored: Sequence[tuple[str, Any]], use: str) -> list[Any]:
    """(owner, what lies in the column) → values; None where it was sealed under a key that was erased.

    Raises `Problem(trust.altered)`.
    """
    return open_what_is_left(session, [(owner, use, value) for owner, value in stored])


def open_what_is_left(session: Session, stored: Sequence[tuple[str, str, Any]]) -> list[Any]:
    """(owner, `use`, what lies in the column) → values; None where it was sealed under a key that was erased.

    Raises `Problem(trust.altered)`.
    """
    owners = {owner for owner, _, value in stored if is_sealed(value)}
    if not owners:
        return [value for _, _, value in stored]
    sealer = SubjectSealer(key_store())
    keys = sealer.keys_of(session, owners, make=False, skip_erased=True)
    left: list[Any] = []
    for owner, use, value in stored:
        try:
            left.append(
                value if not is_sealed(value) else _open(sealer, keys, owner, value, use) if owner in keys else None
            )
        except Problem as problem:
            if problem.kind is not errors.ERASED:
                raise
            left.append(None)
    return left


def is_sealed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(MARK)


def _open(sealer: SubjectSealer, keys: dict[str, DataKey], owner: str, value: str, use: str) -> Any:
    return orjson.loads(sealer.open_with(keys[owner], owner, b64decode(value[len(MARK) :]), use))
