"""What a certificate must say, what it prints and in which order, and who it is for, by its form."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from onething.catalog.model.conditions import slots_in
from onething.catalog.models import CertificateForm, City, EvidenceType, LifeEvent
from onething.catalog.template_values import values_printed_by

GIVEN = {
    "verify_url", "certificate_title", "issuer", "number", "serial_number", "verification_code", "issued_at", "valid_until",
    "case_reference", "revoked", "specimen", "lang",
}  # fmt: skip
"""Values that every certificate has from the platform itself."""
_FIELD = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")


def required_values(city: City, event: LifeEvent | None, kind: EvidenceType) -> tuple[str, ...]:
    """The values without which no certificate of this kind is issued, in its own order."""
    form = kind.certificate
    if form is None:
        return ()
    fields = [spec.id for spec in kind.fields if spec.required]
    shown = [name for name, text in form.with_.items() if not _optional(city, event, text)]
    return tuple(dict.fromkeys(name for name in (*fields, *shown) if name not in form.may_be_empty))


def _optional(city: City, event: LifeEvent | None, text: str) -> bool:
    """Whether an expression is a plain field of the case that may be missing where it comes from."""
    found = _FIELD.fullmatch(text.strip())
    events = [event] if event is not None else list(city.life_events)
    for each in events if found else ():
        there = city.type_of(each.slot(found[1])) if found else None
        spec = there.field(found[2]) if there and found else None
        if spec is not None:
            return not spec.required
    return False


def values_known_before(form: CertificateForm, outputs: Iterable[str]) -> frozenset[str]:
    """The values that a template takes from elsewhere in the case than from the service that gives the certificate."""
    made = frozenset(outputs)
    return frozenset(name for name, text in form.with_.items() if not slots_in(text) & made)


def holder_in(kind: EvidenceType | None, content: Mapping[str, Any]) -> str:
    """For whom, or for which company, a certificate of this content is; empty where its form does not say."""
    form = kind.certificate if kind else None
    name = form.holder if form else None
    return str(content.get(name) or "") if name else ""


def printed_by(city: City, kind: EvidenceType) -> tuple[str, ...]:
    """The values that its template prints, in their order; none where the template cannot be read."""
    if kind.certificate is None:
        return ()
    try:
        return values_printed_by(city.folder / kind.certificate.template)
    except OSError:
        return ()
