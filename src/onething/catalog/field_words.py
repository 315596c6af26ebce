"""What stands on a certificate, in words: the field behind each name, whether its type's own or taken from elsewhere in the case."""

from collections.abc import Mapping
from typing import Any

from onething.catalog.certificate_values import printed_by
from onething.catalog.models import City, FieldSpec
from onething.core.i18n import texts_of
from onething.core.persons.numbers import number_words

say = texts_of(__name__)


def certificate_field(city: City, kind_id: str, name: str) -> FieldSpec | None:
    """What a field of a certificate is: its type's own, or what its template took from elsewhere in the case."""
    kind = city.evidence_type(kind_id)
    own = kind.field(name) if kind else None
    if own is not None or kind is None or kind.certificate is None:
        return own
    source = kind.certificate.with_.get(name, "")
    slot_id, _, path = source.partition(".")
    for event in city.life_events:
        slot = event.slot(slot_id)
        there = city.type_of(slot)
        if there and (found := there.field(path)):
            return found
    return next((found for each in city.evidence_types if (found := each.field(name))), None)


def in_order(city: City, kind_id: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """As they stand on the certificate, then what it does not print: a signed document knows no order."""
    kind = city.evidence_type(kind_id)
    form = [*printed_by(city, kind), *kind.certificate.with_] if kind and kind.certificate else []
    wanted = [*form, *(field.id for field in kind.fields)] if kind else []
    return {name: content[name] for name in dict.fromkeys([*wanted, *content]) if name in content}


def in_chinese(city: City, kind_id: str, content: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Names and values of a certificate's fields, codes in words, for readers outside this system."""
    rows: list[tuple[str, Any]] = []
    for name, value in in_order(city, kind_id, content).items():
        spec = certificate_field(city, kind_id, name)
        label = spec.name.zh if spec else say.say("zh", "case_reference") if name == "case_reference" else name
        words = spec.codes.get(value) if spec and isinstance(value, str) else None
        if spec and spec.names_person and isinstance(value, str):
            words = number_words(value)
        rows.append((label, words.zh if words else value))
    return rows
