"""A worker: claims segments, runs them, keeps its lease, sweeps up after others. `host.worker` makes a process of it."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.engine import make_url

from onething.casework.cases.case_work import CaseWork, order_of
from onething.casework.cases.store import WAKE_CHANNEL
from onething.casework.deadlines import deadlines
from onething.casework.execution import leases, segments
from onething.casework.execution.engine import Engine, Started
from onething.casework.execution.segments import Runner
from onething.casework.execution.task_execution import Ask
from onething.casework.models import Pace
from onething.casework.states import SEGMENT, SegmentState
from onething.casework.tables import SegmentRow
from onething.catalog.models import City
from onething.core.clock import now
from onething.core.db import Database
from onething.core.logs import get_logger
from onething.core.processes.rounds import After, Bell, Looked, Round, run_rounds
from onething.trust.sealing.service import LiesOpen, seal_up

log = get_logger("casework.worker")

POLL = (0.03, 0.5)
"""Seconds between looks for work on SQLite: short after work was found, growing while there is none."""
CLAIM_GATHER = (0.02, 0.2)
"""Seconds between news and a claim of a worker that is at work already: so many for each segment in hand, at most so many."""
FORGET_AFTER = timedelta(hours=1)


class RunsBeside(Protocol):
    """Work beside the cases, as the rooms' manifests name it: sending notices, signing certificates, paying …"""

    async def run(self, stop: asyncio.Event) -> None: ...


class Worker:
    """One worker. `run` returns after `stop` was set and what was under way has been finished."""

    def __init__(
        self,
        db: Database,
        city: City,
        ask: Ask,
        engine: Engine,
        *,
        worker_id: str = "worker-1",
        places: int = 16,
        lease_seconds: float = 15.0,
        pace: Pace | None = None,
        beside: Sequence[RunsBeside] = (),
        sealed_columns: Sequence[LiesOpen] = (),
        city_of: Callable[[], City] | None = None,
    ) -> None:
        """`beside` runs until the worker stops; `sealed_columns` say what must not lie open; `city_of` gives the city package as
        it is now, so that a change of it is taken up between two segments."""
        self.db, self.engine, self.worker_id, self.places = db, engine, worker_id, places
        self.lease_seconds = lease_seconds
        self.beside, self.sealed_columns, self.city_of = beside, sealed_columns, city_of
        self.runner = Runner(db, city, ask, engine, worker_id, pace or Pace())
        self.stop = asyncio.Event()
        self.hurry = asyncio.Event()
        """Set to leave at once what is still running."""
        self._bell = Bell()
        self._pause = POLL[0]
        self._lease: leases.Lease | None = None
        self._at_claim = asyncio.Lock()

    async def run(self, patience: float = 30.0) -> None:
        """Work until told to stop; then claim nothing, and wait up to `patience` seconds for running segments (none once `hurry` is
        set). What is not finished by then is taken up at once by another worker, or by this one when it starts again.

        Raises `leases.LeaseLostError` when another worker took over because this one was silent for too long.
        """
        leases.release_locks_of_frozen(self.db.engine, self.lease_seconds)
        self._lease = await self._take_lease()
        self.runner.may_call = self.holds
        self.engine.launch(self.runner.run)
        ended, lost, drained = threading.Event(), asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        beating = threading.Thread(
            target=self._lease.keep, args=(ended, lambda: loop.call_soon_threadsafe(lost.set)), daemon=True
        )
        beating.start()
        loops: list[asyncio.Future[Any]] = [
            asyncio.ensure_future(lost.wait()),
            asyncio.ensure_future(self._claiming().run(self.stop)),
            asyncio.ensure_future(run_rounds(self._housekeeping(), drained)),
            asyncio.ensure_future(self._listening()),
        ]
        beside = [asyncio.ensure_future(each.run(self.stop)) for each in self.beside]
        sealing_up = asyncio.ensure_future(asyncio.to_thread(seal_up, self.db, self.sealed_columns, self.stop.is_set))
        stopping = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait([stopping, *loops], return_when=asyncio.FIRST_COMPLETED)
            self.stop.set()
            if not lost.is_set():
                await self._drain(patience)
        finally:
            ended.set()
            drained.set()
            for task in (*loops, stopping):
                task.cancel()
            results = [] if lost.is_set() else await asyncio.gather(*loops, return_exceptions=True)
            if lost.is_set():  # nothing it could still finish is its own
                raise leases.LeaseLostError(self.worker_id)
            await _ended([*beside, sealing_up], 5.0)
            with contextlib.suppress(Exception):
                self._lease.release()
            self.engine.close(0)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def holds(self) -> bool:
        """Whether this worker's lease runs, so that its work cannot be another's yet."""
        return self._lease is not None and self._lease.holds

    async def _take_lease(self) -> leases.Lease:
        while True:
            lease = await asyncio.to_thread(leases.Lease.take, self.db, self.worker_id, self.lease_seconds)
            if lease is not None:
                return lease
            await asyncio.sleep(0.5)

    async def _drain(self, patience: float) -> None:
        """Let running segments finish; those that do not are taken up at the next start."""
        log.info("draining: nothing more is claimed", running=len(self.runner.running), patience=patience)
        hurried = asyncio.ensure_future(self.hurry.wait())
        try:
            async with asyncio.timeout(patience):
                async with self._at_claim:  # what is being claimed as the end is asked for is this worker's to finish
                    pass
                while self.runner.running and not hurried.done():
                    self.runner.finished.clear()
                    next_one = asyncio.ensure_future(self.runner.finished.wait())
                    await asyncio.wait([next_one, hurried], return_when=asyncio.FIRST_COMPLETED)
                    next_one.cancel()
        except TimeoutError:
            pass
        finally:
            hurried.cancel()
        log.info("drained", left=len(self.runner.running))

    # -- claiming

    def _claiming(self) -> Round:
        return Round("casework.claim", POLL[1] if self.db.is_sqlite else 1.0, self._look_for_work, self._bell)

    async def _look_for_work(self) -> Looked:
        free = self.places - len(self.runner.running)
        if free <= 0:
            self.runner.finished.clear()
            await self.runner.finished.wait()
            return True
        if self.runner.running:  # a worker with work in hand claims several at a time
            await asyncio.sleep(min(CLAIM_GATHER[1], CLAIM_GATHER[0] * len(self.runner.running)))
            free = self.places - len(self.runner.running)
        async with self._at_claim:
            if self.stop.is_set():
                return False
            claimed = await asyncio.to_thread(self._claim, free)
            if claimed:
                await self._begin(claimed)
        if claimed or not self.db.is_sqlite:
            self._pause = POLL[0]
            return len(claimed) >= free if not self.db.is_sqlite else bool(claimed)
        pause, self._pause = self._pause, min(self._pause * 1.5, POLL[1])
        return After(pause)

    def _claim(self, free: int) -> list[CaseWork]:
        if not segments.anything_due(self.db):
            return []  # a look that takes no lock
        return segments.claim(self.db, self.worker_id, free)

    async def _begin(self, cases: Sequence[CaseWork]) -> None:
        """Start what was claimed, as one piece of work for the engine."""
        starting: list[Started] = []
        for case in cases:
            fence = case.fence
            event = self.runner.city.life_event(case.life_event)
            order = order_of(case, event) if event else []
            self.runner.running[fence.case_id, fence.k] = now()
            self.runner.loaded[fence.case_id, fence.k] = case
            if order:
                starting.append(Started(fence.case_id, fence.k, order))
            else:  # nothing to carry out, only to decide how it goes on
                asyncio.ensure_future(self.runner.run(fence.case_id, fence.k, [])).add_done_callback(_heard)
        if not starting:
            return
        try:
            await self.engine.start(starting)
        except Exception as error:  # noqa: BLE001 - the sweeper finds the segments and goes on with new ones
            log.error("segments could not be started", error=type(error).__name__)
            for each in starting:
                self.runner.loaded.pop((each.case_id, each.k), None)
                self.runner.running.pop((each.case_id, each.k), None)

    async def _listening(self) -> None:
        """PostgreSQL wakes us when a segment is committed; on SQLite we look often instead."""
        if self.db.is_sqlite:
            await self.stop.wait()
            return
        import psycopg  # not above: an installation on SQLite does without it

        url = make_url(self.db.url).set(drivername="postgresql").render_as_string(hide_password=False)
        told = False  # one line when it goes and one when it is back, however long it is away
        while not self.stop.is_set():
            try:
                async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {WAKE_CHANNEL}")
                    if told:
                        log.info("the database wakes us again")
                    told = False
                    async for _ in connection.notifies():
                        self._bell.ring()
            except psycopg.Error as error:
                if not told:
                    log.warning("the database does not wake us", error=type(error).__name__)
                told = True
                await asyncio.sleep(1.0)

    # -- housekeeping

    def _housekeeping(self) -> list[Round]:
        """Goes on while running segments are finished after the end was asked for."""
        return [
            Round("casework.sweep", max(self.lease_seconds / 3, 0.2), self._sweep, at_once=False),
            Round("casework.tidy", 60.0, self._tidy, at_once=False),
            Round("casework.city", 1.0, self._look_at_city, at_once=False),
        ]

    async def _sweep(self) -> None:
        await leases.inherit(self.db, self.engine, self.worker_id, self.lease_seconds)
        running = set(self.runner.running)
        await leases.mend(self.db, self.engine, self.worker_id, running, max(2.0, self.lease_seconds / 2))
        await asyncio.to_thread(deadlines.warn, self.db)

    async def _tidy(self) -> None:
        """Finished segments need no checkpoints, and old ones no row but the last."""
        await self.engine.forget(now() - FORGET_AFTER)
        done = await asyncio.to_thread(self._finished_segments)
        if done:
            await asyncio.to_thread(self._drop_segments, done)

    async def _look_at_city(self) -> None:
        """Segments that begin from now on follow the city package as it was last saved, as the pages do."""
        if self.city_of is not None:
            city = await asyncio.to_thread(self.city_of)
            if city is not self.runner.city:
                self.runner.follow(city)
                log.info("city package loaded anew", version=city.version)

    def _finished_segments(self) -> list[tuple[str, int]]:
        query = (
            select(SegmentRow.case_id, SegmentRow.k)
            .where(SegmentRow.state.in_(SEGMENT.into(SegmentState.FILED)), SegmentRow.done_at < now() - FORGET_AFTER)
            .limit(1000)
        )
        with self.db.reading() as session:
            return [(case_id, k) for case_id, k in session.execute(query)]

    def _drop_segments(self, keys: list[tuple[str, int]]) -> None:
        with self.db.transaction() as session:
            for case_id, k in keys:
                over = SegmentRow.state.in_(SEGMENT.into(SegmentState.FILED))
                where = (SegmentRow.case_id == case_id, SegmentRow.k == k, over)
                session.execute(update(SegmentRow).where(*where).values(state=SegmentState.FILED.value))


async def _ended(tasks: Sequence["asyncio.Future[Any]"], seconds: float) -> None:
    """Wait for all of them together, then cancel what goes on."""
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            log.warning("work beside the cases ended badly", error=type(result).__name__)


def _heard(task: "asyncio.Task[str]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("segment failed", error=repr(task.exception()))
