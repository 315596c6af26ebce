"""Nouns of this room."""

from dataclasses import dataclass
from datetime import datetime

from onething.webhooks.states import DeliveryState, SubscriptionState

__all__ = ["Delivery", "DeliveryState", "NewSecret", "Subscription", "SubscriptionState"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One address of another system, and what it is told of."""

    id: str
    url: str
    types: tuple[str, ...]
    """Event types: by name, `case.*`, or `*`."""
    agency: str | None
    """Only events that concern this agency; None: all."""
    with_data: bool
    """Whether messages carry what the event says, and not only which things it concerns."""
    state: SubscriptionState
    created_at: datetime
    created_by: str
    failures: int
    """Attempts that failed in a row."""
    rotating_until: datetime | None
    """Until then messages are signed with the secret before as well."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A subscription with its secret, which is shown this once."""

    subscription: Subscription
    secret: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one subscription."""

    id: str
    """The `webhook-id` by which a receiver knows it again."""
    subscription_id: str
    event_type: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    status: int | None
    """The HTTP status of the last answer; None when there was none."""
    code: str
    """Why the last attempt failed: timeout, connection, refused_address, status …"""
