"""The door of payments: put money into purses, book orders, send them, take in statements, claim back, add up.

`book` sets money aside under the caller's key and promises that the same key is the same payment for ever; from there to
the bank the order's own `end_to_end` plays that part. `PaymentSender` does the sending; `audit` proves that every fen is
where the orders say.
"""

from onething.payments.bank import Bank, BankRefusedError, BankSilentError, make_bank
from onething.payments.booking import Booked, book
from onething.payments.books import appropriate, purses
from onething.payments.iso20022 import read_camt053, read_pain001, write_camt053, write_pain001
from onething.payments.models import Answer, Audit, Entry, Instruction, NewOrder, Order, OrderState, Payee, Purse
from onething.payments.orders import (
    HELD,
    by_ids,
    cancel,
    cancel_many,
    claim_back,
    listing,
    order,
    orders_of,
    redirect,
    release,
    release_many,
    unfinished,
)
from onething.payments.payees import OPEN as PAYEES_LYING_OPEN
from onething.payments.reconciling import audit, reconcile, unmatched
from onething.payments.sending import PaymentSender, Round

__all__ = [
    "HELD",
    "PAYEES_LYING_OPEN",
    "Answer",
    "Audit",
    "Bank",
    "BankRefusedError",
    "BankSilentError",
    "Booked",
    "Entry",
    "Instruction",
    "NewOrder",
    "Order",
    "OrderState",
    "Payee",
    "PaymentSender",
    "Purse",
    "Round",
    "appropriate",
    "audit",
    "book",
    "by_ids",
    "cancel",
    "cancel_many",
    "claim_back",
    "listing",
    "make_bank",
    "order",
    "orders_of",
    "purses",
    "read_camt053",
    "read_pain001",
    "reconcile",
    "redirect",
    "release",
    "release_many",
    "unfinished",
    "unmatched",
    "write_camt053",
    "write_pain001",
]  # fmt: skip
