"""After a segment: what now? Plan again, take back, ask the applicant, wait, go on, or end. One transaction, case locked."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.cases.case_work import Fence
from onething.casework.cases.locked_case import Course, courses_of
from onething.casework.decisions import refusal_decisions
from onething.casework.execution.next_step import queue_next
from onething.casework.execution.replanning import replan, should_replan
from onething.casework.execution.taking_back import compensate, withdraw
from onething.casework.execution.task_results import LostSegmentError
from onething.casework.models import Pace
from onething.casework.states import LIVE_ITEMS, SEGMENT, CaseStatus, SegmentState
from onething.casework.tables import SegmentRow, WorkItemRow
from onething.catalog.models import City
from onething.core import events
from onething.core.clock import now


def settle(session: Session, city: City, ended: Sequence[tuple[Fence, bool]], pace: Pace) -> list[CaseStatus]:
    """Close segments and decide how their cases go on. Raises `LostSegmentError` when one of them is no longer ours.

    `ended`: (segment, stalled). A stalled one could do nothing for reasons of our own; its case is tried again after a pause.
    """
    fences = [fence for fence, _ in ended]
    cases = store.lock_cases(session, [fence.case_id for fence in fences])
    closed = _closed(session, fences)
    for fence in fences:
        if fence.case_id not in closed or fence.case_id not in cases:
            raise LostSegmentError(fence.case_id)
    courses = courses_of(session, city, [cases[fence.case_id] for fence in fences], pace)
    busy = _with_items(session, cases)
    with events.gathered(session), session.no_autoflush:
        for course, (_, stalled) in zip(courses, ended, strict=True):
            course.stalled, course.no_items = stalled, course.case.id not in busy
            _decide(course)
    session.flush()
    return [CaseStatus(course.case.status) for course in courses]


def _closed(session: Session, fences: Sequence[Fence]) -> set[str]:
    """Cases whose segments were still ours, and are done now."""
    ours = tuple_(SegmentRow.case_id, SegmentRow.k, SegmentRow.epoch, SegmentRow.worker_id)
    done = session.scalars(
        update(SegmentRow)
        .where(
            ours.in_([(fence.case_id, fence.k, fence.epoch, fence.worker_id) for fence in fences]),
            SegmentRow.state.in_(SEGMENT.into(SegmentState.DONE)),
        )
        .values(state=SegmentState.DONE.value, done_at=now())
        .returning(SegmentRow.case_id)
        .execution_options(synchronize_session=False)
    )
    return set(done)


def _with_items(session: Session, case_ids: Iterable[str]) -> set[str]:
    """Those of the cases for which somebody has something to do."""
    query = select(WorkItemRow.case_id).where(
        WorkItemRow.case_id.in_(list(case_ids)), WorkItemRow.status.in_(LIVE_ITEMS)
    )
    return set(session.scalars(query))


def proceed(course: Course) -> CaseStatus:
    """Decide how a locked case goes on, after a decision or an answer."""
    with events.gathered(course.session), course.session.no_autoflush:
        _decide(course)
    course.session.flush()
    return CaseStatus(course.case.status)


def _decide(course: Course) -> None:
    case = course.case
    if CaseStatus(case.status).over:
        return
    if case.status == CaseStatus.WITHDRAWING:
        withdraw(course)
    else:
        compensate(course)
        if should_replan(course):
            replan(course)
        refusal_decisions.write_decisions(course)
    queue_next(course)
