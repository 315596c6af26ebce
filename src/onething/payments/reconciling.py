"""The bank's statement against our books, line by line."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.events import SYSTEM
from onething.core.settings import settings_of
from onething.payments import orders, suspense
from onething.payments.models import Answer, Entry, OrderState, Reconciliation
from onething.payments.settings import PaymentsSettings
from onething.payments.statements import YUAN
from onething.payments.states import BankStatus
from onething.payments.suspense import Why
from onething.payments.tables import EntryRow, OrderRow


def reconcile(session: Session, entries: Sequence[Entry], actor: str = SYSTEM, owner: str = "") -> Reconciliation:
    """Take in a statement's lines. One that was seen before, or is told twice, changes nothing.

    A debit settles its order if the answer had been lost; a credit that names an order is a return, or, if it was claimed
    back, its recovery. What fits nothing goes to suspense under `owner`, where a person looks at it: nothing is dropped.
    """
    keys = _keys(session, entries)
    seen: Counter[str] = Counter()
    for entry, key in keys:
        outcome, order_id = _place(
            session, entry.named(key), actor, seen, owner or settings_of(PaymentsSettings).suspense_owner
        )
        seen[outcome] += 1
        session.add(
            EntryRow(
                reference=key, end_to_end=entry.end_to_end[:35], fen=entry.fen, booked_on=entry.booked_on,
                seen_at=clock.now(), outcome=outcome, order_id=order_id,
            )
        )  # fmt: skip
        session.flush()
    new = sum(seen[name] for name in ("payment", "return", "recovery", "suspense", "foreign"))
    return Reconciliation(
        len(entries),
        new,
        seen["payment"],
        seen["return"],
        seen["recovery"],
        seen["suspense"] + seen["foreign"],
        seen["settled"],
    )


def _keys(session: Session, entries: Sequence[Entry]) -> list[tuple[Entry, str]]:
    """Lines that are new, each under the number that it is known by for ever.

    That is the bank's own number. Where the bank gives one number to several payments, the second and further ones are known
    by it and by what they say; a line that says the same under the same number is the same line, in whatever message.
    """
    said: dict[str, tuple[str, int]] = {}
    wanted = [each.reference[:60] for each in entries] + [_longer(each) for each in entries]
    for start in range(0, len(wanted), 500):
        query = select(EntryRow.reference, EntryRow.end_to_end, EntryRow.fen)
        for key, end_to_end, fen in session.execute(query.where(EntryRow.reference.in_(wanted[start : start + 500]))):
            said[key] = (end_to_end, fen)
    fresh: list[tuple[Entry, str]] = []
    for entry in entries:
        tells = (entry.end_to_end[:35], entry.fen)
        for key in (entry.reference[:60], _longer(entry)):
            if key not in said:
                said[key] = tells
                fresh.append((entry, key))
                break
            if said[key] == tells:
                break
    return fresh


def _longer(entry: Entry) -> str:
    digest = hashlib.sha256("\x1f".join((entry.reference, entry.end_to_end, str(entry.fen))).encode()).hexdigest()
    return f"{entry.reference[:35]}#{digest[:24]}"


def _place(session: Session, entry: Entry, actor: str, seen: Counter[str], owner: str) -> tuple[str, str | None]:
    if entry.currency != YUAN:
        suspense.note(session, entry, f"foreign:{entry.reference}", None, Why.OTHER_CURRENCY, owner)
        return "foreign", None
    row = session.scalar(_order_of(entry)) if entry.end_to_end else None
    if row is None:
        return _suspend(session, entry, None, actor, Why.UNKNOWN, owner), None
    if entry.fen < 0:
        return _debit(session, entry, row, actor, seen, owner), row.id
    if row.state in (OrderState.RECOVERING, OrderState.RECOVERED):
        rest = orders.recovered(session, row, entry.fen, entry.reference, actor)
        if rest:
            suspense.post(session, entry, f"surplus:{entry.reference}", rest, row.id, Why.SURPLUS, owner, actor)
        return "recovery", row.id
    if (entry.fen, entry.end_to_end, OrderState.SETTLED) == (row.fen, row.end_to_end, row.state):
        orders.returned(session, row, entry.reference, actor)
        return "return", row.id
    return _suspend(session, entry, row.id, actor, Why.UNEXPECTED_CREDIT, owner), row.id


def _debit(session: Session, entry: Entry, row: OrderRow, actor: str, seen: Counter[str], owner: str) -> str:
    """Money went out for an order: once for each attempt that the bank was to pay, and never for one that it had refused."""
    paid_before = select(EntryRow.reference).where(EntryRow.order_id == row.id, EntryRow.outcome == "payment", EntryRow.end_to_end == entry.end_to_end)  # fmt: skip
    if -entry.fen != row.fen:
        return _suspend(session, entry, row.id, actor, Why.OTHER_AMOUNT, owner)
    if session.scalar(paid_before) is not None:
        return _suspend(session, entry, row.id, actor, Why.PAID_TWICE, owner)
    if entry.end_to_end == row.end_to_end and row.state in (OrderState.SENDING, OrderState.ACCEPTED):
        answer = Answer(entry.end_to_end, BankStatus.BOOKED, "", entry.reference)
        seen["settled"] += orders.settle(session, [answer], actor)
        return "payment"
    if orders.was_paid(session, row.id, entry.end_to_end):
        return "payment"
    orders.hold(session, row)
    return _suspend(session, entry, row.id, actor, Why.PAID_THOUGH_REFUSED, owner)


def _order_of(entry: Entry) -> Any:
    """By its reference; a return of an earlier attempt still names its order."""
    stem = entry.end_to_end.rsplit("-", 1)[0].lower()
    return select(OrderRow).where(OrderRow.id == f"pay_{stem}").with_for_update()


def _suspend(session: Session, entry: Entry, order_id: str | None, actor: str, why: Why, owner: str) -> str:
    """Money in that nobody expected is owed to somebody; money out that we did not order is owed to us by the bank."""
    suspense.post(session, entry, f"entry:{entry.reference}", entry.fen, order_id, why, owner, actor)
    return "suspense"
