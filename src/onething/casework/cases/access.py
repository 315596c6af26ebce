"""Who may see which case: conditions for WHERE clauses, and the note that an official has looked."""

from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, aliased

from onething.casework import acts
from onething.casework.tables import CaseRow, TaskRow
from onething.core import events
from onething.core.access import Principal, Role
from onething.core.i18n import Text
from onething.core.rights.service import Act, Scope, rows, scope_of
from onething.subjects import service as subjects


def may_see(principal: Principal) -> Any:
    """Condition on cases. Citizens see their own, officers those of their cities in which an agency of theirs has a part, auditors all
    of their cities; administrators none: they run queues, robots and settings, and need nobody's papers for it."""
    if principal.role is Role.CITIZEN:
        return CaseRow.subject_id == (principal.subject_id or "")
    hers = rows(principal, acts.OPEN_CASE, city=CaseRow.city, agency=TaskRow.agency)
    if principal.role is Role.OFFICER:
        return select(TaskRow.task_id).where(TaskRow.case_id == CaseRow.id, hers).exists()
    return hers


def with_case(principal: Principal, act: Act, case_id: Any, agency: Any) -> ColumnElement[bool]:
    """Condition on what belongs to a case and to an agency (their columns): an officer's own agencies', in her own cities."""
    if principal.role is Role.SYSTEM:
        return true()
    case = aliased(CaseRow)
    hers = rows(principal, act, city=case.city, agency=agency)
    return select(case.id).where(case.id == case_id, hers).exists()


def scope_in(session: Session, case_id: str, agency: str, named: Text) -> Scope:
    """What of a case is an agency's, as rights are asked."""
    city = session.scalar(select(CaseRow.city).where(CaseRow.id == case_id))
    return scope_of(agency, city=city or "", named=named)


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
