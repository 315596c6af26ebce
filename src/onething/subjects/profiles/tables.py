"""What agencies have reported of companies: every report kept as it came, the present picture beside it, and disputes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, Boolean, Date, Index, Integer, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime
from onething.core.private import Private
from onething.core.tables import APPEND_ONLY, BigKey, append_only_statements


class DeliveryRow(Base):
    """A file, an API call or a stretch of a change feed, taken in once."""

    __tablename__ = "profile_delivery"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    """api, file or feed."""
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the content: the same file twice is taken in once."""
    rows: Mapped[int] = mapped_column(Integer)
    refused: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """Lines not taken in and why, without their values."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("source", "digest", name="uq_profile_delivery_source_digest"),)


class ReportRow(Base):
    """What one agency said of one company as of one day. Never changed: a correction is a later report of that day."""

    __tablename__ = "profile_report"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    subject_id: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(60))
    as_of: Mapped[date] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivery_id: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (Index("ix_profile_report_subject_id_source", "subject_id", "source", "as_of"),)


class ProfileRow(Base):
    """The present picture of a company, derived from its reports."""

    __tablename__ = "company_profile"

    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    """Dimension → value that may be relied on; what is late, contradictory or missing is not in it."""
    flags: Mapped[dict[str, Any]] = mapped_column(Json)
    """Dimension → `late` or `contradictory`."""
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_company_profile_changed_at", "changed_at"),)


class DisputeRow(Base):
    """A company says that a value about it is wrong."""

    __tablename__ = "profile_dispute"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(40))
    dimension: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(60))
    claimed: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    """open, corrected or upheld."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        Index("ix_profile_dispute_subject_id", "subject_id"),
        Index("ix_profile_dispute_source_state", "source", "state"),
    )


class FeedRow(Base):
    """How far an agency's change feed has been read."""

    __tablename__ = "profile_feed"

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    cursor: Mapped[str] = mapped_column(String(200))
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountRow(Base):
    """A bank account of a company, to be paid into."""

    __tablename__ = "company_account"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(40))
    number_hash: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(Private)
    """Sealed under the company's key; found by `number_hash`."""
    bank: Mapped[str] = mapped_column(String(60))
    basic: Mapped[bool] = mapped_column(Boolean)
    """The basic deposit account (基本存款账户), used unless another is chosen."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("subject_id", "number_hash", name="uq_company_account_number"),)


for _dialect in APPEND_ONLY:
    for _statement in append_only_statements("profile_report", _dialect):
        event.listen(
            ReportRow.__table__, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect)
        )
