"""What became of a task, written in one short transaction: its state, evidence, certificate, work item and events.

Writing twice is harmless: a task changes only from an open state, under the newest epoch of its segment, and whoever
comes second reads what the first one stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.cases.case_work import CaseWork, Fence
from onething.casework.certificates import completeness, fetching
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
from onething.casework.execution.task_changes import change
from onething.casework.items import referrals
from onething.casework.items.referrals import open_item
from onething.casework.models import JUDGED_ANEW, OUR_FAULT, TaskResult
from onething.casework.states import OPEN_TASKS, TASK, SegmentState, TaskStatus
from onething.casework.tables import SegmentRow, TaskRow
from onething.catalog.models import City
from onething.core import events, faults
from onething.core.clock import now
from onething.core.events import Event
from onething.core.faults import Report
from onething.exchange.models import Note
from onething.exchange.service import save_notes
from onething.planning.models import PlannedTask


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


@dataclass(slots=True)
class Pending:
    """What a commit will write besides the tasks themselves, gathered so that each table is written once."""

    evidence: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    subjects: dict[str, str] = field(default_factory=dict[str, str])
    """Case → whose key seals its evidence."""
    told: list[Event] = field(default_factory=list[Event])
    certificates: list[Made] = field(default_factory=list[Made])
    used: list[fetching.Used] = field(default_factory=list[fetching.Used])
    checked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    faults: list[Report] = field(default_factory=list[Report])
    notes: list[Note] = field(default_factory=list[Note])
    """Conversations with agencies, for the message log."""

    def write(self, session: Session) -> None:
        store.upsert_evidence(session, self.evidence, self.subjects)
        certificates.write(session, self.certificates)
        fetching.fetch_used(session, self.used)
        checks.keep_runs(session, self.checked)
        faults.report(session, *self.faults)
        save_notes(session, self.notes)
        events.append_many(session, self.told)


def apply(
    session: Session, city: City, results: Sequence[tuple[CaseWork, TaskResult]], pending: Pending
) -> list[TaskStatus]:
    """Write results; returns each task's status as it now stands. Raises `LostSegmentError` when one is not ours any more.

    No task may stand in `results` twice.
    """
    for work, _ in results:
        work.bring_key(session)
    changed = change(session, [_change_of(session, work, result) for work, result in results])
    found: list[TaskStatus] = []
    for work, result in results:
        if (work.case_id, result.task_id) in changed:
            _follow(session, city, work, result, pending)
            found.append(result.status)
        else:
            found.append(_stored(session, work, result))
    return found


def _change_of(session: Session, work: CaseWork, result: TaskResult) -> dict[str, Any]:
    before, fence = work.tasks[result.task_id], work.fence
    ended = result.status not in (*OPEN_TASKS, TaskStatus.UNDOING)
    said = sealed_text.sealed(session, work.subject_id, work.case_id, result.result) or before.result
    return {
        "of_case": work.case_id, "of_task": result.task_id, "of_k": fence.k, "of_epoch": fence.epoch,
        "of_worker": fence.worker_id, "from_statuses": TASK.into(result.status, *result.from_statuses),
        "new_status": result.status.value, "new_code": result.code, "began": result.started_at,
        "tried": 0 if result.status is TaskStatus.RUNNING else 1, "ended": now() if ended else None,
        "again": result.retry_at, "said": said,
    }  # fmt: skip


def _follow(session: Session, city: City, work: CaseWork, result: TaskResult, pending: Pending) -> None:
    """What a change brings with it."""
    before = work.tasks[result.task_id]
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
    if before.code == JUDGED_ANEW and result.status not in OPEN_TASKS:
        referrals.cancel(session, work.case_id, result.task_id)
    if result.refer is not None:
        open_item(session, city, work, planned, result, before.due_at)


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
            if planned is not None and (slots := _certified(city, work, planned)):
                pending.used.append(fetching.Used(work.case_id, before.agency, planned.service or "", slots))
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


def _certified(city: City, work: CaseWork, planned: PlannedTask) -> frozenset[str]:
    """The slots that a service needed and that certificates are issued for."""
    event = city.life_event(work.life_event)
    if event is None or planned.kind != "service":
        return frozenset()
    service = event.service(planned.service or "")
    kinds = {slot: city.type_of(event.slot(slot)) for slot in (service.requires if service else ())}
    return frozenset(slot for slot, kind in kinds.items() if kind is not None and kind.certificate is not None)
