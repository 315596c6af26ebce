"""A person's name, number and phone lie sealed under her own key; organisations are public and lie open.

She is found by the keyed hash of her number. Once her key is erased she reads as nobody, until she signs in again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy.orm import Session

from onething.core.i18n import Lang
from onething.subjects.models import Kind, Person
from onething.subjects.tables import SubjectRow
from onething.trust.sealed_values import is_sealed, open_of_many, seal_values
from onething.trust.service import SubjectSealer, key_store

_COLUMNS = ("name", "id_number", "phone")
_USE = "subject"


def sealed(session: Session, kind: str, subject_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of columns as they are stored. Raises `Problem(trust.erased)`."""
    private = [name for name in _COLUMNS if values.get(name) is not None] if kind == "person" else []
    texts = seal_values(session, [(subject_id, values[name]) for name in private], _USE) if private else []
    return dict(values) | dict(zip(private, texts, strict=True))


def opened(session: Session, rows: Sequence[SubjectRow]) -> list[Person]:
    """Plain persons, in the same order; one look-up of keys for all."""
    cells = [(row.id, getattr(row, name)) for row in rows for name in _COLUMNS]
    values = iter(open_of_many(session, cells, _USE))
    people: list[Person] = []
    for row in rows:
        name, number, phone = next(values), next(values), next(values)
        lang: Lang = "en" if row.lang == "en" else "zh"
        kind = cast("Kind", row.kind)
        people.append(Person(row.id, kind, name or "", number or "", phone, lang, row.sms_opt_in, row.created_at))
    return people


def is_open(row: SubjectRow) -> bool:
    """A person who was stored before persons were sealed: her next sign-in seals her."""
    return row.kind == "person" and not is_sealed(row.id_number)


def renew(session: Session, subject_id: str) -> None:
    """She is back after her data was erased: a key for what she gives from now on."""
    SubjectSealer(key_store()).renew(session, subject_id)
