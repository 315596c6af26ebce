"""Who may see which case: conditions for WHERE clauses, and the note that an official has looked."""

from typing import Any

from sqlalchemy import false, select, true
from sqlalchemy.orm import Session

from onething.casework.tables import CaseRow, TaskRow
from onething.core import events
from onething.core.access import Principal, Role


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
    """Officials leave a trace when they open a person's case. Must be called inside `db.transaction()`."""
    if principal.role in (Role.CITIZEN, Role.SYSTEM):
        return
    if session.get_bind().get_execution_options().get("onething_reading"):
        raise RuntimeError("an official's look is recorded: open the case inside db.transaction()")
    events.record_access(
        session, subject_id=case.subject_id, actor=principal.actor, what=what, ground="duty", case_id=case.id
    )
