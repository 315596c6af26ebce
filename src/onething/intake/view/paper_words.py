"""Names and types for the values of a document that fills no slot of the life event, from the document type's own fields."""

from functools import lru_cache
from typing import Any

from onething.catalog.models import FieldSpec
from onething.core.i18n import Text, texts_of
from onething.documents.service import document_type

say = texts_of(__name__)

_TYPES: dict[str, Any] = {
    "date": "date", "moment": "datetime", "amount": "money", "amount_words": "money", "person_name": "name",
    "address": "address", "citizen_id": "citizen_id", "company_code": "uscc", "number": "number", "decimal": "number",
    "sex": "code", "date_or_long": "code",
}  # fmt: skip
_CODES = {"sex": ("male", "female"), "date_or_long": ("long",)}


@lru_cache(maxsize=64)
def specs_of_paper(type_id: str) -> dict[str, FieldSpec]:
    """Field of the paper → how it is written out, as the catalog says it for its own fields; empty for an unknown type."""
    kind = document_type(type_id)
    return {
        field.name: FieldSpec(id=field.name, name=field.label, type=_TYPES.get(field.kind, "text"), codes={code: say(f"paper.{field.kind}.{code}") for code in _CODES.get(field.kind, ())})
        for field in (kind.fields if kind else ())
    }  # fmt: skip


def mended_words(reason: str) -> Text:
    """Why a reading was changed."""
    return say(f"mended_by.{reason}") if f"mended_by.{reason}" in say else say("mended_by.other")
