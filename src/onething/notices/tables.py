"""The outbox: every message to a person, written in the same transaction as the event it tells of."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, UtcDateTime
from onething.core.tracing import traceparent

DUE = "state = 'due'"


class NoticeRow(Base):
    """One message on one channel. Portal messages are delivered by being here; SMS are sent by the `Sender`."""

    __tablename__ = "notice"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Also the idempotency key towards the carrier."""
    event_id: Mapped[str] = mapped_column(String(40))
    event_type: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(20))
    """`sms` or `portal`."""
    subject_id: Mapped[str] = mapped_column(String(40))
    stream: Mapped[str] = mapped_column(String(80))
    """What the event happened to: the case id."""
    reference: Mapped[str] = mapped_column(String(40))
    lang: Mapped[str] = mapped_column(String(5))
    text: Mapped[str] = mapped_column(Text)
    """Sealed under the reader's key."""
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When to try; while one sender is at it, when another may take over."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(60))
    """Why the last attempt failed, or the carrier's own id of the message."""
    trace: Mapped[str | None] = mapped_column(String(60), default=traceparent)
    """`traceparent` of what it tells of, so that its sending is found under the same correlation id."""

    __table_args__ = (
        UniqueConstraint("event_id", "channel", "subject_id"),
        Index("ix_notice_subject_id_created_at", "subject_id", "created_at"),
        Index("ix_notice_due_at", "due_at", sqlite_where=sql(DUE), postgresql_where=sql(DUE)),
        Index("ix_notice_state_created_at", "state", "created_at"),
    )
