"""The books. Every transfer debits one account and credits another, so none can be out of balance; triggers keep the
totals of accounts, and a check constraint on them refuses what a purse does not hold. Transfers cannot be changed."""

from datetime import datetime

from sqlalchemy import DDL, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, event
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, UtcDateTime
from onething.core.private import Private
from onething.core.tables import BigKey, append_only_statements


class AccountRow(Base):
    """An account of the books. `debits` and `credits` are kept by the database's triggers, by nobody else."""

    __tablename__ = "pay_account"

    id: Mapped[str] = mapped_column(String(90), primary_key=True)
    """`<family>:<purse>`."""
    family: Mapped[str] = mapped_column(String(12))
    purse: Mapped[str] = mapped_column(String(76))
    debits: Mapped[int] = mapped_column(BigInteger, default=0)
    credits: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        CheckConstraint(
            "family NOT IN ('available', 'reserved', 'transit', 'suspense') OR credits >= debits", name="not_overdrawn"
        ),
        CheckConstraint(
            "family NOT IN ('bank', 'receivable') OR purse = 'unclear' OR debits >= credits", name="not_negative"
        ),
    )


class TransferRow(Base):
    """Fen moved from one account to another, once per `key`."""

    __tablename__ = "pay_transfer"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    """What it is for: `reserve:<order>`, `send:<order>:1` … A second one with the same key is refused."""
    debit: Mapped[str] = mapped_column(ForeignKey("pay_account.id"))
    credit: Mapped[str] = mapped_column(ForeignKey("pay_account.id"))
    fen: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    order_id: Mapped[str | None] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        CheckConstraint("fen > 0", name="some"),
        CheckConstraint("debit <> credit", name="two_accounts"),
        Index("ix_pay_transfer_order_id", "order_id"),
    )


class OrderRow(Base):
    """A payment order. `end_to_end` goes to the bank and comes back on its statement."""

    __tablename__ = "pay_order"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    purse: Mapped[str] = mapped_column(String(76))
    subject_id: Mapped[str] = mapped_column(String(40))
    payee: Mapped[str] = mapped_column(Private)
    """Name, account and bank, sealed under the key of the subject: see `payees`."""
    fen: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[str] = mapped_column(String(140))
    state: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int] = mapped_column(Integer)
    """Counts accounts tried: a new account is a new instruction to the bank, the same one never is."""
    tries: Mapped[int] = mapped_column(Integer)
    end_to_end: Mapped[str] = mapped_column(String(35), unique=True)
    code: Mapped[str] = mapped_column(String(60))
    bank_reference: Mapped[str] = mapped_column(String(60))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Waiting: when it is sent. Sending: when the claim lapses and somebody else asks the bank what became of it."""
    claimed_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("fen > 0", name="some"),
        CheckConstraint(
            "state IN ('reserved', 'sending', 'accepted', 'settled', 'rejected', 'returned', 'cancelled', 'recovering', 'recovered')",
            name="state",
        ),
        Index("ix_pay_order_subject_id_created_at", "subject_id", "created_at"),
        Index("ix_pay_order_purse_state", "purse", "state"),
        Index("ix_pay_order_state_due_at", "state", "due_at"),
    )


class EntryRow(Base):
    """A line of a bank statement, kept once however often the bank tells it."""

    __tablename__ = "pay_entry"

    reference: Mapped[str] = mapped_column(String(60), primary_key=True)
    end_to_end: Mapped[str] = mapped_column(String(35))
    fen: Mapped[int] = mapped_column(BigInteger)
    booked_on: Mapped[str] = mapped_column(String(10))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20))
    """payment, return, recovery, suspense or foreign."""
    order_id: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (Index("ix_pay_entry_outcome", "outcome"),)


class SuspenseRow(Base):
    """A line of a statement that nothing explains, until somebody has said what it was. Its money stands in the books meanwhile."""

    __tablename__ = "pay_suspense"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    """Of the transfer that put its money into suspense; `foreign:` and the reference where there was none to put."""
    reference: Mapped[str] = mapped_column(String(60))
    fen: Mapped[int] = mapped_column(BigInteger)
    """In the smallest unit of `currency`; money in is positive."""
    currency: Mapped[str] = mapped_column(String(3))
    booked_on: Mapped[str] = mapped_column(String(10))
    order_id: Mapped[str | None] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(String(40))
    """Stable code, see `suspense.WHY`."""
    owner: Mapped[str] = mapped_column(String(60))
    """Agency or desk that looks into it."""
    state: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(400))
    resolved_by: Mapped[str] = mapped_column(String(120))
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('open', 'resolved')", name="state"),
        Index("ix_pay_suspense_state_opened_at", "state", "opened_at"),
    )


_SQLITE_TOTALS = (
    "CREATE TRIGGER IF NOT EXISTS pay_transfer_totals AFTER INSERT ON pay_transfer BEGIN "
    "UPDATE pay_account SET debits = debits + NEW.fen WHERE id = NEW.debit; "
    "UPDATE pay_account SET credits = credits + NEW.fen WHERE id = NEW.credit; END"
)
_POSTGRES_TOTALS = (
    "CREATE OR REPLACE FUNCTION pay_transfer_totals() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "UPDATE pay_account SET debits = debits + CASE WHEN id = NEW.debit THEN NEW.fen ELSE 0 END, "
    "credits = credits + CASE WHEN id = NEW.credit THEN NEW.fen ELSE 0 END WHERE id IN (NEW.debit, NEW.credit); "
    "RETURN NULL; END $$"
)
_POSTGRES_TRIGGER = (
    "CREATE OR REPLACE TRIGGER pay_transfer_totals AFTER INSERT ON pay_transfer FOR EACH ROW "
    "EXECUTE FUNCTION pay_transfer_totals()"
)
KEEP_TOTALS = {"sqlite": (_SQLITE_TOTALS,), "postgresql": (_POSTGRES_TOTALS, _POSTGRES_TRIGGER)}


def keep_books_statements(dialect: str) -> list[str]:
    """SQL that keeps totals and refuses changes to transfers and statement lines. Migration 0008 holds a copy of its own."""
    closed = [*append_only_statements("pay_transfer", dialect), *append_only_statements("pay_entry", dialect)]
    return [*KEEP_TOTALS.get(dialect, ()), *closed]


for _dialect in KEEP_TOTALS:
    for _statement in keep_books_statements(_dialect):
        _table = EntryRow.__table__ if "pay_entry" in _statement else TransferRow.__table__
        event.listen(_table, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect))
