"""The books against themselves from the first fen on, against the orders, and against every line that the bank has told."""

from collections import Counter

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from onething.payments import books
from onething.payments.books import UNCLEAR
from onething.payments.models import Audit, Family, OrderState
from onething.payments.statements import YUAN
from onething.payments.states import SuspenseState
from onething.payments.tables import AccountRow, EntryRow, OrderRow, SuspenseRow, TransferRow

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
    problems += _lines_against_transfers(session)
    problems += _suspense_against_books(session)
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


_BOOKED_AS = {"payment": "paid", "return": "returned", "recovery": "recovered", "suspense": "entry"}


def _lines_against_transfers(session: Session) -> list[str]:
    """Each line of a statement stands in the books as exactly the money that it says, and nothing was paid twice on one word."""
    keys = {
        str(key): int(fen)
        for key, fen in session.execute(select(TransferRow.key, TransferRow.fen).where(_about_lines()))
    }
    wrong: list[str] = []
    claimed: Counter[str] = Counter()
    for line in session.scalars(select(EntryRow)):
        if line.outcome == "foreign":
            continue
        if line.outcome == "payment":
            key = f"paid-{line.end_to_end.rsplit('-', 1)[-1]}:{line.order_id}"
        else:
            key = f"{_BOOKED_AS[line.outcome]}:{line.reference}"
        claimed[key] += 1
        found = keys.get(key, 0) + (keys.get(f"surplus:{line.reference}", 0) if line.outcome == "recovery" else 0)
        if found != abs(line.fen):
            wrong.append(f"line {line.reference} says {abs(line.fen)} fen ({line.outcome}), the books {found}")
    wrong += [f"{count} lines of statements rest on one booking, {key}" for key, count in claimed.items() if count > 1]
    return wrong


def _about_lines() -> ColumnElement[bool]:
    names = ("paid-", "returned:", "recovered:", "entry:", "surplus:")
    return or_(*(TransferRow.key.startswith(name, autoescape=True) for name in names))


def _suspense_against_books(session: Session) -> list[str]:
    """What lies in suspense is the sum of what somebody is asked to explain."""
    query = select(SuspenseRow.fen).where(SuspenseRow.state == SuspenseState.OPEN, SuspenseRow.currency == YUAN)
    waiting = [int(fen) for fen in session.scalars(query)]
    came, went = sum(fen for fen in waiting if fen > 0), -sum(fen for fen in waiting if fen < 0)
    held, owed = books.balance(session, Family.SUSPENSE, UNCLEAR), books.balance(session, Family.RECEIVABLE, UNCLEAR)
    if (came, went) == (held, owed):
        return []
    return [f"suspense holds {held} in and {owed} out, its owners are asked about {came} and {went} fen"]
