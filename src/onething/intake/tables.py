"""Tables of intake. A filing is a draft until it is submitted; every keystroke that was saved is a row here."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Boolean, CheckConstraint, Dialect, ForeignKey, Index, Integer, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from onething.core.db import Base, Json, UtcDateTime, dump_json
from onething.trust.sealing.service import MARK


class SealedText(str):
    """What a `PrivateJson` column holds after it was sealed; JSON never begins like it."""

    __slots__ = ()


class PrivateJson(TypeDecorator[Any]):
    """JSON that holds personal data: never searched, never logged, sealed under the applicant's key by `intake.sealing`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value) if isinstance(value, SealedText) else dump_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        if value is None or not value.startswith(MARK):
            return None if value is None else orjson.loads(value)
        return SealedText(value)


class FilingRow(Base):
    """One life event that a person is preparing. Written only while `status` is `draft`, by compare-and-set."""

    __tablename__ = "filing"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(40))
    city: Mapped[str] = mapped_column(String(60))
    life_event: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    """Counts every change; a tab that knows an older one is told what changed meanwhile."""
    lang: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(12))
    leave_out: Mapped[list[str]] = mapped_column(Json)
    asking_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when one tab is asking registries for this filing; others wait for its answers."""
    case_id: Mapped[str | None] = mapped_column(String(40))
    case_reference: Mapped[str | None] = mapped_column(String(24))
    client_key: Mapped[str | None] = mapped_column(String(64))
    """Hash of a machine client's key: the same request again finds the same filing."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_filing_subject", "subject_id", "updated_at", "id"),
        Index("uq_filing_client_key", "client_key", unique=True),
        CheckConstraint("status IN ('draft', 'submitting', 'submitted', 'abandoned')", name="status"),
    )


class DocumentRow(Base):
    """One document in one uploaded file; a file with several documents has a row (`part`) for each."""

    __tablename__ = "filing_document"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    filing_id: Mapped[str] = mapped_column(ForeignKey("filing.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    part: Mapped[int] = mapped_column(SmallInteger)
    filename: Mapped[str | None] = mapped_column(PrivateJson)
    """What she called it: names people, so it is sealed as what was read off it is. None once she was erased."""
    media_type: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(8))
    type: Mapped[str | None] = mapped_column(String(60))
    type_chosen: Mapped[bool] = mapped_column(Boolean)
    """The applicant said what it is; the reader's opinion no longer counts."""
    slot: Mapped[str | None] = mapped_column(String(60))
    """The applicant said whose it is; None: worked out from what is on it."""
    fields: Mapped[dict[str, Any] | None] = mapped_column(PrivateJson)
    """Field → `documents.models.ReadField` as JSON."""
    problems: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    marks: Mapped[dict[str, Any] | None] = mapped_column(PrivateJson, nullable=True)
    """What else is on the page: `codes` and `seals` as JSON of `documents.models`."""
    preview: Mapped[str | None] = mapped_column(String(64))
    page: Mapped[int] = mapped_column(SmallInteger)
    attempts: Mapped[int] = mapped_column(SmallInteger)
    reader: Mapped[str | None] = mapped_column(String(80))
    """Process that is reading it."""
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("uq_filing_document_content", "filing_id", "digest", "part", unique=True),
        Index(
            "ix_filing_document_unread", "state", "added_at",
            sqlite_where=text("state IN ('queued', 'reading')"), postgresql_where=text("state IN ('queued', 'reading')"),
        ),
        CheckConstraint("state IN ('queued', 'reading', 'read', 'failed')", name="state"),
    )  # fmt: skip


class AnswerRow(Base):
    """What the applicant typed, right or wrong, and what she corrected. The last writer of a field wins."""

    __tablename__ = "filing_answer"

    filing_id: Mapped[str] = mapped_column(ForeignKey("filing.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[str] = mapped_column(String(60), primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(PrivateJson, nullable=True)
    source: Mapped[str] = mapped_column(String(9))
    version: Mapped[int] = mapped_column(Integer)
    """Of the filing, when this was written."""
    basis: Mapped[str | None] = mapped_column(String(64), nullable=True)
    """Mark of what it was made from (the proposal, the paper, the record), None for her own word: it counts only while
    that still stands there (`filing.standing`)."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConsentRow(Base):
    """One consent, kept with what was said when it was given (个人信息保护法 第十四条, 第十五条); never overwritten."""

    __tablename__ = "filing_consent"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    filing_id: Mapped[str] = mapped_column(ForeignKey("filing.id", ondelete="CASCADE"))
    operation: Mapped[str] = mapped_column(String(121))
    purpose: Mapped[str] = mapped_column(String(120))
    separate: Mapped[bool] = mapped_column(Boolean)
    """Sensitive personal information: asked for on its own (单独同意, 第二十九条)."""
    text_version: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: it was declined before it was ever given, or is asked for and not answered yet."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Whose consent it is: keyed hash of the id number of somebody else who is asked about; empty: the applicant's own."""
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody else was asked for it."""

    __table_args__ = (
        Index("ix_filing_consent_filing", "filing_id"),
        Index("ix_filing_consent_person", "person", "asked_at"),
    )


class SignatureRow(Base):
    """Somebody who was invited to sign a filing, or has signed it: who, what exactly, when, and what vouches for it."""

    __tablename__ = "filing_signature"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    filing_id: Mapped[str] = mapped_column(ForeignKey("filing.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(8))
    code_hash: Mapped[str] = mapped_column(String(64))
    """Keyed hash of the one-time code in the text message; empty for the applicant herself."""
    tries: Mapped[int] = mapped_column(SmallInteger)
    """Wrong codes since the invitation."""
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was shown and signed."""
    evidence: Mapped[dict[str, Any] | None] = mapped_column(PrivateJson)
    """The signed record: what was agreed to, how the person was known, the face check, key and signature."""

    __table_args__ = (
        Index("uq_filing_signature_person", "filing_id", "slot", "subject_id", unique=True),
        Index("ix_filing_signature_subject", "subject_id", "id"),
        CheckConstraint("state IN ('invited', 'signed', 'declined')", name="state"),
    )  # fmt: skip


class RegistryAnswerRow(Base):
    """What an agency answered for one slot, and for which question: another question makes the answer stale."""

    __tablename__ = "filing_fact"

    filing_id: Mapped[str] = mapped_column(ForeignKey("filing.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[str] = mapped_column(String(60), primary_key=True)
    source_index: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    operation: Mapped[str] = mapped_column(String(121))
    asked: Mapped[str] = mapped_column(String(64))
    """Keyed hash of the parameters."""
    outcome: Mapped[str] = mapped_column(String(12))
    data: Mapped[dict[str, Any] | None] = mapped_column(PrivateJson)
    message_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
