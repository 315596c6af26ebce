"""How the content of certificates lies in the database: sealed under its holder's key, so that erasing the key erases it."""

from collections.abc import Iterable, Sequence
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


def bring_keys(session: Session, rows: Iterable[CredentialRow]) -> None:
    """One look-up of keys for all that are opened next in this transaction."""
    owners = {owner_of(row.subject_id, row.id) for row in rows}
    if owners:
        _sealer().keys_of(session, owners, make=False, skip_erased=True, skip_unknown=True)


def sealed_claims_of(session: Session, claims: Sequence[tuple[str, str, dict[str, Any]]]) -> list[bytes]:
    """(certificate, holder, what is to be signed) → sealed, in the same order. Raises `Problem(trust.erased)`."""
    sealer = _sealer()
    owners = [owner_of(subject_id, certificate_id) for certificate_id, subject_id, _ in claims]
    keys = sealer.keys_of(session, set(owners), make=True)
    return [
        sealer.seal_with(keys[owner], owner, canonical(told), CLAIMS)
        for owner, (_, _, told) in zip(owners, claims, strict=True)
    ]


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
