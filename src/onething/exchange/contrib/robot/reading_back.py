"""Compares what the agency's system shows after entry with what was to be entered. Pure."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from onething.exchange.contrib.robot.script import Element

_DATES = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


def as_date(text: str, also: str = "") -> date | None:
    """A date in any of the usual spellings, or in `also`."""
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    for form in (also, *_DATES):
        if not form:
            continue
        try:
            return datetime.strptime(squeezed, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def same(element: Element, meant: str, there: str) -> bool:
    """Equal but for what old systems do to values: widths, spaces, spelling of dates, zeros after the point."""
    if element.kind in ("date", "date_parts"):
        day = as_date(meant, element.format)
        return day is not None and day == as_date(there, element.format)
    first, second = _even(meant), _even(there)
    if first == second:
        return True
    try:
        return bool(re.fullmatch(r"[\d,.]+", first)) and Decimal(first.replace(",", "")) == Decimal(
            second.replace(",", "")
        )
    except InvalidOperation:
        return False


def written(element: Element, value: str) -> str:
    """A value as the field wants it."""
    if element.kind != "date":
        return value
    day = as_date(value)
    return day.strftime(element.format or "%Y-%m-%d") if day else value


def _even(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
