"""The door of payments: put money into purses, book orders, send them, take in statements, claim back, add up.

`book` sets money aside under the caller's key and promises that the same key is the same payment for ever; from there
to the bank the order's own end-to-end id plays that part. `PaymentSender` does the sending; `audit` proves that every
fen is where the orders say. Amounts are whole fen.

Purses:
`appropriate`: puts money into a purse, once per key; False when that was done before; payments.budget_exhausted; officials are told
    why not.
`purses`: where purses stand, by key; all of them when none are named.

Orders:
`book`: sets money aside in the order given, as far as each purse reaches; a known key gives its order again, and with
    another amount or payee payments.key_reused. Orders that belong together are booked all or none; trust.erased for
    an erased payee.
`order`: one order by id; payments.no_order.
`by_ids`: several at once; unknown ones are left out.
`orders_of`: what a payee was or will be paid, newest first.
`listing`: the newest orders of the installation, for operators.
`unfinished`: whether money is set aside or under way for this payee.
`release_many`: held orders may go out now; those called off or sent meanwhile stay as they are.
`redirect`: another account of the same payee, before it is sent or after the bank refused; payments.wrong_state,
    payments.key_reused for another payee.
`cancel`: calls off what was not sent or what the bank refused; twice is once; payments.no_order,
    payments.wrong_state.
`cancel_many`: the same for several, all or none.
`claim_back`: claims a wrong payment, or part of it, back from the payee; once an order; payments.wrong_state.

The bank:
`make_bank`: the bank of this installation; payments.no_bank names those that exist.
`PaymentSender`: sends what is due, and asks before it sends anything again.
`Bank`: one paying bank: submit, ask, statement. `BankSilentError`: it may have done all, some or nothing.
`BankRefusedError`: it took nothing of the message, which may be sent again.

Statements and the books:
`reconcile`: takes in a statement; a line seen before changes nothing, what fits nothing goes to suspense.
`suspended`: lines in suspense that nobody has explained yet, with owner and reason, oldest first.
`resolve`: says what one was, once; payments.no_suspense, payments.cannot_resolve.
`audit`: adds everything up anew; its problems name accounts and orders, never people.
`read_statements`: camt.053 and camt.054 of one account, whose balances must add up; payments.bad_file,
    payments.other_account.
`write_camt053`: a statement: opening balance, entries, closing balance.
`read_pain001`: (message id, instructions), whose counts and sums must hold; payments.bad_file.

Nouns: `Answer`, `Entry`, `HELD` (a due time that never comes), `Purse`, `Round`.
"""

from onething.payments.auditing import audit
from onething.payments.bank import Bank, BankRefusedError, BankSilentError, make_bank
from onething.payments.booking import book
from onething.payments.books import appropriate, purses
from onething.payments.iso20022 import read_pain001, write_camt053
from onething.payments.models import Answer, Entry, Purse
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
    release_many,
    unfinished,
)
from onething.payments.reconciling import reconcile
from onething.payments.sending import PaymentSender, Round
from onething.payments.statements import read_statements
from onething.payments.suspense import listing as suspended
from onething.payments.suspense import resolve

__all__ = [
    "HELD",
    "Answer",
    "Bank",
    "BankRefusedError",
    "BankSilentError",
    "Entry",
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
    "read_pain001",
    "read_statements",
    "reconcile",
    "redirect",
    "release_many",
    "resolve",
    "suspended",
    "unfinished",
    "write_camt053",
]
