"""Running one segment: every task starts the moment its inputs exist; steps are numbered in the plan's order."""

import asyncio
import traceback
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from onething.casework.cases import case_work, store
from onething.casework.cases.case_work import UNDO, CaseWork, Fence
from onething.casework.execution.engine import Engine
from onething.casework.execution.our_faults import Fault, fault_of
from onething.casework.execution.recording import Recorder, Settler
from onething.casework.execution.task_execution import Ask, Performer
from onething.casework.execution.task_results import LostSegmentError
from onething.casework.models import Pace, TaskResult, TaskStatus
from onething.casework.states import SEGMENT, SegmentState
from onething.casework.tables import SegmentRow
from onething.catalog.models import City
from onething.core import tracing
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.planning.models import PlannedTask

log = get_logger("casework.segments")
BLOCKED, LOST, FAILED = "blocked", "lost", "error"


class Runner:
    """Runs segments for one worker process."""

    def __init__(self, db: Database, city: City, ask: Ask, engine: Engine, worker_id: str, pace: Pace) -> None:
        self.db, self.city, self.engine, self.worker_id, self.pace = db, city, engine, worker_id, pace
        self.performer = Performer(city, ask, pace, db)
        self.at_work = 0
        """Tasks that are being carried out now."""
        self.recorder = Recorder(db, city, lambda: self.at_work)
        self.settler = Settler(db, city, pace, lambda: self.at_work)
        self.loaded: dict[tuple[str, int], CaseWork] = {}
        """Segments claimed here and not yet begun."""
        self.running: dict[tuple[str, int], datetime] = {}
        self.may_call: Callable[[], bool] = lambda: True
        """Whether this worker still holds its lease; one that woke from a pause must not call agencies any more."""
        self.finished = asyncio.Event()
        """Set whenever a place becomes free."""

    def follow(self, city: City) -> None:
        """Go on with another edition of the city package; what has been read from the old one is not read again."""
        self.city = self.performer.city = self.recorder.city = self.settler.city = city

    async def run(self, case_id: str, k: int, order: list[str]) -> str:
        """The body of a segment; may be called again for the same segment after a crash, here or elsewhere."""
        key = (case_id, k)
        self.running[key] = now()
        try:
            case = self.loaded.pop(key, None) or await asyncio.to_thread(self._take, case_id, k)
            if case is None:
                return "gone"
            about = {"onething.case": case_id, "onething.segment": k}
            with tracing.span("segment", "takes_up", parent=case.fence.trace, attributes=about):
                return await self._run(case, order)
        except LostSegmentError:
            log.info("segment is another worker's now", case_id=case_id, k=k)
            return LOST
        finally:
            self.running.pop(key, None)
            self.finished.set()

    async def _run(self, case: CaseWork, order: list[str]) -> str:
        case.begin(order)
        outcomes = await asyncio.gather(*(self._branch(case, order, task_id) for task_id in order))
        if LOST in outcomes:
            raise LostSegmentError(case.case_id)
        stalled = bool(order) and all(outcome in (FAILED, BLOCKED) for outcome in outcomes)
        return (await self.settler.settle(case, stalled)).value

    def _take(self, case_id: str, k: int) -> CaseWork | None:
        """Become the owner of a segment that was begun before; None when it is done."""
        with self.db.transaction() as session:
            taken = session.execute(
                update(SegmentRow)
                .where(SegmentRow.case_id == case_id, SegmentRow.k == k, SegmentRow.state == SegmentState.CLAIMED)
                .values(worker_id=self.worker_id, epoch=SegmentRow.epoch + 1, claimed_at=now())
                .returning(SegmentRow.epoch, SegmentRow.trace)
                .execution_options(synchronize_session=False)
            ).one_or_none()
            if taken is None:
                return None
            return case_work.load(session, [Fence(case_id, k, self.worker_id, taken.epoch, taken.trace)]).get(case_id)

    async def _branch(self, case: CaseWork, order: list[str], task_id: str) -> str:
        """One step. Its body waits for its inputs, so that all steps can be started in the plan's order at once."""
        outcome = FAILED
        try:
            outcome = await self.engine.step(task_id, lambda: self._body(case, order, task_id))
        finally:
            self._ended(case, task_id, outcome)
        return outcome

    def _ended(self, case: CaseWork, task_id: str, outcome: str) -> None:
        known = outcome in TaskStatus.__members__.values()
        if known:
            case.tasks[task_id.removeprefix(UNDO)].status = TaskStatus(outcome)
        future = case.ended[task_id]
        if not future.done():
            future.set_result(TaskStatus(outcome) if known else TaskStatus.PLANNED)

    async def _body(self, case: CaseWork, order: list[str], task_id: str) -> str:
        try:
            if task_id.startswith(UNDO):
                return await self._undo(case, order, task_id)
            return await self._task(case, task_id)
        except LostSegmentError:
            return LOST
        except Exception as error:  # noqa: BLE001 - an operator is told, or the next segment tries the task again
            where = traceback.extract_tb(error.__traceback__)[-1]  # no values: they are personal data
            at = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
            log.error("task failed for reasons of our own", task=task_id, error=type(error).__name__, at=at)
            return await self._held_up(case, task_id, error, at)

    async def _held_up(self, case: CaseWork, task_id: str, error: Exception, at: str) -> str:
        """A fault in our code or in the city package waits for an operator. A database or disk that is away passes by itself."""
        if isinstance(error, SQLAlchemyError | OSError):
            await asyncio.to_thread(self.recorder.log_what_is_left, case, task_id.removeprefix(UNDO))
            return FAILED
        undoing, name = task_id.startswith(UNDO), task_id.removeprefix(UNDO)
        code = error.kind.code if isinstance(error, Problem) else type(error).__name__
        planned = case.plan.task(name)
        about = (planned.operation or planned.service or name) if planned else name
        result = fault_of(name, Fault(code, about, at), self.pace, case.tasks[name].result, undoing=undoing)
        try:
            return (await self.recorder.record(case, result)).value
        except LostSegmentError:
            return LOST
        except Exception:  # noqa: BLE001 - what cannot even be noted is tried again
            log.error("a fault could not be noted", task=task_id)
            await asyncio.to_thread(self.recorder.log_what_is_left, case, name)
            return FAILED

    async def _task(self, case: CaseWork, task_id: str) -> str:
        event = self.city.life_event(case.life_event)
        planned = case.planned(event, task_id) if event else None
        if planned is None or event is None:
            return BLOCKED
        for needed in planned.after:
            coming = case.ended.get(needed)
            if coming is not None:
                await asyncio.shield(coming)
            if case.status_of(needed) not in (TaskStatus.DONE, TaskStatus.SKIPPED):
                return BLOCKED
        if self._lacks(case, planned):
            return BLOCKED
        if case.tasks[task_id].status in (TaskStatus.DONE, TaskStatus.REFUSED, TaskStatus.SKIPPED):
            return case.tasks[task_id].status.value
        self._must_hold(case)
        result = await self._perform(case, planned)
        status = await self.recorder.record(case, result)
        if status is TaskStatus.DONE:
            case.learn(result.facts, result.origin)
            case.unknown |= {slot: tuple(result.origin.get("unknown", ())) for slot in result.facts}
        return status.value

    def _must_hold(self, case: CaseWork) -> None:
        if not self.may_call():
            raise LostSegmentError(case.case_id)

    def _lacks(self, case: CaseWork, planned: PlannedTask) -> bool:
        """A predecessor ended without giving what this task cannot do without: the plan must be made again first."""
        if case.tasks[planned.id].decision == "approve":
            return False
        event = self.city.life_event(case.life_event)
        if event is None or planned.service is None:
            return False
        service = event.service(planned.service)
        given = {slot for needed in planned.after if (task := case.plan.task(needed)) for slot in task.gives}
        return service is not None and any(slot in given and slot not in case.facts for slot in service.requires)

    async def _perform(self, case: CaseWork, planned: PlannedTask) -> TaskResult:
        """Perform a task; when that takes long, say that it has begun."""
        started = now()
        performing = asyncio.ensure_future(self.performer.perform(case, planned))
        self.at_work += 1
        try:
            done, _ = await asyncio.wait({performing}, timeout=self.pace.started_after)
            if not done and case.tasks[planned.id].status is TaskStatus.PLANNED:
                begun = TaskResult(
                    planned.id, TaskStatus.RUNNING, started_at=started, from_statuses=(TaskStatus.PLANNED,)
                )
                await self.recorder.record(case, begun)
                case.tasks[planned.id].started_at = started
            return await performing
        finally:
            self.at_work -= 1
            if not performing.done():
                performing.cancel()

    async def _undo(self, case: CaseWork, order: list[str], task_id: str) -> str:
        """Taking back goes backwards, one after the other, and stops where an agency cannot be reached."""
        place = order.index(task_id)
        if place:
            before = await asyncio.shield(case.ended[order[place - 1]])
            if before is TaskStatus.UNDOING:
                return BLOCKED
        self._must_hold(case)
        result = await self.performer.undo(case, task_id.removeprefix(UNDO))
        return (await self.recorder.record(case, result)).value


def anything_due(db: Database) -> bool:
    """A look without any lock, so that an idle worker disturbs nobody."""
    with db.reading() as session:
        query = select(SegmentRow.k).where(SegmentRow.state == SegmentState.READY, SegmentRow.run_at <= now())
        return session.execute(query.limit(1)).first() is not None


def claim(db: Database, worker_id: str, limit: int) -> list[CaseWork]:
    """Claim segments that are due, oldest first, and load their cases. Never two segments of one case at a time."""
    moment = now()
    other = SegmentRow.__table__.alias("other")
    busy = (
        select(other.c.k).where(other.c.case_id == SegmentRow.case_id, other.c.state == SegmentState.CLAIMED).exists()
    )
    due = (
        select(SegmentRow.case_id, SegmentRow.k)
        .where(SegmentRow.state == SegmentState.READY, SegmentRow.run_at <= moment, ~busy)
        .order_by(SegmentRow.run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with db.transaction() as session:
        keys = session.execute(due).all()
        if not keys:
            return []
        fences: list[Fence] = []
        claimed = session.execute(
            update(SegmentRow)
            .where(
                store.any_of((SegmentRow.case_id, SegmentRow.k), [tuple(key) for key in keys]),
                SegmentRow.state.in_(SEGMENT.into(SegmentState.CLAIMED, SegmentState.READY)),
            )
            .values(
                state=SegmentState.CLAIMED.value, worker_id=worker_id, epoch=SegmentRow.epoch + 1, claimed_at=moment
            )
            .returning(SegmentRow.case_id, SegmentRow.k, SegmentRow.epoch, SegmentRow.trace)
            .execution_options(synchronize_session=False)
        )
        fences = [Fence(case_id, k, worker_id, epoch, parent) for case_id, k, epoch, parent in claimed]
        cases = case_work.load(session, fences)
        order = {fence.case_id: i for i, fence in enumerate(fences)}
        return sorted(cases.values(), key=lambda case: order[case.case_id])
