"""Tables of this room: logs kept in the database, records with their sealed openings, keys of persons. No personal data in clear."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import OUTLIVES, Base, Json, UtcDateTime


class LogHeadRow(Base):
    """A log and its latest signed head. `size` is repeated so that a commit can compare and set it."""

    __tablename__ = "trust_log_head"

    log: Mapped[str] = mapped_column(String(120), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[str] = mapped_column(Text)
    published: Mapped[str] = mapped_column(Text)
    """The latest checkpoint with enough cosignatures; empty before the first."""


class LogTileRow(Base):
    """A tile under its C2SP path."""

    __tablename__ = "trust_log_tile"

    log: Mapped[str] = mapped_column(String(120), primary_key=True)
    path: Mapped[str] = mapped_column(String(60), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class LogKeyRow(Base):
    """Idempotency: which entry a key made."""

    __tablename__ = "trust_log_key"

    log: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))


class RecordRow(Base):
    """One entry of the ledger as its owner keeps it: what is public in the log, and the sealed openings that are not."""

    __tablename__ = "trust_record"

    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    log: Mapped[str] = mapped_column(String(120))
    position: Mapped[int | None] = mapped_column(BigInteger)
    """In the log; null while it waits."""
    kind: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(80))
    """What the record is about, for example a case id or a certificate id."""
    subject_id: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    entry: Mapped[str] = mapped_column(Text)
    """The canonical JSON that is in the log, byte for byte."""
    commitments: Mapped[dict[str, Any]] = mapped_column(Json)
    openings: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed under the subject's key: erasing that key leaves the log whole and the values gone."""

    __table_args__ = (
        Index("ix_trust_record_about_at", "about", "at"),
        Index("ix_trust_record_subject_id_at", "subject_id", "at"),
        Index("ix_trust_record_position", "position"),
    )


class SubjectKeyRow(Base):
    """The data key of one person, wrapped under a master key of the key store. Erased: the wrapped key is empty."""

    __tablename__ = "trust_subject_key"

    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True, info=OUTLIVES)
    """A person's id, or `about:` and the id of a record behind which no person stands."""
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
