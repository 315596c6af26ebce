"""One paper of a case beside what is known: each value with its certainty, what was mended and why, what registers say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from onething.casework.models import EvidenceView, WorkItemView
from onething.casework.officers.service import giver
from onething.catalog.models import City, FieldSpec, LifeEvent
from onething.catalog.service import find_event, get_city, shown
from onething.core.i18n import Text, texts_of
from onething.documents.text.service import same_meaning
from onething.intake.models import DocumentView, ReadFieldView
from onething.intake.view.paper_words import mended_words
from onething.review.service import event_map

say = texts_of(__name__)

MEANT = {"name": "name", "address": "address", "money": "amount", "date": "date"}
"""Types of the catalog → the kinds that values are compared by; others are compared as text."""
OFFICIAL = {"registry", "service", "decision"}


@dataclass(frozen=True, slots=True)
class Record:
    """The same thing as a register has it."""

    who: Text
    words: Text
    same: bool | None
    """None: nobody can tell."""
    reason: Text


@dataclass(frozen=True, slots=True)
class PaperField:
    id: str
    name: Text
    words: Text
    """As the paper says it."""
    state: str
    """`sure`, `unsure` or `mended`: how the reader came to it."""
    percent: int
    box: tuple[float, float, float, float] | None
    mended: tuple[tuple[str, str, Text], ...]
    """What was seen, what it became, why."""
    changed: Text | None
    """What the applicant put instead; None when nothing."""
    records: tuple[Record, ...]
    findings: tuple[Text, ...]
    """Findings about this very field."""

    @property
    def doubted(self) -> bool:
        return bool(self.findings) or any(record.same is False for record in self.records)


@dataclass(frozen=True, slots=True)
class Paper:
    number: int
    document: DocumentView
    name: Text
    fields: tuple[PaperField, ...]
    findings: tuple[dict[str, Any], ...]
    """Findings about the paper as a whole."""


def paper_of(view: WorkItemView, document: DocumentView, number: int) -> Paper:
    """A document of the case that a work item belongs to, compared with the case's evidence."""
    city = get_city()
    event = find_event(city, view.item.life_event)
    told: dict[str, list[Text]] = {}
    for problem in document.problems:
        if problem["field"]:
            told.setdefault(problem["field"], []).append(problem["what"])
    fields = tuple(
        _field(city, event, view, field, told.get(field.field, []), here=field.page == document.page)
        for field in document.fields
    )
    named = {field.id for field in fields}
    rest = tuple(each for each in document.problems if each["field"] not in named)
    return Paper(number, document, document.slot_name or document.type_name or say("paper.photo"), fields, rest)


def _field(
    city: City, event: LifeEvent, view: WorkItemView, field: ReadFieldView, told: list[Text], *, here: bool
) -> PaperField:
    """`here`: it stands on the page that is shown, not overleaf."""
    spec = event_map(city, event).specs.get((field.slot or "", field.field))
    mended = tuple(
        (str(each["before"]) or "—", str(each["after"]), mended_words(str(each["reason"])))
        for each in field.corrections
        if each["before"] != each["after"] and each["reason"] != "applicant"
    )
    own = next((str(each["after"]) for each in field.corrections if each["reason"] == "applicant"), "")
    changed = str(field.value or "") if field.corrected else own
    state = "unsure" if not field.sure else "mended" if field.mended else "sure"
    return PaperField(
        field.field, field.name, _words(field, spec), state, round(field.confidence * 100), field.box if here else None,
        mended, shown(spec, changed) if changed else None, tuple(_records(city, event, view, field, spec)), tuple(told),
    )  # fmt: skip


def _words(field: ReadFieldView, spec: FieldSpec | None) -> Text:
    """What the paper says; of a paper without a slot in the words of its own kind."""
    if spec is None and field.read and str(field.value) == field.read:
        return Text(zh=field.shown, en=field.shown_en)
    return shown(spec, field.read or None)


def _records(
    city: City, event: LifeEvent, view: WorkItemView, field: ReadFieldView, spec: FieldSpec | None
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
        yield Record(giver(city, origin), shown(spec, value), told.same, told.reason)


def _origin(evidence: EvidenceView, name: str) -> dict[str, Any]:
    return evidence.origin.get("fields", {}).get(name, evidence.origin)
