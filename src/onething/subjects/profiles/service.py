"""The door of company profiles: take in what agencies report, show a company what is known of it, answer its disputes,
keep its accounts.

Dimensions:
`load_spec`: the dimensions of a city package, empty where it has none; profiles.bad_spec.
`schema`: column name → Polars type: the id and one column a dimension.

Deliveries of agencies:
`read_delivery`: the rows of a file, text as text; profiles.bad_delivery.
`deliver`: takes in what an officer delivers for her agency; others are told why not. Otherwise like `take_in`.
`take_in`: takes rows in; one that cannot be right is refused with its line and column, the others are taken; the same
    content again changes nothing. profiles.unknown_source, profiles.too_many_rows. Changed companies get an event.
`refresh`: works out the pictures anew → the companies whose picture changed.

What is known:
`profile_of`: all that is known of a company, with where each value came from, as it stands or stood on a day.
`facts_of`: the facts for rules, from the kept picture.
`how_many`: how many companies have a picture.
`known_companies`: the ids of all of which anything was reported.

Disputes:
`open_dispute`: a company says that a value is wrong; core.not_found, profiles.dispute_empty.
`answer_dispute`: the agency's answer; others are told why not and who may; core.not_found.
`disputes_at`: open ones that are an official's to see, oldest first: those that her agencies answer for.
`disputes_of`: a company's, newest first.

Accounts:
`add_account`: adds one; the same number again is the same account; subjects.bad_account.
`account_of`: the chosen one, else the basic one, None if none; subjects.no_account for another's.
`accounts_of`: all, the basic one first; none of what was erased.

Nouns: `Arrivals` (looks for what agencies have left), `ColumnStore` (all companies as columns on disk), `ID` (the
    column of ids).
"""

from onething.subjects.profiles.accounts import (
    account_of,
    accounts_of,
    add_account,
)
from onething.subjects.profiles.arrivals import Arrivals
from onething.subjects.profiles.columns import ID, ColumnStore, schema
from onething.subjects.profiles.deliveries import (
    deliver,
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
    "ID",
    "Arrivals",
    "ColumnStore",
    "account_of",
    "accounts_of",
    "add_account",
    "answer_dispute",
    "deliver",
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
