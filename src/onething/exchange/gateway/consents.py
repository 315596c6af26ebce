"""Consents that a person gives to a partner outside government: given, read, withdrawn.

个人信息保护法: consent names purpose and kinds of data (第十四条), is withdrawn as easily as given (第十五条), and sharing with others
needs its own consent (第二十三条).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.catalog.models import Partner, Purpose
from onething.core import clock
from onething.core.identifiers import normalize
from onething.core.ids import new_id
from onething.core.private import keyed_hash
from onething.exchange.tables import PartnerConsentRow


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody allowed. `asks` maps an operation to the fields that may be given (all when empty)."""

    id: str
    subject_id: str
    partner: str
    purpose: str
    asks: dict[str, dict[str, Any]]
    given_at: datetime
    until: datetime
    withdrawn_at: datetime | None

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None and clock.now() < self.until


def _consent(row: PartnerConsentRow) -> Consent:
    return Consent(
        row.id, row.subject_id, row.partner, row.purpose, row.asks, row.given_at, row.until, row.withdrawn_at
    )


def person_hash(id_number: str) -> str:
    return keyed_hash("partner-consent", normalize(id_number).upper())


def give(
    session: Session, subject_id: str, id_number: str, partner: Partner, purpose: Purpose, days: int | None = None
) -> Consent:
    """Record a consent as the purpose stands now; at most `purpose.longest_days` long."""
    at = clock.now()
    row = PartnerConsentRow(
        id=new_id("pcn"), subject_id=subject_id, person_hash=person_hash(id_number), partner=partner.id, purpose=purpose.id,
        asks={ask.operation: {"fields": list(ask.fields), "person": ask.person} for ask in purpose.asks}, given_at=at,
        until=at + timedelta(days=min(days or purpose.longest_days, purpose.longest_days)), withdrawn_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _consent(row)


def withdraw(session: Session, subject_id: str, consent_id: str) -> bool:
    """From now on nothing flows. True when there was one of hers that still held."""
    mine = (PartnerConsentRow.id == consent_id, PartnerConsentRow.subject_id == subject_id)
    found = session.scalar(select(PartnerConsentRow.id).where(*mine, PartnerConsentRow.withdrawn_at.is_(None)))
    session.execute(
        update(PartnerConsentRow)
        .where(*mine, PartnerConsentRow.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now())
    )
    return found is not None


def consents_of(session: Session, subject_id: str, limit: int = 50) -> Sequence[Consent]:
    """Newest first."""
    query = select(PartnerConsentRow).where(PartnerConsentRow.subject_id == subject_id)
    query = query.order_by(PartnerConsentRow.given_at.desc(), PartnerConsentRow.id.desc()).limit(min(limit, 500))
    return [_consent(row) for row in session.scalars(query)]


def covering(session: Session, consent_id: str, partner: str, operation: str, params: dict[str, Any]) -> Consent | None:
    """The consent if it holds now for this partner, this operation and the very person asked about."""
    row = session.get(PartnerConsentRow, consent_id, populate_existing=True)
    if row is None or row.partner != partner or operation not in row.asks:
        return None
    person = params.get(str(row.asks[operation]["person"]))
    if not isinstance(person, str) or person_hash(person) != row.person_hash:
        return None
    consent = _consent(row)
    return consent if consent.holds else None
