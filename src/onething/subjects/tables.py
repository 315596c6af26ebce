"""Who we serve, found by keyed hash of their number; and whom somebody else's filing or case concerns."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, UtcDateTime
from onething.core.private import Private


class SubjectRow(Base):
    """One person or organisation. `id_number` is the number of a person's paper (`core.persons.numbers`) or a unified social credit code."""

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
    same_as: Mapped[str | None] = mapped_column(String(40))
    """Set where it was found out that this is somebody who is here already: by what stands in logs she is read together with her."""

    __table_args__ = (
        Index("ix_subject_same_as", "same_as"),
        CheckConstraint("kind IN ('person', 'organisation')", name="kind"),
    )


class FormerNumberRow(Base):
    """A number that somebody had before: her renewed passport has another one, her card of permanent residence another form of it."""

    __tablename__ = "subject_former_number"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """As `SubjectRow.id_hash`; whoever comes by this number is the subject beside it."""
    subject_id: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class ConcernRow(Base):
    """Somebody whom another person's filing or case concerns: asked about, or named in it."""

    __tablename__ = "subject_concern"

    stream: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The filing or case."""
    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    by_subject: Mapped[str] = mapped_column(String(40))
    """Whose filing or case it is."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_subject_concern_subject_id_since", "subject_id", "since"),)
