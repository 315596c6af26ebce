"""What an applicant sees of other people's data: what she gave herself, and not what an agency told of them.

The filing and its rules use all of it; to her it is shown only that it was found. What is about her as well (a marriage, a
household that she belongs to) is hers to see.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from onething.core.clock import today
from onething.core.persons.numbers import person_numbers_in
from onething.intake.filing.facts import certain, registry_source
from onething.intake.filing.situation import Situation
from onething.planning.service import resolve_params
from onething.review.models import Fact

HERS = frozenset({"upload", "answer", "sign_in"})


@dataclass(frozen=True, slots=True)
class Privacy:
    """Whose data an applicant sees: `own` are her ids, `known` all values that she gave, `others` slots about others alone."""

    own: frozenset[str]
    known: frozenset[str]
    others: frozenset[str]

    def seen(self, slot: str, fact: Fact) -> Any:
        """The value as she may see it; None when she may not."""
        if fact.origin.kind != "registry":
            return fact.value
        if isinstance(fact.value, list):
            return [self._row(row) for row in cast("list[Any]", fact.value)]
        return fact.value if slot not in self.others or str(fact.value) in self.known else None

    def _row(self, row: Any) -> Any:
        """Of a row about somebody else the cells that she gave herself."""
        ids = person_numbers_in(row)
        if not isinstance(row, dict) or not ids or ids & self.own:
            return row
        cells = cast("dict[str, Any]", row)
        return {name: value for name, value in cells.items() if str(value) in self.known}


def privacy_of(situation: Situation, facts: Mapping[tuple[str, str], Fact]) -> Privacy:
    own = person_numbers_in(situation.filing.person.id_number)
    given = [fact.value for fact in situation.settled if fact.origin.kind in HERS]
    return Privacy(own, frozenset(_values(given)), frozenset(_about_others(situation, facts, own)))


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = cast("Mapping[str, Any]", value).values()
    elif not isinstance(value, list | tuple):
        if value is not None:
            yield str(value)
        return
    for each in cast("list[Any]", value):
        yield from _values(each)


def _about_others(situation: Situation, facts: Mapping[tuple[str, str], Fact], own: frozenset[str]) -> Iterator[str]:
    """Slots that a registry filled, asked about and answering of people among whom she is not."""
    known = certain(situation.city, situation.event, situation.gathered.facts)
    for row in situation.gathered.registry:
        source = registry_source(situation.event, row.slot, row.source_index)
        if source is None or row.outcome != "ok":
            continue
        answer = [fact.value for (slot, _), fact in facts.items() if slot == row.slot]
        people = person_numbers_in(resolve_params(source.with_, known, today())) | person_numbers_in(answer)
        if people and not people & own:
            yield row.slot
