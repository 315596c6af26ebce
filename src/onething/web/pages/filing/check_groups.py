"""What the check page shows: values grouped by what they are about, each with its origin and the way to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onething.catalog.models import City, LifeEvent
from onething.catalog.service import find_event, get_city, names_in, spec_of, value_words
from onething.core.i18n import Text
from onething.intake.models import FactView, FilingView
from onething.intake.service import LONG, named_words
from onething.review.models import Finding
from onething.web.http.page import Page
from onething.web.http.parts import Row
from onething.web.http.templating import component


@dataclass(frozen=True)
class FactGroup:
    """Values of one slot. `closed`: came from an agency, so it is folded away until somebody wants to look."""

    name: Text
    rows: list[Row]
    closed: bool


def _document_of(filing: FilingView, slot: str | None) -> str | None:
    return next((document.id for document in filing.documents if slot and document.slot == slot), None)


def change_link(filing: FilingView, slot: str, field: str, kind: str) -> str | None:
    """Where a value can be changed; None for what an agency or the sign-in said."""
    root = f"/filing/{filing.summary.id}"
    name = f"{slot}.{field}"
    question = next((each for each in filing.questions if each.name == name), None)
    if question is not None:
        paged = question.page in find_event(get_city(), filing.summary.life_event).pages
        return (
            f"{root}/form/{question.page}?then=check#{name.replace('.', '-')}"
            if paged
            else f"{root}/questions/{name}?then=check"
        )
    document = _document_of(filing, slot)
    if kind in {"upload", "answer"} and document is not None:
        return f"{root}/documents/{document}#f-{field}"
    return None


def _row(page: Page, city: City, event: LifeEvent, filing: FilingView, fact: FactView, names: Mapping[str, str]) -> Row:
    spec = spec_of(city, event, fact.slot, fact.field)
    words, long = value_words(city, event, f"{fact.slot}.{fact.field}", fact.value), ""
    value = page.say(words if fact.field == "id_number" else named_words(names, fact.value, words))
    if spec is not None and spec.longest > LONG and isinstance(fact.value, str):
        value, long = page.t("filing.read_full", n=f"{len(fact.value):,}"), fact.value
    if fact.masked:
        value, long = fact.shown_en if page.lang == "en" else fact.shown, ""
    unsure = fact.origin.kind == "upload" and not fact.origin.certain
    words = page.t("filing.unsure") if unsure else page.say(fact.said)
    origin = component(page, "origin", fact.origin.kind, words, unsure)
    href = change_link(filing, fact.slot, fact.field, fact.origin.kind)
    return Row(page.say(fact.name), value, origin, href, id=f"v-{fact.slot}-{fact.field}", long=long)


def fact_groups(page: Page, city: City, event: LifeEvent, filing: FilingView) -> list[FactGroup]:
    """Groups in the order of the life event; what the applicant gave comes open, what agencies gave comes folded."""
    content: dict[str, dict[str, Any]] = {}
    for fact in filing.facts:
        content.setdefault(fact.slot, {})[fact.field] = fact.value
    names = names_in(content)
    by_slot: dict[str, list[FactView]] = {}
    for fact in filing.facts:
        by_slot.setdefault(fact.slot, []).append(fact)
    groups: list[FactGroup] = []
    for facts in by_slot.values():
        closed = all(fact.origin.kind in {"registry", "derived", "signed"} for fact in facts)
        groups.append(
            FactGroup(facts[0].slot_name, [_row(page, city, event, filing, fact, names) for fact in facts], closed)
        )
    return sorted(groups, key=lambda group: group.closed)


def finding_links(filing: FilingView, finding: Finding) -> str | None:
    """Where a finding can be mended."""
    root = f"/filing/{filing.summary.id}"
    if finding.code in {"consent_needed", "consent_declined", "consent_not_allowed"}:
        return f"{root}/agencies?change=1"
    if finding.code == "nothing_left":
        return (
            f"{root}/agencies?change=1"
            if filing.consents
            else f"{root}/check#services"
            if filing.optional_services
            else None
        )
    if finding.slot is None:
        return None
    if finding.field is not None:
        for kind in ("upload", "answer"):
            link = change_link(filing, finding.slot, finding.field, kind)
            if link is not None:
                return link
    document = _document_of(filing, finding.slot)
    if document is not None:
        return f"{root}/documents/{document}"
    if any(question.slot == finding.slot for question in filing.questions):
        return f"{root}/questions"
    if any(ask.slot == finding.slot for ask in (*filing.wanted, *filing.welcome)):
        return f"{root}/documents"
    if any(finding.slot in consent.slots for consent in filing.consents):
        return f"{root}/agencies"
    return None


def record_value(filing: FilingView, finding: Finding) -> str:
    """The register's value that could be taken in one tap, as the finding shows it; empty when there is none."""
    if finding.code != "mismatch" or finding.slot is None or len(finding.values) != 2:
        return ""
    slot, _, field = (finding.about or "").partition(".")
    other = next((fact for fact in filing.facts if (fact.slot, fact.field) == (slot, field)), None)
    return finding.values[1] if other is not None and other.origin.kind == "registry" else ""
