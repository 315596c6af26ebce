"""Tables of policy knowledge: regulations as read, clauses in their versions, relations between them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime


class PolicyDocumentRow(Base):
    """A version of a regulation. Its text is never changed; another version is another row."""

    __tablename__ = "policy_document"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    eli: Mapped[str] = mapped_column(String(300), unique=True)
    work: Mapped[str] = mapped_column(String(280))
    """The regulation without its version."""
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(Text)
    file: Mapped[str] = mapped_column(String(300))
    made_on: Mapped[date | None] = mapped_column(Date)
    in_force_from: Mapped[date | None] = mapped_column(Date)
    articles: Mapped[int] = mapped_column(Integer)
    drafts: Mapped[int] = mapped_column(Integer)
    added_by: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_policy_document_work", "work"),)


class PolicyClauseRow(Base):
    """One version of a clause. What it decides is the rule version of the same id, which also carries its state and its four eyes."""

    __tablename__ = "policy_clause"

    rule_version_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    clause: Mapped[str] = mapped_column(String(160))
    number: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(String(300))
    """ELI of the version of the regulation it stands on."""
    draft: Mapped[str] = mapped_column(String(320))
    """The draft it was made from; empty when written by hand."""
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    """Everything of a `Clause` but its ruleset."""
    examples: Mapped[list[Any]] = mapped_column(Json)
    """Boundary examples that an official looked at."""

    __table_args__ = (
        UniqueConstraint("clause", "number", name="uq_policy_clause_clause_number"),
        Index("ix_policy_clause_document", "document"),
    )


class PolicyRelationRow(Base):
    """A directed link between two clauses, places or documents."""

    __tablename__ = "policy_relation"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(320))
    target: Mapped[str] = mapped_column(String(320))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    added_by: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("kind", "source", "target", name="uq_policy_relation_kind_source_target"),
        Index("ix_policy_relation_source", "source"),
        Index("ix_policy_relation_target", "target"),
    )
