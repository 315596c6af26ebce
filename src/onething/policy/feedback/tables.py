"""Rows of suggestions and what became of them."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, UtcDateTime


class SuggestionRow(Base):
    """What a company or a person proposes about a clause or a page."""

    __tablename__ = "policy_suggestion"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(40))
    target_kind: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(160))
    agency: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    """open, answered, adopted or declined."""
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(String(120))
    rule_version: Mapped[str] = mapped_column(String(160))
    """The version of the clause that came of it."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_policy_suggestion_agency_state", "agency", "state", "at"),
        Index("ix_policy_suggestion_subject_id", "subject_id", "at"),
        Index("ix_policy_suggestion_target", "target"),
    )
