"""What became of a task, written in one short transaction: its state, evidence, certificate, work item and events.

Writing twice is harmless: a task changes only from an open state, under the newest epoch of its segment, and whoever
comes second reads what the first one stored.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.cases.case_work import CaseWork, Fence
from onething.casework.certificates import completeness
from onething.casework.certificates import issuance as certificates
from onething.casework.certificates.numbering import Made
from onething.casework.decisions import checks, sealed_text
from onething.casework.events import (
    CertificateIssued,
    TaskDone,
    TaskEvent,
    TaskFailed,
    TaskFrame,
    TaskReferred,
    TaskStarted,
    TaskUndone,
    TaskWaiting,
)
from onething.casework.items.referrals import open_item
from onething.casework.models import OUR_FAULT, TaskResult
from onething.casework.states import OPEN_TASKS, TASK, SegmentState, TaskStatus
from onething.casework.tables import SegmentRow, TaskRow
from onething.catalog.models import City
from onething.core import events, faults
from onething.core.clock import now
from onething.core.db import Database
from onething.core.events import Event
from onething.core.faults import Report
from onething.core.logs import get_logger
from onething.planning.models import PlannedTask

log = get_logger("casework.recording")


class LostSegmentError(Exception):
    """Another worker owns the segment now; what this one still holds in memory must not be written."""


def owned(fence: Fence) -> Any:
    """Condition: the segment still belongs to this epoch of this worker."""
    return exists(
        select(SegmentRow.k).where(
            SegmentRow.case_id == fence.case_id,
            SegmentRow.k == fence.k,
            SegmentRow.epoch == fence.epoch,
            SegmentRow.worker_id == fence.worker_id,
            SegmentRow.state == SegmentState.CLAIMED,
        )
    )


_task, _segment = TaskRow.__table__, SegmentRow.__table__
_CHANGE = (
    update(TaskRow)
    .where(
        _task.c.case_id == bindparam("of_case"),
        _task.c.task_id == bindparam("of_task"),
        _task.c.status.in_(bindparam("from_statuses", expanding=True)),
        exists(
            select(_segment.c.k).where(
                _segment.c.case_id == bindparam("of_case"),
                _segment.c.k == bindparam("of_k"),
                _segment.c.epoch == bindparam("of_epoch"),
                _segment.c.worker_id == bindparam("of_worker"),
                _segment.c.state == SegmentState.CLAIMED,
            )
        ),
    )
    .values(
        status=bindparam("new_status"), code=bindparam("new_code"), attempts=_task.c.attempts + bindparam("tried"),
        started_at=func.coalesce(_task.c.started_at, bindparam("began", type_=_task.c.started_at.type)),
        finished_at=bindparam("ended", type_=_task.c.finished_at.type),
        retry_at=bindparam("again", type_=_task.c.retry_at.type),
        result=bindparam("said", type_=_task.c.result.type),
    )
)  # fmt: skip
"""The one statement by which tasks change, compiled once. It changes nothing when the task is not open or not ours."""


@dataclass(slots=True)
class Pending:
    """What a commit will write besides the tasks themselves, gathered so that each table is written once."""

    evidence: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    subjects: dict[str, str] = field(default_factory=dict[str, str])
    """Case → whose key seals its evidence."""
    told: list[Event] = field(default_factory=list[Event])
    certificates: list[Made] = field(default_factory=list[Made])
    checked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    faults: list[Report] = field(default_factory=list[Report])

    def write(self, session: Session) -> None:
        store.upsert_evidence(session, self.evidence, self.subjects)
        certificates.write(session, self.certificates)
        checks.keep_runs(session, self.checked)
        faults.report(session, *self.faults)
        events.append_many(session, self.told)


def apply(session: Session, city: City, work: CaseWork, result: TaskResult, pending: Pending) -> TaskStatus:
    """Write one result; returns the task's status as it now stands. Raises `LostSegmentError` without ownership."""
    before, fence = work.tasks[result.task_id], work.fence
    ended = result.status not in (*OPEN_TASKS, TaskStatus.UNDOING)
    done = session.connection().execute(
        _CHANGE,
        {
            "of_case": work.case_id, "of_task": result.task_id, "of_k": fence.k, "of_epoch": fence.epoch,
            "of_worker": fence.worker_id, "from_statuses": TASK.into(result.status, *result.from_statuses),
            "new_status": result.status.value, "new_code": result.code, "began": result.started_at,
            "tried": 0 if result.status is TaskStatus.RUNNING else 1, "ended": now() if ended else None,
            "again": result.retry_at, "said": sealed_text.sealed(session, work.subject_id, work.case_id, result.result) or before.result,
        },
    )  # fmt: skip
    if not store.changed(done):
        return _stored(session, work, result)
    event = city.life_event(work.life_event)
    planned = work.planned(event, result.task_id) if event else work.plan.task(result.task_id)
    at = now()
    pending.subjects[work.case_id] = work.subject_id
    pending.evidence += [
        {"case_id": work.case_id, "slot": slot, "data": data, "origin": result.origin, "at": at}
        for slot, data in result.facts.items()
    ]
    if result.checked is not None:
        pending.checked.append(result.checked)
    if result.code == OUR_FAULT:
        pending.faults.append(Report("casework", **result.result["fault"], stream=work.case_id, task=result.task_id))
    elif result.code == completeness.CODE:
        pending.faults += [
            Report(
                "casework", result.code, each["kind"], f"{each['field']} {each['why']}", work.case_id, result.task_id
            )
            for each in result.result["wants"]
        ]
    elif before.code in (OUR_FAULT, completeness.CODE):
        faults.close_of(session, work.case_id, result.task_id)
    _tell(session, city, work, planned, result, pending)
    if result.refer is not None:
        open_item(session, city, work, planned, result, before.due_at)
    return result.status


def _stored(session: Session, work: CaseWork, result: TaskResult) -> TaskStatus:
    """Nothing was changed: either somebody finished the task before, or the segment is no longer ours."""
    where = (TaskRow.case_id == work.case_id, TaskRow.task_id == result.task_id)
    status = session.scalar(select(TaskRow.status).where(*where))
    if status is None or not session.scalar(select(owned(work.fence))):
        raise LostSegmentError(work.case_id)
    return TaskStatus(status)


def _tell(
    session: Session, city: City, work: CaseWork, planned: PlannedTask | None, result: TaskResult, pending: Pending
) -> None:
    """The events of a change, and the certificates that are issued or revoked with it."""
    before = work.tasks[result.task_id]
    about: TaskFrame = {
        **work.frame(),
        "task": result.task_id,
        "agency": before.agency,
        "service": (planned.service or None) if planned else None,
        "code": result.code or None,
    }

    def append(said: TaskEvent) -> None:
        pending.told.append(Event.of(work.case_id, said))

    again = before.status is TaskStatus.WAITING and before.code == result.code
    match result.status:
        case TaskStatus.DONE if before.status is not TaskStatus.UNDOING:
            append(TaskDone(**about))
            for one in certificates.made(city, work, planned, result):
                pending.certificates.append(one)
                issued = CertificateIssued(**about, certificate=one.row["id"], evidence_type=one.row["evidence_type"])
                append(issued)
        case TaskStatus.UNDONE:
            append(TaskUndone(**about))
            certificates.revoke(session, work.case_id, result.task_id)
            store.forget_evidence(session, work.case_id, planned.gives if planned else ())
        case TaskStatus.REFUSED:
            append(TaskFailed(**about))
        case TaskStatus.WAITING if not again:
            append(TaskReferred(**about) if result.refer else TaskWaiting(**about))
        case TaskStatus.RUNNING:
            append(TaskStarted(**about))
        case _:
            pass


@dataclass(slots=True)
class _Entry:
    work: CaseWork
    result: TaskResult
    saved: "asyncio.Future[TaskStatus]"


class Recorder:
    """Commits results; those that arrive while a commit is under way share the next one."""

    def __init__(self, db: Database, city: City) -> None:
        self._db = db
        self.city = city
        self._waiting: list[_Entry] = []
        self._flusher: asyncio.Task[None] | None = None

    async def record(self, work: CaseWork, result: TaskResult) -> TaskStatus:
        """Returns when the result is committed."""
        entry = _Entry(work, result, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.ensure_future(self._flush())
        return await entry.saved

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            outcomes = await asyncio.to_thread(self._commit, batch)
            for entry, outcome in zip(batch, outcomes, strict=True):
                if entry.saved.done():
                    continue
                if isinstance(outcome, BaseException):
                    entry.saved.set_exception(outcome)
                else:
                    entry.saved.set_result(outcome)

    def _commit(self, batch: list[_Entry]) -> list[TaskStatus | BaseException]:
        try:
            return list(self._together(batch))
        except Exception as error:  # noqa: BLE001 - one bad entry must not spoil the others
            if len(batch) == 1:
                return [error]
        return [outcome for entry in batch for outcome in self._commit([entry])]

    def _together(self, batch: list[_Entry]) -> list[TaskStatus]:
        # In one order everywhere, so that two workers never wait for each other's rows.
        order = sorted(range(len(batch)), key=lambda i: (batch[i].work.case_id, batch[i].result.task_id))
        found: dict[int, TaskStatus] = {}
        with self._db.transaction() as session:
            pending = Pending()
            for i in order:
                batch[i].work.bring_key(session)
                found[i] = apply(session, self.city, batch[i].work, batch[i].result, pending)
            pending.write(session)
        return [found[i] for i in range(len(batch))]
