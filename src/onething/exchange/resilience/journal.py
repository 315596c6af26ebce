"""Writes the message log: many conversations in one transaction, each caller waiting until hers is saved.

A call's answer is given out only after the log knows of it, and its evidence where it was signed; or together with its
note, which is then saved in the transaction that saves what came of it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from onething.core import bulk
from onething.core.db import Database
from onething.core.faults import report
from onething.core.tables import AccessRow
from onething.exchange.models import Note
from onething.exchange.resilience.group_commit import GroupCommit
from onething.exchange.tables import EvidenceRow, MessageRow


def save_notes(where: Session | Connection, notes: Sequence[Note]) -> None:
    """Write conversations into the message log, and what was wrong on our side, within the caller's transaction."""
    if not notes:
        return
    connection = where.connection() if isinstance(where, Session) else where
    accesses = [note.access for note in notes if note.access]
    proofs = [note.proof for note in notes if note.proof]
    bulk.put(connection, MessageRow, [note.message for note in notes])
    bulk.put(connection, AccessRow, accesses)
    bulk.put(connection, EvidenceRow, proofs)
    report(connection, *(fault for note in notes for fault in note.faults))


class Journal:
    """One event loop's door to the message log."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._group = GroupCommit[Note](self._save, "exchange-journal")

    async def write(self, note: Note) -> None:
        """Save one conversation, the look at a person's data that it was, and the proof of what was signed."""
        await self._group.write(note)

    def _save(self, batch: Sequence[Note]) -> None:
        with self._db.engine.begin() as connection:
            save_notes(connection, batch)

    async def aclose(self) -> None:
        await self._group.aclose()
