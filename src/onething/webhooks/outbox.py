"""Writes messages in the transaction of their event, and gives due ones out to senders, each to one at a time.

A claim is a postponement: `due_at` moves `LEASE` ahead, so what a dead sender held comes free by itself, and is sent again
under the same id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.db import upsert
from onething.core.errors import Problem
from onething.core.events import Event
from onething.core.events.declaring import declaration
from onething.core.events.objects import ObjectType
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.core.settings import settings_of
from onething.webhooks import wake
from onething.webhooks.events import WebhookChanged, WebhookTested
from onething.webhooks.hearing import Hearing, changed, hearing
from onething.webhooks.message import concerned
from onething.webhooks.settings import WebhooksSettings
from onething.webhooks.states import DELIVERY, SUBSCRIPTION, DeliveryState, SubscriptionState
from onething.webhooks.subscriptions import secrets_of
from onething.webhooks.tables import DeliveryRow, SubscriptionRow

LEASE = timedelta(seconds=120)
EACH = 16
"""So many messages at most go to one receiver at once."""
_PAUSES = (5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600)
"""Seconds after the first, second … failed attempt; then the last of them again and again: 14 attempts span about two days."""
_MOST_REST = 600.0
log = get_logger(__name__)


def on_event(session: Session, happened: Event) -> None:
    """Put a message into the outbox for every subscription that this event is for, in the event's own transaction."""
    heard = [each for each in hearing(session) if is_for(each, happened)]
    if not heard:
        return
    rows = [
        {
            "id": new_id("msg"), "subscription_id": each.id, "event_id": happened.id, "event_type": happened.type,
            "stream": happened.stream, "seq": happened.seq, "state": DeliveryState.DUE, "attempts": 0,
            "due_at": happened.at, "created_at": happened.at, "delivered_at": None, "status": None, "code": "",
        }
        for each in heard
    ]  # fmt: skip
    upsert(session.connection(), DeliveryRow, rows)  # once per event and subscription
    wake.after_commit(session)


def is_for(subscription: Hearing, happened: Event) -> bool:
    """Whether a subscription is told of this event."""
    if happened.type == WebhookTested.NAME:
        return happened.data.get("subscription") == subscription.id
    if happened.type == WebhookChanged.NAME:
        return False
    named = subscription.names(happened.type)
    if not named or subscription.agency is None:
        return named
    declared = declaration(happened.type)
    about = concerned(declared, happened) if declared else ()
    return any(each["type"] == ObjectType.AGENCY and each["id"] == subscription.agency for each in about)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message claimed by one sender."""

    id: str
    subscription_id: str
    url: str
    with_data: bool
    secrets: tuple[str, ...]
    """Those in force; none when they cannot be read."""
    happened: Event | None
    """None when its event is not in the log."""
    attempts: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an attempt. `gone`: the receiver wants no more, ever."""

    ok: bool
    status: int | None = None
    code: str = ""
    gone: bool = False


def _waiting() -> tuple[Any, ...]:
    """Conditions: due messages of subscriptions that are told and not left alone."""
    moment = clock.now()
    rested = or_(SubscriptionRow.resting_until.is_(None), SubscriptionRow.resting_until <= moment)
    awake = select(SubscriptionRow.id).where(SubscriptionRow.state == SubscriptionState.ACTIVE, rested)
    return (
        DeliveryRow.state == DeliveryState.DUE,
        DeliveryRow.due_at <= moment,
        DeliveryRow.subscription_id.in_(awake),
    )


def anything_due(session: Session) -> bool:
    """A look without any lock, so that an idle sender disturbs nobody."""
    return bool(session.scalar(select(exists().where(*_waiting()))))


def claim(session: Session, limit: int) -> Sequence[Claimed]:
    """Take up to `limit` due messages, oldest first and few for each receiver, so that one that hangs takes no places from
    others; nobody else gets them until their lease is over."""
    order = (DeliveryRow.due_at, DeliveryRow.id)
    place = func.row_number().over(partition_by=DeliveryRow.subscription_id, order_by=order).label("place")
    ranked = select(DeliveryRow.id, place).where(*_waiting()).subquery()
    first = select(ranked.c.id).where(ranked.c.place <= EACH)
    # What another sender has taken since is due no more: the conditions stand here once more, where rows are locked.
    due = select(DeliveryRow.id).where(
        DeliveryRow.id.in_(first), DeliveryRow.state == DeliveryState.DUE, DeliveryRow.due_at <= clock.now()
    )
    ids = session.scalars(due.order_by(*order).limit(limit).with_for_update(skip_locked=True)).all()
    if not ids:
        return ()
    taken = update(DeliveryRow).where(DeliveryRow.id.in_(ids), DeliveryRow.state == DeliveryState.DUE)
    taken = taken.values(due_at=clock.now() + LEASE, attempts=DeliveryRow.attempts + 1)
    session.execute(taken.execution_options(synchronize_session=False))
    rows = session.scalars(select(DeliveryRow).where(DeliveryRow.id.in_(ids)).order_by(DeliveryRow.seq)).all()
    owners = {row.subscription_id for row in rows}
    found = {row.id: row for row in session.scalars(select(SubscriptionRow).where(SubscriptionRow.id.in_(owners)))}
    return [_claimed(session, row, found[row.subscription_id]) for row in rows if row.subscription_id in found]


def _claimed(session: Session, row: DeliveryRow, owner: SubscriptionRow) -> Claimed:
    happened = next(iter(events.of_stream(session, row.stream, row.seq - 1, 1)), None)
    if happened is not None and happened.id != row.event_id:
        happened = None
    try:
        secrets = secrets_of(owner)
    except Problem:  # the key store is another one: this one message fails, and its reason can be read
        secrets = ()
    return Claimed(row.id, owner.id, owner.url, owner.with_data, secrets, happened, row.attempts)


def pause_after(attempt: int) -> float:
    """Seconds after the n-th failed attempt."""
    return float(_PAUSES[min(attempt, len(_PAUSES)) - 1])


def settle(session: Session, results: Iterable[tuple[Claimed, Receipt]]) -> None:
    """Note what became of claimed messages; a receiver that fails is left alone for a while, one that is gone is paused."""
    moment, most = clock.now(), settings_of(WebhooksSettings).webhooks_attempts
    for message, receipt in results:
        dead = not receipt.ok and (receipt.gone or message.attempts >= most or message.happened is None)
        state = DeliveryState.DELIVERED if receipt.ok else DeliveryState.DEAD if dead else DeliveryState.DUE
        DELIVERY.check(DeliveryState.DUE, state)
        wait = pause_after(message.attempts) if state is DeliveryState.DUE else 0.0
        noted = {
            "one": message.id, "state": state, "status": receipt.status, "code": receipt.code[:60],
            "delivered_at": moment if receipt.ok else None, "due_at": moment + timedelta(seconds=wait),
        }  # fmt: skip
        session.connection().execute(_SETTLE, noted)
        if dead:
            log.error("a webhook message was given up", message=message.id, subscription=message.subscription_id, code=receipt.code)  # fmt: skip
        _note_receiver(session, message.subscription_id, receipt)


_TABLE = cast("Table", DeliveryRow.__table__)
_SETTLE = update(_TABLE).where(_TABLE.c.id == bindparam("one"), _TABLE.c.state == DeliveryState.DUE.value)


def _note_receiver(session: Session, subscription_id: str, receipt: Receipt) -> None:
    row = session.get(SubscriptionRow, subscription_id, with_for_update=True)
    if row is None:
        return
    if receipt.ok:
        row.failures, row.resting_until = 0, None
        return
    row.failures += 1
    row.resting_until = clock.now() + timedelta(seconds=min(_MOST_REST, 2.0 ** min(row.failures, 12)))
    if receipt.gone and row.state == SubscriptionState.ACTIVE:
        row.state = SUBSCRIPTION.move(row.state, SubscriptionState.PAUSED)
        events.append(session, Event.of(f"webhook:{row.id}", WebhookChanged(subscription=row.id, change="gone")))
        changed(session)


def tidy(session: Session) -> int:
    """Forget what was delivered or given up longer ago than the settings keep; returns how many."""
    before = clock.now() - timedelta(days=settings_of(WebhooksSettings).webhooks_keep_days)
    old = select(DeliveryRow.id).where(DeliveryRow.state != DeliveryState.DUE, DeliveryRow.created_at < before)
    gone = session.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(old.limit(1000))))
    return int(cast("Any", gone).rowcount)
