"""Writes the message log: many conversations in one transaction, each caller waiting until hers is saved.

A call's answer is given out only after the log knows of it, and its evidence where it was signed; or together with its
note, which is then saved in the transaction that saves what came of it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from onething.core import bulk
from onething.core.db import Database
from onething.core.faults import report
from onething.core.tables import AccessRow
from onething.exchange.models import OF_ANOTHER, Note
from onething.exchange.resilience.group_commit import GroupCommit
from onething.exchange.tables import ConcernedRow, EvidenceRow, MessageRow
from onething.subjects.service import Matter, concern, people


def save_notes(session: Session, notes: Sequence[Note]) -> None:
    """Write conversations into the message log, and what was wrong on our side, within the caller's transaction. Everybody whom
    they were about has them in her own log and is told."""
    if not notes:
        return
    connection = session.connection()
    proofs = [note.proof for note in notes if note.proof]
    others, looks = _concerned(session, notes)
    bulk.put(connection, MessageRow, [note.message for note in notes])
    bulk.put(connection, AccessRow, looks)
    bulk.put(connection, ConcernedRow, others)
    bulk.put(connection, EvidenceRow, proofs)
    report(connection, *(fault for note in notes for fault in note.faults))


def _concerned(session: Session, notes: Sequence[Note]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows that put these conversations into the logs of those whom they concern: the questions, and the looks that they were.

    Who asked has the look in her own log as well. Where it was at somebody else's data alone it says so (`OF_ANOTHER`), and on what
    the other was asked about: her consent allows nothing about anybody else."""
    matters = [
        Matter(_stream(note), note.message["subject_id"] or "", note.message["actor"], note.about) for note in notes
    ]
    known = concern(session, [matter for matter in matters if matter.numbers])
    own = _without_number(session, {note.message["subject_id"] for note in notes if note.about and note.access})
    rows: list[dict[str, Any]] = []
    looks: list[dict[str, Any]] = []
    for note in notes:
        of = note.message
        if note.access:
            hers = (
                not note.about
                or of["subject_id"] in own
                or of["subject_id"] in {known.get(each) for each in note.about}
            )
            asked = f"{OF_ANOTHER}{of['agency']}.{of['operation']}"[:120]
            looks.append(note.access if hers else note.access | {"what": asked, "ground": note.law})
        for subject_id in sorted({known[number] for number in note.about if number in known} - {of["subject_id"]}):
            rows.append({"message_id": of["message_id"], "subject_id": subject_id, "at": of["at"], "ground": note.law})
            if note.access:
                looks.append(note.access | {"subject_id": subject_id, "ground": note.law})
    return rows, looks


def _without_number(session: Session, subjects: set[str]) -> set[str]:
    """Those who are no person with a number, such as companies: whatever is asked for them is their own affair."""
    return subjects - {each.id for each in people(session, subjects).values() if each.id_number}


def _stream(note: Note) -> str:
    return note.message["case_id"] or note.matter or note.message["message_id"]


class Journal:
    """One event loop's door to the message log."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._group = GroupCommit[Note](self._save, "exchange-journal")

    async def write(self, note: Note) -> None:
        """Save one conversation, the look at a person's data that it was, and the proof of what was signed."""
        await self._group.write(note)

    def _save(self, batch: Sequence[Note]) -> None:
        with self._db.transaction() as session:
            save_notes(session, batch)

    async def aclose(self) -> None:
        await self._group.aclose()
