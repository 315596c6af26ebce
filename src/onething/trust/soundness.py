"""Whether people's keys and certificates open, by a sample."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.processes.health import Check
from onething.trust.credentials.keeping import text_of
from onething.trust.credentials.tables import CredentialRow
from onething.trust.sealing.owners import key_store
from onething.trust.sealing.samples import try_some
from onething.trust.sealing.subject_keys import SubjectSealer
from onething.trust.tables import SubjectKeyRow


def check(session: Session) -> list[Check]:
    """With the key store that is here."""
    living = select(SubjectKeyRow.subject_id).where(SubjectKeyRow.erased_at.is_(None))
    signed = select(CredentialRow).where(CredentialRow.digest.is_not(None))
    sealer = SubjectSealer(key_store())

    def key(row: tuple[str]) -> object:
        return sealer.keys_of(session, {row[0]}, make=False)

    return [
        try_some("keys of people", session, living, SubjectKeyRow.subject_id, key),
        try_some("certificates", session, signed, CredentialRow.id, lambda row: text_of(session, row[0])),
    ]
