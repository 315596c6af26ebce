"""Rows of matching and fulfilment."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime


class AwardRow(Base):
    """One benefit for one company and one period; instalments are `part` 1, 2 …. The unique key makes it happen once."""

    __tablename__ = "policy_award"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    clause_id: Mapped[str] = mapped_column(String(160))
    clause_version: Mapped[int] = mapped_column(Integer)
    subject_id: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(10))
    """Empty for once; `2026`, `2026Q4` or `2026-11`."""
    part: Mapped[int] = mapped_column(SmallInteger)
    agency: Mapped[str] = mapped_column(String(60))
    purse: Mapped[str] = mapped_column(String(76))
    fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(60))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """The conditions in plain words with the values they were decided on."""
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noticed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pay_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account: Mapped[str] = mapped_column(String(40))
    """Which of the company's accounts it chose; empty for its basic account."""
    order_id: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Text)
    """What the company said when it objected, or the officer when she decided."""
    decided_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("clause_id", "subject_id", "period", "part", name="uq_policy_award_once"),
        CheckConstraint("fen >= 0", name="some"),
        Index("ix_policy_award_subject_id", "subject_id", "found_at"),
        Index("ix_policy_award_state_pay_after", "state", "pay_after"),
        Index("ix_policy_award_order_id", "order_id"),
    )


class ChangedRow(Base):
    """A company to be matched anew: written in the transaction that changed its picture, deleted in the one that matched it."""

    __tablename__ = "policy_changed"

    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_policy_changed_at", "at"),)


class StandingRow(Base):
    """A company accepts beforehand: paid at once, without the time to object."""

    __tablename__ = "policy_standing"

    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    scope: Mapped[str] = mapped_column(String(160), primary_key=True)
    """`*` for all that binds to nothing, or a clause's id."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[str] = mapped_column(String(120))


class SeenRow(Base):
    """A company has opened a benefit's page: awareness is counted from these."""

    __tablename__ = "policy_seen"

    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    clause_id: Mapped[str] = mapped_column(String(160), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScanRow(Base):
    """One full scan: what it ran over, and where its results are."""

    __tablename__ = "policy_scan"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    companies: Mapped[int] = mapped_column(Integer)
    clauses: Mapped[int] = mapped_column(Integer)
    millis: Mapped[int] = mapped_column(Integer)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    """Clause id → [eligible, one short, undecided]."""
