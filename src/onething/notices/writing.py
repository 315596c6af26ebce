"""Writes messages in the transaction of their events: whom, in which words, by SMS or on the page alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

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
from onething.core.settings import settings_of
from onething.notices import gathering, texts, wake
from onething.notices.models import State
from onething.notices.settings import NoticesSettings
from onething.notices.tables import NoticeRow
from onething.subjects.service import Person, people
from onething.trust.errors import ERASED
from onething.trust.sealing.service import owner_of, seal_values

USE = "notice.text"
WORDS = "notices.words"
"""Parts `(session, event, city) -> {place: words}` by which rooms say more of their events than these carry."""
log = get_logger(__name__)


@dataclass(slots=True)
class Draft:
    """A message before it is sealed."""

    id: str
    event: Event
    reader: Person
    template: texts.Template
    waits: timedelta = timedelta(0)
    """How long others of the same case may join it before it goes out by SMS."""
    speaks_for: int = 0
    """So many things done before it that nobody was told of by SMS."""
    gathered: bool = False
    """A later one speaks for it: it stands on the page alone."""

    @property
    def by_sms(self) -> bool:
        return self.template.sms and self.reader.sms_opt_in and self.reader.phone is not None

    @property
    def event_id(self) -> str:
        return self.event.id

    @property
    def key(self) -> tuple[str, str]:
        return self.reader.id, self.event.stream

    @property
    def owner(self) -> str:
        return owner_of(self.reader.id, self.id)

    def row(self, sealed: str) -> dict[str, Any]:
        event, reader = self.event, self.reader
        goes_out = self.by_sms and not self.gathered
        return {
            "id": self.id, "event_id": event.id, "event_type": event.type,
            "channel": "sms" if goes_out else "portal", "subject_id": reader.id, "stream": event.stream,
            "reference": str(event.data.get("reference", "")), "lang": reader.lang,
            "text": sealed, "state": State.DUE if goes_out else State.SENT,
            "attempts": 0, "due_at": event.at + self.waits, "created_at": event.at,
            "code": gathering.GATHERED if self.gathered else "",
            "sent_at": None if goes_out else clock.now() if self.gathered else event.at,
        }  # fmt: skip


def write_notices(session: Session, happened: Sequence[Event], city_of: Callable[[], City]) -> None:
    """Put the messages of these events into the outbox; events without `subject_id` or without words tell nobody."""
    about = [each for each in happened if each.data.get("subject_id")]
    if not about:
        return
    city = city_or_none(city_of)
    told = [(each, found) for each in about if (found := _template_of(each, city)) is not None]
    if not told:
        return
    drafts = _drafts(session, told)
    gathering.gather(session, drafts)
    sealed = zip(drafts, _sealed(session, [(each, _said(session, each, city)) for each in drafts]), strict=True)
    rows = [draft.row(text) for draft, text in sealed if text is not None]
    upsert(session.connection(), NoticeRow, rows)  # once per event, channel and person
    if any(row["state"] == State.DUE for row in rows):
        wake.after_commit(session)


def _drafts(session: Session, told: Sequence[tuple[Event, texts.Template]]) -> list[Draft]:
    readers = _readers(session, {str(each.data["subject_id"]) for each, _ in told})
    pause = timedelta(seconds=settings_of(NoticesSettings).sms_gather_seconds)
    drafts: list[Draft] = []
    for each, template in told:
        reader = readers[str(each.data["subject_id"])]
        if reader is None:
            log.warning("an event names a subject that is not there", event_type=each.type, stream=each.stream)
            continue
        draft = Draft(new_id("ntc"), each, reader, template)
        if draft.by_sms and template.gather:
            draft.waits = pause
        drafts.append(draft)
    return drafts


def _said(session: Session, draft: Draft, city: City | None) -> str:
    if draft.waits and draft.speaks_for:
        return texts.several(draft.speaks_for + 1, draft.event, draft.reader, city)
    more = _more(session, draft.template, draft.event, city)
    return texts.words(draft.template, draft.event, draft.reader, city, more)


def said_of(session: Session, happened: Event, reader: Person, city: City | None) -> str | None:
    """What this event is told as, in the reader's language; None for an event without words."""
    template = _template_of(happened, city)
    return None if template is None else _said(session, Draft("", happened, reader, template), city)


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


def _sealed(session: Session, drafts: Sequence[tuple[Draft, str]]) -> list[str | None]:
    """The words as their column keeps them; None for somebody who was erased: she is told nothing more."""
    if not drafts:
        return []
    try:
        return list(seal_values(session, [(draft.owner, words) for draft, words in drafts], USE))
    except Problem as problem:
        if problem.kind is not ERASED:
            raise
        if len(drafts) == 1:
            return [None]
        return [text for draft in drafts for text in _sealed(session, [draft])]


def reader_of(session: Session, subject_id: str) -> Person | None:
    return _readers(session, {subject_id})[subject_id]


def _readers(session: Session, subject_ids: set[str]) -> dict[str, Person | None]:
    """Whom to tell, looked up once a transaction; None when there is no such subject."""
    known: dict[str, Person | None] = session.info.setdefault("onething_notices_readers", {})
    if new := subject_ids - known.keys():
        found = people(session, new)
        known.update((each, found.get(each)) for each in new)
    return known


def city_or_none(city_of: Callable[[], City]) -> City | None:
    """A broken city package must not stop a case; its message then has plainer words."""
    try:
        return city_of()
    except Problem as problem:
        log.warning("no city package for notices", code=problem.kind.code)
        return None
