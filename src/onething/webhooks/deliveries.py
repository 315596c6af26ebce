"""Messages as their owner sees them, and sending some once more by hand."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.events import Event
from onething.core.paging import Order, Page, bounded
from onething.webhooks import subscriptions, wake
from onething.webhooks.errors import NOT_AGAIN, NOT_THERE
from onething.webhooks.events import WebhookTested
from onething.webhooks.models import Delivery
from onething.webhooks.states import DELIVERY, DeliveryState
from onething.webhooks.tables import DeliveryRow, SubscriptionRow

NEWEST = Order("webhook_deliveries", (DeliveryRow.id,), (str,))


def deliveries(
    session: Session, principal: Principal, subscription_id: str, state: DeliveryState | None = None, limit: int = 50,
    after: str | None = None,
) -> Page[Delivery]:  # fmt: skip
    """The messages of a subscription, newest first. Raises webhooks.not_found."""
    subscriptions.find(session, principal, subscription_id)
    size = bounded(limit)
    query = select(DeliveryRow).where(DeliveryRow.subscription_id == subscription_id, NEWEST.behind(after))
    if state is not None:
        query = query.where(DeliveryRow.state == state)
    rows = session.scalars(query.order_by(*NEWEST.by).limit(size + 1)).all()
    shown, more = NEWEST.page(rows, size, lambda row: (row.id,))
    return Page(tuple(_view(row) for row in shown), more)


def redeliver(session: Session, principal: Principal, subscription_id: str, delivery_id: str) -> Delivery:
    """Send one message once more, under the same id. Raises webhooks.not_found, webhooks.still_due."""
    subscriptions.must_own(session, principal, subscription_id)
    query = select(DeliveryRow).where(DeliveryRow.id == delivery_id, DeliveryRow.subscription_id == subscription_id)
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise Problem(NOT_THERE)
    if row.state == DeliveryState.DUE:
        raise Problem(NOT_AGAIN)
    row.state = DELIVERY.move(row.state, DeliveryState.DUE)
    row.attempts, row.due_at, row.code = 0, clock.now(), ""
    _wake(session, subscription_id)
    return _view(row)


def redeliver_dead(session: Session, principal: Principal, subscription_id: str) -> int:
    """Send all that were given up once more; returns how many."""
    subscriptions.must_own(session, principal, subscription_id)
    DELIVERY.check(DeliveryState.DEAD, DeliveryState.DUE)
    dead = update(DeliveryRow).where(
        DeliveryRow.subscription_id == subscription_id, DeliveryRow.state == DeliveryState.DEAD
    )
    done = session.scalars(
        dead.values(state=DeliveryState.DUE, attempts=0, due_at=clock.now(), code="").returning(DeliveryRow.id)
    ).all()
    _wake(session, subscription_id)
    return len(done)


def _wake(session: Session, subscription_id: str) -> None:
    """A receiver that was left alone is tried at once: somebody says that it is well again."""
    session.execute(update(SubscriptionRow).where(SubscriptionRow.id == subscription_id).values(resting_until=None))
    session.flush()
    wake.after_commit(session)


def send_test(session: Session, principal: Principal, subscription_id: str) -> None:
    """Send a message `webhook.tested` to this subscription alone. Raises webhooks.not_found."""
    subscriptions.must_own(session, principal, subscription_id)
    said = WebhookTested(subscription=subscription_id)
    events.append(session, Event.of(f"webhook:{subscription_id}", said, principal.actor))


def _view(row: DeliveryRow) -> Delivery:
    return Delivery(
        row.id, row.subscription_id, row.event_type, DeliveryState(row.state), row.attempts, row.created_at, row.due_at,
        row.delivered_at, row.status, row.code,
    )  # fmt: skip
