"""What an officer is shown of a work item: doubts apart from what passed, evidence grouped as she needs it, what she may ask for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from onething.casework.items import beyond
from onething.casework.models import EvidenceView, Finding, WorkItemView
from onething.catalog.models import City, FromSignatures, LifeEvent, OperationRef
from onething.catalog.service import fact_name, get_city, shown, value_words
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)

ORIGINS = {"upload", "registry", "answer", "sign_in", "derived", "issued"}
OUTCOMES = {"service", "decision"}
"""What the origin of evidence is called that a service of the case brought forth."""


@dataclass(frozen=True, slots=True)
class EvidenceValue:
    name: Text
    shown: Text
    doubted: bool
    """A finding rests on it."""
    origin: Text | None
    """Only where it differs from the rest of its group."""
    origin_kind: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    slot: str
    name: Text
    values: tuple[EvidenceValue, ...]
    needed: bool
    """The service cannot be decided without it."""
    origin: Text
    origin_kind: str

    @property
    def doubted(self) -> bool:
        return any(value.doubted for value in self.values)


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """`groups`: what is doubted first, then what is needed. `askable`: (slot, type of paper, its name)."""

    doubts: tuple[Finding, ...]
    passed: tuple[Finding, ...]
    groups: tuple[EvidenceGroup, ...]
    fact_names: dict[str, Text]
    askable: tuple[tuple[str, str, Text], ...]


def item_evidence(view: WorkItemView) -> ItemEvidence:
    """Everything about a work item that needs arranging before it is shown; in both languages."""
    city = get_city()
    event = city.life_event(view.item.life_event)
    service = event.service(view.item.service) if event else None
    requires = service.requires if service else ()
    doubted = {name for finding in view.findings for name in finding.facts}
    # Checks name the very facts they doubt; the rest is there, folded, and not spread before her.
    needed = set[str]() if view.item.code == "checks" else set(requires)
    groups = [_group(city, event, each, doubted, each.slot in needed) for each in view.evidence]
    passed = tuple(finding for finding in view.findings if (finding.trace or {}).get("outcome") == "yes")
    return ItemEvidence(
        tuple(finding for finding in view.findings if finding not in passed),
        passed,
        tuple(sorted(groups, key=lambda group: (not group.doubted, not group.needed))),
        {name: fact_name(city, event, name) for name in doubted},
        tuple(_askable(city, event, requires)),
    )


def _group(city: City, event: LifeEvent | None, view: EvidenceView, doubted: set[str], needed: bool) -> EvidenceGroup:
    slot = event.slot(view.slot) if event else None
    kind = city.type_of(slot) or beyond.type_of(city, view.slot)
    common = origin_words(city, view.origin)
    values: list[EvidenceValue] = []
    for name, value in view.data.items():
        spec = kind.field(name) if kind else None
        own = view.origin.get("fields", {}).get(name, view.origin)
        words, unsure = origin_words(city, own), own.get("certain") is False
        wrong = f"{view.slot}.{name}" in doubted or view.slot in doubted
        values.append(
            EvidenceValue(
                spec.name if spec else beyond.field_label(view.slot, name) or Text.same(name),
                value_words(city, event, f"{view.slot}.{name}", value) if event and slot else shown(spec, value),
                wrong,
                words if unsure or words != common else None,
                _kind(own),
                unsure,
            )
        )
    return EvidenceGroup(view.slot, view.name, tuple(values), needed, common, _kind(view.origin))


def _kind(origin: dict[str, Any]) -> str:
    kind = str(origin.get("kind"))
    return kind if kind in ORIGINS else "issued" if kind in OUTCOMES else "derived"


def origin_words(city: City, origin: dict[str, Any]) -> Text:
    """One line: read from a photo, given by an agency, typed by the applicant."""
    kind = _kind(origin)
    if kind in {"registry", "issued"}:
        return say(f"evidence_origin.{kind}", agency=giver(city, origin))
    own = f"evidence_origin.{kind}_{'mended' if kind == 'upload' and origin.get('how') else origin.get('how')}"
    return say(own) if own in say else say(f"evidence_origin.{kind}")


def giver(city: City, origin: dict[str, Any]) -> Text:
    """The agency that gave or issued evidence, as its origin names it."""
    agency = city.agency(OperationRef.parse(str(origin.get("operation") or origin.get("ref", ""))).agency)
    return agency.short if agency else say("an_agency")


def signed_by_people(event: LifeEvent) -> frozenset[str]:
    """Slots whose content people have signed: none of them can change it alone, the others would have signed something else."""
    sources = (source for slot in event.slots for source in slot.sources)
    return frozenset(slot for source in sources if isinstance(source, FromSignatures) for slot in source.covers)


def _askable(city: City, event: LifeEvent | None, slots: Iterable[str]) -> Iterator[tuple[str, str, Text]]:
    """What an officer may ask for: photographs of what the service requires and nobody has signed, then the city's other papers, any
    other paper, and words."""
    offered = set[str]()
    signed = signed_by_people(event) if event else frozenset[str]()
    for slot_id in slots:
        slot = event.slot(slot_id) if event and slot_id not in signed else None
        for source in slot.sources if slot else ():
            document = getattr(source, "upload", None)
            if slot and document:
                offered.add(str(document))
                yield slot_id, str(document), city.slot_label(slot)
    yield from beyond.others(city, frozenset(offered))
