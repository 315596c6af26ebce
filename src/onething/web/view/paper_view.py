"""One paper of a case as an officer sees it: each value with its certainty, what was mended and why, and what registers say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from onething.casework.models import EvidenceView, WorkItemView
from onething.catalog.models import City, FieldSpec, LifeEvent, OperationRef
from onething.catalog.service import find_event, get_city
from onething.documents.text.service import same_meaning
from onething.intake.models import DocumentView, ReadFieldView
from onething.review.service import event_map
from onething.web.http.page import Page
from onething.web.view.values import shown

MEANT = {"name": "name", "address": "address", "money": "amount", "date": "date"}
"""Types of the catalog → the kinds that values are compared by; others are compared as text."""
OFFICIAL = {"registry", "service", "decision"}


@dataclass(frozen=True, slots=True)
class Record:
    """The same thing as a register has it."""

    who: str
    words: str
    same: bool | None
    """None: nobody can tell."""
    reason: str


@dataclass(frozen=True, slots=True)
class PaperField:
    id: str
    name: str
    words: str
    """As the paper says it."""
    state: str
    """`sure`, `unsure` or `mended`: how the reader came to it."""
    percent: int
    box: tuple[float, float, float, float] | None
    mended: tuple[tuple[str, str, str], ...]
    """What was seen, what it became, why."""
    changed: str
    """What the applicant put instead; empty when nothing."""
    records: tuple[Record, ...]
    told: tuple[str, ...]
    """Findings about this very field."""

    @property
    def doubted(self) -> bool:
        return bool(self.told) or any(record.same is False for record in self.records)


@dataclass(frozen=True, slots=True)
class Paper:
    number: int
    document: DocumentView
    name: str
    fields: tuple[PaperField, ...]
    told: tuple[dict[str, Any], ...]
    """Findings about the paper as a whole."""


def paper(page: Page, view: WorkItemView, document: DocumentView, number: int) -> Paper:
    city = get_city()
    event = find_event(city, view.item.life_event)
    told: dict[str, list[str]] = {}
    for problem in document.problems:
        if problem["field"]:
            told.setdefault(problem["field"], []).append(page.say(problem["what"]))
    fields = tuple(
        _field(page, city, event, view, field, told.get(field.field, []), here=field.page == document.page)
        for field in document.fields
    )
    named = {field.id for field in fields}
    rest = tuple(each for each in document.problems if each["field"] not in named)
    name = page.say(document.slot_name) or page.say(document.type_name) or page.t("console.a_photo")
    return Paper(number, document, name, fields, rest)


def _field(
    page: Page, city: City, event: LifeEvent, view: WorkItemView, field: ReadFieldView, told: list[str], *, here: bool
) -> PaperField:
    """`here`: it stands on the page that is shown, not overleaf."""
    spec = event_map(city, event).specs.get((field.slot or "", field.field))
    mended = tuple(
        (str(each["before"]) or "—", str(each["after"]), page.words(f"filing.mended_by.{each['reason']}", page.t("filing.mended_by.other")))
        for each in field.corrections
        if each["before"] != each["after"] and each["reason"] != "applicant"
    )  # fmt: skip
    own = next((str(each["after"]) for each in field.corrections if each["reason"] == "applicant"), "")
    changed = str(field.value or "") if field.corrected else own
    state = "unsure" if not field.sure else "mended" if mended else "sure"
    return PaperField(
        field.field, page.say(field.name), _words(page, field, spec), state,
        round(field.confidence * 100), field.box if here else None, mended, shown(spec, changed, page.lang) if changed else "",
        tuple(_records(page, city, event, view, field, spec)), tuple(told),
    )  # fmt: skip


def _words(page: Page, field: ReadFieldView, spec: FieldSpec | None) -> str:
    """What the paper says; of a paper without a slot in the words of its own kind."""
    if spec is None and field.read and str(field.value) == field.read:
        return field.shown if page.lang == "zh" else field.shown_en
    return shown(spec, field.read or None, page.lang)


def _records(
    page: Page, city: City, event: LifeEvent, view: WorkItemView, field: ReadFieldView, spec: FieldSpec | None
) -> Iterator[Record]:
    """What agencies said of the same thing: of this very slot, and of every field that must agree with it."""
    if field.slot is None or spec is None or not field.read:
        return
    here = (field.slot, field.field)
    places = [here, *(link.other(here) for link in event_map(city, event).links_of.get(here, ()))]
    evidence = {each.slot: each for each in view.evidence}
    for slot, name in dict.fromkeys(places):
        found = evidence.get(slot)
        value = found.data.get(name) if found else None
        origin = _origin(found, name) if found else {}
        if value in (None, "") or origin.get("kind") not in OFFICIAL:
            continue
        told = same_meaning(MEANT.get(spec.type, "text"), str(field.read), str(value))
        yield Record(_who(page, city, origin), shown(spec, value, page.lang), told.same, page.say(told.reason))


def _origin(evidence: EvidenceView, name: str) -> dict[str, Any]:
    return evidence.origin.get("fields", {}).get(name, evidence.origin)


def _who(page: Page, city: City, origin: dict[str, Any]) -> str:
    agency = city.agency(OperationRef.parse(str(origin.get("operation") or origin.get("ref", ""))).agency)
    return page.say(agency.short) if agency else page.t("console.an_agency")
