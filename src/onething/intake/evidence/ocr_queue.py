"""Reading in the background: queued documents are rows, so nothing is lost when the process ends in the middle.

One thread of the web process (or of a worker) takes the oldest queued document, has it read in the reader's own
process, and writes what was found. A document whose reader died is taken again after `ABANDONED` seconds; tried twice
in vain, it is `failed`, with advice. Several processes may run queues on one database: a row is taken by compare-and-set.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol, Self

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, aliased

from onething.core import clock
from onething.core.blobs import BlobStore
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.core.processes.rounds import Bell, InThread, Round
from onething.core.settings import settings_of
from onething.documents.models import ReadDocument, ReadProblem
from onething.documents.settings import DocumentsSettings
from onething.intake.sealing import open_rows, owner, sealed
from onething.intake.states import DOCUMENT, UNREAD, DocumentState
from onething.intake.store import touch
from onething.intake.tables import DocumentRow, FilingRow
from onething.trust.sealing.service import fetch_file, keep_file

log = get_logger(__name__)

ABANDONED = 180.0
"""Seconds after which a document that is being read is taken to be nobody's: three times a slow page."""
TRIES = 2


class DocumentReader(Protocol):
    """What the queue needs of `documents.service.Reader`."""

    def read(
        self,
        content: bytes,
        filename: str,
        timeout: float = 60,
        keep: Callable[[bytes], str] | None = None,
        owner: str = "",
    ) -> list[ReadDocument]: ...


class ReadingQueue:
    """Reads what is queued, `readers` documents at a time. `with ReadingQueue(db, reader): …` runs it in threads; `step()` does one
    document. Whose turn it is: see `next_queued`."""

    def __init__(
        self,
        db: Database,
        reader: DocumentReader,
        *,
        blobs: BlobStore | None = None,
        idle: float = 2.0,
        readers: int = 1,
    ) -> None:
        self._db, self._reader, self._blobs, self._readers = db, reader, blobs, readers
        self._name = f"{os.getpid()}:{new_id('rq')[-8:]}"
        self._bells = [Bell() for _ in range(readers)]

        async def look() -> bool:
            return self.step()

        names = [f"intake.read{f'.{n}' if n else ''}" for n in range(readers)]
        self._threads = [
            InThread(Round(name, idle, look, bell), name=name) for name, bell in zip(names, self._bells, strict=True)
        ]

    def __enter__(self) -> Self:
        """From here on documents are read."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the documents at hand, within ten seconds; what is left stays queued."""
        for thread in self._threads:
            thread.stop()

    def wake(self) -> None:
        """Something was queued (after commit); without this it is found within `idle` seconds."""
        for bell in self._bells:
            bell.ring()

    def step(self) -> bool:
        """Read one document; False when there was none."""
        with self._db.reading() as session:
            found = next_queued(session, self._readers)
        if found is None:
            return False
        with self._db.transaction() as session:
            row = take(session, found, self._name)
        if row is None:
            return True  # another process was quicker
        documents, problem = self._read(row)
        with self._db.transaction() as session:
            save(session, row, documents, problem, self._name)
        return True

    def _read(self, row: DocumentRow) -> tuple[list[ReadDocument], ReadProblem | None]:
        try:
            with self._db.reading() as session:
                content = fetch_file(row.digest, session, self._blobs)
                subject_id = owner(session, row.filing_id)
                open_rows(session, subject_id, [row])
            name = row.filename or "upload"
            seconds = settings_of(DocumentsSettings).document_seconds

            def keep(picture: bytes) -> str:
                return self._keep(subject_id, picture)

            return self._reader.read(content, name, seconds, keep=keep, owner=subject_id), None
        except Problem as problem:
            return [], ReadProblem(code=problem.kind.code, what=problem.what, todo=problem.next)
        except Exception as error:  # noqa: BLE001 - any failure of a reader is one document's failure
            log.warning("reading failed", document=row.id, error=type(error).__name__)
            return [], None

    def _keep(self, subject_id: str, picture: bytes) -> str:
        """A preview goes straight under the applicant's key; in clear it is never on disk."""
        with self._db.transaction() as session:
            return keep_file(session, subject_id, picture, self._blobs)


LATELY = timedelta(minutes=10)
"""So far back it counts who has been read how often."""


def next_queued(session: Session, readers: int = 1) -> str | None:
    """The document whose turn it is among those that wait, or whose reader has been silent too long.

    Turns go by person: whoever has been read least in the last minutes comes first, then who has waited longest. Where there are
    several readers, one person's documents hold all but one of them at most."""
    silent = clock.now() - timedelta(seconds=ABANDONED)
    waiting = DocumentRow.state == DocumentState.QUEUED
    forsaken = (DocumentRow.state == DocumentState.READING) & (DocumentRow.state_at < silent)
    others, theirs = aliased(DocumentRow), aliased(FilingRow)
    of_hers = (
        select(func.count(others.id))
        .join(theirs, theirs.id == others.filing_id)
        .where(theirs.subject_id == FilingRow.subject_id, others.part == 0)
        .correlate(FilingRow)
    )
    held = of_hers.where(others.state == DocumentState.READING, others.state_at >= silent).scalar_subquery()
    had = of_hers.where(others.attempts > 0, others.state_at > clock.now() - LATELY).scalar_subquery()
    query = (
        select(DocumentRow.id)
        .join(FilingRow, FilingRow.id == DocumentRow.filing_id)
        .where(DocumentRow.state.in_(UNREAD), or_(waiting, forsaken), held < max(1, readers - 1))
    )
    return session.scalars(query.order_by(had, DocumentRow.added_at, DocumentRow.id).limit(1)).first()


def take(session: Session, document_id: str, reader: str) -> DocumentRow | None:
    """Mark it as being read by us; None when somebody else did. A third try is not made."""
    row = session.get(DocumentRow, document_id, populate_existing=True, with_for_update=True)
    silent = clock.now() - timedelta(seconds=ABANDONED)
    if row is None or row.state not in UNREAD or (row.state == DocumentState.READING and row.state_at >= silent):
        return None
    if row.attempts >= TRIES:
        row.state, row.reader, row.state_at = DOCUMENT.move(row.state, DocumentState.FAILED), None, clock.now()
        touch(session, row.filing_id)
        return None
    row.state = DOCUMENT.move(row.state, DocumentState.READING)
    row.reader, row.attempts, row.state_at = reader, row.attempts + 1, clock.now()
    touch(session, row.filing_id)
    return row


def save(
    session: Session, row: DocumentRow, documents: list[ReadDocument], problem: ReadProblem | None, reader: str
) -> None:
    """Write what was read, unless the document was removed or taken over meanwhile."""
    mine = (DocumentRow.id == row.id) & (DocumentRow.state == DocumentState.READING) & (DocumentRow.reader == reader)
    if not documents:
        values = _failed(row, problem)
        session.execute(update(DocumentRow).where(mine).values(**values))
        touch(session, row.filing_id)
        return
    found = session.scalar(select(DocumentRow).where(mine).execution_options(populate_existing=True))
    if found is None:
        return
    best_first = sorted(documents, key=lambda document: (document.type is None, document.page))
    subject_id = owner(session, found.filing_id)
    nothing = best_first[0].type is None and not best_first[0].fields and not found.type_chosen
    found.state = DOCUMENT.move(found.state, DocumentState.FAILED if nothing else DocumentState.READ)
    _write(session, subject_id, found, best_first[0])
    recognised = [document for document in best_first[1:] if document.type is not None]
    for part, document in enumerate(recognised, start=1):
        extra = DocumentRow(
            id=new_id("doc"), filing_id=found.filing_id, digest=found.digest, part=part, filename=found.filename,
            media_type=found.media_type, type_chosen=False, slot=None, attempts=found.attempts, added_at=found.added_at, state=DocumentState.READ.value,
        )  # fmt: skip
        _write(session, subject_id, extra, document)
        session.add(extra)
    touch(session, found.filing_id)


def _failed(row: DocumentRow, problem: ReadProblem | None) -> dict[str, object]:
    """Queued once more after a stumble; failed at once when the file itself is bad, or after the second try."""
    again = problem is None and row.attempts < TRIES
    return {
        "state": DOCUMENT.move(DocumentState.READING, DocumentState.QUEUED if again else DocumentState.FAILED), "reader": None, "state_at": clock.now(),
        "problems": [problem.model_dump(mode="json")] if problem else None,
    }  # fmt: skip


def _write(session: Session, subject_id: str, row: DocumentRow, document: ReadDocument) -> None:
    if not row.type_chosen:
        row.type = document.type
    fields = {name: read.model_dump(mode="json") for name, read in document.fields.items()}
    row.fields = sealed(session, subject_id, DocumentRow, "fields", fields)
    row.problems = [problem.model_dump(mode="json") for problem in document.problems]
    row.marks = sealed(session, subject_id, DocumentRow, "marks", marks_of(document))
    row.preview, row.page = document.preview, document.page
    row.reader, row.state_at = None, clock.now()


def marks_of(document: ReadDocument) -> dict[str, object]:
    """QR and bar codes and seals of the page, as rows keep them."""
    return {
        "codes": [code.model_dump(mode="json") for code in document.codes],
        "seals": [seal.model_dump(mode="json") for seal in document.seals],
    }


def progress(session: Session, filing_id: str) -> dict[str, int]:
    """How many documents of a filing are in each state, for a page that waits."""
    states = session.scalars(select(DocumentRow.state).where(DocumentRow.filing_id == filing_id)).all()
    return {state: states.count(state) for state in DocumentState}
