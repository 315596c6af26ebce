"""Nouns of fulfilment: what a company is given without applying, and how far it has come."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from onething.core.money import to_yuan
from onething.policy.fulfilment.states import UNPAID, AwardState

SUPPLEMENT = 100
"""Parts from here on are supplements after a correction of figures."""


@dataclass(frozen=True, slots=True)
class Award:
    """One benefit (or instalment) for one company, as others may see it."""

    id: str
    clause_id: str
    clause_version: int
    subject_id: str
    period: str
    part: int
    agency: str
    purse: str
    fen: int
    state: AwardState
    code: str
    reasons: tuple[dict[str, Any], ...]
    found_at: datetime
    pay_after: datetime | None
    paid_at: datetime | None
    account: str
    order_id: str | None
    words: str

    @property
    def yuan(self) -> Decimal:
        return to_yuan(self.fen)

    @property
    def open(self) -> bool:
        """The company can still do something about it."""
        return self.state in UNPAID


@dataclass(frozen=True, slots=True)
class Terms:
    """How a city fulfils: days to object before money moves, days to accept what needs consent."""

    object_days: int = 3
    consent_days: int = 30


def period_of(frequency: str, day: date) -> str:
    """`` for once, `2026`, `2026Q4`, `2026-11`: a benefit is given once in each."""
    match frequency:
        case "yearly":
            return str(day.year)
        case "quarterly":
            return f"{day.year}Q{(day.month + 2) // 3}"
        case "monthly":
            return f"{day.year}-{day.month:02}"
        case _:
            return ""
