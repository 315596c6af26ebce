"""A payment is booked: money set aside for it once, under the caller's key, as far as the purse reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.errors import Problem
from onething.core.events import SYSTEM
from onething.core.ids import new_id
from onething.payments import books, payees
from onething.payments.books import Transfer, account
from onething.payments.errors import KEY_REUSED
from onething.payments.models import Family, NewOrder, OrderState, Payee
from onething.payments.tables import OrderRow

_ORDERS = cast("Table", OrderRow.__table__)


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of a new order: `order_id` is empty when the purse does not hold it."""

    key: str
    order_id: str
    is_new: bool


def book(session: Session, wanted: Sequence[NewOrder], actor: str = SYSTEM) -> list[Booked]:
    """Set money aside for payments, in the order given, as far as each purse reaches.

    A key that is known gives the order it stands for, and nothing is set aside again; with another amount or payee it
    raises `Problem(KEY_REUSED)`. Orders that belong `together` are booked all or none. Caps hold under concurrency: the
    purse's row is locked, and the database refuses the rest. Raises `Problem(trust.erased)` for a payee whose data was erased.
    """
    purses = sorted({each.purse for each in wanted})
    left = {purse: books.lock_available(session, purse) for purse in purses}
    known = _known(session, [each.key for each in wanted])
    done: dict[str, Booked] = {}
    rows: list[dict[str, Any]] = []
    paid: list[tuple[str, Payee]] = []
    transfers: list[Transfer] = []
    for group in _groups(wanted):
        fresh = {each.key: each for each in group if not _is_known(each, known, done)}
        need = sum(each.fen for each in fresh.values())
        fits = need <= left[group[0].purse]
        left[group[0].purse] -= need if fits else 0
        for each in fresh.values():
            row = _row(each) if fits else {"id": ""}
            done[each.key] = Booked(each.key, row["id"], fits)
            if fits:
                rows.append(row)
                paid.append((row["id"], each.payee))
                transfers.append(move("reserve", row["id"], each.purse, each.fen, Family.RESERVED, Family.AVAILABLE))
    if rows:
        texts = payees.sealed(session, paid)
        session.execute(insert(_ORDERS), [row | {"payee": text} for row, text in zip(rows, texts, strict=True)])
        books.post(session, transfers, actor)
    return [done[each.key] for each in wanted]


def _groups(wanted: Sequence[NewOrder]) -> list[list[NewOrder]]:
    """In the order given; those that belong together stand with the first of them."""
    found: dict[tuple[str, str], list[NewOrder]] = {}
    for number, each in enumerate(wanted):
        if each.fen <= 0:
            raise ValueError("a payment is more than nothing")
        found.setdefault((each.together or f"\0{number}", each.purse), []).append(each)
    return list(found.values())


def _is_known(each: NewOrder, known: Mapping[str, OrderRow], done: dict[str, Booked]) -> bool:
    """Whether the key stands for an order already; it then stays that order. Raises `Problem(KEY_REUSED)`."""
    before = known.get(each.key)
    if before is None:
        return each.key in done
    if (before.fen, before.subject_id, before.purse) != (each.fen, each.payee.subject_id, each.purse):
        raise Problem(KEY_REUSED, detail="same key, other payment")
    done[each.key] = Booked(each.key, before.id, False)
    return True


def _known(session: Session, keys: Sequence[str]) -> dict[str, OrderRow]:
    found: dict[str, OrderRow] = {}
    for start in range(0, len(keys), 500):
        query = select(OrderRow).where(OrderRow.key.in_(keys[start : start + 500]))
        found |= {row.key: row for row in session.scalars(query)}
    return found


def _row(new: NewOrder) -> dict[str, Any]:
    order_id, moment = new_id("pay"), clock.now()
    return {
        "id": order_id, "key": new.key, "purse": new.purse, "subject_id": new.payee.subject_id,
        "fen": new.fen, "purpose": new.purpose[:140], "state": OrderState.RESERVED.value, "attempt": 1, "tries": 0,
        "end_to_end": end_to_end(order_id, 1), "code": "", "bank_reference": "", "due_at": new.due_at or moment,
        "claimed_by": "", "created_at": moment, "settled_at": None,
    }  # fmt: skip


def end_to_end(order_id: str, attempt: int) -> str:
    """At most 35 characters (ISO 20022 Max35Text), another one only for another account."""
    return f"{order_id.removeprefix('pay_').upper()}-{attempt}"


def move(step: str, order_id: str, purse: str, fen: int, to: Family, out_of: Family) -> Transfer:
    """Money of a purse changes its standing. The receiving side of liabilities is the credit."""
    return Transfer(f"{step}:{order_id}", account(out_of, purse), account(to, purse), fen, order_id)
