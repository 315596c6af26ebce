"""Subscriptions: who may have which, what they are told of, and their secrets."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from onething.core import events
from onething.core.access import Principal
from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.events import Event
from onething.core.events.describing import load_declared
from onething.core.ids import new_id
from onething.core.paging import Order, Page, bounded
from onething.core.rights.service import require, require_somewhere, rows, scope_of
from onething.trust.service import key_store
from onething.webhooks import acts, addresses
from onething.webhooks.errors import NOT_THERE, TOO_MANY, UNKNOWN_TYPE
from onething.webhooks.events import EVENTS, Change, WebhookChanged
from onething.webhooks.hearing import changed
from onething.webhooks.models import NewSecret, Subscription
from onething.webhooks.signing import new_secret
from onething.webhooks.states import SUBSCRIPTION, DeliveryState, SubscriptionState
from onething.webhooks.tables import DeliveryRow, SubscriptionRow

MOST = 200
_USE = "webhook secret"
OLDEST = Order("webhooks", (SubscriptionRow.id,), (str,), falling=False)


def may_see(principal: Principal) -> Any:
    """Condition: an officer those of her agencies, an administrator and an auditor of the city all. Raises why somebody may see none."""
    require_somewhere(principal, acts.READ)
    return rows(principal, acts.READ, agency=SubscriptionRow.agency)


def _must_own(principal: Principal, agency: str | None, *, with_data: bool = False) -> None:
    """An officer keeps those of her agencies, which say no more than ids; an administrator, and the system, all."""
    require(principal, acts.MANAGE, scope_of(agency or ""))
    if with_data:
        require(principal, acts.WITH_DETAILS)


def add(
    session: Session, principal: Principal, url: str, types: Sequence[str], *, agency: str | None = None, with_data: bool = False
) -> NewSecret:  # fmt: skip
    """Subscribe an address. Raises the reason why not, webhooks.bad_address, webhooks.unknown_type, webhooks.too_many."""
    _must_own(principal, agency, with_data=with_data)
    addresses.parsed(url)
    if (session.scalar(select(func.count()).select_from(SubscriptionRow)) or 0) >= MOST:
        raise Problem(TOO_MANY, most=MOST)
    secret, subscription_id = new_secret(), new_id("whk")
    row = SubscriptionRow(
        id=subscription_id, url=url, types=_known_types(types), agency=agency, with_data=with_data,
        state=SubscriptionState.ACTIVE.value, secret=_wrapped(subscription_id, secret), old_secret=None, old_until=None,
        created_at=now(), created_by=principal.actor, failures=0, resting_until=None,
    )  # fmt: skip
    session.add(row)
    _note(session, principal, row.id, "added")
    return NewSecret(view(row), secret)


def _known_types(types: Sequence[str]) -> list[str]:
    own = {kind.NAME for kind in EVENTS}
    known = [each.name for each in load_declared() if each.name not in own]
    for wanted in types:
        begins = wanted[:-1] if wanted.endswith(".*") else None
        if wanted != "*" and wanted not in known and not any(begins and name.startswith(begins) for name in known):
            raise Problem(UNKNOWN_TYPE, type=wanted[:60])
    if not types:
        raise Problem(UNKNOWN_TYPE, type="")
    return sorted(set(types))


def _row(session: Session, principal: Principal, subscription_id: str, *, own: bool = True) -> SubscriptionRow:
    query = select(SubscriptionRow).where(SubscriptionRow.id == subscription_id, may_see(principal))
    row = session.scalars(query.with_for_update() if own else query).one_or_none()
    if row is None:
        raise Problem(NOT_THERE)
    if own:
        _must_own(principal, row.agency)
    return row


def find(session: Session, principal: Principal, subscription_id: str) -> Subscription:
    """One that this person may see. Raises webhooks.not_found."""
    return view(_row(session, principal, subscription_id, own=False))


def must_own(session: Session, principal: Principal, subscription_id: str) -> None:
    """Raises webhooks.not_found, or the reason for who may only look."""
    _row(session, principal, subscription_id)


def listing(session: Session, principal: Principal, limit: int = 50, after: str | None = None) -> Page[Subscription]:
    """Those that this person may see, the oldest first."""
    size = bounded(limit)
    query = select(SubscriptionRow).where(may_see(principal), OLDEST.behind(after)).order_by(*OLDEST.by)
    shown, more = OLDEST.page(session.scalars(query.limit(size + 1)).all(), size, lambda row: (row.id,))
    return Page(tuple(view(row) for row in shown), more)


def pause(session: Session, principal: Principal, subscription_id: str) -> Subscription:
    """Tell it nothing for the time being; again changes nothing."""
    return _turn(session, principal, subscription_id, SubscriptionState.PAUSED, "paused")


def resume(session: Session, principal: Principal, subscription_id: str) -> Subscription:
    """Tell it again of what happens from now on; again changes nothing."""
    return _turn(session, principal, subscription_id, SubscriptionState.ACTIVE, "resumed")


def _turn(session: Session, principal: Principal, subscription_id: str, to: SubscriptionState, change: Change) -> Subscription:  # fmt: skip
    row = _row(session, principal, subscription_id)
    if row.state != to:
        row.state = SUBSCRIPTION.move(row.state, to)
        row.failures, row.resting_until = 0, None
        _note(session, principal, row.id, change)
    return view(row)


def rotate(session: Session, principal: Principal, subscription_id: str, hours: float = 24.0) -> NewSecret:
    """A new secret. Messages carry signatures of both until `hours` have passed; 0 withdraws the old one at once."""
    row, secret = _row(session, principal, subscription_id), new_secret()
    row.old_secret, row.old_until = (row.secret, now() + timedelta(hours=hours)) if hours > 0 else (None, None)
    row.secret = _wrapped(row.id, secret)
    _note(session, principal, row.id, "rotated")
    return NewSecret(view(row), secret)


def remove(session: Session, principal: Principal, subscription_id: str) -> None:
    """Take it away; what still waited for it is not sent."""
    session.delete(_row(session, principal, subscription_id))
    waiting = (DeliveryRow.subscription_id == subscription_id, DeliveryRow.state == DeliveryState.DUE)
    session.execute(delete(DeliveryRow).where(*waiting))
    _note(session, principal, subscription_id, "removed")


def _note(session: Session, principal: Principal, subscription_id: str, change: Change) -> None:
    session.flush()
    changed(session)
    said = WebhookChanged(subscription=subscription_id, change=change)
    events.append(session, Event.of(f"webhook:{subscription_id}", said, principal.actor))


def _wrapped(subscription_id: str, secret: str) -> bytes:
    return key_store().wrap(_USE, secret.encode(), subscription_id.encode())


def secrets_of(row: SubscriptionRow) -> tuple[str, ...]:
    """The secrets in force, the newest first."""
    wrapped = [row.secret]
    if row.old_secret is not None and row.old_until is not None and row.old_until > now():
        wrapped.append(row.old_secret)
    return tuple(key_store().unwrap(_USE, each, row.id.encode()).decode() for each in wrapped)


def view(row: SubscriptionRow) -> Subscription:
    until: datetime | None = row.old_until if row.old_until is not None and row.old_until > now() else None
    return Subscription(
        row.id, row.url, tuple(row.types), row.agency, row.with_data, SubscriptionState(row.state), row.created_at,
        row.created_by, row.failures, until,
    )  # fmt: skip
