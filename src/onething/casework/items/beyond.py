"""What an officer asks for that the life event has no place for: another paper that the city knows, any paper, words.

Such an ask names a slot of its own (`asked_…`), which no rule reads: the answer is for the officer who asked. What she wants said
or shown stands in her message, in her words.
"""

from typing import Any

from onething.catalog.models import City, EvidenceType
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)

_BEGINS = "asked_"
WORDS, PAPER = f"{_BEGINS}words", f"{_BEGINS}paper"
FIELD = "words"
"""The field of `WORDS` that holds the answer."""


def is_beyond(slot: str) -> bool:
    """Whether a slot is such an ask's, and none of the life event's."""
    return slot.startswith(_BEGINS)


def slot_of(kind: EvidenceType) -> str:
    return f"{_BEGINS}{kind.id}"


def type_of(city: City, slot: str) -> EvidenceType | None:
    """The evidence type of another paper that was asked for."""
    return city.evidence_type(slot.removeprefix(_BEGINS)) if is_beyond(slot) else None


def label(city: City, slot: str) -> Text | None:
    """What the applicant and officers call it; None for a slot of the life event."""
    if slot in (WORDS, PAPER):
        return say("beyond.words" if slot == WORDS else "beyond.paper")
    kind = type_of(city, slot)
    return kind.name if kind else None


def asked(city: City, slot: str) -> Text | None:
    """What the applicant is asked for."""
    if slot in (WORDS, PAPER):
        return say("beyond.words_asked" if slot == WORDS else "beyond.paper_asked")
    return label(city, slot)


def field_label(slot: str, field: str) -> Text | None:
    """Of `WORDS` and `PAPER`, whose values no evidence type names."""
    return say(f"beyond.{field}_field") if slot in (WORDS, PAPER) and f"beyond.{field}_field" in say else None


def others(city: City, offered: frozenset[str]) -> list[tuple[str, str, Text]]:
    """(slot, paper, name) of the city's papers that can be photographed and that are not offered already, then any paper,
    then words."""
    found = [
        (slot_of(kind), kind.document_type, kind.name)
        for kind in city.evidence_types
        if kind.document_type and kind.document_type not in offered
    ]
    return [*found, (PAPER, "", say("beyond.paper")), (WORDS, "", say("beyond.words"))]


def ask_for(slot: str, paper: str) -> dict[str, Any]:
    """An officer's choice as an ask: `paper` is the type of paper to photograph, empty for any paper and for words."""
    if slot == WORDS:
        return {"kind": "answer", "slot": slot, "field": FIELD}
    return {"kind": "upload", "slot": slot, "document_type": paper or None}
