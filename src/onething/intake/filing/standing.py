"""Which answers still stand: one that was made from something (a choice among people, a text that was drafted, a value put
right on a paper) counts only while that something is there as it was.

Nothing is deleted: an answer that has fallen is asked again, and when what it stood on comes back it stands again. Worked
out on every look, from the facts alone, so whoever reads a filing (its pages, its review, its submission) sees the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from onething.catalog.models import City, LifeEvent, Question
from onething.core.clock import today
from onething.intake.filing.document_matching import field_map
from onething.intake.filing.facts import Gathered, gather
from onething.intake.filing.kept_values import kept
from onething.intake.filing.proposals import on_offer, proposal
from onething.intake.store import Filing
from onething.intake.tables import AnswerRow
from onething.planning.models import Facts
from onething.planning.service import basis_mark, holds_so_far, with_derived
from onething.review.models import Fact
from onething.review.service import event_map, merge_facts, settle_facts

Why = Literal["choice", "proposal", "paper", "record", "not_asked"]


@dataclass(frozen=True, slots=True)
class Fallen:
    """An answer that counts no longer. `value` is what it was."""

    slot: str
    field: str
    value: Any
    why: Why

    @property
    def asked_again(self) -> bool:
        """She has to look at it; the others have something in their place (what stands on the paper) or need none."""
        return self.why in ("choice", "proposal")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a filing knows once all that has lost its ground is left out. `filing` has only the answers that stand."""

    filing: Filing
    gathered: Gathered
    fallen: tuple[Fallen, ...]


def standing(city: City, event: LifeEvent, filing: Filing) -> Standing:
    """Answers fall in rounds, until all that are left stand on what is left: who goes takes the posts along, the posts the
    articles, the articles the signatures."""
    rows, fallen = list(filing.answers), list[Fallen]()
    while True:
        filing = replace(filing, answers=rows)
        now = Ground(city, event, filing, gather(city, event, filing))
        why: dict[int, Why] = {
            id(row): reason for row in rows if row.value is not None and (reason := why_fallen(now, row))
        }
        if not why:
            return Standing(filing, now.gathered, tuple(fallen))
        fallen += [Fallen(row.slot, row.field, row.value, why[id(row)]) for row in rows if id(row) in why]
        rows = [row for row in rows if id(row) not in why]


@dataclass(frozen=True)
class Ground:
    """What answers stand on at this moment."""

    city: City
    event: LifeEvent
    filing: Filing
    gathered: Gathered

    @cached_property
    def settled(self) -> tuple[Fact, ...]:
        return settle_facts(self.city, self.event, self.gathered.facts)

    @cached_property
    def facts(self) -> Facts:
        return with_derived(self.event, merge_facts(self.settled), today())

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        return {question.field: question for question in self.event.questions}

    def proposed(self, slot: str, field: str) -> str | None:
        """Mark of what is proposed for a field now; None for nothing."""
        question, spec = (
            self.questions.get(f"{slot}.{field}"),
            event_map(self.city, self.event).specs.get((slot, field)),
        )
        if question is None or spec is None:
            return None
        value = kept(spec, proposal(self.city, self.event, question, self.facts))
        return None if value is None else basis_mark("proposal", value)

    def papers(self, slot: str, field: str) -> list[str]:
        """Marks of the papers in a slot on which the field can stand, in the order in which they came."""
        kind = event_map(self.city, self.event).types.get(slot)
        return [
            basis_mark("paper", [row.digest, row.part])
            for row in self.filing.documents
            if kind is not None
            and row.type is not None
            and (self.gathered.placed.slots.get(row.id) or row.slot) == slot
            and field in field_map(kind, row.type)
        ]

    def recorded(self, slot: str, field: str) -> str | None:
        """Mark of what an agency has on record of the field; None for nothing, or when two disagree."""
        value = recorded(self.city, self.event, self.settled, slot, field)
        return None if value is None else basis_mark("record", value)


def why_fallen(now: Ground, row: AnswerRow) -> Why | None:
    """None for an answer that stands."""
    question = now.questions.get(f"{row.slot}.{row.field}")
    if question is not None:
        if holds_so_far(now.city, now.event, question.when, now.facts, today()) is False:
            return "not_asked"
        if not on_offer(now.city, now.event, question, now.facts, row.value):
            return "choice"
    if row.basis is None:
        return None
    match row.source:
        case "proposed":
            return None if now.proposed(row.slot, row.field) == row.basis else "proposal"
        case "corrected":
            return None if row.basis in now.papers(row.slot, row.field) else "paper"
        case "record":
            return None if now.recorded(row.slot, row.field) == row.basis else "record"
        case _:
            return None


def recorded(city: City, event: LifeEvent, settled: Sequence[Fact], slot: str, field: str) -> Any:
    """What an agency has on record of the thing that `slot.field` speaks of; None when none was asked or two disagree."""
    where = event_map(city, event)
    places = {(slot, field), *(link.other((slot, field)) for link in where.links_of.get((slot, field), ()))}
    said = [fact.value for fact in settled if fact.origin.kind == "registry" and (fact.slot, fact.field) in places]
    return said[0] if said and all(value == said[0] for value in said) else None


def bases(
    city: City, event: LifeEvent, filing: Filing, names: Sequence[str], source: str
) -> Iterator[tuple[str, str, str]]:
    """(`slot.field`, source, mark) of the answers among `names` that were made from something; for the rest she vouches.

    `filing` has them already: a text drafted from the answers of the same page is one.
    """
    stands = standing(city, event, filing)
    now = Ground(city, event, stands.filing, stands.gathered)
    specs, rows = event_map(city, event).specs, {f"{row.slot}.{row.field}": row for row in stands.filing.answers}
    for name in names:
        row = rows.get(name)
        spec = specs.get((row.slot, row.field)) if row is not None else None
        if row is None or spec is None or row.value is None:
            continue
        if source == "record":
            if mark := now.recorded(row.slot, row.field):
                yield name, source, mark
        elif source == "corrected" and (papers := now.papers(row.slot, row.field)):
            yield name, source, papers[-1]
        elif now.proposed(row.slot, row.field) == basis_mark("proposal", row.value):
            yield name, "proposed", basis_mark("proposal", row.value)
