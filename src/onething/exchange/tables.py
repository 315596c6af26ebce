"""The message log: who asked whom for what, for which case, on which ground, and how it went. No personal data."""

from datetime import datetime

from sqlalchemy import Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, UtcDateTime


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
