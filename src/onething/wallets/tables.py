"""Offers, what is in wallets (by number in a list of status alone), and questions with their answers for a quarter of an hour."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime


class OfferRow(Base):
    __tablename__ = "wallet_offer"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of what stands in the QR code; code and access token are drawn from it and kept nowhere."""
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    number_hash: Mapped[str] = mapped_column(String(64))
    """Of the six figures that the holder types into her wallet."""
    access_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    certificate_id: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_wallet_offer_certificate_id_subject_id", "certificate_id", "subject_id"),
        Index("ix_wallet_offer_expires_at", "expires_at"),
    )


class HeldRow(Base):
    __tablename__ = "wallet_held"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    certificate_id: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    list_number: Mapped[int] = mapped_column(Integer)
    place: Mapped[int] = mapped_column(Integer)
    """In that list; drawn by lot, so that neighbours tell nothing of each other."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Her phone was lost: what it holds is no longer good, the certificate itself is."""

    __table_args__ = (
        UniqueConstraint("list_number", "place"),
        Index("ix_wallet_held_certificate_id_subject_id", "certificate_id", "subject_id"),
    )


class QuestionRow(Base):
    __tablename__ = "wallet_question"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of what the asker alone has: whoever scans the code cannot read the answer."""
    state: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(60))
    fields: Mapped[list[str]] = mapped_column(Json)
    purpose: Mapped[str] = mapped_column(String(120))
    nonce: Mapped[str] = mapped_column(String(43))
    answer: Mapped[str] = mapped_column(Text)
    """Sealed under the question's own key."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_wallet_question_expires_at", "expires_at"),)
