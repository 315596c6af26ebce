"""A filing out of its rows and back: a handful of queries to load it whole, one compare-and-set for every change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.casework.service import Earlier, earlier_cases, reserved_before
from onething.catalog.models import City, FromSignatures, LifeEvent
from onething.catalog.service import get_city
from onething.core import clock
from onething.core.access import Principal, Role
from onething.core.errors import FORBIDDEN, Problem
from onething.core.i18n import Lang
from onething.core.ids import new_id
from onething.intake.errors import FILING_ABANDONED, FILING_CLOSED, FILING_NOT_FOUND
from onething.intake.sealing import open_rows
from onething.intake.states import FilingStatus
from onething.intake.tables import AnswerRow, ConsentRow, DocumentRow, FilingRow, RegistryAnswerRow, SignatureRow
from onething.subjects.service import Person, person


@dataclass(slots=True)
class Filing:
    """One filing as loaded: rows only, nothing worked out."""

    row: FilingRow
    person: Person
    documents: Sequence[DocumentRow] = ()
    answers: Sequence[AnswerRow] = ()
    consents: Sequence[ConsentRow] = ()
    registry: Sequence[RegistryAnswerRow] = field(default=())
    signatures: Sequence[SignatureRow] = field(default=())
    reserved: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Fact → what cases have reserved and no register shows yet, for checks that compare with it."""
    earlier: Sequence[Earlier] = ()
    """Her own cases of the same event that ended with something not done."""

    @property
    def id(self) -> str:
        return self.row.id


def subject_of(principal: Principal) -> str:
    """Whose filings this principal may see: her own. Officials see cases, never drafts."""
    if principal.role is not Role.CITIZEN or principal.subject_id is None:
        raise Problem(FORBIDDEN)
    return principal.subject_id


def load(session: Session, principal: Principal, filing_id: str) -> Filing:
    """The whole filing. Raises `Problem(FILING_NOT_FOUND)`, also for somebody else's."""
    row = find_row(session, principal, filing_id)
    return fill(session, row)


def find_row(session: Session, principal: Principal, filing_id: str) -> FilingRow:
    query = select(FilingRow).where(FilingRow.id == filing_id, FilingRow.subject_id == subject_of(principal))
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise Problem(FILING_NOT_FOUND)
    return row


def fill(session: Session, row: FilingRow) -> Filing:
    def rows(table: Any, *order: Any) -> Sequence[Any]:
        query = select(table).where(table.filing_id == row.id).order_by(*order)
        return session.scalars(query.execution_options(populate_existing=True)).all()

    documents = rows(DocumentRow, DocumentRow.added_at, DocumentRow.part, DocumentRow.id)
    answers = rows(AnswerRow, AnswerRow.slot, AnswerRow.field)
    registry = rows(RegistryAnswerRow, RegistryAnswerRow.slot, RegistryAnswerRow.source_index)
    signatures = rows(SignatureRow, SignatureRow.id) if _is_signed(row) else ()
    open_rows(session, row.subject_id, [*documents, *answers, *registry, *signatures])
    earlier = _earlier(session, row)
    return Filing(
        row=row,
        person=person(session, row.subject_id),
        documents=documents,
        answers=answers,
        consents=rows(ConsentRow, ConsentRow.id),
        registry=registry,
        signatures=signatures,
        reserved=_reserved(session, row, earlier),
        earlier=earlier,
    )


def _earlier(session: Session, row: FilingRow) -> list[Earlier]:
    event = get_city().life_event(row.life_event)
    return earlier_cases(session, event, row.subject_id) if event is not None and row.case_id is None else []


def _reserved(session: Session, row: FilingRow, earlier: Sequence[Earlier]) -> Mapping[str, Sequence[str]]:
    event = get_city().life_event(row.life_event)
    if event is None:
        return {}
    return reserved_before(session, event, row.case_id or "", [each.case_id for each in earlier])


def _is_signed(row: FilingRow) -> bool:
    """Whether filings of this life event are signed by several people; for all others the query is spared."""
    event = get_city().life_event(row.life_event)
    return event is not None and any(isinstance(each, FromSignatures) for slot in event.slots for each in slot.sources)


def change(session: Session, principal: Principal, filing_id: str, **values: Any) -> int:
    """Take the draft for writing; returns its new version. This is the right to write and the lock in one statement.

    Raises FILING_NOT_FOUND, FILING_CLOSED (with the case's reference) or FILING_ABANDONED.
    """
    statement = (
        update(FilingRow)
        .where(
            FilingRow.id == filing_id,
            FilingRow.subject_id == subject_of(principal),
            FilingRow.status == FilingStatus.DRAFT,
        )
        .values(version=FilingRow.version + 1, updated_at=clock.now(), **values)
        .returning(FilingRow.version)
        .execution_options(synchronize_session=False)
    )
    version = session.scalar(statement)
    if version is None:
        raise closed(find_row(session, principal, filing_id))
    return version


def closed(row: FilingRow) -> Problem:
    """Why a filing that exists cannot be changed."""
    if row.status == FilingStatus.ABANDONED:
        return Problem(FILING_ABANDONED)
    extra = {"case_id": row.case_id, "reference": row.case_reference}
    return Problem(FILING_CLOSED, extra=extra, reference=row.case_reference or "…")


def touch(session: Session, filing_id: str) -> None:
    """A change by the system (a photo was read, an agency answered): the version moves on, whatever the status."""
    session.execute(
        update(FilingRow)
        .where(FilingRow.id == filing_id)
        .values(version=FilingRow.version + 1, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def new_row(
    principal: Principal, city: City, event: LifeEvent, lang: Lang, *, channel: str, client_key: str | None = None
) -> FilingRow:
    """A fresh draft."""
    at = clock.now()
    return FilingRow(
        id=new_id("fil"), subject_id=subject_of(principal), city=city.id, life_event=event.id, status=FilingStatus.DRAFT.value, version=1,
        lang=lang, channel=channel, leave_out=[], asking_until=None, case_id=None, case_reference=None,
        client_key=client_key, created_at=at, updated_at=at,
    )  # fmt: skip
