"""The access log: who looked at a person's data, and why that was allowed. She reads it on her own page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.paging import Order, Page, bounded
from onething.core.tables import AccessRow

OTHER = "citizen:other"
"""As an actor: another citizen, who is not named."""
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


def accesses_to(
    session: Session, subject_id: str, limit: int = 100, after: str | None = None, also: Collection[str] = ()
) -> Page[Access]:
    """Who has looked at this person's data, newest first, a page at a time. Another citizen in whose filing it was is `OTHER`:
    who that is stays hers. `also`: other records that are of her."""
    size = bounded(limit, 500)
    query = (
        select(AccessRow)
        .where(AccessRow.subject_id.in_({subject_id, *also}), NEWEST.behind(after))
        .order_by(*NEWEST.by)
    )
    shown, more = NEWEST.page(session.scalars(query.limit(size + 1)).all(), size, lambda row: (row.seq,))
    own = f"citizen:{subject_id}"
    actors = [OTHER if row.actor.startswith("citizen:") and row.actor != own else row.actor for row in shown]
    looks = zip(shown, actors, strict=True)
    return Page(tuple(Access(row.at, actor, row.what, row.ground, row.case_id) for row, actor in looks), more)


@dataclass(frozen=True, slots=True)
class FoundAccess:
    """A look as an auditor finds it: with its place in the log and whom it was at."""

    seq: int
    subject_id: str
    look: Access


def search_accesses(
    session: Session,
    *,
    actor: str = "",
    subject_id: str | None = None,
    case_id: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[FoundAccess]:
    """Looks of everybody at everybody, newest first: by the beginning of the actor's code, the person looked at, the case,
    the time; `before` is the place of the last one seen."""
    conditions = [
        AccessRow.actor.startswith(actor, autoescape=True) if actor else None,
        AccessRow.subject_id == subject_id if subject_id else None,
        AccessRow.case_id == case_id if case_id else None,
        AccessRow.at >= since if since else None,
        AccessRow.seq < before if before else None,
    ]
    query = select(AccessRow).where(*(each for each in conditions if each is not None)).order_by(AccessRow.seq.desc())
    return [
        FoundAccess(row.seq, row.subject_id, Access(row.at, row.actor, row.what, row.ground, row.case_id))
        for row in session.scalars(query.limit(min(limit, 500)))
    ]


def lookers(session: Session, since: datetime, limit: int = 500) -> dict[str, tuple[int, datetime]]:
    """Actor → how often she has looked since then, and when last."""
    query = select(AccessRow.actor, func.count(), func.max(AccessRow.at)).where(AccessRow.at >= since)
    found = session.execute(query.group_by(AccessRow.actor).order_by(func.count().desc()).limit(limit)).tuples()
    return {actor: (count, last) for actor, count, last in found}
