"""What a life event promises before anybody has filed: the old way against the plan, worked out from the catalog."""

from dataclasses import dataclass
from functools import lru_cache

from onething.catalog.models import Agency, City, LegalGround, LifeEvent, Service
from onething.catalog.service import get_city
from onething.core.clock import today
from onething.planning.derive import with_derived
from onething.planning.models import Ask, Effort, Plan, PlanEffort
from onething.planning.old_way import old_way
from onething.planning.plan import plan_of
from onething.planning.sources import Situation


@dataclass(frozen=True)
class Outlook:
    """One life event as its page describes it."""

    event: LifeEvent
    old: Effort
    new: PlanEffort
    plan: Plan
    agencies: tuple[Agency, ...]
    """Those that carry out a service, in the order of the catalog."""
    grounds: tuple[LegalGround, ...]

    @property
    def uploads(self) -> tuple[Ask, ...]:
        return tuple(ask for ask in self.plan.asks if ask.kind == "upload")

    @property
    def usual(self) -> tuple[Agency, ...]:
        """The agencies that everybody's case goes to: without those that only some scopes of business ask for."""
        return tuple(
            each for each in self.agencies if any(not service.for_permit for service in self.services_of(each))
        )

    def services_of(self, agency: Agency) -> list[Service]:
        return [service for service in self.event.services if service.agency == agency.id]


@lru_cache(maxsize=64)
def _outlook(version: str, event_id: str) -> Outlook | None:
    city = get_city()
    if city.version != version:  # changed this very moment
        return None
    event = city.life_event(event_id)
    if event is None:
        return None
    day = today()
    plan = plan_of(Situation(city, event, with_derived(event, {}, day), day))
    busy = {service.agency for service in event.services}
    grounds = {(ground.title, ground.article): ground for service in event.services for ground in service.grounds}
    return Outlook(
        event, old_way(city, event), plan.effort, plan,
        tuple(agency for agency in city.agencies if agency.id in busy), tuple(grounds.values()),
    )  # fmt: skip


def outlook(city: City, event_id: str) -> Outlook | None:
    """The outlook of one life event, computed once per version of the city package."""
    return _outlook(city.version, event_id)


def outlooks(city: City) -> list[Outlook]:
    return [found for event in city.life_events if (found := outlook(city, event.id))]


def matches(event: LifeEvent, words: str) -> bool:
    """Whether somebody who says this means this event: one of its keywords is in what she says (or begins with it), or
    every word of hers occurs in what the event says about itself, in either language.

    The papers that it saves are no reason: who says 结婚 wants no birth registered, though the marriage certificate is
    one of them.
    """
    asked = " ".join(words.lower().split())
    if any(_meant(keyword.lower(), asked) for keyword in event.keywords):
        return True
    texts = [event.name, event.summary, event.who, *(service.name for service in event.services)]
    texts += [service.description for service in event.services]
    said = " ".join(f"{text.zh} {text.en}" for text in texts).lower()
    return all(word in said for word in asked.split())


def _meant(keyword: str, asked: str) -> bool:
    """A keyword of letters as whole words, one of characters anywhere; and the beginning of either while it is typed."""
    if keyword.isascii():
        return f" {keyword} " in f" {asked} " or (len(asked) > 2 and keyword.startswith(asked))
    return keyword in asked or (len(asked) > 1 and asked in keyword)
