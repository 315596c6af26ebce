"""Nouns of fulfilment: what a company is given without applying, and how far it has come."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from onething.core.money import to_yuan


class AwardState(StrEnum):
    ASKED = "asked"
    """Needs the company's consent; one tap gives it."""
    NOTICED = "noticed"
    """Told “you will receive …”; paid by itself when the time to object is over."""
    WAITING = "waiting"
    """Cannot go on: `code` says for want of what (`no_account`, `no_budget`)."""
    SCHEDULED = "scheduled"
    """A later instalment, set aside; its own condition is looked at on its day."""
    ORDERED = "ordered"
    """Handed over to payments."""
    PAID = "paid"
    """Booked by the bank."""
    FAILED = "failed"
    """The bank refused the account, or the payment came back."""
    OBJECTED = "objected"
    """The company does not want it, or says that it is wrong."""
    LAPSED = "lapsed"
    """No longer due before it was paid, or not accepted in time."""
    DISPLACED = "displaced"
    """Another benefit of the same group is higher (就高不重复)."""
    OVERPAID = "overpaid"
    """A correction of the figures shows that it was too much; an officer decides on claiming it back."""
    RECOVERING = "recovering"
    """Claimed back."""
    RECOVERED = "recovered"
    """Wholly paid back."""


UNPAID = frozenset({AwardState.ASKED, AwardState.NOTICED, AwardState.WAITING, AwardState.SCHEDULED, AwardState.FAILED})
"""May still change with the facts."""
HELD = frozenset({AwardState.NOTICED, AwardState.SCHEDULED})
"""Money is set aside for it in an order that is not released."""
GIVEN = frozenset({AwardState.ORDERED, AwardState.PAID, AwardState.OVERPAID, AwardState.RECOVERING, AwardState.RECOVERED})  # fmt: skip
CLOSED = frozenset({AwardState.LAPSED, AwardState.DISPLACED})
"""May begin anew when the facts change back."""
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
