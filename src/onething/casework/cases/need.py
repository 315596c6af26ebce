"""What an agency needs to know of a case, worked out from the life event: the evidence its own services rest on, and no more.

An officer whose task is one service sees what that service requires, what its conditions and rules name, what it is worked out
from, and what it gives. That the case has other services does not open their evidence, certificates or photographs to her.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from onething.casework.models import Finding
from onething.catalog.models import Check, City, FromFacts, FromRegistry, LifeEvent, OperationRef, Service

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def needed_slots(event: LifeEvent, agency: str) -> frozenset[str]:
    """The slots of the event that the agency's services rest on or fill, and what it is itself asked for."""
    return _needed(_Held(event), agency)


def needed_for(event: LifeEvent, agency: str, findings: Iterable[Finding] = ()) -> frozenset[str]:
    """The same with the facts that findings put before an officer of the agency to judge."""
    doubted = {name.partition(".")[0] for finding in findings for name in finding.facts}
    return needed_slots(event, agency) | doubted


def needed_types(city: City, agency: str) -> dict[str, frozenset[str]]:
    """Life event → types of evidence that the agency needs there: the certificates of a case that its officers may open."""
    return {
        event.id: frozenset(slot.type for slot in event.slots if slot.id in needed_slots(event, agency))
        for event in city.life_events
    }


def needed_papers(
    event: LifeEvent, agency: str, papers: Sequence[dict[str, Any]], needed: frozenset[str]
) -> tuple[dict[str, Any], ...]:
    """The papers of the needed slots; one that nobody could place is for the agency that leads the life event to look at."""
    leads = agency == event.lead_agency
    return tuple(each for each in papers if (each["slot"] in needed if each.get("slot") else leads))


class _Held:
    """A life event as a key: the same object is the same event; a changed package has new objects."""

    def __init__(self, event: LifeEvent) -> None:
        self.event = event

    def __hash__(self) -> int:
        return id(self.event)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.event is self.event


@lru_cache(maxsize=512)
def _needed(held: _Held, agency: str) -> frozenset[str]:
    event = held.event
    known = {slot.id: slot for slot in event.slots}
    names = set[str]()
    for service in event.services:
        if service.agency == agency:
            names |= {*service.requires, *service.outputs, *_named(_texts_of(event, service), known)}
    for slot in event.slots:
        for source in slot.sources:
            if isinstance(source, FromRegistry) and OperationRef.parse(source.registry).agency == agency:
                names |= {slot.id, *_named(source.with_.values(), known)}
    return frozenset(_closed(names, known))


def _texts_of(event: LifeEvent, service: Service) -> list[str]:
    """The expressions a service is decided by."""
    handling = service.handling
    texts = [service.when or "", *handling.with_.values(), *(each.when for each in handling.referrals)]
    return texts + [text for check in event.checks for text in _texts_of_check(check)] if handling.checks else texts


def _texts_of_check(check: Check) -> list[str]:
    given = list(check.find.with_.values()) if check.find else []
    conditions = (check.when, check.refuse_when, check.refer_when, check.pending_when, check.note_when, check.field)
    return [
        *given,
        *(each for each in conditions if each),
        check.text.zh,
        check.mend.zh,
        check.ask.zh if check.ask else "",
    ]


def _named(texts: Iterable[str], known: dict[str, Any]) -> set[str]:
    return {name for text in texts for name in _NAME.findall(text)} & known.keys()


def _closed(names: set[str], known: dict[str, Any]) -> set[str]:
    """With what a value is worked out from, however far back."""
    found, left = set[str](), list(names)
    while left:
        name = left.pop()
        if name in found or name not in known:
            continue
        found.add(name)
        for source in known[name].sources:
            if isinstance(source, FromFacts):
                left += [part.partition(".")[0] for part in source.reads]
    return found
