"""Core's tables: the event log and the access log. Both are append-only, enforced by the database itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, Index, Integer, String, Text, event
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import OUTLIVES, Base, Json, UtcDateTime

BigKey = BigInteger().with_variant(Integer, "sqlite")


class EventRow(Base):
    """One thing that happened. `data` holds codes and references, never personal data."""

    __tablename__ = "event_log"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(40), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    stream: Mapped[str] = mapped_column(String(80))
    """What it happened to, for example a case id."""
    type: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    """Of its type, as it was when the event was appended; readers are given the newest."""
    actor: Mapped[str] = mapped_column(String(120))
    data: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (Index("ix_event_log_stream_seq", "stream", "seq"), Index("ix_event_log_type_seq", "type", "seq"))


class AccessRow(Base):
    """Somebody or some agency looked at a person's data: the citizen reads this as "who has looked at my data"."""

    __tablename__ = "access_log"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject_id: Mapped[str] = mapped_column(String(40), info=OUTLIVES)
    case_id: Mapped[str | None] = mapped_column(String(40), info=OUTLIVES)
    actor: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(String(120))
    """Evidence type, page or document looked at, as a code."""
    ground: Mapped[str] = mapped_column(Text)
    """Why it was allowed: consent, article of law, duty."""

    __table_args__ = (Index("ix_access_log_subject_id_seq", "subject_id", "seq"),)


class FaultRow(Base):
    """A fault of ours or of the city package, for an operator: one row for what is the same, however often it is met.

    No personal data: names of fields and formats, codes of lists, never whose value it was.
    """

    __tablename__ = "fault"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Hash of what makes two faults the same."""
    room: Mapped[str] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(160))
    """What it happened with: an operation, a service, a template."""
    detail: Mapped[str] = mapped_column(Text)
    stream: Mapped[str] = mapped_column(String(80), server_default="")
    """The case that it holds up; empty for one that holds up none by itself."""
    task: Mapped[str] = mapped_column(String(100), server_default="")
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    times: Mapped[int] = mapped_column(Integer)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(120), server_default="")

    __table_args__ = (
        Index(
            "ix_fault_open",
            "last_at",
            "key",
            sqlite_where=sql("closed_at IS NULL"),
            postgresql_where=sql("closed_at IS NULL"),
        ),
        Index("ix_fault_stream", "stream", "task"),
    )


APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        "CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ),
}


def append_only_statements(table: str, dialect: str) -> list[str]:
    """SQL that makes the database refuse changes to `table`. Frozen: migration 0001 calls it, and what a migration does stays."""
    return [statement.format(table=table) for statement in APPEND_ONLY.get(dialect, ())]


for _table in (EventRow.__table__, AccessRow.__table__):
    for _dialect in APPEND_ONLY:
        for _statement in append_only_statements(str(_table.name), _dialect):  # type: ignore[attr-defined]
            event.listen(_table, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect))
