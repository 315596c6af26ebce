"""How a person's act (a decision, an answer, a withdrawal) resumes a case without interfering with a running segment."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.cases.locked_case import Course, course_of
from onething.casework.errors import CASE_NOT_FOUND, CASE_OVER
from onething.casework.execution.transitions import proceed
from onething.casework.models import CaseStatus, Pace
from onething.casework.states import SegmentState
from onething.casework.tables import SegmentRow
from onething.catalog.models import City
from onething.core.errors import Problem


def locked_course(session: Session, city: City, case_id: str) -> tuple[Course, bool]:
    """The case, locked, and whether a worker is at it now. Raises `CASE_OVER` for finished ones.

    The segment that waits to be claimed is locked too, so that no worker starts from what is about to change.
    """
    case = store.lock_case(session, case_id)
    if case is None:
        raise Problem(CASE_NOT_FOUND)
    if CaseStatus(case.status).over:
        raise Problem(CASE_OVER)
    open_segments = session.scalars(
        select(SegmentRow.state)
        .where(SegmentRow.case_id == case_id, SegmentRow.state.in_((SegmentState.READY, SegmentState.CLAIMED)))
        .with_for_update()
    )
    busy = SegmentState.CLAIMED in list(open_segments)
    return course_of(session, city, case, Pace()), busy


def go_on(course: Course, busy: bool) -> CaseStatus:
    """Decide what comes next; while a segment runs, leave that to its end and see to it that another follows."""
    if not busy:
        return proceed(course)
    course.session.flush()
    store.ensure_segment(course.session, course.case.id, "decision")
    return CaseStatus(course.case.status)
