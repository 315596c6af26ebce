"""The access log: who looked at a person's data, and why that was allowed. She reads it on her own page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.paging import Order, Page, bounded
from onething.core.tables import AccessRow

NEWEST = Order("accesses", (AccessRow.seq,), (int,))


@dataclass(frozen=True, slots=True)
class Access:
    """One look at a person's data."""

    at: datetime
    actor: str
    what: str
    ground: str
    case_id: str | None


def record_access(
    session: Session, *, subject_id: str, actor: str, what: str, ground: str, case_id: str | None = None
) -> None:
    """Note that `actor` looked at `what` of this person, and why that was allowed."""
    session.add(AccessRow(at=now(), subject_id=subject_id, case_id=case_id, actor=actor, what=what, ground=ground))


def accesses_to(session: Session, subject_id: str, limit: int = 100, after: str | None = None) -> Page[Access]:
    """Who has looked at this person's data, newest first, a page at a time."""
    size = bounded(limit, 500)
    query = select(AccessRow).where(AccessRow.subject_id == subject_id, NEWEST.behind(after)).order_by(*NEWEST.by)
    shown, more = NEWEST.page(session.scalars(query.limit(size + 1)).all(), size, lambda row: (row.seq,))
    return Page(tuple(Access(row.at, row.actor, row.what, row.ground, row.case_id) for row in shown), more)
