"""The append-only event log. Timelines, notices and exports are derived from it and from nothing else.

A room that wants to act on an event in the same transaction (for example to put an SMS into the outbox) subscribes;
so an event and its consequences are saved together or not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.ids import new_id
from onething.core.rooms import Ref, load
from onething.core.tables import AccessRow, EventRow

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to `stream`, done by `actor` (`system`, `citizen:…`, `officer:…`, `agency:…`)."""

    stream: str
    type: str
    actor: str = SYSTEM
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    at: datetime = field(default_factory=now)
    id: str = field(default_factory=lambda: new_id("evt"))
    seq: int = 0


Subscriber = Callable[[Session, Event], None]
_subscribers: dict[str, list[Subscriber]] = {}


@dataclass(frozen=True, slots=True)
class Later:
    """A subscriber named by reference and loaded when the first event for it comes, so that a process starts quickly."""

    ref: Ref

    def __call__(self, session: Session, happened: "Event") -> None:
        load(self.ref)(session, happened)


def subscribe(event_type: str, subscriber: Subscriber) -> None:
    """Call `subscriber` inside the transaction of every event of this type (`*` for all). Idempotent."""
    listeners = _subscribers.setdefault(event_type, [])
    if subscriber not in listeners:
        listeners.append(subscriber)


def append(session: Session, happened: Event) -> Event:
    """Write an event within the caller's transaction and tell the subscribers. Returns it with its number."""
    row = EventRow(
        id=happened.id,
        at=happened.at,
        stream=happened.stream,
        type=happened.type,
        actor=happened.actor,
        data=happened.data,
    )
    session.add(row)
    session.flush()
    saved = _event(row)
    for subscriber in [*_subscribers.get(saved.type, ()), *_subscribers.get("*", ())]:
        subscriber(session, saved)
    return saved


def append_many(session: Session, happened: Sequence[Event]) -> list[Event]:
    """Like `append` for several events in their order, with one statement."""
    if not happened:
        return []
    rows = [
        {"id": e.id, "at": e.at, "stream": e.stream, "type": e.type, "actor": e.actor, "data": e.data} for e in happened
    ]
    numbered = insert(EventRow).returning(EventRow.seq, sort_by_parameter_order=True)
    saved = [replace(e, seq=seq) for e, seq in zip(happened, session.scalars(numbered, rows), strict=True)]
    for event in saved:
        for subscriber in [*_subscribers.get(event.type, ()), *_subscribers.get("*", ())]:
            subscriber(session, event)
    return saved


def of_stream(session: Session, stream: str, after: int = 0, limit: int = 500) -> Sequence[Event]:
    """The events of one stream in order, after number `after`."""
    query = select(EventRow).where(EventRow.stream == stream, EventRow.seq > after).order_by(EventRow.seq).limit(limit)
    return [_event(row) for row in session.scalars(query)]


def last_seq(session: Session, stream: str) -> int:
    """The number of the newest event of a stream, 0 when it has none."""
    query = select(EventRow.seq).where(EventRow.stream == stream).order_by(EventRow.seq.desc()).limit(1)
    return session.scalar(query) or 0


def of_type(session: Session, event_type: str, after: int = 0, limit: int = 1000) -> Sequence[Event]:
    """Events of one type over all streams, for exports and read models."""
    query = (
        select(EventRow).where(EventRow.type == event_type, EventRow.seq > after).order_by(EventRow.seq).limit(limit)
    )
    return [_event(row) for row in session.scalars(query)]


def _event(row: EventRow) -> Event:
    return Event(row.stream, row.type, row.actor, row.data, row.at, row.id, row.seq)


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


def accesses_to(session: Session, subject_id: str, limit: int = 100) -> list[Access]:
    """Who has looked at this person's data, newest first."""
    query = select(AccessRow).where(AccessRow.subject_id == subject_id).order_by(AccessRow.seq.desc()).limit(limit)
    return [Access(row.at, row.actor, row.what, row.ground, row.case_id) for row in session.scalars(query)]
