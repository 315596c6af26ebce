"""Lines of a statement that nothing explains: whose they are, why they wait, and how each is cleared.

Money in that nobody expected stands under SUSPENSE, money out that nobody ordered under RECEIVABLE of the purse `unclear`.
A person says what it was, once; the transfers that put the books right are made in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.events import SYSTEM
from onething.core.i18n import Text, texts_of
from onething.core.rights.service import require
from onething.payments import acts, books, orders
from onething.payments.books import UNCLEAR, Transfer, account
from onething.payments.errors import CANNOT_RESOLVE, NO_SUSPENSE
from onething.payments.models import Entry, Family, How
from onething.payments.statements import YUAN
from onething.payments.states import SUSPENSE, SuspenseState
from onething.payments.tables import SuspenseRow

say = texts_of(__name__)


class Why(StrEnum):
    """Why a line waits."""

    UNKNOWN = "unknown"
    OTHER_AMOUNT = "other_amount"
    PAID_TWICE = "paid_twice"
    PAID_THOUGH_REFUSED = "paid_though_refused"
    UNEXPECTED_CREDIT = "unexpected_credit"
    SURPLUS = "surplus"
    OTHER_CURRENCY = "other_currency"


@dataclass(frozen=True, slots=True)
class Suspended:
    """A line in suspense as its owner sees it. `fen`: money in is positive."""

    key: str
    reference: str
    fen: int
    currency: str
    booked_on: str
    order_id: str | None
    why: Why
    owner: str
    state: SuspenseState
    opened_at: datetime
    how: str
    note: str

    @property
    def reason(self) -> Text:
        return say(f"suspense.{self.why}")


def post(
    session: Session, entry: Entry, key: str, fen: int, order_id: str | None, why: Why, owner: str, actor: str = SYSTEM
) -> None:
    """Put a line's money where it can be seen, and the line on its owner's list."""
    bank = account(Family.BANK, UNCLEAR)
    if fen > 0:
        made = Transfer(key, bank, account(Family.SUSPENSE, UNCLEAR), fen, order_id)
    else:
        made = Transfer(key, account(Family.RECEIVABLE, UNCLEAR), bank, -fen, order_id)
    books.post(session, [made], actor)
    note(session, entry.of(fen), key, order_id, why, owner)


def note(session: Session, entry: Entry, key: str, order_id: str | None, why: Why, owner: str) -> None:
    """Only the list: a line whose money these books do not count."""
    session.add(
        SuspenseRow(
            key=key, reference=entry.reference[:60], fen=entry.fen, currency=entry.currency[:3], booked_on=entry.booked_on,
            order_id=order_id, why=why, owner=owner[:60], state=SuspenseState.OPEN, opened_at=clock.now(),
            how="", note="", resolved_by="", resolved_at=None,
        )
    )  # fmt: skip


def listing(session: Session, owner: str = "", every: bool = False, limit: int = 200) -> list[Suspended]:
    """Open lines, oldest first; those resolved too where `every`."""
    query = select(SuspenseRow).order_by(SuspenseRow.opened_at, SuspenseRow.key).limit(min(limit, 1000))
    query = query if every else query.where(SuspenseRow.state == SuspenseState.OPEN)
    query = query.where(SuspenseRow.owner == owner) if owner else query
    return [_told(row) for row in session.scalars(query)]


def _told(row: SuspenseRow) -> Suspended:
    return Suspended(
        row.key, row.reference, row.fen, row.currency, row.booked_on, row.order_id, Why(row.why), row.owner,
        SuspenseState(row.state), row.opened_at, row.how, row.note,
    )  # fmt: skip


def _open(session: Session, key: str) -> SuspenseRow:
    row = session.get(SuspenseRow, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise Problem(NO_SUSPENSE)
    if row.state != SuspenseState.OPEN:
        raise Problem(CANNOT_RESOLVE, why=say("cannot.resolved"))
    return row


def resolve(
    session: Session, principal: Principal, key: str, how: How, note: str, with_key: str = "", purse: str = ""
) -> None:
    """Say what a line was, once; for the operator of the machine, others are told why not. `with_key`: the line that offsets it; `purse`: where money belongs that came in.

    Raises `Problem(NO_SUSPENSE)`, and `Problem(CANNOT_RESOLVE)` where amount, direction or order do not allow it, or without
    a note.
    """
    require(principal, acts.RESOLVE)
    row, actor = _open(session, key), principal.actor
    if not note.strip():
        raise Problem(CANNOT_RESOLVE, why=say("cannot.note"))
    moves: Sequence[Transfer]
    match how:
        case How.OFFSET:
            moves = _offset(session, row, with_key, actor, note)
        case How.PURSE:
            moves = _into_purse(row, purse)
        case How.ORDER:
            moves = _as_payment(session, row)
        case How.OUTSIDE:
            if row.currency == YUAN:
                raise Problem(CANNOT_RESOLVE, why=say("cannot.outside"))
            moves = ()
    books.post(session, moves, actor)
    _close(row, how, actor, note)


def _close(row: SuspenseRow, how: How, actor: str, note: str) -> None:
    row.state = SUSPENSE.move(row.state, SuspenseState.RESOLVED)
    row.how, row.note, row.resolved_by, row.resolved_at = how, note[:400], actor[:120], clock.now()


def _offset(session: Session, row: SuspenseRow, with_key: str, actor: str, note: str) -> Sequence[Transfer]:
    other = _open(session, with_key)
    if (other.fen, other.currency) != (-row.fen, row.currency) or other.key == row.key:
        raise Problem(CANNOT_RESOLVE, why=say("cannot.offset"))
    _close(other, How.OFFSET, actor, note)
    if row.currency != YUAN:
        return ()
    owed, held = account(Family.RECEIVABLE, UNCLEAR), account(Family.SUSPENSE, UNCLEAR)
    return [Transfer(f"offset:{row.key}", held, owed, abs(row.fen))]


def _into_purse(row: SuspenseRow, purse: str) -> Sequence[Transfer]:
    if row.fen <= 0 or row.currency != YUAN or not purse or purse == UNCLEAR:
        raise Problem(CANNOT_RESOLVE, why=say("cannot.purse"))
    held, bank = account(Family.SUSPENSE, UNCLEAR), account(Family.BANK, UNCLEAR)
    return [
        Transfer(f"to-bank:{row.key}", account(Family.BANK, purse), bank, row.fen),
        Transfer(f"to-purse:{row.key}", held, account(Family.AVAILABLE, purse), row.fen),
    ]


def _as_payment(session: Session, row: SuspenseRow) -> Sequence[Transfer]:
    """The order's money, set aside until now, was what the bank paid."""
    if row.fen >= 0 or not row.order_id or row.why != Why.PAID_THOUGH_REFUSED:
        raise Problem(CANNOT_RESOLVE, why=say("cannot.order"))
    purse = orders.paid_after_all(session, row.order_id, row.reference)
    owed, bank = account(Family.RECEIVABLE, UNCLEAR), account(Family.BANK, UNCLEAR)
    return [
        Transfer(f"cleared:{row.key}", bank, owed, -row.fen),
        Transfer(
            f"paid-after-all:{row.order_id}",
            account(Family.RESERVED, purse),
            account(Family.BANK, purse),
            -row.fen,
            row.order_id,
        ),
    ]
