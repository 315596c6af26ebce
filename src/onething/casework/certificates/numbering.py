"""Numbers of certificates by the pattern of their kind: the agency's own number where it gave one, else a running one of the city's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from onething.casework.tables import CertificateSerialRow
from onething.catalog.models import City
from onething.catalog.service import number_filled, number_wants_serial
from onething.core.clock import local
from onething.trust.credentials.models import Issue


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate to be written: its row, and its content on the way to be signed."""

    row: dict[str, Any]
    issue: Issue


def numbered(session: Session, city: City, made: Sequence[Made]) -> list[Made]:
    """The same with their numbers, in the caller's transaction. A running number is given once and to no other, whatever becomes of it."""
    patterns = [_pattern(city, one) for one in made]
    wanting = [
        CertificateSerialRow(certificate_id=one.row["id"])
        for one, pattern in zip(made, patterns, strict=True)
        if number_wants_serial(pattern)
    ]
    session.add_all(wanting)
    if wanting:
        session.flush()
    serials = {row.certificate_id: row.serial for row in wanting}
    found: list[Made] = []
    for one, pattern in zip(made, patterns, strict=True):
        day, serial = local(one.row["issued_at"]).date(), serials.get(one.row["id"], 0)
        number = number_filled(pattern, one.issue.fields, city.division, day, serial)
        found.append(Made(one.row | {"number": number}, replace(one.issue, number=number)))
    return found


def _pattern(city: City, one: Made) -> str:
    kind = city.evidence_type(one.issue.kind)
    return kind.certificate.number if kind and kind.certificate else ""
