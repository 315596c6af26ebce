"""Whom an order pays and into which account: sealed under the payee's key, opened for the bank alone and for the last digits shown.

Once her key is erased nobody can say whom to pay: such an order is refused before it reaches the bank, with the code `payee_erased`.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.payments.models import Payee
from onething.payments.tables import OrderRow
from onething.trust.sealing.service import LiesOpen, lies_open, open_of_many, owner_of, seal_values, who_can_be_sealed

ERASED = "payee_erased"
_USE = "pay_order.payee"
_NOBODY = "null"


def sealed(session: Session, payees: Sequence[tuple[str, Payee]]) -> list[str]:
    """(order id, payee) → texts for the column, in the same order. Raises `Problem(trust.erased)`."""
    values = [
        (owner_of(each.subject_id, order_id), {"name": each.name, "account": each.account, "bank": each.bank})
        for order_id, each in payees
    ]
    return seal_values(session, values, _USE)


def opened(session: Session, rows: Sequence[OrderRow]) -> list[Payee | None]:
    """The payees of orders, in their order, with one look for all their keys; None where her key was erased."""
    stored = [(owner_of(row.subject_id, row.id), row.payee) for row in rows]
    return [_payee(row.subject_id, value) for row, value in zip(rows, open_of_many(session, stored, _USE), strict=True)]


def _payee(subject_id: str, value: Any) -> Payee | None:
    """Orders of before payees were sealed keep the same in clear."""
    told: dict[str, str] | None = orjson.loads(value) if isinstance(value, str) else value
    return None if told is None else Payee(subject_id, told["name"], told["account"], told["bank"])


def seal_open_ones(session: Session, order_ids: Sequence[str]) -> None:
    """Seal the payees of these orders; of those who were erased meanwhile nothing is kept."""
    chosen = select(OrderRow).where(OrderRow.id.in_(order_ids), OPEN.where).order_by(OrderRow.id)
    rows = list(session.scalars(chosen.with_for_update()))
    owners = {row.id: owner_of(row.subject_id, row.id) for row in rows}
    living = who_can_be_sealed(session, owners.values())
    told = zip(rows, opened(session, rows), strict=True)
    known = [(row.id, payee) for row, payee in told if payee is not None and owners[row.id] in living]
    texts = dict(zip((order_id for order_id, _ in known), sealed(session, known), strict=True))
    for row in rows:
        row.payee = texts.get(row.id, _NOBODY)
    session.flush()


OPEN = LiesOpen(
    "payees of orders", OrderRow.id, lies_open(OrderRow.payee) & (OrderRow.payee != _NOBODY), seal_open_ones
)
