"""The message log, what gateways keep as evidence, and consents given to partners.

No personal data, except in the column of type `Private`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime
from onething.core.private import Private
from onething.exchange.states import ForwardState


class MessageRow(Base):
    """One conversation with an agency: all attempts of one call together."""

    __tablename__ = "exchange_message"

    message_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    case_id: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(120))
    agency: Mapped[str] = mapped_column(String(60))
    operation: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(120))
    ground: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))
    attempts: Mapped[int] = mapped_column(Integer)
    ms: Mapped[float] = mapped_column(Float)

    __table_args__ = (
        Index("ix_exchange_message_case_id_at", "case_id", "at"),
        Index("ix_exchange_message_subject_id_at", "subject_id", "at"),
        Index("ix_exchange_message_agency_at", "agency", "at"),
        Index("ix_exchange_message_at", "at"),
    )


class ConcernedRow(Base):
    """Somebody other than the person in whose filing or case an agency was asked, whom the question or its answer was about."""

    __tablename__ = "exchange_concerned"

    message_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ground: Mapped[str] = mapped_column(Text)
    """On what she was asked about: an article of law, or the reference of her own consent."""

    __table_args__ = (Index("ix_exchange_concerned_subject_id_at", "subject_id", "at"),)


class EvidenceRow(Base):
    """One signed exchange as a gateway saw it: digests and signatures of question and answer. No personal data."""

    __tablename__ = "gateway_evidence"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    side: Mapped[str] = mapped_column(String(4))
    """in: we were asked; out: we asked"""
    member: Mapped[str] = mapped_column(String(60))
    """Whose gateway kept this."""
    peer: Mapped[str] = mapped_column(String(60))
    nonce: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str] = mapped_column(String(120))
    operation: Mapped[str] = mapped_column(String(130))
    purpose: Mapped[str] = mapped_column(String(120))
    ground: Mapped[str] = mapped_column(Text)
    """Article of law or reference of a consent."""
    outcome: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))
    question: Mapped[dict[str, Any]] = mapped_column(Json)
    """Digest, signature parameters and signature of the question."""
    answer: Mapped[dict[str, Any]] = mapped_column(Json)
    anchor: Mapped[str | None] = mapped_column(String(200))
    """Where a ledger keeps a commitment to it, once one does."""

    __table_args__ = (
        Index("uq_gateway_evidence_nonce", "member", "side", "peer", "nonce", unique=True),
        Index("ix_gateway_evidence_at", "at"),
        Index("ix_gateway_evidence_message_id", "message_id"),
    )


class EffectRow(Base):
    """What an order from another member had as its effect, by its idempotency key: sent twice, done once."""

    __tablename__ = "gateway_effect"

    member: Mapped[str] = mapped_column(String(60), primary_key=True)
    peer: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))
    """Keyed hash of operation and parameters; the same key with other content is refused."""
    answer: Mapped[str | None] = mapped_column(Private)
    """The final answer as JSON, sealed under a key of its own; None while it is being carried out."""

    __table_args__ = (Index("ix_gateway_effect_at", "at"),)


class PartnerConsentRow(Base):
    """A person lets a partner ask certain agencies for certain fields, for one purpose, until a moment."""

    __tablename__ = "exchange_consent"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(40))
    person_hash: Mapped[str] = mapped_column(String(64))
    """Keyed hash of her id number: a question about anybody else is never covered."""
    partner: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(60))
    asks: Mapped[dict[str, Any]] = mapped_column(Json)
    """Operation → fields, as they stood when she agreed: a later change of the package does not widen it."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_exchange_consent_subject_id_given_at", "subject_id", "given_at"),)


class ForwardRow(Base):
    """An order that waits for its agency: written with whatever wanted it, sent when the agency is back, once."""

    __tablename__ = "exchange_forward"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    """The call's idempotency key."""
    agency: Mapped[str] = mapped_column(String(60))
    operation: Mapped[str] = mapped_column(String(130))
    call: Mapped[str] = mapped_column(Private)
    """The call as JSON, sealed under the key of the person it is about, or its own."""
    subject_id: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(10), default=ForwardState.WAITING.value)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    answer: Mapped[str | None] = mapped_column(Private)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_exchange_forward_waiting", "state", "agency", "id"),)
