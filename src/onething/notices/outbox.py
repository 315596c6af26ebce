"""Gives due messages out to senders, each to one at a time, and shows people what was written to them.

On PostgreSQL claims skip what others have locked; on SQLite the claim is one statement under the write lock. A claim is
a postponement: `due_at` moves `LEASE` ahead, so what a dead sender held comes free by itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, select, update
from sqlalchemy.orm import Session

from onething.catalog.models import City
from onething.core import clock
from onething.core.events import by_ids
from onething.core.i18n import Lang
from onething.core.logs import get_logger
from onething.notices.channels import Receipt
from onething.notices.models import Message, Page, State
from onething.notices.states import NOTICE
from onething.notices.tables import NoticeRow
from onething.notices.writing import USE, city_or_none, reader_of, said_of
from onething.subjects.service import Person, people
from onething.trust.sealing.service import open_of_many, owner_of

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message claimed by one sender; `to` is None when its person was erased or has no number."""

    id: str
    subject_id: str
    text: str
    attempts: int
    to: str | None
    trace: str | None = None
    """`traceparent` of what the message tells of."""


def anything_due(session: Session) -> bool:
    """A look without any lock, so that an idle sender disturbs nobody."""
    query = select(exists().where(NoticeRow.state == State.DUE, NoticeRow.due_at <= clock.now()))
    return bool(session.scalar(query))


def claim(session: Session, limit: int) -> Sequence[Claimed]:
    """Take up to `limit` due messages, oldest first; nobody else gets them until their lease is over."""
    now = clock.now()
    due = (
        select(NoticeRow.id)
        .where(NoticeRow.state == State.DUE, NoticeRow.due_at <= now)
        .order_by(NoticeRow.due_at, NoticeRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(NoticeRow)
        .where(NoticeRow.id.in_(due.scalar_subquery()), NoticeRow.state == State.DUE)
        .values(due_at=now + LEASE, attempts=NoticeRow.attempts + 1)
        .returning(NoticeRow.id, NoticeRow.subject_id, NoticeRow.text, NoticeRow.attempts, NoticeRow.trace)
        .execution_options(synchronize_session=False)
    )
    rows = sorted(session.execute(taken).tuples(), key=lambda row: row[0])
    readers = people(session, {row[1] for row in rows})
    plain = open_of_many(session, [(owner_of(subject, notice), text) for notice, subject, text, _, _ in rows], USE)
    return [
        Claimed(
            notice_id, subject_id, words or "", attempts, _number(readers.get(subject_id)) if words else None, parent
        )
        for (notice_id, subject_id, _, attempts, parent), words in zip(rows, plain, strict=True)
    ]


def _number(reader: Person | None) -> str | None:
    """Where to send it now: the phone is read at the last moment, never copied into the outbox."""
    return reader.phone if reader is not None and reader.sms_opt_in else None


def settle(session: Session, results: Iterable[tuple[Claimed, Receipt]], wait: Callable[[int], float]) -> None:
    """Note what became of claimed messages. `wait` gives the seconds until the next attempt after the n-th."""
    now = clock.now()
    noted: list[dict[str, Any]] = []
    for message, receipt in results:
        state = receipt.state
        if state is State.DUE and message.attempts >= MOST_ATTEMPTS:
            state = State.FAILED
            log.error("a message was given up", notice=message.id, reason=receipt.code, attempts=message.attempts)
        NOTICE.check(State.DUE, state)
        pause = timedelta(seconds=wait(message.attempts)) if state is State.DUE else timedelta(0)
        sent_at = now if state is State.SENT else None
        noted.append(
            {"one": message.id, "state": state, "code": receipt.code[:60], "sent_at": sent_at, "due_at": now + pause}
        )
    if noted:
        session.connection().execute(_SETTLE, noted)


_TABLE = cast("Table", NoticeRow.__table__)
_SETTLE = update(_TABLE).where(_TABLE.c.id == bindparam("one"), _TABLE.c.state == State.DUE.value)


def send_again(session: Session, states: Sequence[State]) -> int:
    """Make given-up messages due once more; returns how many."""
    for state in states:
        NOTICE.check(state, State.DUE)
    query = update(NoticeRow).where(NoticeRow.channel == "sms", NoticeRow.state.in_(states))
    done = session.execute(query.values(state=State.DUE, attempts=0, due_at=clock.now(), code=""))
    return int(cast("Any", done).rowcount)


def _messages(session: Session, rows: Sequence[NoticeRow]) -> list[Message]:
    """As people read them; without words where she was erased."""
    plain = open_of_many(session, [(owner_of(row.subject_id, row.id), row.text) for row in rows], USE)
    return [
        Message(
            row.id, row.created_at, row.event_type, row.channel, row.stream, row.reference, words or "",
            State(row.state), row.attempts, row.code,
        )
        for row, words in zip(rows, plain, strict=True)
    ]  # fmt: skip


def messages_for(
    session: Session,
    subject_id: str,
    page: int = 1,
    size: int = 20,
    lang: Lang | None = None,
    city_of: Callable[[], City] | None = None,
) -> Page:
    """A person's messages, newest first, whatever way they went out; told anew in `lang` where they went out in another."""
    query = select(NoticeRow).where(NoticeRow.subject_id == subject_id)
    query = query.order_by(NoticeRow.created_at.desc(), NoticeRow.id.desc())
    number, size = max(page, 1), min(max(size, 1), 100)
    rows = list(session.scalars(query.limit(size + 1).offset((number - 1) * size)))
    told = _messages(session, rows[:size])
    if lang is not None and city_of is not None:
        told = _retold(session, subject_id, rows[:size], told, lang, city_of)
    return Page(tuple(told), number, len(rows) > size)


def _retold(
    session: Session,
    subject_id: str,
    rows: Sequence[NoticeRow],
    told: Sequence[Message],
    lang: Lang,
    city_of: Callable[[], City],
) -> list[Message]:
    """Each message in this language: from the event it tells of, as it was written then. An emptied one stays empty."""
    others = [row.event_id for row in rows if row.lang != lang]
    if not others:
        return list(told)
    happened, city = {each.id: each for each in by_ids(session, others)}, city_or_none(city_of)
    reader = reader_of(session, subject_id)
    if reader is None:
        return list(told)
    found: list[Message] = []
    for row, message in zip(rows, told, strict=True):
        event = happened.get(row.event_id) if row.lang != lang and message.text else None
        said = said_of(session, event, replace(reader, lang=lang), city) if event else None
        found.append(replace(message, text=said) if said else message)
    return found


def listing(session: Session, state: State | None = None, limit: int = 50) -> Sequence[Message]:
    """The newest messages of the installation, for operators."""
    query = select(NoticeRow).order_by(NoticeRow.created_at.desc(), NoticeRow.id.desc()).limit(min(limit, 500))
    return _messages(session, session.scalars(query.where(NoticeRow.state == state) if state else query).all())
