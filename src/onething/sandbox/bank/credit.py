"""The bank's own rule for a personal loan. Pure."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

RATE = Decimal("0.0435")
MOST = Decimal(300_000)
_SHARE = Decimal("0.5")
"""Instalments together may take half of the wage (商业银行房地产贷款风险管理指引 第三十六条 has the same bound for homes)."""


@dataclass(frozen=True)
class Decision:
    """`granted` yuan (0: no), the instalment a month, and why, for the applicant."""

    granted: Decimal
    instalment: Decimal
    why: str


def instalment(amount: Decimal, months: int) -> Decimal:
    """Equal instalments (等额本息), yuan."""
    rate = RATE / 12
    factor = (1 + rate) ** months
    return (amount * rate * factor / (factor - 1)).quantize(Decimal("0.01"))


def decide(wanted: Decimal, months: int, income: dict[str, Any] | None, record: dict[str, Any] | None) -> Decision:
    """`income` is an employment record, `record` a credit record; None where there is none."""
    nothing = Decimal(0)
    if not income or not income.get("average_wage"):
        return Decision(nothing, nothing, "没有查到在上海的就业和收入记录")
    if record and record["overdue_times"] > 3:
        return Decision(nothing, nothing, "近 24 个月逾期超过 3 次")
    due = Decimal(record["monthly_due"]) if record else nothing
    room = Decimal(income["average_wage"]) * _SHARE - due
    most = min(MOST, room / instalment(Decimal(10_000), months) * 10_000 if room > 0 else nothing)
    granted = min(wanted, (most / 1000).to_integral_value(ROUND_DOWN) * 1000)
    if granted < 1000:
        return Decision(nothing, nothing, "每月应还已接近收入的一半")
    return Decision(granted, instalment(granted, months), "批准" if granted == wanted else "按收入和已有贷款核定")
