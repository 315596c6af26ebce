"""Appending to the log, reading it, and acting on an event in its own transaction."""

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from onething.core import bulk
from onething.core.clock import now
from onething.core.events.declaring import BadEventError, D, Declaration, EventData, concerning, declaration
from onething.core.events.objects import ObjectType
from onething.core.ids import new_id
from onething.core.manifests.rooms import Ref, load
from onething.core.tables import EventRow

SYSTEM = "system"
Kind = type[D]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to `stream`, done by `actor` (`system`, `citizen:…`, `officer:…`, `agency:…`).

    `data` is as JSON has it and of the newest version of `type`; `read` gives it typed.
    """

    stream: str
    type: str
    actor: str = SYSTEM
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    at: datetime = field(default_factory=now)
    id: str = field(default_factory=lambda: new_id("evt"))
    seq: int = 0

    @classmethod
    def of(cls, stream: str, said: EventData, actor: str = SYSTEM, at: datetime | None = None) -> "Event":
        """An event of a declared type that happened now, or `at` a moment."""
        declared = said.DECLARED
        return cls(stream, declared.name, actor, declared.write(said), now() if at is None else at)

    def read(self, kind: Kind[D]) -> D:
        """What it says, typed. Raises `BadEventError` when it is of another type, or from a newer program."""
        if self.type != kind.NAME:
            raise BadEventError(f"{self.type} is not {kind.NAME}")
        return cast("D", kind.DECLARED.read(self.data))


Subscriber = Callable[[Session, Event], None]
GroupSubscriber = Callable[[Session, Sequence[Event]], None]
_subscribers: dict[tuple[str, bool], list[Any]] = {}
"""By type (`*` for all) and whether they are told of groups."""


@dataclass(frozen=True, slots=True)
class Later:
    """A subscriber named by reference and loaded when the first event for it comes, so that a process starts quickly."""

    ref: Ref

    def __call__(self, session: Session, happened: Any) -> None:
        load(self.ref)(session, happened)


def subscribe(kind: type[EventData] | Literal["*"], subscriber: Subscriber) -> None:
    """Call `subscriber` inside the transaction of every event of this type (`*` for all). Idempotent."""
    _add(kind, False, subscriber)


def subscribe_to_groups(kind: type[EventData] | Literal["*"], subscriber: GroupSubscriber) -> None:
    """Call `subscriber` inside the transaction with all events of this type (`*` for all) that are appended at once, in their
    order, after those who hear of each; so that what follows from them is written at once too. Idempotent."""
    _add(kind, True, subscriber)


def _add(kind: type[EventData] | Literal["*"], groups: bool, subscriber: Subscriber | GroupSubscriber) -> None:
    listeners = _subscribers.setdefault(("*" if kind == "*" else kind.NAME, groups), [])
    if subscriber not in listeners:
        listeners.append(subscriber)


def _tell(session: Session, saved: Sequence[Event]) -> None:
    for event in saved:
        for subscriber in [*_subscribers.get((event.type, False), ()), *_subscribers.get(("*", False), ())]:
            subscriber(session, event)
    for (name, groups), listeners in list(_subscribers.items()):
        chosen = [event for event in saved if name in ("*", event.type)] if groups else []
        for listener in listeners if chosen else ():
            listener(session, chosen)


def _checked(happened: Event) -> Declaration:
    declared = declaration(happened.type)
    if declared is None:
        raise BadEventError(f"{happened.type} is not declared; a room's events.py declares its types")
    declared.check(happened.data)
    return declared


_GATHERED = "onething_events_gathered"


@contextmanager
def gathered(session: Session) -> Generator[None]:
    """What is appended one by one inside the block is written, and told to the subscribers, at once at its end."""
    if _GATHERED in session.info:
        yield
        return
    found: list[Event] = []
    session.info[_GATHERED] = found
    try:
        yield
    finally:
        del session.info[_GATHERED]  # after an error nothing of it is written
    append_many(session, found)


def append(session: Session, happened: Event) -> Event:
    """Write an event within the caller's transaction and tell the subscribers. Returns it with its number (0 while events are
    `gathered`).

    Raises `BadEventError` for a type that is not declared or data that is not as declared.
    """
    declared = _checked(happened)
    waiting: list[Event] | None = session.info.get(_GATHERED)
    if waiting is not None:
        waiting.append(happened)
        return happened
    row = EventRow(
        id=happened.id,
        at=happened.at,
        stream=happened.stream,
        type=happened.type,
        version=declared.version,
        actor=happened.actor,
        data=declared.kept(happened.data),
    )
    session.add(row)
    session.flush()
    saved = replace(_event(row), data=happened.data)
    _tell(session, [saved])
    return saved


def append_many(session: Session, happened: Sequence[Event]) -> list[Event]:
    """Like `append` for several events in their order, with one statement."""
    if not happened:
        return []
    rows = [
        {
            "id": e.id, "at": e.at, "stream": e.stream, "type": e.type, "version": declared.version, "actor": e.actor,
            "data": declared.kept(e.data),
        }
        for e, declared in zip(happened, map(_checked, happened), strict=True)
    ]  # fmt: skip
    session.flush()
    numbers = bulk.put_numbered(session.connection(), EventRow, rows, "id", "seq")
    saved = [replace(e, seq=seq) for e, seq in zip(happened, numbers, strict=True)]
    _tell(session, saved)
    return saved


def of_stream(session: Session, stream: str, after: int = 0, limit: int = 500) -> Sequence[Event]:
    """The events of one stream in order, after number `after`."""
    query = select(EventRow).where(EventRow.stream == stream, EventRow.seq > after).order_by(EventRow.seq).limit(limit)
    return [_event(row) for row in session.scalars(query)]


def last_seq(session: Session, stream: str) -> int:
    """The number of the newest event of a stream, 0 when it has none."""
    query = select(EventRow.seq).where(EventRow.stream == stream).order_by(EventRow.seq.desc()).limit(1)
    return session.scalar(query) or 0


def of_type(session: Session, kind: type[EventData], after: int = 0, limit: int = 1000) -> Sequence[Event]:
    """Events of one type over all streams, for exports and read models."""
    query = select(EventRow).where(EventRow.type == kind.NAME, EventRow.seq > after).order_by(EventRow.seq).limit(limit)
    return [_event(row) for row in session.scalars(query)]


def last_of_type(session: Session, kind: type[EventData]) -> int:
    """The number of the newest event of a type over all streams, 0 when there is none."""
    return session.scalar(select(func.max(EventRow.seq)).where(EventRow.type == kind.NAME)) or 0


def stream_concerning(
    session: Session, object_type: ObjectType, qualifier: str, object_id: str, start: datetime, end: datetime
) -> str | None:
    """The stream in which something happened to an object between two moments, of the types that declare so; None if none."""
    sources = {declared.name: source for declared, source in concerning(object_type, qualifier)}
    query = select(EventRow.stream, EventRow.type, EventRow.data).where(
        EventRow.type.in_(sources), EventRow.at.between(start, end)
    )
    rows = session.execute(query.order_by(EventRow.seq).limit(100_000))
    return next((row.stream for row in rows if row.data.get(sources[row.type]) == object_id), None)


def by_ids(session: Session, ids: Collection[str]) -> Sequence[Event]:
    """Events by their ids, in no order; unknown ones are left out. For a page of things, not for thousands."""
    return [_event(row) for row in session.scalars(select(EventRow).where(EventRow.id.in_(list(ids)[:500])))]


def acts(
    session: Session,
    actor: str,
    *,
    stream: str | None = None,
    after: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Event]:
    """What somebody did, newest first: events whose actor's code begins so (`officer:`, `officer:police:`, one person's)."""
    query = select(EventRow).where(EventRow.actor.startswith(actor, autoescape=True))
    if stream:
        query = query.where(EventRow.stream == stream)
    if after:
        query = query.where(EventRow.at >= after)
    if before:
        query = query.where(EventRow.seq < before)
    return [_event(row) for row in session.scalars(query.order_by(EventRow.seq.desc()).limit(min(limit, 500)))]


def actors(session: Session, role: str, after: datetime, limit: int = 500) -> dict[str, tuple[int, datetime]]:
    """Actor → how many events she caused since then, and when last; of one role (`officer`, `admin`, `auditor`)."""
    query = select(EventRow.actor, func.count(), func.max(EventRow.at)).where(
        EventRow.actor.startswith(f"{role}:", autoescape=True), EventRow.at >= after
    )
    found = session.execute(query.group_by(EventRow.actor).order_by(func.count().desc()).limit(limit)).tuples()
    return {actor: (count, last) for actor, count, last in found}


def since(session: Session, moment: datetime | None = None, batch: int = 1000) -> Iterator[Event]:
    """The whole log in its order, or what happened from a moment on, read in batches."""
    after = 0
    while True:
        query = select(*_COLUMNS).where(EventRow.seq > after).order_by(EventRow.seq).limit(batch)
        rows = session.execute(query if moment is None else query.where(EventRow.at >= moment)).all()
        yield from (_event(row) for row in rows)
        if len(rows) < batch:
            return
        after = rows[-1].seq


_COLUMNS = tuple(EventRow.__table__.c)


def _event(row: EventRow | Row[Any]) -> Event:
    """As the newest version of its type has it. What this program does not know, or not yet, is left as it was stored."""
    declared, data = declaration(row.type), row.data
    if declared is not None and row.version < declared.version:
        data = declared.newest(data, row.version)
    return Event(row.stream, row.type, row.actor, data, row.at, row.id, row.seq)
