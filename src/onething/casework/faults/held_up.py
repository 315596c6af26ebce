"""What an operator does about faults: sees them, has what they hold up tried again, closes what is mended.

A fault is nobody's decision: applicants read that technicians are on it, officers have nothing to do with it.
"""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.casework import acts
from onething.casework.cases import store
from onething.casework.certificates import completeness
from onething.casework.models import OUR_FAULT
from onething.casework.states import OPEN_TASKS, TaskStatus
from onething.casework.tables import CaseRow, TaskRow
from onething.core import faults
from onething.core.access import Principal
from onething.core.clock import now
from onething.core.errors import NOT_FOUND, Problem
from onething.core.rights.service import require

MOST = 500
"""Cases that one press has tried again; what is left follows by itself within the hour."""


@dataclass(frozen=True, slots=True)
class OpenFault:
    """A fault, and the reference of the case that it holds up (empty for one that holds up none by itself)."""

    fault: faults.Fault
    reference: str


def open_faults(session: Session, principal: Principal, limit: int = 100) -> list[OpenFault]:
    """Open faults, the latest first; administrators and auditors only; others are told why not."""
    require(principal, acts.READ_FAULTS)
    found = faults.open_faults(session, limit)
    cases = {each.stream for each in found if each.stream}
    query = select(CaseRow.id, CaseRow.reference).where(CaseRow.id.in_(cases))
    references = {row.id: row.reference for row in session.execute(query)}
    return [OpenFault(each, references.get(each.stream, "")) for each in found]


def try_again(session: Session, principal: Principal) -> int:
    """Have everything tried again at once that faults hold up; returns how many cases. Administrators only."""
    require(principal, acts.MEND_FAULT)
    held = (TaskRow.code.in_((OUR_FAULT, completeness.CODE)), TaskRow.status.in_([*OPEN_TASKS, TaskStatus.UNDOING]))
    cases = list(session.scalars(select(TaskRow.case_id).where(*held).distinct().order_by(TaskRow.case_id).limit(MOST)))
    for case_id in cases:  # in one order everywhere
        if store.lock_case(session, case_id) is None:
            continue
        session.execute(
            update(TaskRow)
            .where(*held, TaskRow.case_id == case_id)
            .values(retry_at=now())
            .execution_options(synchronize_session=False)
        )
        store.ensure_segment(session, case_id, "mended")
    return len(cases)


def close(session: Session, principal: Principal, key: str) -> None:
    """A fault that holds up no case is seen to. One that does closes itself when the case goes on (core.not_found else)."""
    require(principal, acts.MEND_FAULT)
    if not faults.close(session, key, principal.actor):
        raise Problem(NOT_FOUND)
