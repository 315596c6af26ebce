"""How dates and amounts read in each language, the same on pages, in messages and on forms."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from onething.core.clock import local
from onething.core.i18n import Text
from onething.core.money import show

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip


def as_date(value: Any) -> date | None:
    """A date from a date, a moment or ISO text; None when it is neither."""
    if isinstance(value, datetime):
        return local(value).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def day(value: Any) -> Text:
    """2026年11月23日 · 23 November 2026. What is no date stays as it is."""
    found = as_date(value)
    if found is None:
        return same(value)
    return Text(
        zh=f"{found.year}年{found.month}月{found.day}日", en=f"{found.day} {MONTHS[found.month - 1]} {found.year}"
    )


def full_moment(value: Any) -> Text:
    """The whole date and the minute, for values on documents: 2026年11月1日 08:15. Without a time of day only the date."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return day(value)
    if len(str(value)) <= 10:
        return day(found)
    return Text(**{lang: f"{words} {found:%H:%M}" for lang, words in day(found).model_dump().items()})


def yuan(amount: Decimal) -> Text:
    """1,600.00元 · 1,600.00 yuan."""
    return Text(zh=f"{show(amount)}元", en=f"{show(amount)} yuan")


def same(value: Any) -> Text:
    """What reads the same in both languages."""
    return Text.same(value)
