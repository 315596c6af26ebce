"""The door of matching: the book of clauses of a day, one company explained, one clause's companies, the full scan.

The book:
`load_clauses`: clauses and relations of a city package; policy.bad_clauses.
`make_book`: those in force on a day, compiled together; policy.bad_clauses for rules that do not compile.
`ready`: one clause as it stands on a day; None outside its validity or when none of its rules is in force.
`clause_name`: what people call a clause; something else for one that is gone.
`ends_soon`: its last day when it ends within two months.

One company:
`for_company`: what its page shows: all it has a right to, what cannot be told, the nearest misses; best first.
`match`: one clause for one company, explained.
`outcomes`: every clause that certainly holds or cannot be told, by id.
`amount_of`: yuan for a company that has the right to it; None when it is no money or a fact is missing.
`shifts`: the clauses whose answer changed with the facts.
`show_value`: a value as people read it: with thousands, unit, and the name of a code.

Many companies:
`companies_under`: the companies one clause holds for, from a frame of columns: id and amount (yuan, null when
    unknown).
`scan`: all clauses over all stored columns, written to disk; more than one worker forks.

Nouns: `ClauseBook`, `Match`, `ReadyClause`, `ScanResult`.
"""

import numpy as np
import polars as pl

from onething.policy.matching.amounts import amount_of, amounts_over
from onething.policy.matching.clauses import (
    ClauseBook,
    ReadyClause,
    clause_name,
    ends_soon,
    load_clauses,
    make_book,
    ready,
)
from onething.policy.matching.models import Match
from onething.policy.matching.one import for_company, match, outcomes, shifts
from onething.policy.matching.scan import ScanResult, scan
from onething.policy.matching.words import show_value
from onething.rules.columns.service import from_polars, truths
from onething.subjects.profiles.service import ID

__all__ = [
    "ClauseBook",
    "Match",
    "ReadyClause",
    "ScanResult",
    "amount_of",
    "clause_name",
    "companies_under",
    "ends_soon",
    "for_company",
    "load_clauses",
    "make_book",
    "match",
    "outcomes",
    "ready",
    "scan",
    "shifts",
    "show_value",
]


def companies_under(clause: ReadyClause, frame: pl.DataFrame) -> pl.DataFrame:
    """The companies one clause holds for: `id` and `amount` (yuan; null where a fact of the amount is missing).

    `frame` has `id` and at least the columns of `clause.names`. This is what a changed clause is answered with.
    """
    population = from_polars(frame.drop(ID))
    true, _ = truths(clause.condition, population, clause.day)
    rows = np.flatnonzero(true)
    amounts = amounts_over(clause, population, rows)
    return pl.DataFrame({ID: frame[ID].gather(rows), "amount": amounts}).with_columns(pl.col("amount").fill_nan(None))
