"""Who has looked at a person's data, in words: an actor's code becomes an agency, an evidence type its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from onething.catalog.models import City
from onething.catalog.service import get_city
from onething.web.http.page import Page


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
    who: str
    what: str
    why: str


def _agency(page: Page, city: City, agency_id: str) -> str:
    agency = city.agency(agency_id)
    return page.say(agency.name) if agency else agency_id


def who(page: Page, city: City, actor: str) -> str:
    """`officer:police:u_8f3` → an officer of the police. Names of officials stay inside."""
    role, _, rest = actor.partition(":")
    first = rest.partition(":")[0]
    if role in {"officer", "admin"}:
        return page.t("case.by_officer", agency=_agency(page, city, first))
    if role == "agency":
        return _agency(page, city, first)
    if role == "partner":
        partner = city.partner(first)
        return page.say(partner.name) if partner else first
    if role == "citizen":
        return page.t("case.by_you")
    if role == "auditor":
        return page.t("case.by_auditor")
    return page.t("case.by_city")


def what(page: Page, city: City, code: str) -> str:
    """An evidence type, an `agency.operation`, or a page by its code."""
    kind = city.evidence_type(code)
    if kind is not None:
        return page.say(kind.name)
    agency_id, _, operation_id = code.partition(".")
    agency = city.agency(agency_id)
    operation = agency.operation(operation_id) if agency and operation_id else None
    if operation is not None:
        return page.say(operation.name)
    head, _, rest = code.partition(":")
    if rest:
        name = _service(page, city, rest) if head == "work_item" else what(page, city, rest)
        return page.t(f"case.what_of.{head}", name=name) if head in {"work_item", "certificate"} else name
    return page.words(f"case.what.{code}", code)


def _service(page: Page, city: City, service_id: str) -> str:
    for event in city.life_events:
        service = event.service(service_id)
        if service is not None:
            return page.say(service.name)
    return what(page, city, service_id.partition(":")[2] or "case")


def _asked(page: Page, city: City, look: Seen) -> str:
    """Who asked on the citizen's behalf while she prepared a filing: the system, of which agency. Empty otherwise."""
    head, _, rest = look.ground.partition(":")
    agency = city.agency(rest.partition(":")[2].partition(".")[0])
    if head != "consent" or agency is None or not look.actor.startswith("citizen:"):
        return ""
    return page.t("case.by_asked", agency=page.say(agency.short))


def why(page: Page, ground: str) -> str:
    """A law as it stands; our own codes (`duty`, `consent:<filing>:<operation>`, `case:<case>`) in words."""
    head, _, reference = ground.partition(":")
    if head == "consent" and (":" in reference or reference.startswith("pcn_")):
        return page.t("case.ground.consent")
    if reference and head in {"consent", "case"}:
        return page.t(f"case.ground_of.{head}", reference=reference)
    return page.words(f"case.ground.{ground}", ground)


def looks_at(page: Page, seen: Iterable[Seen]) -> list[Look]:
    """The looks in words. The same look several times within a minute (a page and its pictures) is told once."""
    city = get_city()
    told: list[Look] = []
    last: tuple[object, ...] | None = None
    for look in seen:
        mark = (look.at.replace(second=0, microsecond=0), look.actor, look.what, look.ground)
        if mark == last:
            continue
        last = mark
        asker = _asked(page, city, look) or who(page, city, look.actor)
        told.append(Look(look.at, asker, what(page, city, look.what), why(page, look.ground)))
    return told
