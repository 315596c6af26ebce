"""Evidence of signed exchanges goes into a transparency log of the member that keeps it: what was kept cannot be dropped later unseen.

The log holds one digest an exchange, over both sides' digests and signatures: each side can find the other's entry by itself.
"""

from collections.abc import Sequence

from sqlalchemy import select, update

from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange.gateway.evidence import digest_of
from onething.exchange.tables import EvidenceRow
from onething.trust.service import Algorithm, DatabaseLogStore, Log, NewEntry, Signer, key_store

ORIGIN = "onething/{city}/exchange/{member}"
LOG_KEY = "exchange-log"
BATCH = 500


class LogAnchor:
    """A member's log of exchanges. Appends are durable and idempotent, so a cut between log and table repeats nothing."""

    def __init__(self, db: Database, city: str, member: str) -> None:
        self._member = member
        self.origin = ORIGIN.format(city=city, member=member)
        former = [one.public_key for one in key_store(member).records() if one.name == LOG_KEY]
        self.log = Log(self.origin, self._signer, DatabaseLogStore(db, self.origin), former=former)

    def _signer(self) -> Signer:
        store = key_store(self._member)
        try:
            return store.signer(LOG_KEY)
        except Problem as problem:
            if problem.kind.code != "trust.key_unknown":
                raise
        try:
            store.create(LOG_KEY, Algorithm.ED25519)
        except Problem as problem:  # another process made it at the same moment
            if problem.kind.code != "trust.key_exists":
                raise
        return store.signer(LOG_KEY)

    def anchor(self, digests: Sequence[bytes]) -> list[str]:
        """Where each digest stands: `<origin>#<index>`."""
        if not digests:
            return []
        return [f"{self.origin}#{one.index}" for one in self.log.append_many([NewEntry(digest) for digest in digests])]


def anchor_all(db: Database, ledger: LogAnchor) -> int:
    """Everything that waits, in batches; how many there were. Not in one transaction: the log may lie in the same database."""
    done = 0
    while True:
        with db.reading() as session:
            query = select(EvidenceRow).where(EvidenceRow.anchor.is_(None)).order_by(EvidenceRow.at, EvidenceRow.id)
            waiting = [(row.id, digest_of(row)) for row in session.scalars(query.limit(BATCH))]
        places = ledger.anchor([digest for _, digest in waiting])
        with db.transaction() as session:
            for (each, _), place in zip(waiting, places, strict=True):
                session.execute(update(EvidenceRow).where(EvidenceRow.id == each).values(anchor=place[:200]))
        done += len(waiting)
        if len(waiting) < BATCH:
            return done
