"""Which slot a document fills: by its type, and by whose id or name is on it. Pure; worked out anew on every look, so
that a certificate that arrives later settles whose cards came before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onething.catalog.models import City, EvidenceType, FromUpload, LifeEvent
from onething.core.persons.numbers import bare
from onething.review.models import Fact
from onething.review.service import Same, compare_names, event_map


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that was read, as far as placing it needs."""

    id: str
    digest: str
    type: str | None
    chosen_slot: str | None
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where documents belong. `open`: document → slots it may belong to. `strangers`: nobody here has that id."""

    slots: dict[str, str]
    open: dict[str, tuple[str, ...]]
    strangers: frozenset[str]


def field_map(kind: EvidenceType, document_type: str) -> dict[str, str]:
    """Our field → the paper's field, for one evidence type read from one kind of paper."""
    own = {spec.id: spec.id for spec in kind.fields} if document_type not in kind.from_document else {}
    return own | kind.from_document.get(document_type, {})


def candidates(city: City, event: LifeEvent, document_type: str) -> tuple[str, ...]:
    """Slots that a paper of this type can fill; those that ask for it come first."""
    types = event_map(city, event).types
    asking: list[str] = []
    other: list[str] = []
    for slot in event.slots:
        kind = types.get(slot.id)
        if any(isinstance(source, FromUpload) and source.upload == document_type for source in slot.sources):
            asking.append(slot.id)
        elif (
            kind is not None
            and slot.sources
            and (kind.document_type == document_type or document_type in kind.from_document)
        ):
            other.append(slot.id)
    return tuple(asking) or tuple(other)


def place(city: City, event: LifeEvent, papers: Sequence[Paper], known: Iterable[Fact]) -> Placed:
    """Give every paper its slot. `known` are facts that do not come from these papers."""
    slots: dict[str, str] = {}
    undecided: list[tuple[Paper, tuple[str, ...]]] = []
    for paper in papers:
        possible = candidates(city, event, paper.type) if paper.type else ()
        if paper.chosen_slot:
            slots[paper.id] = paper.chosen_slot
        elif len(possible) == 1:
            slots[paper.id] = possible[0]
        elif possible:
            undecided.append((paper, possible))
    people = _people(city, event, papers, slots, known)
    left = [
        (paper, possible)
        for paper, possible in undecided
        if not _by_person(city, event, paper, possible, people, slots)
    ]
    left = _with_their_fronts(left, papers, slots)
    strangers = frozenset(paper.id for paper, possible in left if _is_stranger(city, event, paper, possible, people))
    return Placed(slots, {paper.id: possible for paper, possible in left}, strangers)


def _people(
    city: City, event: LifeEvent, papers: Sequence[Paper], slots: Mapping[str, str], known: Iterable[Fact]
) -> dict[str, dict[str, set[str]]]:
    """Role → {id_number, name} → what is known of that person from everywhere else."""
    types, of = event_map(city, event).types, {slot.id: slot.of for slot in event.slots}
    people: dict[str, dict[str, set[str]]] = {role: {"id_number": set(), "name": set()} for role in event.roles}
    said: list[tuple[str, str, Any]] = [(fact.slot, fact.field, fact.value) for fact in known]
    for paper in papers:
        slot = slots.get(paper.id)
        if slot in types and paper.type:
            mapped = field_map(types[slot], paper.type)
            said += [(slot, ours, paper.values[theirs]) for ours, theirs in mapped.items() if theirs in paper.values]
    for slot, field, value in said:
        for kind in ("id_number", "name"):
            role = (
                of.get(slot)
                if field == kind
                else field.removesuffix(f"_{kind}")
                if field.endswith(f"_{kind}")
                else None
            )
            if role in people and role != "applicant":
                people[role][kind].add(bare(str(value)) if kind == "id_number" else str(value))
    return people


def _on_paper(city: City, event: LifeEvent, paper: Paper, slot: str) -> dict[str, str]:
    mapped = field_map(event_map(city, event).types[slot], paper.type or "")
    return {ours: paper.values[theirs] for ours, theirs in mapped.items() if theirs in paper.values}


def _by_person(
    city: City,
    event: LifeEvent,
    paper: Paper,
    possible: Sequence[str],
    people: Mapping[str, Mapping[str, set[str]]],
    slots: dict[str, str],
) -> bool:
    of = {slot.id: slot.of for slot in event.slots}
    by_number = [
        slot for slot in possible
        if (number := _on_paper(city, event, paper, slot).get("id_number"))
        and bare(number) in people.get(of[slot], {}).get("id_number", ())
    ]  # fmt: skip
    by_name = [
        slot for slot in possible
        if (name := _on_paper(city, event, paper, slot).get("name"))
        and any(compare_names(name, known) is not Same.DIFFERENT for known in people.get(of[slot], {}).get("name", ()))
    ]  # fmt: skip
    for found in (by_number, by_name):
        if len(found) == 1:
            slots[paper.id] = found[0]
            return True
    return False


def _with_their_fronts(
    left: Sequence[tuple[Paper, tuple[str, ...]]], papers: Sequence[Paper], slots: dict[str, str]
) -> list[tuple[Paper, tuple[str, ...]]]:
    """A side without a name belongs with the side that has one: in the same file, else the only card that lacks it,
    else the card photographed just before. Returns what is still open."""
    waiting = list(left)
    for find in (_same_file, _only_front, _just_before):
        for paper, possible in list(waiting):
            if "id_number" in paper.values or "name" in paper.values:
                continue
            here = find(paper, possible, papers, slots)
            if len(here) == 1:
                slots[paper.id] = here[0]
                waiting.remove((paper, possible))
    return waiting


def _same_file(paper: Paper, possible: Sequence[str], papers: Sequence[Paper], slots: Mapping[str, str]) -> list[str]:
    there = {slots[other.id] for other in papers if other.digest == paper.digest and other.id in slots}
    return [slot for slot in possible if slot in there]


def _only_front(paper: Paper, possible: Sequence[str], papers: Sequence[Paper], slots: Mapping[str, str]) -> list[str]:
    front = {slots[other.id] for other in papers if other.id in slots and other.type != paper.type}
    back = {slots[other.id] for other in papers if other.id in slots and other.type == paper.type}
    return [slot for slot in possible if slot in front and slot not in back]


def _just_before(paper: Paper, possible: Sequence[str], papers: Sequence[Paper], slots: Mapping[str, str]) -> list[str]:
    """People photograph a card's two sides one after the other."""
    place = papers.index(paper)
    front = papers[place - 1] if place else None
    if front is None or front.type == paper.type:
        return []
    taken = {slots[other.id] for other in papers if other.id in slots and other.type == paper.type}
    slot = slots.get(front.id)
    return [slot] if slot is not None and slot in possible and slot not in taken else []


def _is_stranger(
    city: City,
    event: LifeEvent,
    paper: Paper,
    possible: Sequence[str],
    people: Mapping[str, Mapping[str, set[str]]],
) -> bool:
    """It carries an id number, and everybody it could belong to is known to have another one."""
    of = {slot.id: slot.of for slot in event.slots}
    numbered = any("id_number" in _on_paper(city, event, paper, slot) for slot in possible)
    return numbered and all(people.get(of[slot], {}).get("id_number") for slot in possible)
