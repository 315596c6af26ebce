"""A person's name, number and phone lie sealed under her own key. Of organisations, whose names and codes are public, the phone is:
it is somebody's.

A person is found by the keyed hash of her number. Once her key is erased she reads as nobody, until she signs in again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.i18n import Lang
from onething.subjects.models import Kind, Person
from onething.subjects.tables import SubjectRow
from onething.trust.sealing.service import LiesOpen, is_sealed, lies_open, open_of_many, seal_values, who_can_be_sealed
from onething.trust.service import SubjectSealer, key_store

_COLUMNS = ("name", "id_number", "phone")
_SEALED = {"person": _COLUMNS, "organisation": ("phone",)}
_USE = "subject"
_NOTHING = {"name": "", "id_number": "", "phone": None}


def sealed(session: Session, kind: str, subject_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of columns as they are stored. Raises `Problem(trust.erased)`."""
    private = [name for name in _SEALED[kind] if values.get(name) is not None]
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
    """Whether something of it was stored before it was sealed."""
    return any(not is_sealed(value) for name in _SEALED[row.kind] if (value := getattr(row, name)) is not None)


def seal_open_ones(session: Session, subject_ids: Sequence[str]) -> None:
    """Seal what lies open of these; of those who were erased meanwhile nothing is kept."""
    chosen = select(SubjectRow).where(SubjectRow.id.in_(subject_ids), OPEN.where).order_by(SubjectRow.id)
    rows = session.scalars(chosen.with_for_update()).all()
    living = who_can_be_sealed(session, {row.id for row in rows})
    for row in rows:
        names = [name for name in _SEALED[row.kind] if getattr(row, name) and not is_sealed(getattr(row, name))]
        if row.id in living:
            values = sealed(session, row.kind, row.id, {name: getattr(row, name) for name in names})
        else:
            values = {name: _NOTHING[name] for name in names}
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()


OPEN = LiesOpen(
    "people and phones of companies", SubjectRow.id,
    (SubjectRow.kind == "person") & (SubjectRow.id_number != "") & lies_open(SubjectRow.id_number)
    | SubjectRow.phone.is_not(None) & lies_open(SubjectRow.phone),
    seal_open_ones,
)  # fmt: skip


def renew(session: Session, subject_id: str) -> None:
    """She is back after her data was erased: a key for what she gives from now on."""
    SubjectSealer(key_store()).renew(session, subject_id)
