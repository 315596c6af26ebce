"""Values as a reader sees them: codes in words, dates and amounts as each language writes them."""

from typing import Any

from onething.catalog.models import City, FieldSpec, LifeEvent
from onething.core.i18n import Lang
from onething.web.http import formats
from onething.web.http.messages import say


def spec_of(city: City, event: LifeEvent, slot_id: str | None, field: str) -> FieldSpec | None:
    """What the catalog says about a field of a slot."""
    slot = event.slot(slot_id) if slot_id else None
    kind = city.evidence_type(slot.type) if slot else None
    return kind.field(field) if kind else None


def shown(spec: FieldSpec | None, value: Any, lang: Lang) -> str:
    """One value in words; an em dash when there is none."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool) or (spec is not None and spec.type == "bool"):
        return say(lang, "common.yes" if value in (True, "true", "yes", "1") else "common.no")
    if isinstance(value, list):
        return (
            "；".join(_row(spec, row, lang) for row in value)
            if lang == "zh"
            else "; ".join(_row(spec, row, lang) for row in value)
        )
    text = str(value)
    if spec is None:
        return text
    if text in spec.codes:
        return spec.codes[text].get(lang)
    if spec.type == "date":
        return formats.day(text, lang)
    if spec.type == "datetime":
        return formats.full_moment(text, lang)
    if spec.type == "money":
        return formats.money(text, lang) if text.replace(".", "", 1).lstrip("-").isdigit() else text
    return text


def _row(spec: FieldSpec | None, row: Any, lang: Lang) -> str:
    """One row of a repeating group: its cells one after the other."""
    if not isinstance(row, dict):
        return str(row)
    cells = [
        shown(spec.column(name) if spec else None, value, lang)
        for name, value in row.items()
        if value not in (None, "")
    ]
    return ("，" if lang == "zh" else ", ").join(cells)


def options_of(spec: FieldSpec | None, lang: Lang) -> list[tuple[str, str]]:
    """The choices of a coded field."""
    return [(code, text.get(lang)) for code, text in spec.codes.items()] if spec else []
