"""Who may see which case: conditions for WHERE clauses, and the note that an official has looked."""

from typing import Any

from sqlalchemy import false, select, true
from sqlalchemy.orm import Session

from onething.casework.tables import CaseRow, TaskRow
from onething.core import events
from onething.core.access import Principal, Role
from onething.subjects import service as subjects


def may_see(principal: Principal) -> Any:
    """Condition on cases. Citizens see their own, officers those in which their agency has a part, auditors all; administrators
    none: they run queues, robots and settings, and need nobody's papers for it."""
    if principal.role is Role.CITIZEN:
        return CaseRow.subject_id == (principal.subject_id or "")
    if principal.role is Role.OFFICER:
        part = select(TaskRow.task_id).where(
            TaskRow.case_id == CaseRow.id, TaskRow.agency == (principal.agency_id or "")
        )
        return part.exists()
    return false() if principal.role is Role.ADMIN else true()


def note_look(session: Session, principal: Principal, case: CaseRow, what: str) -> None:
    """Officials leave a trace when they open a person's case: in her log, and in that of everybody whom the case concerns. Must
    be called inside `db.transaction()`."""
    if principal.role in (Role.CITIZEN, Role.SYSTEM):
        return
    if session.get_bind().get_execution_options().get("onething_reading"):
        raise RuntimeError("an official's look is recorded: open the case inside db.transaction()")
    for subject_id in (case.subject_id, *others_in(session, case.id)):
        events.record_access(
            session, subject_id=subject_id, actor=principal.actor, what=what, ground="duty", case_id=case.id
        )


def others_in(session: Session, case_id: str) -> list[str]:
    """Everybody but the applicant whom a case, or the filing that it came from, concerns."""
    found = session.execute(select(CaseRow.key, CaseRow.subject_id).where(CaseRow.id == case_id)).one_or_none()
    if found is None:
        return []
    concerned = subjects.concerned_in(session, (case_id, found.key.removeprefix("filing:")))
    return [each for each in concerned if each != found.subject_id]
