"""How work stands: cases by state, and each agency's open, late and decided items with the time they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from onething.casework import acts
from onething.casework.models import CaseStatus, ItemKind
from onething.casework.officers.inbox import may_see_items
from onething.casework.states import ItemStatus
from onething.casework.tables import CaseRow, WorkItemRow
from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.rights.service import require_somewhere, rows

MEASURED = 2_000
"""Decided items whose time is measured, the newest first."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One agency's, or one officer's. `hours`: the middle time from arrival to decision; None where nothing was decided."""

    who: str
    open: int
    late: int
    decided: int
    hours: float | None


def cases_by_state(session: Session, principal: Principal) -> dict[CaseStatus, int]:
    """How many cases of her cities stand in each state. For administrators and auditors; others are told why not."""
    require_somewhere(principal, acts.READ_FIGURES)
    hers = rows(principal, acts.READ_FIGURES, city=CaseRow.city)
    found = session.execute(select(CaseRow.status, func.count()).where(hers).group_by(CaseRow.status)).tuples()
    return {CaseStatus(status): count for status, count in found}


def workload(session: Session, principal: Principal, days: int = 30) -> list[Workload]:
    """By agency, the most open first; for an officer her own agency's, by person, where "" is what nobody has taken."""
    mine = principal.role is Role.OFFICER
    who = WorkItemRow.assignee if mine else WorkItemRow.agency
    seen = [may_see_items(principal), WorkItemRow.kind != ItemKind.SUPPLEMENT.value]
    late = case((WorkItemRow.due_at < now(), 1), else_=0)
    query = select(who, func.count(), func.sum(late)).where(*seen, WorkItemRow.status == ItemStatus.OPEN).group_by(who)
    standing = {str(name or ""): (count, int(over or 0)) for name, count, over in session.execute(query).tuples()}
    done = _decided(session, seen, mine=mine, days=days)
    rows = [
        Workload(
            name, *standing.get(name, (0, 0)), len(done.get(name, ())), median(done[name]) if done.get(name) else None
        )
        for name in {*standing, *done}
    ]
    return sorted(rows, key=lambda row: (-row.open, -row.decided, row.who))


def _decided(session: Session, seen: Sequence[Any], *, mine: bool, days: int) -> dict[str, list[float]]:
    """Hours that each took of what was decided of late."""
    query = (
        select(WorkItemRow.agency, WorkItemRow.decided_by, WorkItemRow.opened_at, WorkItemRow.decided_at)
        .where(
            and_(*seen), WorkItemRow.status == ItemStatus.DONE, WorkItemRow.decided_at >= now() - timedelta(days=days)
        )
        .order_by(WorkItemRow.decided_at.desc())
        .limit(MEASURED)
    )
    found: dict[str, list[float]] = {}
    for agency, decided_by, opened, decided in session.execute(query).tuples():
        if decided is not None:
            name = str(decided_by or "").split(":", 2)[-1] if mine else agency
            found.setdefault(name, []).append((decided - opened).total_seconds() / 3600)
    return found
