"""Photographs: taken in, recognised when they come twice, removed, told what they are and whose."""

from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.catalog.models import City, LifeEvent
from onething.catalog.service import find_event, get_city
from onething.core import clock
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.documents.service import check_upload, document_types
from onething.intake.errors import DOCUMENT_NOT_FOUND, TOO_MANY_DOCUMENTS, UNKNOWN_CHOICE
from onething.intake.filing.answers import clear_corrections
from onething.intake.filing.document_matching import candidates
from onething.intake.filing.facts import gather
from onething.intake.sealing import open_rows, sealed
from onething.intake.states import DOCUMENT, DocumentState
from onething.intake.store import change, fill, find_row, subject_of
from onething.intake.tables import DocumentRow
from onething.review.service import event_map
from onething.trust.sealing.service import keep_file

MOST_FILES = 40


@dataclass(frozen=True, slots=True)
class Uploaded:
    """`document_id` of the (first) document in the file; `known` when the same file was here already."""

    document_id: str
    digest: str
    version: int
    known: bool


def add_upload(
    session: Session, principal: Principal, filing_id: str, content: bytes, filename: str, *, slot: str | None = None
) -> Uploaded:
    """Take in one file and queue it for reading; `slot` when she chose what it is for.

    Raises the `Problem`s of `documents.check_upload` (not an image, too large, encrypted …) before anything is changed.
    The same file again is not read again. Tell `ReadingQueue.wake` after the transaction has committed.
    """
    info = check_upload(content, filename)
    # Before the row: a file without a row is harmless, a row without a file is not.
    subject_id = subject_of(principal)
    digest = keep_file(session, subject_id, content)
    version = change(session, principal, filing_id)
    if slot is not None:
        _must_be_slot(session, principal, filing_id, slot)
    known = session.scalar(
        select(DocumentRow).where(
            DocumentRow.filing_id == filing_id, DocumentRow.digest == digest, DocumentRow.part == 0
        )
    )
    if known is not None:
        if slot is not None:
            known.slot = slot
        if known.state == DocumentState.FAILED:
            _queue_again(known)
        return Uploaded(known.id, digest, version, known=True)
    files = session.scalar(
        select(func.count()).select_from(DocumentRow).where(DocumentRow.filing_id == filing_id, DocumentRow.part == 0)
    )
    if (files or 0) >= MOST_FILES:
        raise Problem(TOO_MANY_DOCUMENTS, most=MOST_FILES)
    named = sealed(session, subject_id, DocumentRow, "filename", _safe_name(filename))
    row = _row(filing_id, digest, named, info.media_type, slot)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same file at the same moment from another tab
        query = select(DocumentRow.id).where(DocumentRow.filing_id == filing_id, DocumentRow.digest == digest)
        return Uploaded(session.scalars(query.order_by(DocumentRow.part)).first() or "", digest, version, known=True)
    return Uploaded(row.id, digest, version, known=False)


def _row(filing_id: str, digest: str, filename: str, media_type: str, slot: str | None) -> DocumentRow:
    at = clock.now()
    return DocumentRow(
        id=new_id("doc"), filing_id=filing_id, digest=digest, part=0, filename=filename, media_type=media_type,
        state=DocumentState.QUEUED.value, type=None, type_chosen=False, slot=slot, fields=None, problems=None, preview=None, page=0,
        attempts=0, reader=None, state_at=at, added_at=at,
    )  # fmt: skip


def _queue_again(row: DocumentRow) -> None:
    row.state = DOCUMENT.move(row.state, DocumentState.QUEUED)
    row.attempts, row.reader, row.problems, row.state_at = 0, None, None, clock.now()


def _safe_name(filename: str) -> str:
    """The last part of the name, for showing only; files are kept by digest."""
    return PurePath(filename.replace("\\", "/")).name[-200:] or "upload"


def _find(session: Session, filing_id: str, document_id: str) -> DocumentRow:
    query = select(DocumentRow).where(DocumentRow.filing_id == filing_id, DocumentRow.id == document_id)
    row = session.scalar(query)
    if row is None:
        raise Problem(DOCUMENT_NOT_FOUND)
    return row


def document_of(session: Session, principal: Principal, filing_id: str, document_id: str) -> DocumentRow:
    """One document of one's own filing, for showing its picture. Raises `Problem(DOCUMENT_NOT_FOUND)`."""
    filing, row = find_row(session, principal, filing_id), _find(session, filing_id, document_id)
    open_rows(session, filing.subject_id, [row])
    return row


def remove_upload(session: Session, principal: Principal, filing_id: str, document_id: str) -> int:
    """Take a photograph back, with all that was read from it and corrected on it. Returns the version."""
    version = change(session, principal, filing_id)
    row = _find(session, filing_id, document_id)
    city, event = _catalog(session, principal, filing_id)
    _forget_corrections(session, principal, city, event, row)
    session.execute(delete(DocumentRow).where(DocumentRow.filing_id == filing_id, DocumentRow.digest == row.digest))
    return version


def reclassify_upload(
    session: Session,
    principal: Principal,
    filing_id: str,
    document_id: str,
    *,
    slot: str | None = None,
    document_type: str | None = None,
) -> int:
    """Say whose it is (`slot`) or what it is (`document_type`). Raises `Problem(UNKNOWN_CHOICE)`. Returns the version."""
    version = change(session, principal, filing_id)
    row = _find(session, filing_id, document_id)
    city, event = _catalog(session, principal, filing_id)
    if document_type is not None and document_type not in {kind.id for kind in document_types()}:
        raise Problem(UNKNOWN_CHOICE, choice=document_type)
    kind = document_type or row.type
    if slot is not None and (
        event.slot(slot) is None or (kind is not None and slot not in candidates(city, event, kind))
    ):
        raise Problem(UNKNOWN_CHOICE, choice=slot)
    _forget_corrections(session, principal, city, event, row)
    values: dict[str, object] = {"slot": slot}
    if document_type is not None:
        values |= {"type": document_type, "type_chosen": True}
    session.execute(update(DocumentRow).where(DocumentRow.id == row.id).values(**values))
    return version


def retry_upload(session: Session, principal: Principal, filing_id: str, document_id: str) -> int:
    """Read a file again that could not be read."""
    version = change(session, principal, filing_id)
    row = _find(session, filing_id, document_id)
    if row.state == DocumentState.FAILED:
        _queue_again(row)
    return version


def _catalog(session: Session, principal: Principal, filing_id: str) -> tuple[City, LifeEvent]:
    city = get_city()
    return city, find_event(city, find_row(session, principal, filing_id).life_event)


def _must_be_slot(session: Session, principal: Principal, filing_id: str, slot: str) -> None:
    city, event = _catalog(session, principal, filing_id)
    if slot not in event_map(city, event).types:
        raise Problem(UNKNOWN_CHOICE, choice=slot)


def _forget_corrections(session: Session, principal: Principal, city: City, event: LifeEvent, row: DocumentRow) -> None:
    """Corrections of a paper that leaves its slot would otherwise speak for a paper that is not there."""
    filing = fill(session, find_row(session, principal, row.filing_id))
    slot = gather(city, event, filing).placed.slots.get(row.id)
    if slot is not None and row.type is not None:
        clear_corrections(session, row.filing_id, city, event, slot, row.type)
