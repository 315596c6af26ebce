"""The door of matching: the book of clauses of a day, one company explained, one clause's companies, the full scan."""

import numpy as np
import polars as pl

from onething.policy.matching.amounts import amount_of, amounts_over
from onething.policy.matching.clauses import (
    ClauseBook,
    ReadyClause,
    also_from,
    book_of,
    in_force,
    load_clauses,
    make_book,
    ready,
)
from onething.policy.matching.models import Match, Outcome, Shift
from onething.policy.matching.one import for_company, match, outcomes, shifts
from onething.policy.matching.scan import ELIGIBLE, NEAR, UNDECIDED, ScanResult, companies_of, scan
from onething.policy.matching.words import Line, condition, show_value
from onething.rules.columns.service import truths
from onething.rules.service import from_polars
from onething.subjects.profiles.service import ID

__all__ = [
    "ELIGIBLE", "NEAR", "UNDECIDED", "ClauseBook", "Line", "Match", "Outcome", "ReadyClause", "ScanResult", "Shift",
    "also_from", "amount_of", "amounts_over", "book_of", "companies_of", "companies_under", "condition", "for_company",
    "in_force", "load_clauses", "make_book", "match", "outcomes", "ready", "scan", "shifts", "show_value",
]  # fmt: skip


def companies_under(clause: ReadyClause, frame: pl.DataFrame) -> pl.DataFrame:
    """The companies one clause holds for: `id` and `amount` (yuan; null where a fact of the amount is missing).

    `frame` has `id` and at least the columns of `clause.names`. This is what a changed clause is answered with.
    """
    population = from_polars(frame.drop(ID))
    true, _ = truths(clause.condition, population, clause.day)
    rows = np.flatnonzero(true)
    amounts = amounts_over(clause, population, rows)
    return pl.DataFrame({ID: frame[ID].gather(rows), "amount": amounts}).with_columns(pl.col("amount").fill_nan(None))
