"""People other than the applicant whom a registry would be asked about: the law lets it be asked, or only she herself may.

Nobody consents for somebody else (个人信息保护法 第十四条). Where the city's data names a law and leaves it at that, the question
rests on the law and she is told of it; where it says `about_others: own_consent`, or names no law, it waits for her own consent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onething.catalog.models import City, FromRegistry, LegalGround, LifeEvent, Slot
from onething.core.persons.numbers import person_numbers_in
from onething.core.private import keyed_hash
from onething.intake.store import Filing
from onething.intake.tables import ConsentRow
from onething.planning.service import resolve_params

Known = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Concerned:
    """One source that would be asked about one person other than the applicant. `id_number` in normal form."""

    slot: Slot
    index: int
    operation: str
    id_number: str
    law: LegalGround | None
    """What lets it be asked without her consent; None: only she may allow it."""

    @property
    def source(self) -> str:
        return f"{self.slot.id}#{self.index}"


def person_mark(id_number: str) -> str:
    """By which a person's consents are found, without keeping her number."""
    return keyed_hash("consent", id_number)


def law_of(city: City, source: FromRegistry) -> LegalGround | None:
    """The law on which anybody may be asked about at this source; None when it takes the person's own consent."""
    operation = city.operation(source.registry)
    if source.about_others == "own_consent":
        return None
    return source.ground or (operation.ground if operation else None)


def concerned(city: City, event: LifeEvent, filing: Filing, known: Known, day: date) -> Iterator[Concerned]:
    """Everybody but the applicant whom a registry of this event would be asked about, as far as the facts tell now."""
    own = person_numbers_in(filing.person.id_number)
    for slot in event.slots:
        for index, source in enumerate(slot.sources):
            if not isinstance(source, FromRegistry):
                continue
            law = law_of(city, source)
            for number in sorted(person_numbers_in(resolve_params(source.with_, known, day)) - own):
                yield Concerned(slot, index, source.registry, number, law)


def own_consent(filing: Filing, operation: str, id_number: str) -> ConsentRow | None:
    """The latest word of this person on this operation; None when she was never asked."""
    mark = person_mark(id_number)
    rows = [row for row in filing.consents if row.person == mark and row.operation == operation]
    return rows[-1] if rows else None


def holds(row: ConsentRow | None) -> bool:
    return row is not None and row.given_at is not None and row.withdrawn_at is None


def not_allowed(city: City, event: LifeEvent, filing: Filing, known: Known, day: date) -> tuple[str, ...]:
    """`slot#source index` of every source that only somebody else may allow, who has not."""
    return tuple(
        dict.fromkeys(
            each.source
            for each in concerned(city, event, filing, known, day)
            if each.law is None and not holds(own_consent(filing, each.operation, each.id_number))
        )
    )
