"""What every check of a review looks at, prepared once: the facts by field, the catalog's names, the plan, the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from onething.catalog.models import FieldSpec, OperationRef
from onething.catalog.service import coded
from onething.core.formats import same as same_in_both
from onething.core.i18n import Text, texts_of
from onething.core.identifiers import normalize
from onething.core.persons.numbers import as_person_number
from onething.planning.models import Facts, Plan
from onething.planning.service import with_derived
from onething.review.compare import Same, as_date, compare, compare_ids, plain
from onething.review.links import EventMap
from onething.review.merge import REGISTRY_RANK, Place, as_facts, by_place, knowing_origins, rank
from onething.review.models import DocumentProblem, Fact, Finding

say = texts_of(__name__)

CHECKABLE = frozenset(
    {"name", "citizen_id", "person_id", "uscc", "date", "datetime", "code", "bank_account", "bank_card", "phone"}
)
"""Types of fields on whose difference a person is asked; others (weights, addresses, remarks) are only noted."""


def asks_person(spec: FieldSpec) -> bool:
    return spec.type in CHECKABLE or is_number(spec)


def is_number(spec: FieldSpec) -> bool:
    """Numbers of certificates and records: text fields by their name."""
    return spec.type == "text" and spec.id.endswith("_number")


def same(spec: FieldSpec, left: Any, right: Any) -> Same:
    """Compare two values of one field of the catalog."""
    return compare_ids(left, right) if is_number(spec) else compare(spec.type, left, right)


def from_registry(fact: Fact) -> bool:
    """Said by an agency or the sign-in, not by the applicant."""
    return rank(fact) <= REGISTRY_RANK


@dataclass(frozen=True)
class Context:
    where: EventMap
    facts: tuple[Fact, ...]
    plan: Plan
    as_of: date
    problems: tuple[DocumentProblem, ...] = ()
    reserved: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Fact → what other cases have reserved and no register shows yet."""
    unasked: frozenset[str] = frozenset()
    """Slots of which no agency has answered the question as it would be asked now."""

    @cached_property
    def places(self) -> Mapping[Place, list[Fact]]:
        """All facts of each field, best first; photographs that the applicant has corrected no longer speak."""
        return {place: _without_corrected(found) for place, found in by_place(self.facts).items()}

    @cached_property
    def best(self) -> Mapping[Place, Fact]:
        return {place: found[0] for place, found in self.places.items()}

    @cached_property
    def merged(self) -> Facts:
        return as_facts(self.best)

    @cached_property
    def derived(self) -> Facts:
        """The merged facts with everything that can be worked out from them, and where each came from for `origin(…)` in rules."""
        known = with_derived(self.where.event, self.merged, self.as_of)
        return knowing_origins(known, self.best)

    @cached_property
    def asked_slots(self) -> frozenset[str]:
        return frozenset(ask.slot for ask in self.plan.asks)

    @cached_property
    def fetched_slots(self) -> frozenset[str]:
        """Slots that a registry is going to fill; what a photograph of them says is only compared."""
        return frozenset(task.slot for task in self.plan.tasks if task.kind == "fetch" and task.slot and not task.held)

    def in_use(self, slot: str) -> bool:
        return slot not in self.plan.left_out

    def spec(self, place: Place) -> FieldSpec | None:
        return self.where.specs.get(place)

    def field_name(self, place: Place) -> Text:
        spec = self.spec(place)
        return spec.name if spec else Text.same(place[1])

    def slot_name(self, slot: str) -> Text:
        found, kind = self.where.slots.get(slot), self.where.types.get(slot)
        if found is not None and found.name is not None:
            return found.name
        return kind.name if kind else Text.same(slot)

    def agency_name(self, operation: str) -> Text:
        return self.where.city.label_of(OperationRef.parse(operation).agency)

    def side_name(self, fact: Fact) -> Text:
        """How a side of a comparison is called: the document, and whose record it is."""
        name = self.slot_name(fact.slot)
        if fact.origin.kind == "sign_in":
            return say("side.sign_in")
        if fact.origin.kind != "registry":
            return name
        agency = self.agency_name(fact.origin.ref)
        return say("side.record", agency=agency)

    def shown(self, place: Place, value: Any) -> Text:
        """A value as the applicant may see it in a sentence: ids covered in the middle, codes in the catalog's words."""
        spec = self.spec(place)
        text = plain(value)
        words = coded(spec, text) if spec is not None else None
        if words is not None:
            return words
        if spec is not None and spec.names_person:
            found = as_person_number(text)
            number = found.number if found else normalize(text)
            text = (
                f"{number[:6]}…{number[-4:]}"
                if len(number) > 12
                else f"{number[:2]}…{number[-3:]}"
                if found
                else number
            )
            if found is not None and found.birth_date is None:
                paper = found.document.words
                return Text(zh=f"{paper.zh} {text}", en=f"{paper.en} {text}")
        elif spec is not None and spec.type in {"date", "datetime"}:
            day = as_date(text)
            text = f"{day.isoformat()}{text[10:16].replace('T', ' ')}" if day else text
        return same_in_both(text)

    def sides(self, left: Fact, right: Fact) -> dict[str, Text]:
        """The places `left` and `right` of a sentence that compares two values; whole numbers where the difference would
        be covered."""
        first, second = (self.shown((fact.slot, fact.field), fact.value) for fact in (left, right))
        if first == second and plain(left.value) != plain(right.value):
            first, second = (Text.same(plain(fact.value)) for fact in (left, right))
        return {"left": first, "right": second}

    def pair(self, left: Fact, right: Fact) -> dict[str, Any]:
        """The parts of a finding that shows two values beside each other."""
        sides = self.sides(left, right)
        return {
            "slot": left.slot,
            "field": left.field,
            "about": f"{right.slot}.{right.field}",
            "evidence": (left.origin, right.origin),
            "values": (sides["left"].zh, sides["right"].zh),
        }


def _without_corrected(found: list[Fact]) -> list[Fact]:
    if not any(fact.origin.kind == "answer" for fact in found):
        return found
    return [fact for fact in found if fact.origin.kind not in {"upload", "derived"}]


def finding(
    code: str, group: Any, words: tuple[Text, Text], filling: Mapping[str, object] | None = None, /, **parts: Any
) -> Finding:
    """A finding from a pair of sentences (what, what to do) whose places are filled from `filling`."""
    filled = dict(filling or {})
    return Finding(code=code, group=group, what=words[0].fill(**filled), todo=words[1].fill(**filled), **parts)
