"""Which fields speak of the same thing: found in the catalog alone, so a new life event needs no code.

Three kinds of links:
- *cross_check*: the catalog says that two slots are copies of one record; their same-named fields must agree;
- *person*: a slot about a role (`mother`) with a field `id_number`, and another slot with `mother_id_number`;
- *role*: two slots about the same role that both name the person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from onething.catalog.models import City, EvidenceType, FieldSpec, LifeEvent, Slot
from onething.review.merge import Place

PERSON_FIELDS = frozenset({"name", "id_number", "birth_date", "sex"})


@dataclass(frozen=True, slots=True)
class Link:
    """Two fields that must agree. For `person` links, `left` is the person's own document."""

    left: Place
    right: Place
    kind: Literal["cross_check", "person", "role"]
    spec: FieldSpec

    def other(self, place: Place) -> Place:
        return self.right if place == self.left else self.left


@dataclass(frozen=True)
class EventMap:
    """A life event with its evidence types looked up once."""

    city: City
    event: LifeEvent

    @cached_property
    def types(self) -> dict[str, EvidenceType]:
        kinds = {kind.id: kind for kind in self.city.evidence_types}
        return {slot.id: kinds[slot.type] for slot in self.event.slots if slot.type in kinds}

    @cached_property
    def slots(self) -> dict[str, Slot]:
        return {slot.id: slot for slot in self.event.slots}

    @cached_property
    def specs(self) -> dict[Place, FieldSpec]:
        return {(slot, spec.id): spec for slot, kind in self.types.items() for spec in kind.fields}

    @cached_property
    def sign_in_slots(self) -> frozenset[str]:
        return frozenset(
            slot.id for slot in self.event.slots if any(hasattr(source, "sign_in") for source in slot.sources)
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        seen: dict[frozenset[Place], Link] = {}
        for link in (*_cross_checks(self), *_persons(self), *_roles(self)):
            seen.setdefault(frozenset((link.left, link.right)), link)
        return tuple(seen.values())

    @cached_property
    def links_of(self) -> dict[Place, tuple[Link, ...]]:
        found: dict[Place, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.left, []).append(link)
            found.setdefault(link.right, []).append(link)
        return {place: tuple(links) for place, links in found.items()}


_maps: dict[int, EventMap] = {}


def event_map(city: City, event: LifeEvent) -> EventMap:
    """The map of a life event, kept while the same catalog is in use."""
    known = _maps.get(id(event))
    if known is None or known.event is not event or known.city is not city:
        if len(_maps) >= 32:
            _maps.clear()
        known = _maps[id(event)] = EventMap(city, event)
    return known


def _cross_checks(where: EventMap) -> Iterator[Link]:
    for slot in where.event.slots:
        for other in slot.cross_check:
            if slot.id not in where.types or other not in where.types:
                continue
            for spec in where.types[slot.id].fields:
                if where.types[other].field(spec.id) is not None:
                    yield Link((other, spec.id), (slot.id, spec.id), "cross_check", spec)


def _persons(where: EventMap) -> Iterator[Link]:
    for slot in where.event.slots:
        for spec in where.types[slot.id].fields if slot.id in where.types else ():
            named = f"{slot.of}_{spec.id}"
            for other, kind in where.types.items():
                if other != slot.id and spec.id in PERSON_FIELDS and kind.field(named) is not None:
                    yield Link((slot.id, spec.id), (other, named), "person", spec)


def _roles(where: EventMap) -> Iterator[Link]:
    slots = [slot for slot in where.event.slots if slot.id in where.types and slot.id not in where.sign_in_slots]
    for index, slot in enumerate(slots):
        for other in slots[index + 1 :]:
            if other.of != slot.of or slot.of == "applicant":
                continue
            for spec in where.types[slot.id].fields:
                if spec.id in PERSON_FIELDS and where.types[other.id].field(spec.id) is not None:
                    yield Link((slot.id, spec.id), (other.id, spec.id), "role", spec)
