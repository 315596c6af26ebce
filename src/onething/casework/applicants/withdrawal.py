"""The applicant withdraws: shown before what is taken back and what stays, then done by workers."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.cases.locked_case import Course
from onething.casework.errors import CASE_OVER
from onething.casework.events import CaseWithdrawing
from onething.casework.execution.resumption import locked_course
from onething.casework.items import supplements
from onething.casework.states import CASE, CaseStatus, TaskStatus
from onething.casework.views.reading import find_case
from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.errors import FORBIDDEN, Problem
from onething.core.i18n import Text


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal means for what has been done already."""

    takes_back: tuple[Text, ...]
    stays: tuple[Text, ...]
    """Completed, and not to be taken back under the rules of the agency."""


def withdrawal_preview(session: Session, principal: Principal, case_id: str) -> Withdrawal:
    """What would be taken back and what would stay, to be shown before the applicant confirms."""
    case = find_case(session, principal, case_id)
    course, _ = locked_course(session, get_city(), case.id)
    return _consequences(course)


def withdraw(session: Session, principal: Principal, case_id: str, reason: str = "") -> Withdrawal:
    """Withdraw a case. What was carried out is taken back in reverse order, by workers, as far as that is possible."""
    if principal.role is not Role.CITIZEN:
        raise Problem(FORBIDDEN)
    case = find_case(session, principal, case_id)
    course, _ = locked_course(session, get_city(), case.id)
    consequences = _consequences(course)
    if course.case.status == CaseStatus.WITHDRAWING:
        return consequences
    if CaseStatus(course.case.status).over:
        raise Problem(CASE_OVER)
    course.case.status = CASE.move(course.case.status, CaseStatus.WITHDRAWING)
    if reason.strip():
        course.case.filing = {**course.case.filing, "withdrawal_reason": reason.strip()[:500]}
    supplements.cancel_items(session, case.id)
    store.tell(session, course.case, CaseWithdrawing(**store.frame(course.case)), principal.actor)
    session.flush()
    store.ensure_segment(session, case.id, "withdraw")
    return consequences


def _consequences(course: Course) -> Withdrawal:
    back: list[Text] = []
    stays: list[Text] = []
    for row in course.with_status(TaskStatus.DONE, TaskStatus.UNDOING):
        service = course.service(row)
        if service is None:
            continue
        operation = course.city.operation(service.handling.operation or "")
        (back if operation and operation.undone_by and row.code != "not_undoable" else stays).append(service.name)
    return Withdrawal(tuple(back), tuple(stays))
