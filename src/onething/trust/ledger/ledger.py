"""The evidence ledger of one owner: records are written with the caller's transaction, go into the log in batches, and are proven.

`record` only writes a row (an outbox): a case and its evidence are saved together or not at all. `flush` carries waiting rows into the
log, once each whatever is killed when, and `publish` has the log's head cosigned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.trust import errors
from onething.trust.keys.base import KeyStore
from onething.trust.ledger.canonical import canonical, parse
from onething.trust.ledger.commitments import Commitments, Opening, commit
from onething.trust.ledger.records import Record
from onething.trust.log.cosigning import Published, WitnessClient, publish
from onething.trust.log.policy import LogPolicy
from onething.trust.log.tiles import TileReader
from onething.trust.log.transparency_log import Log, NewEntry
from onething.trust.sealing.subject_keys import SubjectSealer
from onething.trust.tables import RecordRow

RECORD_KEY, LOG_KEY = "record", "log"
"""Names of the ledger's keys in its owner's store."""
_USE = "trust_record.openings"
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry is in the log of a published checkpoint."""

    record_id: str
    entry: bytes
    index: int
    size: int
    path: list[bytes]
    checkpoint: bytes
    """The cosigned note, byte for byte."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that a ledger consists of. Certificates have a log of their own (`credentials/evidence.py`); who keeps other records puts one together."""

    owner: str
    db: Database
    keys: KeyStore
    log: Log
    policy: LogPolicy
    witnesses: Sequence[WitnessClient] = ()

    @property
    def sealer(self) -> SubjectSealer:
        return SubjectSealer(self.keys)

    # -- writing

    def record(
        self, session: Session, kind: str, about: str, fields: Mapping[str, Any], *,
        subject_id: str | None = None, record_id: str = "",
    ) -> Record:  # fmt: skip
        """Write a record within the caller's transaction. Twice with the same `record_id` is once.

        `kind`, `about` and the names of `fields` become public: codes and opaque ids only. Values are plain JSON without floats.
        Raises `ValueError` for a value that cannot be committed to, `Problem(trust.erased)` for an erased person.
        """
        if record_id and (found := session.get(RecordRow, record_id)) is not None:
            from onething.trust.ledger.records import parse_record

            return parse_record(found.entry.encode())
        commitments, openings = commit(fields, self.policy.hash)
        at = now().replace(microsecond=0)
        plain = Record(record_id or new_id("rec"), kind, about, at, self.owner, "", commitments.digest())
        record = plain.signed(self.keys.signer(RECORD_KEY))
        whole = canonical([one.as_json() for one in openings])
        session.add(
            RecordRow(
                record_id=record.id, log=self.policy.origin, position=None, kind=kind, about=about, subject_id=subject_id,
                at=at, entry=record.encode().decode(), commitments=commitments.as_json(),
                openings=self.sealer.seal(session, subject_id or f"about:{about}"[:40], whole, _USE),
            )
        )  # fmt: skip
        session.flush()
        return record

    def flush(self, most: int = 100_000) -> int:
        """Carry waiting records into the log, oldest first; how many were. Safe to run anywhere, twice, and to be killed in."""
        done = 0
        while done < most:
            with self.db.reading() as session:
                query = select(RecordRow.record_id, RecordRow.entry).order_by(RecordRow.record_id).limit(_BATCH)
                waiting = session.execute(
                    query.where(RecordRow.position.is_(None), RecordRow.log == self.policy.origin)
                ).all()
            if not waiting:
                break
            placed = self.log.append_many([NewEntry(entry.encode(), record_id) for record_id, entry in waiting])
            with self.db.transaction() as session:
                session.execute(
                    update(RecordRow),
                    [{"record_id": row[0], "position": one.index} for row, one in zip(waiting, placed, strict=True)],
                )
            done += len(waiting)
        return done

    def publish(self) -> Published:
        """Flush, then have the head cosigned. Raises `Problem(trust.not_enough_witnesses)`."""
        self.flush()
        return publish(self.log, self.policy, self.witnesses)

    # -- reading

    def find(self, record_id: str) -> RecordRow:
        """Raises `Problem(trust.not_in_log)`."""
        with self.db.reading() as session:
            row = session.get(RecordRow, record_id)
            if row is None:
                raise Problem(errors.NOT_IN_LOG)
            session.expunge(row)
            return row

    def about(self, about: str, limit: int = 200) -> list[RecordRow]:
        """Records about one thing, oldest first: who did what."""
        with self.db.reading() as session:
            query = select(RecordRow).where(RecordRow.about == about).order_by(RecordRow.record_id).limit(limit)
            rows = list(session.scalars(query))
            session.expunge_all()
            return rows

    def openings(self, row: RecordRow) -> tuple[Commitments, list[Opening]]:
        """A record's values with their salts. Raises `Problem(trust.erased | trust.altered)`."""
        with self.db.reading() as session:
            plain = self.sealer.open(session, row.subject_id or f"about:{row.about}"[:40], row.openings, _USE)
        return Commitments.from_json(row.commitments), [Opening.from_json(one) for one in parse(plain)]

    def erase(self, session: Session, subject_id: str) -> bool:
        """Erase a person's values for good. Proofs stay whole; what they are about can no longer be opened."""
        return self.sealer.erase(session, subject_id)

    def prove(self, record_id: str) -> Proof:
        """Raises `Problem(trust.not_in_log)` while no published checkpoint covers the record."""
        return self.prove_row(self.find(record_id))

    def prove_row(self, row: RecordRow) -> Proof:
        note = self.log.store.published()
        if note is None or row.position is None:
            raise Problem(errors.NOT_IN_LOG, detail="not published yet")
        size = self.policy.check(note).checkpoint.size
        if row.position >= size:
            raise Problem(errors.NOT_IN_LOG, detail="not published yet")
        reader = TileReader(self.log.tree, size, self.log.store.read)
        return Proof(row.record_id, row.entry.encode(), row.position, size, reader.inclusion(row.position), note)
