"""Which workers are alive, who takes up a dead one's work, and repair of segments that are claimed but that nobody runs.

A worker renews its lease in the database. When the lease runs out, exactly one other worker becomes its heir (by
compare-and-set, itself under a lease, so that an heir that dies is inherited from too) and has the engine recover the
dead worker's segments. A worker that was only paused finds its lease gone and must stop; what it still tries to write
is refused by the segments' epochs.
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psutil
import sqlalchemy
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.errors import WORKER_NAME_TAKEN
from onething.casework.execution.engine import Engine
from onething.casework.states import SEGMENT, WORKER, SegmentState, WorkerStatus
from onething.casework.tables import SegmentRow, WorkerRow
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.core.logs import get_logger

log = get_logger("casework.leases")


class LeaseLostError(Exception):
    """Another worker took this one for dead and has its work now."""


@dataclass(slots=True)
class Lease:
    """The lease of this process on a worker's name."""

    db: Database
    worker_id: str
    seconds: float
    boot: str
    renewed: float = field(default_factory=time.monotonic)
    """When the last renewal that succeeded was begun, on this process's clock."""

    @property
    def holds(self) -> bool:
        """Whether nobody can have taken over yet. A process that was paused for too long sees it at once when it wakes."""
        return time.monotonic() - self.renewed < self.seconds

    @classmethod
    def take(cls, db: Database, worker_id: str, seconds: float) -> "Lease | None":
        """The lease, or None while an heir is still taking over this name's work (try again shortly).

        Raises `Problem(WORKER_NAME_TAKEN)` when a living process holds the name.
        """
        boot, moment = new_id("boot"), now()
        values = {
            "boot": boot, "host": socket.gethostname(), "pid": os.getpid(), "status": WorkerStatus.ALIVE.value,
            "lease_until": moment + timedelta(seconds=seconds), "started_at": moment,
        }  # fmt: skip
        with db.transaction() as session:
            row = session.scalars(select(WorkerRow).where(WorkerRow.id == worker_id).with_for_update()).one_or_none()
            if row is None:
                session.add(WorkerRow(id=worker_id, **values))
            elif row.status == WorkerStatus.ADOPTING and row.lease_until > moment:
                return None
            elif row.status == WorkerStatus.ALIVE and row.lease_until > moment and _lives(row):
                raise Problem(WORKER_NAME_TAKEN, worker=worker_id)
            else:
                WORKER.check(row.status, WorkerStatus.ALIVE)
                for name, value in values.items():
                    setattr(row, name, value)
        return cls(db, worker_id, seconds, boot)

    def renew(self) -> None:
        """Raises `LeaseLostError` when it is too late."""
        begun = time.monotonic()
        with self.db.transaction() as session:
            renewed = session.execute(
                update(WorkerRow)
                .where(
                    WorkerRow.id == self.worker_id, WorkerRow.boot == self.boot, WorkerRow.status == WorkerStatus.ALIVE
                )
                .values(lease_until=now() + timedelta(seconds=self.seconds))
            )
            if not store.changed(renewed):
                raise LeaseLostError(self.worker_id)
        self.renewed = begun

    def keep(self, stop: threading.Event, lost: Callable[[], None]) -> None:
        """Renew until `stop`, in a thread of its own: a busy event loop must not look like a dead process."""
        while not stop.wait(self.seconds / 4):
            try:
                self.renew()
            except LeaseLostError:
                lost()
                return
            except Exception as error:  # noqa: BLE001 - the database may be back before the lease is over
                log.warning("the lease could not be renewed", error=type(error).__name__)

    def release(self) -> None:
        """A clean end. Segments that are left unfinished are taken up by others at once."""
        with self.db.transaction() as session:
            session.execute(
                update(WorkerRow)
                .where(WorkerRow.id == self.worker_id, WorkerRow.boot == self.boot)
                .values(lease_until=now())
            )


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that has a worker's name."""

    host: str
    pid: int
    is_here: bool
    """On this machine, and alive."""


def holder(db: Database, worker_id: str) -> Holder | None:
    """Who holds the lease on a worker's name now; None when nobody does."""
    with db.reading() as session:
        row = session.get(WorkerRow, worker_id)
        if row is None or row.status != WorkerStatus.ALIVE or row.lease_until <= now():
            return None
        return Holder(row.host, row.pid, row.host == socket.gethostname() and _lives(row))


def _lives(row: WorkerRow) -> bool:
    """Whether the process of a lease is still there; on another machine only its lease tells."""
    if row.host != socket.gethostname():
        return True
    if row.pid == os.getpid():
        return False
    try:
        return psutil.Process(row.pid).create_time() <= row.started_at.timestamp() + 1
    except psutil.Error:
        return False


async def inherit(db: Database, engine: Engine, worker_id: str, seconds: float) -> int:
    """Adopt the segments of every worker whose lease has run out; returns how many segments."""
    total = 0
    for dead in await asyncio.to_thread(_expired, db, worker_id):
        token = await asyncio.to_thread(_become_heir, db, dead, seconds)
        if token is None:
            continue
        adopted = await engine.adopt(dead)
        await asyncio.to_thread(_bury, db, dead, token)
        # One that ended cleanly leaves an empty lease behind.
        tell = log.warning if adopted else log.info
        tell("took over a silent worker's segments", silent=dead, segments=adopted)
        total += adopted
    return total


def _bury(db: Database, dead: str, token: str) -> None:
    with db.transaction() as session:
        ours = (WorkerRow.id == dead, WorkerRow.boot == token, WorkerRow.status.in_(WORKER.into(WorkerStatus.DEAD)))
        session.execute(update(WorkerRow).where(*ours).values(status=WorkerStatus.DEAD.value))


def release_locks_of_frozen(engine: sqlalchemy.Engine, seconds: float) -> None:
    """On PostgreSQL: a process frozen inside a transaction loses its locks after `seconds`, so that an heir is not stuck."""
    if engine.dialect.name != "postgresql":
        return

    def bound(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = {int(max(seconds, 1.0) * 1000)}")
        connection.commit()  # the pool rolls back on return, which would undo a bare SET

    event.listen(engine, "connect", bound)
    engine.dispose()  # connections made before do not know the bound


def _expired(db: Database, worker_id: str) -> list[str]:
    query = select(WorkerRow.id).where(
        WorkerRow.lease_until < now(),
        WorkerRow.status.in_(WORKER.into(WorkerStatus.ADOPTING)),
        WorkerRow.id != worker_id,
    )
    with db.reading() as session:
        return list(session.scalars(query.limit(100)))


def _become_heir(db: Database, dead: str, seconds: float) -> str | None:
    """Exactly one worker wins."""
    token, moment = new_id("heir"), now()
    with db.transaction() as session:
        won = session.execute(
            update(WorkerRow)
            .where(
                WorkerRow.id == dead,
                WorkerRow.lease_until < moment,
                WorkerRow.status.in_(WORKER.into(WorkerStatus.ADOPTING)),
            )
            .values(
                boot=token,
                status=WorkerStatus.ADOPTING.value,
                lease_until=moment + timedelta(seconds=max(seconds, 10.0)),
            )
        )
        return token if store.changed(won) else None


async def mend(db: Database, engine: Engine, worker_id: str, running: set[tuple[str, int]], patience: float) -> int:
    """Segments that are claimed although nobody works on them: never started, or finished without a mark.

    Looks at this worker's own and at those of workers that are gone. Returns how many were put right.
    """
    stray = await asyncio.to_thread(_stray, db, worker_id, patience)
    stray = [each for each in stray if (each[0], each[1]) not in running]
    if not stray:
        return 0
    unfinished = await engine.unfinished()
    mended = 0
    for case_id, k, epoch in stray:
        if (case_id, k) not in unfinished:
            mended += await asyncio.to_thread(_mend_one, db, case_id, k, epoch)
    return mended


def _mend_one(db: Database, case_id: str, k: int, epoch: int) -> int:
    with db.transaction() as session:
        return put_right(session, case_id, k, epoch)


def _stray(db: Database, worker_id: str, patience: float) -> list[tuple[str, int, int]]:
    alive = select(WorkerRow.id).where(WorkerRow.status == WorkerStatus.ALIVE, WorkerRow.id != worker_id)
    query = select(SegmentRow.case_id, SegmentRow.k, SegmentRow.epoch).where(
        SegmentRow.state == SegmentState.CLAIMED,
        SegmentRow.claimed_at < now() - timedelta(seconds=patience),
        SegmentRow.worker_id.not_in(alive),
    )
    with db.reading() as session:
        return [(case_id, k, epoch) for case_id, k, epoch in session.execute(query.limit(500))]


def put_right(session: Session, case_id: str, k: int, epoch: int) -> int:
    """Close a segment that nobody works on; the case goes on with a new one, under a name the engine has never seen.

    The old one is never made ready again: whoever claimed it may only be slow, and start it after all. It then finds
    its epoch refused, and the engine has no second run of the same name.
    """
    store.lock_case(session, case_id)
    closed = session.execute(
        update(SegmentRow)
        .where(
            SegmentRow.case_id == case_id,
            SegmentRow.k == k,
            SegmentRow.epoch == epoch,
            SegmentRow.state.in_(SEGMENT.into(SegmentState.DONE)),
        )
        .values(state=SegmentState.DONE.value, done_at=now())
        .execution_options(synchronize_session=False)
    )
    if not store.changed(closed):
        return 0
    store.ensure_segment(session, case_id, "mended")
    return 1
