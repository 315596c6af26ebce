"""Who may ask what for which purpose: city data, nothing else.

The platform may ask what a life event of the package names, for that life event and its steps: adding a life event adds its rights,
removing one takes them away. Everything further stands in `rights.yaml`; partners outside government in `partners/*.yaml`.
"""

import re

from onething.catalog.models import City, FromRegistry, LifeEvent, OperationRef

PLATFORM = "platform"
_UNDO = re.compile(r":undo$|#\d+$")


class Rights:
    """The rights of one city package, made ready. Pure."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._platform: set[tuple[str, str]] = set()
        for event in city.life_events:
            self._platform |= set(_of_slots(event)) | set(_of_services(city, event))
        self._brokered = {
            (ask.operation, f"{partner.id}:{purpose.id}")
            for partner in city.partners
            for purpose in partner.purposes
            for ask in purpose.asks
        }

    def allows(self, who: str, operation: str, purpose: str) -> bool:
        """May the member `who` ask `operation` for `purpose`? The ground or consent itself is in the signed question."""
        if who == PLATFORM:
            plain = (operation, _UNDO.sub("", purpose))
            if plain in self._platform or (operation, purpose) in self._brokered:
                return True
        return any(right.covers(who, operation, purpose) for right in self._city.rights)


def _of_slots(event: LifeEvent) -> set[tuple[str, str]]:
    registries = {
        (slot.id, source.registry)
        for slot in event.slots
        for source in slot.sources
        if isinstance(source, FromRegistry)
    }
    return {(name, f"fetch:{slot}") for slot, name in registries} | {(name, event.id) for _, name in registries}


def _of_services(city: City, event: LifeEvent) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for service in event.services:
        if not (name := service.handling.operation):
            continue
        operation = city.operation(name)
        found.add((name, f"service:{service.id}"))
        if operation and operation.undone_by:
            found.add((str(OperationRef.parse(name)._replace(name=operation.undone_by)), f"service:{service.id}"))
    return found
