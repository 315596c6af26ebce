"""Certificates of a case that its other agencies work with: each fetches them by contract once its own part is done, never before.

What has not been carried out has fetched nothing: the holder's page would say that somebody looked who did not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.states import IN_FORCE_OR_SUSPENDED
from onething.casework.tables import CertificateRow
from onething.trust.credentials import service as credentials
from onething.trust.credentials.models import Fetch


@dataclass(frozen=True, slots=True)
class Used:
    """A service of a case that was carried out, and the slots that it needed."""

    case_id: str
    agency: str
    service: str
    slots: frozenset[str]


def fetch_used(session: Session, used: Sequence[Used]) -> None:
    """One statement to find them and one to ask, for any number of services."""
    slots = {slot for one in used for slot in one.slots}
    if not slots:
        return
    query = select(CertificateRow.id, CertificateRow.case_id, CertificateRow.slot, CertificateRow.agency).where(
        CertificateRow.case_id.in_({one.case_id for one in used}),
        CertificateRow.slot.in_(slots),
        CertificateRow.status.in_(IN_FORCE_OR_SUSPENDED),
    )
    there = session.execute(query).tuples().all()
    credentials.fetch(
        session,
        [
            Fetch(certificate_id, holder, one.agency, one.service)
            for one in used
            for certificate_id, case_id, slot, holder in there
            if case_id == one.case_id and slot in one.slots
        ],
    )
