"""What robots did: a row a run, a picture a step (in the blob store)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime


class RobotRunRow(Base):
    """One run of a procedure. Holds no values of the case: those are only in the pictures, which officials may open."""

    __tablename__ = "robot_run"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    agency: Mapped[str] = mapped_column(String(40))
    operation: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[str | None] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(40))
    """Our mark in their system, made from the idempotency key."""
    outcome: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(80), default="")
    ms: Mapped[float] = mapped_column(Float)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """`{what, ms, picture}`; `picture` names a file sealed under the key of the case's person, empty once forgotten."""
    pictures: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether there are some still."""
    drift: Mapped[dict[str, str]] = mapped_column(Json)
    """Place → how the page differs from the script; a person should look."""

    __table_args__ = (
        Index("ix_robot_run_agency_at", "agency", "at"),
        Index("ix_robot_run_at", "at"),
        Index("ix_robot_run_pictures", "at", sqlite_where=text("pictures"), postgresql_where=text("pictures")),
    )
