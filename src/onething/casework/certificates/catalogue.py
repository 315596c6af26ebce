"""The catalogue of a city's certificates and the metadata of one, under the terms of GB/T 36901–36906."""

from typing import Any

from sqlalchemy.orm import Session

from onething.casework.certificates import issuance, trust_keys
from onething.catalog.models import City
from onething.catalog.service import get_city
from onething.core.access import Principal
from onething.core.persons.numbers import PersonDocument, as_person_number
from onething.trust.credentials.service import KindOfCertificate, catalogue, metadata

_CODE_TYPES: dict[PersonDocument, str] = dict.fromkeys(
    (PersonDocument.CITIZEN_ID, PersonDocument.RESIDENCE_PERMIT), "公民身份号码"
)
"""What the number of a holder is called; of other papers it is the paper's own name."""


def kinds(city: City) -> list[KindOfCertificate]:
    """One line for each type of certificate that some service of the city gives."""
    issuers: dict[str, list[str]] = {}
    for agency_id, given in trust_keys.kinds_of(city).items():
        for kind_id in given:
            issuers.setdefault(kind_id, []).append(city.label_of(agency_id).zh)
    found: list[KindOfCertificate] = []
    for kind_id, agencies in sorted(issuers.items()):
        kind = city.evidence_type(kind_id)
        if kind is None or kind.certificate is None:
            continue
        fields = tuple((field.id, field.name.zh, field.required) for field in kind.fields)
        years = kind.certificate.valid_years
        found.append(KindOfCertificate(kind.id, kind.certificate.title.zh, kind.catalogue_code, tuple(sorted(agencies)), fields, years))  # fmt: skip
    return found


def catalogue_of(city: City | None = None) -> list[dict[str, Any]]:
    """For export; no personal data."""
    return catalogue(kinds(city or get_city()))


def metadata_of(session: Session, principal: Principal, certificate_id: str) -> dict[str, Any]:
    """Of a certificate that the principal may see; the look is written down for its holder.

    Raises `Problem(casework.certificate_not_found | trust.erased)`.
    """
    city = get_city()
    view = issuance.certificate_of(session, principal, certificate_id)
    kind = next(each for each in kinds(city) if each.id == view.evidence_type)
    spec = city.evidence_type(view.evidence_type)
    names = [field.id for field in spec.fields if field.type == "name"] if spec else []
    numbers = [field.id for field in spec.fields if field.names_person] if spec else []
    number = next((as_person_number(view.data[name]) for name in numbers if view.data.get(name)), None)
    holder = {
        "name": next((str(view.data[name]) for name in [*names, "child_name", "name"] if view.data.get(name)), ""),
        "code": number.number if number else "",
        "code_type": _CODE_TYPES.get(number.document, number.document.words.zh) if number else "",
    }
    issuance.note_look(session, principal, certificate_id)
    status = {"valid": "issued", "replaced": "superseded"}.get(view.status, view.status)
    return metadata(
        kind, view.number, city.label_of(view.agency).zh, view.agency, view.issued_at, view.valid_until,
        holder, status,
    )  # fmt: skip
