"""Tables of rules: drafts, approved versions, and who did what to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime


class RuleVersionRow(Base):
    """One version of one rule file. Content is never changed once it is submitted; approval and roll-back make new rows."""

    __tablename__ = "rule_version"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    """The rule file's name in the city package, e.g. `newborn/rules/subsidy.yaml`."""
    number: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 … per name."""
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    """As `states.VERSION` has it."""
    author: Mapped[str] = mapped_column(String(120))
    reviewer: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was changed, rejected or rolled back."""
    back_to: Mapped[int | None] = mapped_column(Integer)
    """For a roll-back: the number of the version it restores."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lock: Mapped[int] = mapped_column(Integer, default=0)
    """Counts saves of a draft, so that two editors never overwrite each other."""
    notes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    __table_args__ = (
        UniqueConstraint("name", "number", name="uq_rule_version_name_number"),
        Index("ix_rule_version_name_status", "name", "status"),
    )
