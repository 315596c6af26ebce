"""What is kept of every signed exchange, by both sides: digests, signatures, who, when, what for. With the messages themselves,
which each side has in its own records, anybody can check later who said what.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.db import Database
from onething.core.ids import new_id
from onething.exchange.gateway.guard import WINDOW, Nonces
from onething.exchange.gateway.models import Question, SignedReply
from onething.exchange.resilience.group_commit import GroupCommit
from onething.exchange.tables import EvidenceRow


class Anchor(Protocol):
    """A ledger that takes commitments to evidence; returns where each stands, in the same order."""

    def anchor(self, digests: Sequence[bytes]) -> Sequence[str]: ...


def evidence(
    side: str, question: Question, reply: SignedReply, asked: dict[str, str], answered: dict[str, str]
) -> dict[str, Any]:
    """The row for one exchange. `asked` and `answered` are `guard.proof_of` the two messages."""
    member, peer = (question.to, question.sender) if side == "in" else (question.sender, question.to)
    return {
        "id": new_id("evd"), "at": clock.now(), "side": side, "member": member, "peer": peer, "nonce": question.nonce,
        "message_id": question.id, "operation": question.operation, "purpose": question.purpose,
        "ground": question.ground or f"consent:{question.consent}", "outcome": reply.outcome, "code": reply.code,
        "question": asked, "answer": answered, "anchor": None,
    }  # fmt: skip


class EvidenceBook:
    """The answering side's door to the table."""

    def __init__(self, db: Database, member: str) -> None:
        self._db, self._member = db, member
        self._group = GroupCommit[dict[str, Any]](self._save, "gateway-evidence")

    async def keep(self, row: dict[str, Any]) -> None:
        """Saved before the answer leaves. Raises what the database raises, an `IntegrityError` for a nonce used before."""
        await self._group.write(row)

    def _save(self, rows: Sequence[dict[str, Any]]) -> None:
        with self._db.engine.begin() as connection:
            connection.execute(insert(EvidenceRow), list(rows))

    def nonces(self) -> Nonces:
        """Those of the last minutes, so that a restart forgets no message that is still good."""
        found = Nonces()
        since: datetime = clock.now() - timedelta(seconds=4 * WINDOW)
        until = clock.now().timestamp() + 3 * WINDOW
        query = select(EvidenceRow.peer, EvidenceRow.nonce).where(
            EvidenceRow.at >= since, EvidenceRow.member == self._member, EvidenceRow.side == "in"
        )
        with self._db.reading() as session:
            for peer, nonce in session.execute(query):
                found.use(peer, nonce, until)
        return found

    async def aclose(self) -> None:
        await self._group.aclose()


def anchor_some(session: Session, ledger: Anchor, limit: int = 500) -> int:
    """Give the oldest evidence that no ledger has yet to one; the number given."""
    query = select(EvidenceRow).where(EvidenceRow.anchor.is_(None)).order_by(EvidenceRow.at, EvidenceRow.id)
    rows = session.scalars(query.limit(min(limit, 5000))).all()
    places = ledger.anchor([digest_of(row) for row in rows])
    for row, place in zip(rows, places, strict=True):
        session.execute(update(EvidenceRow).where(EvidenceRow.id == row.id).values(anchor=place[:200]))
    return len(rows)


def digest_of(row: EvidenceRow) -> bytes:
    """What a ledger keeps of an exchange, the same on both sides."""
    told = [row.question["digest"], row.question["signature"], row.answer["digest"], row.answer["signature"]]
    return hashlib.sha256("\n".join(told).encode()).digest()
