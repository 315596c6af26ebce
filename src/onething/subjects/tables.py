"""Who we serve: people and organisations, found by keyed hash of their number."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, UtcDateTime
from onething.core.private import Private


class SubjectRow(Base):
    """One person or organisation. `id_number` is a citizen id or a unified social credit code."""

    __tablename__ = "subject"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    oidc_sub: Mapped[str | None] = mapped_column(String(255), unique=True)
    """Account at the identity provider; an account belongs to at most one subject."""
    name: Mapped[str] = mapped_column(Private)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    id_number: Mapped[str] = mapped_column(Private)
    phone: Mapped[str | None] = mapped_column(Private)
    lang: Mapped[str] = mapped_column(String(5))
    sms_opt_in: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("kind IN ('person', 'organisation')", name="kind"),)
