"""What every worker does for webhooks: what is due in the outbox goes out, and what was delivered long ago is forgotten."""

import asyncio

from onething.core.db import Database
from onething.core.processes.process import Process
from onething.core.processes.rounds import Looked, run_rounds, threaded
from onething.webhooks import outbox
from onething.webhooks.sending import Sender

TIDY_SECONDS = 3600.0


class Sending:
    """The sender and the tidying up, side by side."""

    def __init__(self, db: Database) -> None:
        self._db, self._sender = db, Sender(db)

    async def run(self, stop: asyncio.Event) -> None:
        await run_rounds(
            [self._sender.round(), threaded("webhooks.tidy", TIDY_SECONDS, self._tidy, at_once=False)], stop
        )

    def _tidy(self) -> Looked:
        with self._db.transaction() as session:
            return outbox.tidy(session)


def sending(process: Process) -> Sending:
    """What `room.py` names."""
    return Sending(process.db)
