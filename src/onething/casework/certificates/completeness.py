"""No certificate without what it certifies: what is missing on one, or cannot stand in print, before it is issued.

It is nobody's fault who applied, so it stops the task, is told to those who run the installation, and is tried again by itself once
the catalog or the agency's answer has been mended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from onething.catalog.models import CertificateForm, City, EvidenceType, LifeEvent, Service
from onething.catalog.service import number_values, required_values, values_known_before
from onething.core.clock import today
from onething.documents.service import tidy, unprintable
from onething.planning.models import Facts
from onething.planning.service import resolve_params, with_derived

CODE = "certificate_incomplete"
"""Of a task that waits because its certificate would not say what it certifies."""
EMPTY: tuple[Any, ...] = (None, "", [], {})
Why = Literal["empty", "unprintable"]


@dataclass(frozen=True, slots=True)
class Wanting:
    """One value that keeps a certificate from being issued."""

    kind: str
    field: str
    why: Why

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "field": self.field, "why": self.why}


def shown(
    event: LifeEvent, form: CertificateForm, facts: Facts, slot: str, data: Mapping[str, Any], reference: str
) -> dict[str, Any]:
    """The evidence's own fields, and what its template wants from the rest of the case (a child's name on a receipt), as they are
    signed and printed."""
    known = with_derived(event, {**facts, slot: dict(data)}, today())
    taken = {name: value for name, value in resolve_params(form.with_, known).items() if value not in EMPTY}
    return {name: tidy(value) for name, value in {**taken, **data, "case_reference": reference}.items()}


def wanting(city: City, event: LifeEvent, kind: EvidenceType, content: Mapping[str, Any]) -> list[Wanting]:
    """What keeps a certificate of this content from being issued; [] when nothing does."""
    form = kind.certificate
    if form is None:
        return []
    needed = dict.fromkeys((*required_values(city, event, kind), *number_values(form.number)))
    empty = [Wanting(kind.id, name, "empty") for name in needed if content.get(name) in EMPTY]
    bad = [
        Wanting(kind.id, name, "unprintable")
        for name, value in content.items()
        if any(unprintable(text) for text in _texts(value))
    ]
    return [*empty, *bad]


def wanting_before(city: City, event: LifeEvent, service: Service, facts: Facts) -> list[Wanting]:
    """The same before an agency is asked to act, of what does not depend on its answer: nothing is done that could not be certified."""
    found: list[Wanting] = []
    for slot_id in service.outputs:
        kind = city.type_of(event.slot(slot_id))
        form = kind.certificate if kind else None
        if kind is None or form is None:
            continue
        early = values_known_before(form, service.outputs)
        content = shown(event, form, facts, slot_id, {}, "")
        found += [each for each in wanting(city, event, kind, content) if each.field in early]
    return found


def wanting_after(city: City, event: LifeEvent, facts: Facts, made: Facts) -> list[Wanting]:
    """Of the certificates that a service's result would give."""
    found: list[Wanting] = []
    for slot_id, data in made.items():
        kind = city.type_of(event.slot(slot_id))
        if kind is not None and kind.certificate is not None:
            found += wanting(city, event, kind, shown(event, kind.certificate, {**facts, **made}, slot_id, data, ""))
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in cast("list[Any]", value):
            yield from _texts(each)
    elif isinstance(value, dict):
        for each in cast("dict[str, Any]", value).values():
            yield from _texts(each)
