"""Reading the message log: what was asked about a person or in a case, and how each agency has been doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from onething.core.paging import Order, Page, bounded
from onething.exchange.models import Outcome
from onething.exchange.tables import MessageRow

FAILED = (Outcome.UNAVAILABLE.value, Outcome.NONSENSE.value)


@dataclass(frozen=True, slots=True)
class Message:
    """One conversation: who asked whom for what and why. `ms` is the time of all attempts together."""

    message_id: str
    at: datetime
    case_id: str | None
    actor: str
    agency: str
    operation: str
    purpose: str
    ground: str
    outcome: Outcome
    code: str
    attempts: int
    ms: float


@dataclass(frozen=True, slots=True)
class Stats:
    """How an agency has been doing."""

    agency: str
    count: int
    error_share: float
    """Share of conversations that ended without a usable answer (down, too slow, nonsense), 0–1."""
    median_ms: float


def _message(row: MessageRow) -> Message:
    return Message(
        row.message_id, row.at, row.case_id, row.actor, row.agency, row.operation, row.purpose, row.ground,
        Outcome(row.outcome), row.code, row.attempts, row.ms,
    )  # fmt: skip


NEWEST = Order("exchanges", (MessageRow.at, MessageRow.message_id), (datetime, str))


def _newest(
    session: Session, *conditions: ColumnElement[bool], limit: int, offset: int, after: str | None = None
) -> Page[Message]:
    size = bounded(limit, 500)
    query = select(MessageRow).where(*conditions, NEWEST.behind(after)).order_by(*NEWEST.by)
    rows = session.scalars(query.limit(size + 1).offset(offset)).all()
    shown, more = NEWEST.page(rows, size, lambda row: (row.at, row.message_id))
    return Page(tuple(_message(row) for row in shown), more)


def messages_about(
    session: Session,
    *,
    subject_id: str | None = None,
    case_id: str | None = None,
    agency: str | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    limit: int = 100,
    offset: int = 0,
    after: str | None = None,
) -> Page[Message]:
    """Conversations about a person, in a case, or both, newest first. One of the two must be given.

    `agency`: only those with it; `actor`: only those asked for by it or, with `%` at its end, by those whose name begins so.
    The page after is asked for with `after` (a cursor) or, by pages that count, with `offset`.
    """
    conditions: list[ColumnElement[bool]] = []
    if subject_id is not None:
        conditions.append(MessageRow.subject_id == subject_id)
    if case_id is not None:
        conditions.append(MessageRow.case_id == case_id)
    if not conditions:
        raise ValueError("whose messages? give subject_id or case_id")
    if agency is not None:
        conditions.append(MessageRow.agency == agency)
    if actor is not None:
        begins = MessageRow.actor.startswith(actor[:-1], autoescape=True)
        conditions.append(begins if actor.endswith("%") else MessageRow.actor == actor)
    if since is not None:
        conditions.append(MessageRow.at >= since)
    return _newest(session, *conditions, limit=limit, offset=offset, after=after)


def recent(session: Session, *, agency: str | None = None, limit: int = 50, offset: int = 0) -> Sequence[Message]:
    """The newest conversations, for operators."""
    conditions = [MessageRow.agency == agency] if agency else []
    return _newest(session, *conditions, limit=limit, offset=offset)


def stats(session: Session, since: datetime) -> Sequence[Stats]:
    """Per agency since a moment: conversations, share that failed, median milliseconds."""
    rank = func.row_number().over(partition_by=MessageRow.agency, order_by=MessageRow.ms)
    count = func.count().over(partition_by=MessageRow.agency)
    bad = case((MessageRow.outcome.in_(FAILED), 1), else_=0)
    ranked = select(
        MessageRow.agency, MessageRow.ms, bad.label("bad"), rank.label("rank"), count.label("n")
    ).where(MessageRow.at >= since).subquery()  # fmt: skip
    middle = case((ranked.c.rank.in_([(ranked.c.n + 1) // 2, (ranked.c.n + 2) // 2]), ranked.c.ms))
    query = (
        select(ranked.c.agency, func.count(), func.avg(ranked.c.bad * 1.0), func.avg(middle))
        .group_by(ranked.c.agency)
        .order_by(ranked.c.agency)
    )
    return [Stats(agency, n, float(share), round(float(ms), 2)) for agency, n, share, ms in session.execute(query)]
