"""Subscriptions, and the outbox of messages to them. What a message says is not kept: it is read from the event log again."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime

DUE = "state = 'due'"


class SubscriptionRow(Base):
    __tablename__ = "webhook_subscription"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    types: Mapped[list[str]] = mapped_column(Json)
    agency: Mapped[str | None] = mapped_column(String(60))
    with_data: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(20))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Wrapped by the installation's key store."""
    old_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    old_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then messages are signed with the secret before as well."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(120))
    failures: Mapped[int] = mapped_column(Integer)
    """Attempts that failed in a row."""
    resting_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """A receiver that fails is left alone until then, so that it costs others nothing."""


class DeliveryRow(Base):
    __tablename__ = "webhook_delivery"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subscription_id: Mapped[str] = mapped_column(String(40))
    event_id: Mapped[str] = mapped_column(String(40))
    event_type: Mapped[str] = mapped_column(String(60))
    stream: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int] = mapped_column(BigInteger)
    """With the stream, where the event stands in the log."""
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When to try; while one sender is at it, when another may take over."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(60))

    __table_args__ = (
        UniqueConstraint("subscription_id", "event_id"),
        Index("ix_webhook_delivery_due_at", "due_at", sqlite_where=sql(DUE), postgresql_where=sql(DUE)),
        Index("ix_webhook_delivery_subscription_id_id", "subscription_id", "id"),
        Index("ix_webhook_delivery_state_created_at", "state", "created_at"),
    )
