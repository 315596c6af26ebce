"""The door of company profiles: take in what agencies report, show a company what is known of it, answer its disputes, keep its accounts."""

from onething.subjects.profiles.accounts import (
    OPEN as ACCOUNTS_LYING_OPEN,
)
from onething.subjects.profiles.accounts import (
    Account,
    account_of,
    accounts_of,
    add_account,
)
from onething.subjects.profiles.arrivals import Arrivals
from onething.subjects.profiles.columns import ID, ColumnStore, schema
from onething.subjects.profiles.deliveries import (
    facts_of,
    how_many,
    known_companies,
    profile_of,
    refresh,
    take_in,
)
from onething.subjects.profiles.dimensions import load_spec
from onething.subjects.profiles.disputes import answer_dispute, disputes_at, disputes_of, open_dispute
from onething.subjects.profiles.files import read_delivery

__all__ = [
    "ACCOUNTS_LYING_OPEN",
    "ID",
    "Account",
    "Arrivals",
    "ColumnStore",
    "account_of",
    "accounts_of",
    "add_account",
    "answer_dispute",
    "disputes_at",
    "disputes_of",
    "facts_of",
    "how_many",
    "known_companies",
    "load_spec",
    "open_dispute",
    "profile_of",
    "read_delivery",
    "refresh",
    "schema",
    "take_in",
]
