"""Nouns of matching: what a clause says of a company, and what changed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from onething.policy.matching.words import Line

Outcome = Literal["eligible", "near", "undecided", "no"]


@dataclass(frozen=True, slots=True)
class Match:
    """One clause for one company."""

    clause_id: str
    outcome: Outcome
    """`near`: one condition short; `undecided`: for want of `missing`."""
    amount: Decimal | None
    """Yuan; of a near miss what it would be."""
    lines: tuple[Line, ...]
    missing: tuple[str, ...] = ()
    """Dimensions for want of which it cannot be told."""

    @property
    def short(self) -> Line | None:
        """The one condition that is lacking."""
        return next((line for line in self.lines if line.outcome == "no"), None) if self.outcome == "near" else None


@dataclass(frozen=True, slots=True)
class Shift:
    """How one clause stands for a company before and after a change."""

    clause_id: str
    before: Outcome
    after: Outcome
