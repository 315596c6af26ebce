"""The bank's statement against our books, line by line; and the books against themselves, from the first fen on."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.events import SYSTEM
from onething.payments import books, orders
from onething.payments.books import UNCLEAR, Transfer, account
from onething.payments.models import Answer, Audit, Entry, Family, OrderState, Reconciliation
from onething.payments.states import BankStatus
from onething.payments.tables import AccountRow, EntryRow, OrderRow, TransferRow


def reconcile(session: Session, entries: Sequence[Entry], actor: str = SYSTEM) -> Reconciliation:
    """Take in a statement. A line that was seen before, or stands there twice, changes nothing.

    A debit settles its order if the answer had been lost; a credit that names an order is a return, or, if it was claimed
    back, its recovery. What fits nothing goes to suspense, where a person looks at it: nothing is dropped.
    """
    known = set(session.scalars(select(EntryRow.reference).where(EntryRow.reference.in_([e.reference for e in entries]))))  # fmt: skip
    seen: Counter[str] = Counter()
    for entry in entries:
        if entry.reference in known:
            continue
        known.add(entry.reference)
        outcome, order_id = _place(session, entry, actor, seen)
        seen[outcome] += 1
        session.add(
            EntryRow(
                reference=entry.reference, end_to_end=entry.end_to_end, fen=entry.fen, booked_on=entry.booked_on,
                seen_at=clock.now(), outcome=outcome, order_id=order_id,
            )
        )  # fmt: skip
    session.flush()
    new = sum(seen[name] for name in ("payment", "return", "recovery", "suspense"))
    return Reconciliation(
        len(entries), new, seen["payment"], seen["return"], seen["recovery"], seen["suspense"], seen["settled"]
    )


def _place(session: Session, entry: Entry, actor: str, seen: Counter[str]) -> tuple[str, str | None]:
    row = session.scalar(_order_of(entry)) if entry.end_to_end else None
    if row is None:
        return _suspend(session, entry, None, actor), None
    if entry.fen < 0 and -entry.fen == row.fen:
        paid_before = session.scalar(select(EntryRow.reference).where(EntryRow.order_id == row.id, EntryRow.outcome == "payment", EntryRow.end_to_end == entry.end_to_end))  # fmt: skip
        if paid_before is None:
            seen["settled"] += orders.settle(
                session, [Answer(entry.end_to_end, BankStatus.BOOKED, "", entry.reference)], actor
            )
            return "payment", row.id
    if entry.fen > 0 and row.state in (OrderState.RECOVERING, OrderState.RECOVERED):
        rest = orders.recovered(session, row, entry.fen, entry.reference, actor)
        if rest:
            _post_suspense(session, f"surplus:{entry.reference}", rest, row.id, actor)
        return "recovery", row.id
    if (entry.fen, entry.end_to_end, OrderState.SETTLED) == (row.fen, row.end_to_end, row.state):
        orders.returned(session, row, entry.reference, actor)
        return "return", row.id
    return _suspend(session, entry, row.id, actor), row.id


def _order_of(entry: Entry) -> Any:
    """By its reference; a return of an earlier attempt still names its order."""
    stem = entry.end_to_end.rsplit("-", 1)[0].lower()
    return select(OrderRow).where(OrderRow.id == f"pay_{stem}").with_for_update()


def _suspend(session: Session, entry: Entry, order_id: str | None, actor: str) -> str:
    """Money in that nobody expected is owed to somebody; money out that we did not order is owed to us by the bank."""
    _post_suspense(session, f"entry:{entry.reference}", entry.fen, order_id, actor)
    return "suspense"


def _post_suspense(session: Session, key: str, fen: int, order_id: str | None, actor: str) -> None:
    bank = account(Family.BANK, UNCLEAR)
    if fen > 0:
        books.post(session, [Transfer(key, bank, account(Family.SUSPENSE, UNCLEAR), fen, order_id)], actor)
    else:
        books.post(session, [Transfer(key, account(Family.RECEIVABLE, UNCLEAR), bank, -fen, order_id)], actor)


_WHERE = {
    OrderState.RESERVED: (1, 0, 0), OrderState.REJECTED: (1, 0, 0), OrderState.RETURNED: (1, 0, 0),
    OrderState.SENDING: (0, 1, 0), OrderState.ACCEPTED: (0, 1, 0), OrderState.SETTLED: (0, 0, 1),
    OrderState.RECOVERING: (0, 0, 1), OrderState.CANCELLED: (0, 0, 0), OrderState.RECOVERED: (0, 0, 1),
}  # fmt: skip
"""How often an order's amount must stand in reserved, in transit, and gone from the bank (less what was paid back)."""


def audit(session: Session) -> Audit:
    """Add everything up anew. Problems name accounts and orders, never people."""
    recounted = books.recount(session)
    problems = [
        f"{row.id}: kept {row.debits}/{row.credits}, added up {recounted.get(row.id)}"
        for row in session.scalars(select(AccountRow))
        if recounted.get(row.id, (0, 0)) != (row.debits, row.credits)
    ]
    totals: Counter[str] = Counter()
    for name, (debits, credits_) in recounted.items():
        totals[name.split(":", 1)[0]] += debits - credits_
    if sum(totals.values()):
        problems.append(f"debits and credits differ by {sum(totals.values())}")
    held = totals["bank"] + totals["available"] + totals["reserved"] + totals["transit"]
    if held + totals["suspense"] + books.balance(session, Family.RECEIVABLE, UNCLEAR):
        problems.append(f"money at the bank and what it is held for differ by {held} fen")
    problems += _orders_against_transfers(session)
    transfers = session.scalar(select(func.count()).select_from(TransferRow)) or 0
    count = session.scalar(select(func.count()).select_from(OrderRow)) or 0
    return Audit(transfers, count, tuple(problems[:100]), dict(totals))


def _orders_against_transfers(session: Session) -> list[str]:
    """Each order's money stands where its state says, once."""
    sums: dict[str, Counter[str]] = {}
    for side, sign in ((TransferRow.debit, -1), (TransferRow.credit, 1)):
        query = select(TransferRow.order_id, side, func.sum(TransferRow.fen)).where(TransferRow.order_id.is_not(None))
        for order_id, name, fen in session.execute(query.group_by(TransferRow.order_id, side)):
            if not str(name).endswith(f":{UNCLEAR}"):
                sums.setdefault(str(order_id), Counter())[str(name).split(":", 1)[0]] += sign * int(fen)
    back = _paid_back(session)
    wrong: list[str] = []
    for order_id, state, fen in session.execute(select(OrderRow.id, OrderRow.state, OrderRow.fen)):
        found = sums.get(order_id, Counter())
        stands = (found["reserved"], found["transit"], found["bank"])
        reserved, transit, gone = (times * fen for times in _WHERE[OrderState(state)])
        wanted = (reserved, transit, gone - back.get(order_id, 0))
        if stands != wanted:
            wrong.append(f"{order_id} is {state}, its money stands at {stands}, expected {wanted}")
        if state == OrderState.RECOVERED and found["claims"]:
            wrong.append(f"{order_id} is recovered, {found['claims']} fen of the claim stand open")
    return wrong


def _paid_back(session: Session) -> dict[str, int]:
    """Fen of each order whose claim was discharged: what came back and no more."""
    query = select(TransferRow.order_id, func.sum(TransferRow.fen)).where(TransferRow.key.startswith("discharged:"))
    return {str(order_id): int(fen) for order_id, fen in session.execute(query.group_by(TransferRow.order_id))}


def unmatched(session: Session, limit: int = 200) -> list[Entry]:
    """Lines in suspense, oldest first."""
    query = select(EntryRow).where(EntryRow.outcome == "suspense").order_by(EntryRow.seen_at).limit(limit)
    return [Entry(row.reference, row.end_to_end, row.fen, row.booked_on) for row in session.scalars(query)]
