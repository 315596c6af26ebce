"""Rows of electronic certificates: the signed credential and its proof, what a holder shares, who looked."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime
from onething.trust.credentials.states import RequestStep, Stage, Status

_OPEN = "step IN ('wanted', 'asked', 'answered')"
UNANCHORED = "stage IN ('new', 'signed', 'logged')"


class CredentialRow(Base):
    """A certificate on its way from issued to provable. Written in the transaction that issues the certificate."""

    __tablename__ = "credential"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The certificate's id."""
    stage: Mapped[str] = mapped_column(String(10), default=Stage.NEW.value)
    """new → signed → logged (in the transparency log) → anchored (checkpoint and status confirmed in the contract)."""
    kind: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(12), default=Status.ISSUED.value)
    subject_id: Mapped[str] = mapped_column(String(40), default="")
    """Whose it is; the content below is sealed under this person's key. Empty: under a key of its own."""
    lookup: Mapped[str] = mapped_column(String(64), default="")
    """Keyed hash of the number by which its holder is found; empty when it has none."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed: what is to be signed while `new`, then the SD-JWT with all disclosures (`keeping`)."""
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seal: Mapped[str | None] = mapped_column(Text)
    """SM2 signature over the SM3 digest of the credential, with its key, as JSON."""
    digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the credential, hex: what log and contract hold. Salted by the disclosures' salts."""
    tx: Mapped[str] = mapped_column(String(120), default="")
    """Key of the queued call that issues it in the contract."""
    proof: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Log entry, inclusion proof and cosigned checkpoint; contract, transaction and block."""
    successor: Mapped[str | None] = mapped_column(String(40))
    """The certificate that took its place."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was suspended, revoked or replaced; sealed under its holder's key."""
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    anchored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_credential_unanchored", "id", sqlite_where=text(UNANCHORED), postgresql_where=text(UNANCHORED)),
        Index("ix_credential_digest", "digest"),
        Index("ix_credential_lookup", "lookup"),
        Index("ix_credential_successor", "successor"),
    )


class RequestRow(Base):
    """One agency's request for a certificate of another, as the contract carries it."""

    __tablename__ = "credential_request"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    certificate_id: Mapped[str] = mapped_column(String(40))
    asker: Mapped[str] = mapped_column(String(60))
    holder: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(120))
    """Code of the service it is needed for: the ground in the catalogue."""
    step: Mapped[str] = mapped_column(String(10), default=RequestStep.WANTED.value)
    """wanted → asked → answered → verified; or `wrong` when what came was not what was issued."""
    tx: Mapped[str] = mapped_column(String(120), default="")
    """Key of the queued call that carries the present step; empty when none is under way."""
    received: Mapped[str | None] = mapped_column(String(64))
    """Digest of the document that the asker got."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_credential_request_certificate", "certificate_id"),
        Index("ix_credential_request_open", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )


class ShareRow(Base):
    """Chosen fields of a certificate, shown to whoever has the QR code, for minutes."""

    __tablename__ = "credential_share"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token in the QR code; the token itself is kept nowhere."""
    certificate_id: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    fields: Mapped[list[str]] = mapped_column(Json)
    purpose: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_credential_share_certificate", "certificate_id", "created_at"),)


class ShareLookRow(Base):
    """Somebody opened a shared certificate."""

    __tablename__ = "credential_look"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    share_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(20))
    """`page` or `document` (the signed credential was fetched)."""

    __table_args__ = (Index("ix_credential_look_share", "share_id", "at"),)
