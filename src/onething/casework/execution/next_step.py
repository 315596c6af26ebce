"""What a case does next: its next segment now or later, a wait, or its end."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.cases.case_work import order_of
from onething.casework.cases.locked_case import Course
from onething.casework.decisions import reservations
from onething.casework.events import CaseFinished, CaseRefused, CaseWithdrawn
from onething.casework.items import faulty_registries
from onething.casework.states import CASE, OPEN_TASKS, CaseStatus, ItemStatus, SegmentState, TaskStatus
from onething.casework.tables import SegmentRow, WorkItemRow
from onething.core import faults

RETRIES_A_SECOND = 20
"""An agency that comes back is not run over: waiting cases return to it at most at this rate."""

STALL_PAUSE = 15.0
"""Seconds before a segment that failed for reasons of our own (a full disk, a lost database) is tried again."""


def queue_next(course: Course) -> None:
    """Start the next segment now or later, wait, or end the case."""
    case, session = course.case, course.session
    undoing = course.with_status(TaskStatus.UNDOING)
    later = [row for row in (*undoing, *course.with_status(TaskStatus.WAITING)) if row.retry_at is not None]
    if any(row.retry_at is None for row in undoing) or (not undoing and order_of(course.work(), course.event)):
        _go_to(course, CaseStatus.RUNNING)
        pause = course.at + timedelta(seconds=STALL_PAUSE) if course.stalled else None
        store.ensure_segment(session, case.id, "undo" if undoing else "continue", pause)
    elif later:
        first = min(later, key=lambda row: row.retry_at or course.at)
        crowd = _crowd(session, first.agency) / RETRIES_A_SECOND if first.code == "agency_down" else 0.0
        store.ensure_segment(
            session, case.id, "retry", (first.retry_at or course.at) + timedelta(seconds=crowd),
            first.agency if first.code == "agency_down" else None,
        )  # fmt: skip
        _go_to(course, CaseStatus.WAITING)
    elif case.status == CaseStatus.WITHDRAWING or not _anything_open(course):
        _end(course)
    else:
        _go_to(course, CaseStatus.WAITING)


def _go_to(course: Course, status: CaseStatus) -> None:
    """A case that is being withdrawn stays that until all is taken back."""
    if course.case.status != CaseStatus.WITHDRAWING:
        course.case.status = CASE.move(course.case.status, status)


def _anything_open(course: Course) -> bool:
    if course.with_status(*OPEN_TASKS):
        return True
    if course.no_items:
        return False
    course.session.flush()
    query = select(WorkItemRow.id).where(
        WorkItemRow.case_id == course.case.id,
        WorkItemRow.status == ItemStatus.OPEN,
        WorkItemRow.task_id.is_(None) | ~WorkItemRow.task_id.startswith("fetch:"),
    )
    return course.session.scalar(query.limit(1)) is not None


def _crowd(session: Session, agency: str) -> int:
    """How many cases wait for an agency, as far as it matters."""
    waiting = select(SegmentRow.case_id).where(SegmentRow.waiting_on == agency, SegmentRow.state == SegmentState.READY)
    return session.scalar(select(func.count()).select_from(waiting.limit(6_000).subquery())) or 0


def _end(course: Course) -> None:
    """All is over: say how it went."""
    case = course.case
    services = [row for row in course.tasks.values() if row.task_id.startswith("service:")]
    done = [row for row in services if row.status == TaskStatus.DONE]
    bad = [
        row for row in services if row.status in (TaskStatus.REFUSED, TaskStatus.UNDONE) or row.code == "needs_refused"
    ]
    for row in done:
        if row.code == "not_undoable":
            service = course.service(row)
            zh, en = (service.name.zh, service.name.en) if service else (row.task_id, row.task_id)
            course.note(
                "not_undoable",
                f"“{zh}”已经办好,依规定不能撤回。",
                f"“{en}” has been completed and cannot be taken back.",
            )
    if case.status == CaseStatus.WITHDRAWING:
        outcome, kind = CaseStatus.WITHDRAWN, CaseWithdrawn
    elif not bad:
        outcome, kind = CaseStatus.DONE, CaseFinished
    elif done:
        outcome, kind = CaseStatus.PARTLY_DONE, CaseFinished
    else:
        outcome, kind = CaseStatus.REFUSED, CaseRefused
    case.status, case.finished_at = CASE.move(case.status, outcome), course.at
    if not course.no_items:
        faulty_registries.cancel(course.session, case.id)
    faults.close_all_of(course.session, case.id)
    if outcome in (CaseStatus.REFUSED, CaseStatus.WITHDRAWN) and not done and not case.filing.get("done_before"):
        # Nothing stands: anybody may file it. Where something does, its applicant goes on from it (`opening`).
        case.fingerprint = None
        reservations.release(course.session, case.id)
    store.tell(course.session, case, kind(**store.frame(case), outcome=outcome.value))
