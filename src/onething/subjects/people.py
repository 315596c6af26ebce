"""People are made once, by the number of their paper, and found again whatever account they come with."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.db import upsert
from onething.core.errors import NOT_FOUND, Problem
from onething.core.i18n import Lang
from onething.core.identifiers import InvalidIdentifierError, parse_uscc
from onething.core.ids import new_id
from onething.core.persons.numbers import as_person_number, parse_person_number
from onething.core.phones import parse_any_phone, takes_messages
from onething.core.private import keyed_hash
from onething.subjects.errors import BAD_IDENTITY, BAD_PHONE
from onething.subjects.former_numbers import all_known, hash_of, known_by, take_over
from onething.subjects.models import Kind, Person
from onething.subjects.sealing import is_open, opened, renew, sealed
from onething.subjects.tables import SubjectRow
from onething.trust.sealing.service import key_beside, remember, with_key


def ensure_person(
    session: Session,
    *,
    oidc_sub: str | None,
    name: str,
    id_number: str,
    phone: str | None,
    former: Collection[str] = (),
) -> Person:
    """The person with this number (any spelling of `core.persons.numbers`), made if new; name, phone and account follow the latest sign-in.

    Two sign-ins at once make one person. An account that comes with another id number than before is a different
    person to us: it loses its hold on the former, so nobody ever sees another's cases. Raises `Problem(BAD_IDENTITY)`;
    a phone that is none is left out, because signing in must not fail for it. `former`: numbers that the provider says she had before
    (in their one spelling): who is here under one of them is she.
    """
    try:
        number = parse_person_number(id_number, clock.today()).text
    except InvalidIdentifierError as error:
        raise Problem(BAD_IDENTITY, detail=error.fault.value) from None
    if not all_known(session, former):
        take_over(session, number, former)
    return _ensure(session, "person", oidc_sub, name, number, _phone_or_none(phone))


def ensure_organisation(session: Session, *, uscc: str, name: str, phone: str | None = None) -> Person:
    """The organisation with this unified social credit code, made if new. Raises `Problem(BAD_IDENTITY)`."""
    try:
        number = parse_uscc(uscc)
    except InvalidIdentifierError as error:
        raise Problem(BAD_IDENTITY, detail=error.fault.value) from None
    return _ensure(session, "organisation", None, name, number, _phone_or_none(phone))


def person(session: Session, subject_id: str) -> Person:
    """By id; raises `Problem(NOT_FOUND)`."""
    row = session.get(SubjectRow, subject_id)
    if row is None:
        raise Problem(NOT_FOUND, detail="no such subject")
    return _person(session, row)


def people(session: Session, subject_ids: Collection[str]) -> dict[str, Person]:
    """Several at once, by id; unknown ids are left out."""
    query = with_key(select(SubjectRow).where(SubjectRow.id.in_(subject_ids)), SubjectRow.id)
    rows = session.execute(query).all()
    remember(session, {row[0].id: key for row in rows if (key := key_beside(row)) is not None})
    return {each.id: each for each in opened(session, [row[0] for row in rows])}


def find_person(session: Session, id_number: str) -> Person | None:
    """By the number of her paper in any spelling that says which paper it is; None when we do not know them or it is no number."""
    number = as_person_number(id_number)
    if number is None:
        return None
    found = find_people(session, [number.text])
    return found[0] if found else None


def find_people(session: Session, numbers: Collection[str]) -> list[Person]:
    """Those whom we know of several numbers in their one spelling, by id."""
    ids = set(known_by(session, {hash_of(number) for number in numbers}).values())
    query = select(SubjectRow).where(SubjectRow.id.in_(ids)).order_by(SubjectRow.id)
    return opened(session, session.scalars(query).all()) if ids else []


def make_by_number(session: Session, number: str) -> str:
    """A person of whom only the number (in its one spelling) is known → her id; that of the one who is there, should somebody
    have made her meanwhile. Her name and phone come with her own sign-in."""
    made, id_hash = new_id("subj"), keyed_hash("subject", number)
    private = sealed(session, "person", made, {"id_number": number, "name": ""})
    row = {
        "id": made,
        "kind": "person",
        "id_hash": id_hash,
        "lang": "zh",
        "sms_opt_in": True,
        "created_at": clock.now(),
    }
    upsert(session, SubjectRow, [row | private], keys=["id_hash"])
    return session.scalars(select(SubjectRow.id).where(SubjectRow.id_hash == id_hash)).one()


def set_language(session: Session, subject_id: str, lang: Lang) -> None:
    """Messages to this person come in this language from now on."""
    _change(session, subject_id, lang=lang)


def set_sms(session: Session, subject_id: str, opt_in: bool) -> None:
    """Whether progress is sent by SMS; messages in the portal come either way."""
    _change(session, subject_id, sms_opt_in=opt_in)


def set_phone(session: Session, subject_id: str, phone: str) -> None:
    """Where SMS go: a mobile number of the mainland or any number abroad; raises `Problem(BAD_PHONE)`."""
    try:
        number = parse_any_phone(phone)
    except InvalidIdentifierError as error:
        raise Problem(BAD_PHONE, detail=error.fault.value) from None
    if not takes_messages(number):
        raise Problem(BAD_PHONE, detail="a fixed line takes no messages")
    _change(session, subject_id, phone=number)


def _phone_or_none(phone: str | None) -> str | None:
    try:
        number = parse_any_phone(phone or "")
    except InvalidIdentifierError:
        return None
    return number if takes_messages(number) else None


def _change(session: Session, subject_id: str, **values: Any) -> None:
    session.flush()
    kind = session.scalar(select(SubjectRow.kind).where(SubjectRow.id == subject_id))
    if kind is None:
        raise Problem(NOT_FOUND, detail="no such subject")
    stored = sealed(session, kind, subject_id, values)
    session.execute(update(SubjectRow).where(SubjectRow.id == subject_id).values(**stored))


def _ensure(session: Session, kind: Kind, oidc_sub: str | None, name: str, number: str, phone: str | None) -> Person:
    id_hash = keyed_hash("subject", number)
    query = select(SubjectRow).where(SubjectRow.id_hash == id_hash).execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        values = {
            "id": new_id("subj"), "kind": kind, "id_hash": id_hash, "id_number": "", "name": "", "lang": "zh",
            "sms_opt_in": True, "created_at": clock.now(),
        }  # fmt: skip
        # Of two at once one makes it; from here on both have the same row.
        upsert(session, SubjectRow, [values], keys=["id_hash"])
        row = session.scalars(query).one()
    told, account = _news(session, row, oidc_sub, name, number, phone)
    if told or account != row.oidc_sub:
        renew(session, row.id)
        _write(session, row, account, sealed(session, row.kind, row.id, told))
        row = session.scalars(query).one()
    return _person(session, row)


def _news(
    session: Session, row: SubjectRow, oidc_sub: str | None, name: str, number: str, phone: str | None
) -> tuple[dict[str, Any], str | None]:
    """What a sign-in says that the row does not, all of it if any (empty when it says the same), and the account."""
    known = _person(session, row)
    told = {"id_number": number, "name": name or known.name, "phone": phone or known.phone}
    same = told == {field: getattr(known, field) for field in told} and not is_open(row)
    account = oidc_sub or row.oidc_sub
    return ({} if same and account == row.oidc_sub else told), account


def as_known(
    session: Session, *, oidc_sub: str | None, name: str, number: str, phone: str | None, organisation: bool,
    former: Collection[str] = (),
) -> Person | None:  # fmt: skip
    """Whom this sign-in is of, if it says nothing new: then nothing has to be written. `number`: of a person's paper, of an `organisation`
    its credit code."""
    try:
        plain = parse_uscc(number) if organisation else parse_person_number(number, clock.today()).text
    except InvalidIdentifierError:
        return None
    row = session.scalar(select(SubjectRow).where(SubjectRow.id_hash == keyed_hash("subject", plain)))
    if (
        row is None
        or not all_known(session, former)
        or _news(session, row, oidc_sub, name, plain, _phone_or_none(phone)) != ({}, row.oidc_sub)
    ):
        return None
    return _person(session, row)


def _write(session: Session, row: SubjectRow, account: str | None, values: dict[str, Any]) -> None:
    """The account is freed from any other subject before, and once more if a third sign-in took it meanwhile."""
    others = (SubjectRow.oidc_sub == account) & (SubjectRow.id != row.id)
    for last in (False, True):
        try:
            with session.begin_nested():
                if account is not None:
                    session.execute(update(SubjectRow).where(others).values(oidc_sub=None))
                session.execute(update(SubjectRow).where(SubjectRow.id == row.id).values(oidc_sub=account, **values))
            return
        except IntegrityError:
            if last:
                raise


def _person(session: Session, row: SubjectRow) -> Person:
    return opened(session, [row])[0]
