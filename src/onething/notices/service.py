"""The door of notices: people are told the moment something happens, exactly once per event.

`install` makes the event log put a message into the outbox within the transaction of each event: both are saved or
neither. Whoever appends an event that people should hear of gives these keys in its data, codes only: subject_id (who
is told), life_event, reference (of the case) and, where it is about one, service or agency. A stream alone cannot be
turned into a person here without knowing casework, which stands above this room.

`Sender` carries due messages to the channel. Exactly once means: one row per event, channel and person, and the row's
id as the carrier's idempotency key. A sender that dies between sending and noting it leaves the message due, and
another sends it again *with the same key*; a carrier that knows keys (the sandbox phone does) delivers it once.

Telling:
`install`: has every event told to the person it concerns; again changes nothing.
`Sender`: sends what is due; any number may run, in any number of processes.

Looking:
`messages_for`: one page of a person's messages, newest first, whatever way they went out; in a language if wanted.
`listing`: the newest messages of the installation, of one state if wanted, for operators.
`send_again`: makes messages of some states due once more → how many.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy.orm import Session

from onething.catalog.models import City
from onething.catalog.service import get_city
from onething.core import events, tracing
from onething.core.db import Database
from onething.core.events import Event
from onething.core.processes.rounds import After, Looked, Round, run_rounds
from onething.notices import outbox, wake
from onething.notices.channels import Channel, Receipt
from onething.notices.models import State
from onething.notices.outbox import Claimed, listing, messages_for, send_again
from onething.notices.writing import write_notices

__all__ = [
    "Sender",
    "install",
    "listing",
    "messages_for",
    "send_again",
]

GATHER = 0.2
"""Seconds a message waits for others of the same moment: claimed, sent and noted together they cost two commits, not two each."""
_city_of: Callable[[], City] = get_city


def install(city_of: Callable[[], City] = get_city) -> None:
    """Have every event told to the person it concerns, with the names and words that `city_of` gives. A process of an
    installation does this by its manifests; tests that stand alone call it. Idempotent."""
    global _city_of
    _city_of = city_of
    events.subscribe_to_groups("*", events.Later("onething.notices.service:on_events"))


def on_events(session: Session, happened: Sequence[Event]) -> None:
    """Put what these events mean for people into the outbox, in the events' own transaction."""
    write_notices(session, happened, _city_of)


def backoff(attempt: int) -> float:
    """Seconds after the n-th failed attempt: 2, 4, 8 … at most ten minutes; eight attempts span about eight minutes."""
    return min(600.0, 2.0**attempt)


class Sender:
    """Sends what is due, the moment it is due. Any number may run, in any number of processes."""

    def __init__(
        self,
        db: Database,
        channel: Channel,
        *,
        poll: float = 1.0,
        at_once: int = 16,
        batch: int = 100,
        gather: float = GATHER,
        wait: Callable[[int], float] = backoff,
    ) -> None:
        self._db, self._channel = db, channel
        self._poll, self._batch, self._gather, self._wait = poll, batch, gather, wait
        self._places = at_once
        self._bell = wake.new_bell()

    def round(self) -> Round:
        """Sends when this process has news, and looks every `poll` seconds for news from others."""
        return Round("notices.send", self._poll, self._look, self._bell, gather=self._gather)

    async def _look(self) -> Looked:
        sent = await self.send_due()
        return sent >= self._batch or (After(self._gather) if sent else None)

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Until `stop` is set or the task is cancelled."""
        await run_rounds([self.round()], stop or asyncio.Event())

    async def send_due(self) -> int:
        """Send what is due now, up to one batch; returns how many were tried."""
        claimed = await asyncio.to_thread(self._claim)
        if not claimed:
            return 0
        places = asyncio.Semaphore(self._places)
        by_person: defaultdict[str, list[Claimed]] = defaultdict(list)
        for message in claimed:
            by_person[message.subject_id].append(message)
        done = await asyncio.gather(*[self._send_in_order(messages, places) for messages in by_person.values()])
        await asyncio.to_thread(self._settle, [result for results in done for result in results])
        return len(claimed)

    async def _send_in_order(
        self, messages: Sequence[Claimed], places: asyncio.Semaphore
    ) -> list[tuple[Claimed, Receipt]]:
        """One person's messages one after the other, so that “done” does not overtake “received”."""
        async with places:
            return [(message, await self._send(message)) for message in messages]

    async def _send(self, message: Claimed) -> Receipt:
        if message.to is None:
            return Receipt(State.UNWANTED)
        try:
            with tracing.span(
                "send message", "asks", parent=message.trace, attributes={"onething.message": message.id}
            ):
                return await asyncio.wait_for(
                    self._channel.send(message.to, message.text, message.id), outbox.LEASE.total_seconds() / 6
                )
        except Exception as error:  # noqa: BLE001 - whatever a channel raises, the message stays due
            return Receipt(State.DUE, type(error).__name__)

    def _claim(self) -> Sequence[Claimed]:
        with self._db.reading() as session:
            if not outbox.anything_due(session):
                return ()
        with self._db.transaction() as session:
            return outbox.claim(session, self._batch)

    def _settle(self, results: list[tuple[Claimed, Receipt]]) -> None:
        with self._db.transaction() as session:
            outbox.settle(session, results, partial(self._wait))
