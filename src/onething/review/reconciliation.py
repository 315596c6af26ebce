"""Uncertain readings meet other sources: confirmed by an equal value elsewhere, or corrected by a registry or the sign-in.

Nothing is invented: a reading is only mended when an agency's record or the sign-in says what it should be, and only
when the two are so near that it can be a misreading; a different number is somebody's question, not a correction.
"""

from collections.abc import Iterable

from rapidfuzz import fuzz

from onething.catalog.models import FieldSpec
from onething.core.identifiers import normalize
from onething.core.persons.numbers import as_person_number
from onething.review.compare import Same, compare_names, plain
from onething.review.context import asks_person, from_registry, same
from onething.review.links import EventMap
from onething.review.merge import UNCERTAIN, Place, best, by_place, rank
from onething.review.models import Fact

MISREADING = 80.0
"""Least likeness (0–100, share of equal characters in order) at which two numbers count as one misread: 15 of 18."""


def settle(where: EventMap, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts, and a settled one for every uncertain reading that another source confirms or corrects."""
    known = tuple(facts)
    places, chosen = by_place(known), best(known)
    settled: list[Fact] = []
    for place, fact in chosen.items():
        if rank(fact) == UNCERTAIN or _impossible(where, place, fact):
            found = None if _impossible(where, place, fact) else _confirmed(where, place, fact, places, chosen)
            found = found or _corrected(where, place, fact, chosen) or _the_applicants(where, place, fact, chosen)
            if found is not None:
                settled.append(found)
    return (*known, *settled)


def _impossible(where: EventMap, place: Place, fact: Fact) -> bool:
    """A number on a photograph that cannot be anybody's: misread, or misprinted on the paper itself."""
    spec = where.specs.get(place)
    if spec is None or not spec.names_person or fact.origin.kind != "upload":
        return False
    return as_person_number(plain(fact.value)) is None


def _the_applicants(where: EventMap, place: Place, fact: Fact, chosen: dict[Place, Fact]) -> Fact | None:
    """An id number nearly that of the person signed in, beside her own name, is hers."""
    spec = where.specs.get(place)
    if spec is None or not spec.names_person or fact.origin.kind != "upload":
        return None
    name = chosen.get((place[0], f"{place[1].removesuffix('id_number')}name"))
    for slot in sorted(where.sign_in_slots):
        number, own = chosen.get((slot, "id_number")), chosen.get((slot, "name"))
        if number is None or own is None or name is None or not may_be_misread(spec, fact.value, number.value):
            continue
        if compare_names(own.value, name.value) is Same.SAME:
            return Fact(slot=place[0], field=place[1], value=number.value, origin=number.origin)
    return None


def _confirmed(
    where: EventMap, place: Place, fact: Fact, places: dict[Place, list[Fact]], chosen: dict[Place, Fact]
) -> Fact | None:
    spec = where.specs.get(place)
    if spec is None:
        return None
    others = [other for other in places[place][1:] if other.origin.ref != fact.origin.ref]
    others += [chosen[link.other(place)] for link in where.links_of.get(place, ()) if link.other(place) in chosen]
    for other in others:
        if other.origin.ref != fact.origin.ref and same(spec, fact.value, other.value) is Same.SAME:
            return fact.model_copy(update={"origin": fact.origin.model_copy(update={"certain": True})})
    return None


def _corrected(where: EventMap, place: Place, fact: Fact, chosen: dict[Place, Fact]) -> Fact | None:
    spec = where.specs.get(place)
    if spec is None:
        return None
    for link in where.links_of.get(place, ()):
        other = chosen.get(link.other(place))
        if other is not None and from_registry(other) and may_be_misread(spec, fact.value, other.value):
            return Fact(slot=place[0], field=place[1], value=other.value, origin=other.origin)
    return None


def may_be_misread(spec: FieldSpec, read: object, recorded: object) -> bool:
    """Is the reading near enough to the record to be the same thing read badly?"""
    if not asks_person(spec):
        return True
    a, b = normalize(plain(read)), normalize(plain(recorded))
    return bool(a) and fuzz.ratio(a, b) >= MISREADING
