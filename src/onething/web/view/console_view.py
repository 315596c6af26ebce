"""What an officer sees of a work item: evidence grouped as she needs it, doubted values marked, photographs beside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from onething.casework.models import EvidenceView, WorkItemView
from onething.catalog.models import City, LifeEvent, OperationRef
from onething.catalog.service import get_city
from onething.web.http.page import Page
from onething.web.view.content_rows import value_words
from onething.web.view.pictures import picture_of
from onething.web.view.values import shown

ORIGINS = {"upload", "registry", "answer", "sign_in", "derived", "issued"}
ISSUED = {"service", "decision"}
"""What casework calls the outcome of a service."""


@dataclass(frozen=True, slots=True)
class Value:
    name: str
    shown: str
    doubted: bool
    """A finding rests on it."""
    origin: str
    """Only where it differs from the rest of its group."""
    origin_kind: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    slot: str
    name: str
    values: tuple[Value, ...]
    needed: bool
    """The service cannot be decided without it."""
    origin: str
    origin_kind: str

    @property
    def doubted(self) -> bool:
        return any(value.doubted for value in self.values)


@dataclass(frozen=True, slots=True)
class Photo:
    digest: str
    name: str
    filename: str
    picture: bool
    """There is one to show; a PDF that could not be read has none."""


def item_values(page: Page, view: WorkItemView) -> dict[str, Any]:
    """What the template of a work item needs beside the view itself."""
    city = get_city()
    event = city.life_event(view.item.life_event)
    service = event.service(view.item.service) if event else None
    doubted = {name for finding in view.findings for name in finding.facts}
    # Checks name the very facts they doubt; the rest is there, folded, and not spread before her.
    needed = set[str]() if view.item.code == "checks" else set(service.requires if service else ())
    groups = [_group(page, city, event, each, doubted, each.slot in needed) for each in view.evidence]
    passed = [finding for finding in view.findings if (finding.trace or {}).get("outcome") == "yes"]
    return {
        "doubts": [finding for finding in view.findings if finding not in passed],
        "passed": passed,
        "groups": sorted(groups, key=lambda group: (not group.doubted, not group.needed)),
        "photos": list(_photos(page, city, view.documents)),
        "fact_names": {name: _fact_name(page, city, event, name) for name in doubted},
        "askable": _askable(page, city, event, service.requires if service else ()),
    }


def _group(
    page: Page, city: City, event: LifeEvent | None, view: EvidenceView, doubted: set[str], needed: bool
) -> Evidence:
    slot = event.slot(view.slot) if event else None
    kind = city.type_of(slot)
    common = _origin(page, city, view.origin)
    values: list[Value] = []
    for name, value in view.data.items():
        spec = kind.field(name) if kind else None
        own = view.origin.get("fields", {}).get(name, view.origin)
        words, unsure = _origin(page, city, own), own.get("certain") is False
        wrong = f"{view.slot}.{name}" in doubted or view.slot in doubted
        shown_origin = words if unsure or words != common else ""
        values.append(
            Value(
                page.say(spec.name) if spec else name,
                value_words(page, city, event, f"{view.slot}.{name}", spec, value)
                if event
                else shown(spec, value, page.lang),
                wrong,
                shown_origin,
                _kind(own),
                unsure,
            )
        )
    return Evidence(view.slot, page.say(view.name), tuple(values), needed, common, _kind(view.origin))


def _kind(origin: dict[str, Any]) -> str:
    kind = str(origin.get("kind"))
    return kind if kind in ORIGINS else "issued" if kind in ISSUED else "derived"


def _origin(page: Page, city: City, origin: dict[str, Any]) -> str:
    """One line: read from a photo, asked of an agency, typed by the applicant."""
    kind = _kind(origin)
    if kind in {"registry", "issued"}:
        asked = str(origin.get("operation") or origin.get("ref", ""))
        agency = city.agency(OperationRef.parse(asked).agency)
        return page.t(
            f"console.origin.{kind}", agency=page.say(agency.short) if agency else page.t("console.an_agency")
        )
    return page.t(f"console.origin.{kind}")


def _photos(page: Page, city: City, documents: Sequence[dict[str, Any]]) -> Iterable[Photo]:
    for document in documents:
        kind = city.evidence_type(str(document.get("type") or ""))
        name = (
            page.say(kind.name)
            if kind
            else page.words(f"filing.type.{document.get('type')}", page.t("console.a_photo"))
        )
        digest = str(document["digest"])
        picture = picture_of(document.get("preview"), digest, str(document.get("media_type") or ""))
        yield Photo(digest, name, str(document.get("filename", "")), picture is not None)


def _fact_name(page: Page, city: City, event: LifeEvent | None, path: str) -> str:
    """`mother_id.name` → Mother's identity card: name."""
    slot_id, _, field = path.partition(".")
    slot = event.slot(slot_id) if event else None
    kind = city.type_of(slot)
    spec = kind.field(field) if kind else None
    first = page.say(slot.name if slot and slot.name else kind.name if kind else None) or slot_id
    return f"{first}{page.t('console.colon')}{page.say(spec.name)}" if spec else first


def _askable(page: Page, city: City, event: LifeEvent | None, slots: Iterable[str]) -> list[dict[str, str]]:
    """Photographs an officer may ask for: the upload sources of what the service requires."""
    asks: list[dict[str, str]] = []
    for slot_id in slots:
        slot = event.slot(slot_id) if event else None
        for source in slot.sources if slot else ():
            document = getattr(source, "upload", None)
            if slot and document:
                kind = city.type_of(slot)
                name = slot.name or (kind.name if kind else None)
                asks.append({"value": f"{slot_id}:{document}", "label": page.say(name) or slot_id, "hint": ""})
    return asks
