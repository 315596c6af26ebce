"""Nouns of payments: accounts, transfers, payment orders, and what a bank says of them. Money in integer fen."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from onething.payments.states import BankStatus, OrderState


class Family(StrEnum):
    """What an account stands for, one of each kind a purse. BANK and RECEIVABLE have debit balances, the others credit."""

    BANK = "bank"
    """Money at the bank that belongs to the purse."""
    SOURCE = "source"
    """Passes appropriations on; its credits are all that was ever appropriated."""
    AVAILABLE = "available"
    """Free to be promised. Never below zero: this is the budget cap."""
    RESERVED = "reserved"
    """Promised, not yet sent."""
    TRANSIT = "transit"
    """Sent, not yet booked by the bank."""
    RECEIVABLE = "receivable"
    """Claimed back and not yet returned."""
    CLAIMS = "claims"
    """The other side of RECEIVABLE: it becomes AVAILABLE only when the money is there."""
    SUSPENSE = "suspense"
    """Came in and nobody knows why."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid, and into which account."""

    subject_id: str
    name: str
    account: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A payment to be made. `key` is the caller's idempotency key: the same key is the same payment for ever."""

    key: str
    purse: str
    payee: Payee
    fen: int
    purpose: str
    """Said on the payee's statement; no personal data, 140 characters at most (ISO 20022 Ustrd)."""
    due_at: datetime | None = None
    together: str = ""
    """Orders of one purse that name the same are booked all or none."""


@dataclass(frozen=True, slots=True)
class Order:
    """A payment order as others may see it."""

    id: str
    key: str
    purse: str
    subject_id: str
    fen: int
    state: OrderState
    purpose: str
    account_tail: str
    """Its last four digits; empty, like `bank`, once the payee's data was erased."""
    bank: str
    attempts: int
    code: str
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of a payment file. `end_to_end` is the same at every attempt with the same account: the bank's key."""

    end_to_end: str
    fen: int
    payee: Payee
    purpose: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says of one instruction. `unknown`: it has never seen it. `code` is an ISO 20022 reason (AC01 …)."""

    end_to_end: str
    status: BankStatus
    code: str = ""
    reference: str = ""
    """The bank's own number of the booking."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a bank statement (camt.053 Ntry). Money in is positive."""

    reference: str
    """AcctSvcrRef. The same number with the same amount and payment twice is the same booking told twice; some banks give one
    number to all payments of a batch."""
    end_to_end: str
    fen: int
    booked_on: str
    """ISO date."""
    info: str = ""
    currency: str = "CNY"
    account: str = ""
    reversal: bool = False
    """The bank undoes a booking of its own (RvslInd)."""

    def named(self, reference: str) -> "Entry":
        """The same line under another number."""
        return replace(self, reference=reference)

    def of(self, fen: int) -> "Entry":
        """A part of the line."""
        return replace(self, fen=fen)


class How(StrEnum):
    """What a line in suspense was, in its owner's word."""

    OFFSET = "offset"
    """The bank undid it: another line of the same amount runs the other way."""
    PURSE = "purse"
    """Money in that belongs to a purse, which may spend it."""
    ORDER = "order"
    """Money out that did pay the order it names, though the bank had refused it."""
    OUTSIDE = "outside"
    """Put right outside these books (another currency, another system); the note says where."""


@dataclass(frozen=True, slots=True)
class Purse:
    """Where a purse stands, in fen: `appropriated` = `available` + `reserved` + `transit` + `spent`."""

    key: str
    appropriated: int
    available: int
    reserved: int
    transit: int
    receivable: int

    @property
    def spent(self) -> int:
        """Booked by the bank, less what came back."""
        return self.appropriated - self.available - self.reserved - self.transit


@dataclass(frozen=True, slots=True)
class Audit:
    """A check of the books from their first transfer on. `problems` is empty when every fen is accounted for."""

    transfers: int
    orders: int
    problems: tuple[str, ...] = ()
    totals: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What one statement did to the books."""

    entries: int
    new: int
    matched: int
    returned: int
    recovered: int
    suspense: int
    settled_by_statement: int
    """Orders whose outcome was not known until the statement told it."""
