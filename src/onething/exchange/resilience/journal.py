"""Writes the message log: many conversations in one transaction, each caller waiting until hers is saved.

A call's answer is given out only after the log knows of it, and its evidence where it was signed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from onething.core.db import Database
from onething.core.faults import Report, report
from onething.core.tables import AccessRow
from onething.exchange.resilience.group_commit import GroupCommit
from onething.exchange.tables import EvidenceRow, MessageRow

_Row = dict[str, Any]
_Entry = tuple[_Row, _Row | None, _Row | None, Sequence[Report]]


class Journal:
    """One event loop's door to the message log."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._group = GroupCommit[_Entry](self._save, "exchange-journal")

    async def write(
        self, message: _Row, access: _Row | None = None, proof: _Row | None = None, faults: Sequence[Report] = ()
    ) -> None:
        """Save one conversation, the look at a person's data that it was, the proof of what was signed, and what was wrong on our side."""
        await self._group.write((message, access, proof, faults))

    def _save(self, batch: Sequence[_Entry]) -> None:
        accesses = [access for _, access, _, _ in batch if access]
        proofs = [proof for _, _, proof, _ in batch if proof]
        with self._db.engine.begin() as connection:
            connection.execute(insert(MessageRow), [message for message, _, _, _ in batch])
            if accesses:
                connection.execute(insert(AccessRow), accesses)
            if proofs:
                connection.execute(insert(EvidenceRow), proofs)
            report(connection, *(fault for _, _, _, faults in batch for fault in faults))

    async def aclose(self) -> None:
        await self._group.aclose()
