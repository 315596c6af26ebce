"""The double-entry books: post transfers, read balances. Constraints in the database refuse what this code should miss (see `tables`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.access import SYSTEM_PRINCIPAL, Principal
from onething.core.db import upsert
from onething.core.errors import Problem
from onething.core.events import SYSTEM
from onething.core.rights.service import require
from onething.payments import acts
from onething.payments.errors import BUDGET_EXHAUSTED
from onething.payments.models import Family, Purse
from onething.payments.tables import AccountRow, TransferRow

_TRANSFERS = cast("Table", TransferRow.__table__)
_ACCOUNTS = cast("Table", AccountRow.__table__)
UNCLEAR = "unclear"
"""The purse of money that nobody can place yet."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Fen from the credited to the debited account, once per `key`."""

    key: str
    debit: str
    credit: str
    fen: int
    order_id: str | None = None


def account(family: Family, purse: str) -> str:
    """The id of an account."""
    return f"{family.value}:{purse}"


def post(session: Session, transfers: Sequence[Transfer], actor: str = SYSTEM, at: datetime | None = None) -> None:
    """Write transfers, all or none. Raises `Problem(BUDGET_EXHAUSTED)` when a purse does not hold them.

    A key that is there already raises IntegrityError: callers decide by state, under their row's lock, what is new.
    """
    if not transfers:
        return
    _open_and_lock(session, {name for each in transfers for name in (each.debit, each.credit)})
    moment = at or clock.now()
    rows = [
        {"key": t.key, "debit": t.debit, "credit": t.credit, "fen": t.fen, "at": moment, "order_id": t.order_id, "actor": actor}
        for t in transfers
    ]  # fmt: skip
    try:
        with session.begin_nested():
            session.execute(_TRANSFERS.insert(), rows)
    except IntegrityError as error:
        if "not_overdrawn" in str(error.orig):
            raise Problem(BUDGET_EXHAUSTED) from None
        raise


def _open_and_lock(session: Session, names: set[str]) -> None:
    """Make what accounts are new and lock all in one order, so that two writers never wait for each other."""
    rows = [
        dict(zip(("family", "purse"), name.split(":", 1), strict=True)) | {"id": name, "debits": 0, "credits": 0}
        for name in sorted(names)
    ]
    upsert(session, AccountRow, rows)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(_ACCOUNTS.c.id).where(_ACCOUNTS.c.id.in_(names)).order_by(_ACCOUNTS.c.id).with_for_update())  # fmt: skip


def lock_available(session: Session, purse: str) -> int:
    """Fen that may still be promised from a purse; nobody else promises until this transaction ends."""
    _open_and_lock(session, {account(Family.AVAILABLE, purse), account(Family.RESERVED, purse)})
    return balance(session, Family.AVAILABLE, purse)


def balance(session: Session, family: Family, purse: str) -> int:
    """Credits less debits; for BANK and RECEIVABLE debits less credits."""
    query = select(_ACCOUNTS.c.debits, _ACCOUNTS.c.credits).where(_ACCOUNTS.c.id == account(family, purse))
    row = session.execute(query).one_or_none()
    if row is None:
        return 0
    return row[0] - row[1] if family in (Family.BANK, Family.RECEIVABLE) else row[1] - row[0]


def order_balance(session: Session, order_id: str, name: str) -> int:
    """Debits less credits of one account that belong to one order."""
    debits = select(func.coalesce(func.sum(_TRANSFERS.c.fen), 0)).where(_TRANSFERS.c.order_id == order_id, _TRANSFERS.c.debit == name)  # fmt: skip
    credits_ = select(func.coalesce(func.sum(_TRANSFERS.c.fen), 0)).where(_TRANSFERS.c.order_id == order_id, _TRANSFERS.c.credit == name)  # fmt: skip
    return int(session.scalar(debits) or 0) - int(session.scalar(credits_) or 0)


def appropriate(session: Session, purse: str, fen: int, key: str, principal: Principal = SYSTEM_PRINCIPAL) -> bool:
    """Put money into a purse, once per `key`; False when that was done before. For the system and the operator of the machine: an
    official adds money by a clause's budget, which a second person approves."""
    require(principal, acts.APPROPRIATE)
    if session.scalar(select(_TRANSFERS.c.seq).where(_TRANSFERS.c.key == f"appropriate:{key}")) is not None:
        return False
    source, bank = account(Family.SOURCE, purse), account(Family.BANK, purse)
    post(
        session,
        [
            Transfer(f"appropriate:{key}", bank, source, fen),
            Transfer(f"free:{key}", source, account(Family.AVAILABLE, purse), fen),
        ],
        principal.actor,
    )
    return True


def purses(session: Session, keys: Iterable[str] | None = None) -> list[Purse]:
    """Where purses stand, by key; all of them when none are named."""
    query = select(_ACCOUNTS.c.family, _ACCOUNTS.c.purse, _ACCOUNTS.c.debits, _ACCOUNTS.c.credits)
    if keys is not None:
        query = query.where(_ACCOUNTS.c.purse.in_(list(keys)))
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for family, purse, debits, credits_ in session.execute(query):
        found.setdefault(purse, {})[family] = (debits, credits_)
    return [_purse(key, found[key]) for key in sorted(found) if key != UNCLEAR]


def _purse(key: str, families: dict[str, tuple[int, int]]) -> Purse:
    def credit(family: Family) -> int:
        debits, credits_ = families.get(family.value, (0, 0))
        return credits_ - debits

    return Purse(
        key, families.get("source", (0, 0))[1], credit(Family.AVAILABLE), credit(Family.RESERVED),
        credit(Family.TRANSIT), -credit(Family.RECEIVABLE),
    )  # fmt: skip


def recount(session: Session) -> dict[str, tuple[int, int]]:
    """(debits, credits) of every account, added up from the transfers themselves."""
    totals: dict[str, tuple[int, int]] = {}
    for side in (0, 1):
        column = (_TRANSFERS.c.debit, _TRANSFERS.c.credit)[side]
        for name, fen in session.execute(select(column, func.sum(_TRANSFERS.c.fen)).group_by(column)):
            before = totals.get(name, (0, 0))
            totals[name] = (int(fen), before[1]) if side == 0 else (before[0], int(fen))
    return totals
