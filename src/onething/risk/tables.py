"""Rows of the risk room: entities and relations (the truth the graph is built from), filings as measured, findings, models."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, Index, Integer, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime
from onething.core.tables import BigKey


class EntityRow(Base):
    """Somebody or something that companies share. `key` is a keyed hash; no name, no number."""

    __tablename__ = "risk_entity"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(SmallInteger)
    ended: Mapped[int | None] = mapped_column(Integer)
    """Companies: minutes since 2000 at which it ended."""
    revoked: Mapped[bool] = mapped_column(Boolean, default=False)
    shared: Mapped[bool] = mapped_column(Boolean, default=False)


class RelationRow(Base):
    """An entity belongs to a company in a role, from `since` until `until`."""

    __tablename__ = "risk_relation"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    company: Mapped[int] = mapped_column(BigInteger)
    other: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[int] = mapped_column(Integer)
    until: Mapped[int | None] = mapped_column(Integer)
    share: Mapped[float] = mapped_column(Float, default=0.0)

    __table_args__ = (
        Index("uq_risk_relation_company_other_role_since", "company", "other", "role", "since", unique=True),
    )


class FilingRow(Base):
    """One company as it was measured when it filed, and what was concluded: what models are grown on and replays read."""

    __tablename__ = "risk_filing"

    company: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    case_id: Mapped[str | None] = mapped_column(String(40))
    moment: Mapped[int] = mapped_column(Integer)
    row: Mapped[bytes] = mapped_column(LargeBinary)
    """Indicators as little-endian float32, in the order of `indicators.NAMES`."""
    refer: Mapped[bool] = mapped_column(Boolean, default=False)
    probability: Mapped[float] = mapped_column(Float, default=0.0)
    model: Mapped[str] = mapped_column(String(40), default="")
    trace: Mapped[Any] = mapped_column(Json)

    __table_args__ = (Index("ix_risk_filing_case_id", "case_id"), Index("ix_risk_filing_moment", "moment"))


class FindingRow(Base):
    """What was found out about a company later. The latest one counts; none is ever changed."""

    __tablename__ = "risk_finding"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    company: Mapped[int] = mapped_column(BigInteger)
    shell: Mapped[bool] = mapped_column(Boolean)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(80))

    __table_args__ = (Index("ix_risk_finding_company", "company"),)


class ModelRow(Base):
    """A grown model: waiting for approval, live, or retired. At most one is live."""

    __tablename__ = "risk_model"

    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(10))
    """`waiting`, `live`, `retired`."""
    approved_by: Mapped[str | None] = mapped_column(String(80))
    body: Mapped[Any] = mapped_column(Json)
    """As `trees.as_json` writes it."""
