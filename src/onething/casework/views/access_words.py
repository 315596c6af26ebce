"""Who has looked at a person's data, in words: an actor's code becomes an agency, an evidence type its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from onething.catalog.models import City, OperationRef
from onething.catalog.service import get_city
from onething.core.events import OTHER, declaration
from onething.core.i18n import Text, texts_of
from onething.core.rights.service import away_words
from onething.exchange.models import OF_ANOTHER

say = texts_of(__name__)


class Seen(Protocol):
    """`core.events.Access` or casework's `AccessView`."""

    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def ground(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Look:
    at: datetime
    who: Text
    what: Text
    why: Text


def actor_words(city: City, actor: str, *, official: bool = False) -> Text:
    """`officer:police:u_8f3` → an officer of the police. Names of officials stay inside. `official`: an official reads it,
    to whom the citizen is the applicant and not "you"."""
    role, _, rest = actor.partition(":")
    first = rest.partition(":")[0]
    if role in {"officer", "admin"}:
        return say("by.officer", agency=away_words(first) or city.label_of(first))
    if role == "agency":
        return city.label_of(first)
    if role == "partner":
        partner = city.partner(first)
        return partner.name if partner else _as_it_is(first)
    if actor == OTHER:
        return say("by.other")
    if role == "citizen":
        return say("by_official.you") if official else say("by.you")
    return say("by.auditor") if role == "auditor" else say("by.city")


def seen_words(city: City, code: str) -> Text:
    """An evidence type, an `agency.operation`, or a page by its code."""
    kind = city.evidence_type(code)
    if kind is not None:
        return kind.name
    operation = city.operation(code)
    if operation is not None:
        return operation.name
    head, _, rest = code.partition(":")
    if code.startswith(OF_ANOTHER):
        asked = city.operation(rest)
        kind = city.evidence_type(asked.gives) if asked and asked.gives else None
        return say("seen_of.other", name=kind.name if kind else seen_words(city, rest))
    if rest:
        name = _service(city, rest) if head == "work_item" else seen_words(city, rest)
        return say(f"seen_of.{head}", name=name) if f"seen_of.{head}" in say else name
    return say(f"seen.{code}") if f"seen.{code}" in say else _as_it_is(code)


def ground_words(ground: str, *, official: bool = False) -> Text:
    """A law as it stands; our own codes (`duty`, `consent:<filing>:<operation>`, `case:<case>`) in words, for the citizen
    or for officials."""
    head, _, reference = ground.partition(":")
    if official:
        return _for_officials(head, reference, ground)
    if head == "consent" and (":" in reference or reference.startswith("pcn_")):
        return say("ground.consent")
    if reference and f"ground_of.{head}" in say:
        return say(f"ground_of.{head}", reference=reference)
    return say(f"ground.{ground}") if f"ground.{ground}" in say else _as_it_is(ground)


def _for_officials(head: str, reference: str, ground: str) -> Text:
    if head == "consent" and (":" in reference or reference.startswith("pcn_")):
        return say("ground_official.consent")
    if reference and f"ground_official.{head}_of" in say:
        return say(f"ground_official.{head}_of", reference=reference)
    return say(f"ground_official.{ground}") if f"ground_official.{ground}" in say else _as_it_is(ground)


def looks_at(seen: Iterable[Seen], *, official: bool = False) -> list[Look]:
    """The looks in words, for the citizen or for officials. The same look several times within a minute (a page and its pictures) is told once."""
    city = get_city()
    told: list[Look] = []
    last: tuple[object, ...] | None = None
    for look in seen:
        mark = (look.at.replace(second=0, microsecond=0), look.actor, look.what, look.ground)
        if mark == last:
            continue
        last = mark
        asker = _asked(city, look, official) or actor_words(city, look.actor, official=official)
        why = ground_words(look.ground, official=official)
        if look.what.startswith(OF_ANOTHER) and look.ground.startswith("consent:"):
            why = say("ground.theirs")
        told.append(Look(look.at, asker, seen_words(city, look.what), why))
    return told


def _service(city: City, service_id: str) -> Text:
    for event in city.life_events:
        service = event.service(service_id)
        if service is not None:
            return service.name
    return seen_words(city, service_id.partition(":")[2] or "case")


def _asked(city: City, look: Seen, official: bool) -> Text | None:
    """Who asked on the citizen's behalf while she prepared a filing: the system, of which agency. None otherwise."""
    head, _, rest = look.ground.partition(":")
    of_another = look.what.removeprefix(OF_ANOTHER) if look.what.startswith(OF_ANOTHER) else ""
    agency = city.agency(OperationRef.parse(of_another or rest.partition(":")[2]).agency)
    if (
        (head != "consent" and not of_another)
        or agency is None
        or look.actor == OTHER
        or not look.actor.startswith("citizen:")
    ):
        return None
    return say("by_official.asked", agency=agency.short) if official else say("by.asked", agency=agency.short)


def _as_it_is(code: str) -> Text:
    return Text.same(code)


def event_words(event_type: str) -> Text:
    """What a type of event means, as its declaration says it; the type itself where nobody declared it."""
    known = declaration(event_type)
    return Text(zh=known.zh, en=known.en) if known else Text.same(event_type)
