"""Subscriptions of a city's own systems: told what happens, signed, until they have taken it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from onething.api.caller import Doing, Unit
from onething.api.paging import Cursor, Items, page, up_to
from onething.api.refusals import refusals
from onething.core.access import Principal
from onething.webhooks import acts
from onething.webhooks import service as webhooks
from onething.webhooks.errors import BAD_ADDRESS, NOT_AGAIN, NOT_THERE, TOO_MANY, UNKNOWN_TYPE
from onething.webhooks.models import Delivery, DeliveryState, Subscription

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
Reader = Annotated[Principal, Doing(acts.READ)]
Manager = Annotated[Principal, Doing(acts.MANAGE)]


class NewWebhook(BaseModel):
    """Where messages go, and of what."""

    url: str = Field(max_length=500)
    types: list[str] = Field(min_length=1, max_length=100)
    agency: str | None = Field(default=None, max_length=60)
    with_data: bool = False


class WebhookWithSecret(BaseModel):
    """A subscription with its secret, which is shown this once."""

    subscription: Subscription
    secret: str


class Redelivery(BaseModel):
    """How many messages are sent once more."""

    due: int


class WebhookObject(BaseModel):
    """A thing that an event concerns."""

    type: str
    id: str
    role: str


class WebhookData(BaseModel):
    """What a message says of its event."""

    event: str
    seq: int
    stream: str
    version: int
    objects: list[WebhookObject]
    details: dict[str, Any] | None = None


class WebhookMessage(BaseModel):
    """What a receiver is sent, with the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` (Standard Webhooks)."""

    type: str
    timestamp: datetime
    data: WebhookData


@router.get("")
def list_webhooks(
    caller: Reader, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(200)] = 50
) -> Items[Subscription]:
    """Subscriptions that the caller may see, the oldest first: an officer those of her agency, others all."""
    return Items[Subscription](**page(webhooks.listing(session, caller, limit, cursor)))


@router.post("", status_code=201, responses=refusals(BAD_ADDRESS, UNKNOWN_TYPE, TOO_MANY))
def add_webhook(caller: Manager, session: Unit, wanted: NewWebhook) -> WebhookWithSecret:
    """Subscribe an address. The secret in the answer is shown this once.

    An officer subscribes for her own agency and to messages without details; an administrator as she likes.
    """
    made = webhooks.add(session, caller, wanted.url, wanted.types, agency=wanted.agency, with_data=wanted.with_data)
    return WebhookWithSecret(subscription=made.subscription, secret=made.secret)


@router.get("/{webhook_id}", responses=refusals(NOT_THERE))
def get_webhook(caller: Reader, session: Unit, webhook_id: str) -> Subscription:
    """One subscription."""
    return webhooks.find(session, caller, webhook_id)


@router.delete("/{webhook_id}", status_code=204, responses=refusals(NOT_THERE))
def remove_webhook(caller: Manager, session: Unit, webhook_id: str) -> None:
    """Take a subscription away; what still waits for it is not sent."""
    webhooks.remove(session, caller, webhook_id)


@router.post("/{webhook_id}/pause", responses=refusals(NOT_THERE))
def pause_webhook(caller: Manager, session: Unit, webhook_id: str) -> Subscription:
    """Tell it nothing for the time being; what happens meanwhile is not sent later."""
    return webhooks.pause(session, caller, webhook_id)


@router.post("/{webhook_id}/resume", responses=refusals(NOT_THERE))
def resume_webhook(caller: Manager, session: Unit, webhook_id: str) -> Subscription:
    """Tell it again of what happens from now on."""
    return webhooks.resume(session, caller, webhook_id)


@router.post("/{webhook_id}/secret", status_code=201, responses=refusals(NOT_THERE))
def rotate_webhook_secret(
    caller: Manager, session: Unit, webhook_id: str, hours: Annotated[float, Query(ge=0, le=720)] = 24.0
) -> WebhookWithSecret:
    """Make a new secret. For some hours messages are signed with the one before as well."""
    made = webhooks.rotate(session, caller, webhook_id, hours)
    return WebhookWithSecret(subscription=made.subscription, secret=made.secret)


@router.post("/{webhook_id}/test", status_code=204, responses=refusals(NOT_THERE))
def test_webhook(caller: Manager, session: Unit, webhook_id: str) -> None:
    """Have a message `webhook.tested` sent to this subscription alone."""
    webhooks.send_test(session, caller, webhook_id)


@router.get("/{webhook_id}/deliveries", responses=refusals(NOT_THERE))
def list_webhook_deliveries(
    caller: Reader, session: Unit, webhook_id: str, state: DeliveryState | None = None, cursor: Cursor = None,
    limit: Annotated[int, up_to(200)] = 50,
) -> Items[Delivery]:  # fmt: skip
    """Messages of a subscription, newest first, and how each went."""
    return Items[Delivery](**page(webhooks.deliveries(session, caller, webhook_id, state, limit, cursor)))


@router.post("/{webhook_id}/deliveries/{message_id}/redeliver", responses=refusals(NOT_THERE, NOT_AGAIN))
def redeliver_webhook_message(caller: Manager, session: Unit, webhook_id: str, message_id: str) -> Delivery:
    """Send one message once more, under the same id."""
    return webhooks.redeliver(session, caller, webhook_id, message_id)


@router.post("/{webhook_id}/redeliver-dead", responses=refusals(NOT_THERE))
def redeliver_dead_messages(caller: Manager, session: Unit, webhook_id: str) -> Redelivery:
    """Send all messages that were given up once more."""
    return Redelivery(due=webhooks.redeliver_dead(session, caller, webhook_id))
