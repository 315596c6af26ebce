"""What every worker does for wallets: answers are gone a minute after their question is over, offers after a day."""

import asyncio

from sqlalchemy import delete

from onething.core.clock import now
from onething.core.db import Database
from onething.core.processes.process import Process
from onething.core.processes.rounds import Looked, run_rounds, threaded
from onething.wallets.offers import KEPT
from onething.wallets.tables import OfferRow, QuestionRow

TIDY_SECONDS = 60.0


class Tidying:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def run(self, stop: asyncio.Event) -> None:
        await run_rounds([threaded("wallets.tidy", TIDY_SECONDS, self._tidy, at_once=False)], stop)

    def _tidy(self) -> Looked:
        tidy(self._db)
        return None


def tidy(db: Database) -> None:
    """Delete what is over."""
    moment = now()
    with db.transaction() as session:
        session.execute(delete(QuestionRow).where(QuestionRow.expires_at < moment))
        session.execute(delete(OfferRow).where(OfferRow.expires_at < moment - KEPT))


def tidying(process: Process) -> Tidying:
    """What `room.py` names."""
    return Tidying(process.db)
