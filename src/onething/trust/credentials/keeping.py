"""How the content of certificates lies in the database: sealed under its holder's key, so that erasing the key erases it."""

from typing import Any

from sqlalchemy.orm import Session

from onething.core.errors import Problem
from onething.trust.credentials.errors import NOT_READY
from onething.trust.credentials.tables import CredentialRow
from onething.trust.errors import ERASED
from onething.trust.ledger.canonical import canonical, parse
from onething.trust.sealing.owners import key_store
from onething.trust.sealing.sealed_values import open_of_many, owner_of, seal_values
from onething.trust.sealing.subject_keys import SubjectSealer

CLAIMS, TEXT, REASON = "credential.claims", "credential.content", "credential.reason"


def _sealer() -> SubjectSealer:
    return SubjectSealer(key_store())


def sealed_claims(session: Session, certificate_id: str, subject_id: str, claims: dict[str, Any]) -> bytes:
    """What is to be signed. Raises `Problem(trust.erased)` for an erased person."""
    return _sealer().seal(session, owner_of(subject_id, certificate_id), canonical(claims), CLAIMS)


def sealed_text(session: Session, row: CredentialRow, credential: str) -> bytes:
    """The signed credential."""
    return _sealer().seal(session, owner_of(row.subject_id, row.id), credential.encode(), TEXT)


def claims_of(session: Session, row: CredentialRow) -> dict[str, Any]:
    """Raises `Problem(trust.erased | trust.altered)`."""
    return parse(_sealer().open(session, owner_of(row.subject_id, row.id), row.content, CLAIMS))


def text_of(session: Session, row: CredentialRow | None) -> str:
    """The signed credential with all disclosures.

    Raises `Problem(credentials.not_ready)` before it is signed, `Problem(trust.erased | trust.altered)`.
    """
    if row is None or row.digest is None:
        raise Problem(NOT_READY)
    return _sealer().open(session, owner_of(row.subject_id, row.id), row.content, TEXT).decode()


def sealed_reason(session: Session, row: CredentialRow, reason: str) -> str:
    """Why an official changed its status; not kept for a holder who was erased, whose certificate can be revoked all the same.

    The contract gets a digest of this: nobody finds the words by trying.
    """
    try:
        return seal_values(session, [(owner_of(row.subject_id, row.id), reason)], REASON)[0] if reason else ""
    except Problem as problem:
        if problem.kind is not ERASED:
            raise
        return ""


def reason_of(session: Session, row: CredentialRow) -> str:
    """Empty once the person was erased."""
    return open_of_many(session, [(owner_of(row.subject_id, row.id), row.reason)], REASON)[0] or ""


def seal_file(session: Session, certificate_id: str, subject_id: str, content: bytes) -> bytes:
    """A drawn file of a certificate, for the file store."""
    return _sealer().seal(session, owner_of(subject_id, certificate_id), content, "credential.file")


def open_file(session: Session, certificate_id: str, subject_id: str, sealed: bytes) -> bytes:
    """Raises `Problem(trust.erased | trust.altered)`."""
    return _sealer().open(session, owner_of(subject_id, certificate_id), sealed, "credential.file")
