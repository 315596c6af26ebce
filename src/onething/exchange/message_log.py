"""Reading the message log: what was asked about a person or in a case, and how each agency has been doing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from onething.core.identifiers import mask_name
from onething.core.paging import Order, Page, bounded
from onething.exchange.models import Outcome
from onething.exchange.tables import ConcernedRow, MessageRow
from onething.subjects.service import Person, ids_of, people

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
    asked_for: str = ""
    """Masked name of the person in whose filing or case it was asked, where that is somebody else than the reader."""
    about: tuple[tuple[str, str], ...] = ()
    """In the reader's own matter: whom else the question was about, masked names with the ground on which they were."""


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
    agencies: Collection[str] | None = None,
    actor: str | None = None,
    others: bool | None = None,
    since: datetime | None = None,
    limit: int = 100,
    offset: int = 0,
    after: str | None = None,
) -> Page[Message]:
    """Conversations about a person, in a case, or both, newest first. One of the two must be given. About a person are those in
    her own filings and cases, and those in others' that concern her: there stand the ground on which *she* was asked about and
    the masked name of the other, and no case.

    `others`: only those in somebody else's matters, or (False) only those in her own.
    `agency`, `agencies`: only those with it, or one of them; `actor`: only those asked for by it or, with `%` at its end, by those whose name begins so.
    The page after is asked for with `after` (a cursor) or, by pages that count, with `offset`.
    """
    conditions: list[ColumnElement[bool]] = []
    if subject_id is not None:
        of_others = select(ConcernedRow.message_id).where(ConcernedRow.subject_id.in_(ids_of(session, subject_id)))
        conditions.append((MessageRow.subject_id == subject_id) | MessageRow.message_id.in_(of_others))
        if others is not None:
            conditions.append(MessageRow.message_id.in_(of_others) if others else MessageRow.subject_id == subject_id)
    if case_id is not None:
        conditions.append(MessageRow.case_id == case_id)
    if not conditions:
        raise ValueError("whose messages? give subject_id or case_id")
    if agency is not None:
        conditions.append(MessageRow.agency == agency)
    if agencies is not None:
        conditions.append(MessageRow.agency.in_(agencies))
    if actor is not None:
        begins = MessageRow.actor.startswith(actor[:-1], autoescape=True)
        conditions.append(begins if actor.endswith("%") else MessageRow.actor == actor)
    if since is not None:
        conditions.append(MessageRow.at >= since)
    found = _newest(session, *conditions, limit=limit, offset=offset, after=after)
    return found if subject_id is None else Page(_read_by(session, subject_id, found), found.next)


def _read_by(session: Session, subject_id: str, found: Sequence[Message]) -> tuple[Message, ...]:
    """As this person may read them: of others' matters her own ground, whose it was by a masked name, and not the case."""
    ids = [each.message_id for each in found]
    query = select(MessageRow.message_id, MessageRow.subject_id, ConcernedRow.ground).join(
        ConcernedRow, MessageRow.message_id == ConcernedRow.message_id
    ).where(ConcernedRow.subject_id.in_(ids_of(session, subject_id)), MessageRow.message_id.in_(ids), MessageRow.subject_id != subject_id)  # fmt: skip
    grounds = {message_id: (owner, ground) for message_id, owner, ground in session.execute(query).tuples()}
    about: dict[str, list[tuple[str, str]]] = {}
    hers = [message_id for message_id in ids if message_id not in grounds]
    others = select(ConcernedRow.message_id, ConcernedRow.subject_id, ConcernedRow.ground)
    for message_id, other, ground in session.execute(others.where(ConcernedRow.message_id.in_(hers))).tuples():
        about.setdefault(message_id, []).append((other, ground))
    known = people(
        session,
        {owner for owner, _ in grounds.values() if owner} | {other for each in about.values() for other, _ in each},
    )
    return tuple(
        _of_another(each, known, *grounds[each.message_id])
        if each.message_id in grounds
        else replace(
            each, about=tuple((_masked(known.get(other)), ground) for other, ground in about.get(each.message_id, ()))
        )
        for each in found
    )


def _masked(person: Person | None) -> str:
    return mask_name(person.name) if person and person.name else "***"


def _of_another(message: Message, owners: Mapping[str, Person], owner: str | None, ground: str) -> Message:
    name = _masked(owners.get(owner or ""))
    actor = "citizen" if message.actor.startswith("citizen:") else message.actor
    return replace(message, case_id=None, actor=actor, ground=ground, asked_for=name)


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
