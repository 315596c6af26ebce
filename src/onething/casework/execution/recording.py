"""Commits what became of tasks and how cases go on: several cases in one transaction, each caller waiting until hers is saved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from onething.casework.cases.case_work import CaseWork
from onething.casework.execution import transitions
from onething.casework.execution.task_results import Pending, apply
from onething.casework.models import CaseStatus, Pace, TaskResult
from onething.casework.states import TaskStatus
from onething.catalog.models import City
from onething.core.db import Database
from onething.core.logs import get_logger
from onething.core.processes.together import Together
from onething.exchange.models import Note
from onething.exchange.service import save_notes

log = get_logger("casework.recording")


@dataclass(slots=True)
class _Result:
    work: CaseWork
    result: TaskResult
    notes: list[Note] = field(default_factory=list[Note])


class Recorder:
    """Commits results of tasks, with the conversations that brought them."""

    def __init__(self, db: Database, city: City, at_work: Callable[[], int] = lambda: 0) -> None:
        """`at_work`: how many tasks are being carried out, whose results may share a commit."""
        self._db = db
        self.city = city
        self._together = Together(self._save, at_work, self._log_alone)

    async def record(self, work: CaseWork, result: TaskResult) -> TaskStatus:
        """Returns when the result is committed. Raises `LostSegmentError` when it is another worker's to write."""
        return await self._together.add(_Result(work, result, work.unlogged.pop(result.task_id, [])))

    def log_what_is_left(self, work: CaseWork, task_id: str) -> None:
        """A task failed after its agency was asked: the message log knows of that all the same. Blocks."""
        self._log(work.unlogged.pop(task_id, []))

    def _log_alone(self, entry: _Result) -> None:
        self._log(entry.notes)

    def _log(self, notes: Sequence[Note]) -> None:
        if not notes:
            return
        try:
            with self._db.transaction() as session:
                save_notes(session, notes)
        except Exception as error:  # noqa: BLE001 - what the task failed of matters more
            log.error("a conversation is not in the message log", error=type(error).__name__)

    def _save(self, batch: Sequence[_Result]) -> list[TaskStatus]:
        # In one order everywhere, so that two workers never wait for each other's rows.
        order = sorted(range(len(batch)), key=lambda i: (batch[i].work.case_id, batch[i].result.task_id))
        with self._db.transaction() as session:
            pending = Pending(notes=[note for entry in batch for note in entry.notes])
            statuses = apply(session, self.city, [(batch[i].work, batch[i].result) for i in order], pending)
            pending.write(session)
        found = dict(zip(order, statuses, strict=True))
        return [found[i] for i in range(len(batch))]


class Settler:
    """Closes segments and decides how their cases go on."""

    def __init__(self, db: Database, city: City, pace: Pace, at_work: Callable[[], int] = lambda: 0) -> None:
        self._db, self.city, self._pace = db, city, pace
        self._together = Together(self._save, at_work)

    async def settle(self, work: CaseWork, stalled: bool) -> CaseStatus:
        """Returns when it is committed. Raises `LostSegmentError` when the segment is another worker's now."""
        return await self._together.add((work, stalled))

    def _save(self, batch: Sequence[tuple[CaseWork, bool]]) -> list[CaseStatus]:
        # Cases are locked in one order everywhere, and nobody else locks more than one.
        order = sorted(range(len(batch)), key=lambda i: batch[i][0].case_id)
        with self._db.transaction() as session:
            for work, _ in batch:
                work.bring_key(session)
            ended = [(batch[i][0].fence, batch[i][1]) for i in order]
            statuses = transitions.settle(session, self.city, ended, self._pace)
        found = dict(zip(order, statuses, strict=True))
        return [found[i] for i in range(len(batch))]
