"""Writes messages in the transaction of their event, and gives due ones out to senders, each to one at a time.

On PostgreSQL claims skip what others have locked; on SQLite the claim is one statement under the write lock. A claim is
a postponement: `due_at` moves `LEASE` ahead, so what a dead sender held comes free by itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, select, update
from sqlalchemy.orm import Session

from onething.catalog.models import City
from onething.core import clock
from onething.core.db import upsert
from onething.core.errors import Problem
from onething.core.events import Event
from onething.core.i18n import Text
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load
from onething.notices import texts, wake
from onething.notices.channels import Receipt
from onething.notices.models import Message, Page, State
from onething.notices.states import NOTICE
from onething.notices.tables import NoticeRow
from onething.subjects.service import Person, people
from onething.trust.errors import ERASED
from onething.trust.sealing.service import open_of_many, owner_of, seal_values

LEASE = timedelta(seconds=60)
_USE = "notice.text"
WORDS = "notices.words"
"""Parts `(session, event, city) -> {place: words}` by which rooms say more of their events than these carry."""
MOST_ATTEMPTS = 8
log = get_logger(__name__)


def write_notices(session: Session, happened: Sequence[Event], city_of: Callable[[], City]) -> None:
    """Put the messages of these events into the outbox; events without `subject_id` or without words tell nobody."""
    about = [each for each in happened if each.data.get("subject_id")]
    if not about:
        return
    city = _city(city_of)
    told = [(each, found) for each in about if (found := _template_of(each, city)) is not None]
    if not told:
        return
    readers = _readers(session, {str(each.data["subject_id"]) for each, _ in told})
    drafts: list[_Draft] = []
    for each, template in told:
        reader = readers[str(each.data["subject_id"])]
        if reader is None:
            log.warning("an event names a subject that is not there", event_type=each.type, stream=each.stream)
        else:
            drafts.append(_Draft(new_id("ntc"), each, reader, template, _words(session, template, each, reader, city)))
    sealed = zip(drafts, _sealed(session, drafts), strict=True)
    rows = [draft.row(text) for draft, text in sealed if text is not None]
    upsert(session.connection(), NoticeRow, rows)  # once per event, channel and person
    if any(row["state"] == State.DUE for row in rows):
        wake.after_commit(session)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A message before it is sealed."""

    id: str
    event: Event
    reader: Person
    template: texts.Template
    words: str

    @property
    def owner(self) -> str:
        return owner_of(self.reader.id, self.id)

    def row(self, sealed: str) -> dict[str, Any]:
        event, reader = self.event, self.reader
        by_sms = self.template.sms and reader.sms_opt_in and reader.phone is not None
        return {
            "id": self.id, "event_id": event.id, "event_type": event.type,
            "channel": "sms" if by_sms else "portal", "subject_id": reader.id, "stream": event.stream,
            "reference": str(event.data.get("reference", "")), "lang": reader.lang,
            "text": sealed, "state": State.DUE if by_sms else State.SENT,
            "attempts": 0, "due_at": event.at, "created_at": event.at, "code": "",
            "sent_at": None if by_sms else event.at,
        }  # fmt: skip


def _words(session: Session, template: texts.Template, happened: Event, reader: Person, city: City | None) -> str:
    return texts.words(template, happened, reader, city, _more(session, template, happened, city))


def _template_of(happened: Event, city: City | None) -> texts.Template | None:
    life_event = city.life_event(str(happened.data.get("life_event", ""))) if city else None
    return texts.template_of(happened, life_event)


@cache
def _rooms_words() -> tuple[Callable[[Session, Event, City], Mapping[str, Text]], ...]:
    return tuple(load(ref) for ref in parts_of(WORDS).values())


def _more(session: Session, template: texts.Template, happened: Event, city: City | None) -> dict[str, Text]:
    """What rooms say of places that the event does not fill; asked only where the words have such places."""
    if city is None or texts.places_of(template) <= texts.OURS:
        return {}
    said: dict[str, Text] = {}
    for room in _rooms_words():
        said |= room(session, happened, city)
    return said


def _sealed(session: Session, drafts: Sequence[_Draft]) -> list[str | None]:
    """The words as their column keeps them; None for somebody who was erased: she is told nothing more."""
    if not drafts:
        return []
    try:
        return list(seal_values(session, [(draft.owner, draft.words) for draft in drafts], _USE))
    except Problem as problem:
        if problem.kind is not ERASED:
            raise
        if len(drafts) == 1:
            return [None]
        return [text for draft in drafts for text in _sealed(session, [draft])]


def _readers(session: Session, subject_ids: set[str]) -> dict[str, Person | None]:
    """Whom to tell, looked up once a transaction; None when there is no such subject."""
    known: dict[str, Person | None] = session.info.setdefault("onething_notices_readers", {})
    if new := subject_ids - known.keys():
        found = people(session, new)
        known.update((each, found.get(each)) for each in new)
    return known


def _city(city_of: Callable[[], City]) -> City | None:
    """A broken city package must not stop a case; its message then has plainer words."""
    try:
        return city_of()
    except Problem as problem:
        log.warning("no city package for notices", code=problem.kind.code)
        return None


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
    plain = open_of_many(session, [(owner_of(subject, notice), text) for notice, subject, text, _, _ in rows], _USE)
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
    plain = open_of_many(session, [(owner_of(row.subject_id, row.id), row.text) for row in rows], _USE)
    return [
        Message(
            row.id, row.created_at, row.event_type, row.channel, row.stream, row.reference, words or "",
            State(row.state), row.attempts, row.code,
        )
        for row, words in zip(rows, plain, strict=True)
    ]  # fmt: skip


def messages_for(session: Session, subject_id: str, page: int = 1, size: int = 20) -> Page:
    """A person's messages, newest first, whatever way they went out."""
    query = select(NoticeRow).where(NoticeRow.subject_id == subject_id)
    query = query.order_by(NoticeRow.created_at.desc(), NoticeRow.id.desc())
    number, size = max(page, 1), min(max(size, 1), 100)
    rows = list(session.scalars(query.limit(size + 1).offset((number - 1) * size)))
    return Page(tuple(_messages(session, rows[:size])), number, len(rows) > size)


def listing(session: Session, state: State | None = None, limit: int = 50) -> Sequence[Message]:
    """The newest messages of the installation, for operators."""
    query = select(NoticeRow).order_by(NoticeRow.created_at.desc(), NoticeRow.id.desc()).limit(min(limit, 500))
    return _messages(session, session.scalars(query.where(NoticeRow.state == state) if state else query).all())
