"""Dates, times and durations: reading, showing and adding them (ISO 8601 as FEEL takes it)."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from onething.rules.feel.values import Months, show_number

_DATE = re.compile(r"(-?\d{4,9})-(\d\d)-(\d\d)")
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(\.\d+)?(?:(Z|z)|([+-]\d\d:\d\d(?::\d\d)?)|@([A-Za-z]+(?:/[A-Za-z_+\-0-9]+)*))?"
)
_CLOCK = re.compile(r"(\d\d):(\d\d)")
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?")
_DAYS = re.compile(r"(-)?P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d*)?|\.\d+)S)?)?")
_LENIENT_DATE = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?|(\d{4})(\d\d)(\d\d)")


def parse_date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    if not found:
        return None
    try:
        zone = _zone(found[5], found[6], found[7])
        micro = int(Decimal(found[4] or 0) * 1_000_000)
        return time(int(found[1]), int(found[2]), int(found[3]), micro, tzinfo=zone)
    except (ValueError, KeyError, OSError):
        return None


def _zone(z: str | None, offset: str | None, name: str | None) -> tzinfo | None:
    if z:
        return UTC
    if offset:
        parts = [int(each) for each in offset[1:].split(":")]
        if parts[0] > 14 or parts[1] > 59:
            raise ValueError(offset)
        delta = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
        return timezone(-delta if offset[0] == "-" else delta)
    return ZoneInfo(name) if name else None


def parse_datetime(text: str) -> datetime | None:
    day, mark, clock = text.partition("T")
    when = parse_date(day)
    if when is None:
        return None
    if not mark:
        return datetime(when.year, when.month, when.day)  # noqa: DTZ001 - FEEL knows moments without a zone
    at = parse_time(clock) if clock != "24:00:00" else None
    return None if at is None else datetime.combine(when, at)


def parse_duration(text: str) -> Months | timedelta | None:
    if len(text) > 60:
        return None
    found = _MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        count = int(found[2] or 0) * 12 + int(found[3] or 0)
        return Months(-count if found[1] else count)
    found = _DAYS.fullmatch(text)
    if not found or not any(found.groups()[1:]):
        return None
    try:
        micro = int(Decimal(found[5] or 0) * 1_000_000)
        delta = timedelta(int(found[2] or 0), 0, micro, 0, int(found[4] or 0), int(found[3] or 0))
    except OverflowError:
        return None
    return -delta if found[1] else delta


def parse_temporal(text: str) -> Any:
    """What an `@"…"` literal stands for, or None."""
    for parse in (parse_date, parse_datetime, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None


def fact_date(text: str) -> date | datetime | None:
    """A date or moment as facts hold it: ISO, with or without time and zone, or `2026年11月1日`, `20261101`."""
    if not 8 <= len(text) <= 35 or not text[0].isdecimal():
        return None
    value = parse_date(text)
    if value is not None:
        return value
    found = _LENIENT_DATE.fullmatch(text)
    try:
        if found:
            year, month, day = (int(part) for part in found.groups() if part)
            return date(year, month, day)
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None


def fact_time(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    return parse_time(f"{text}:00") if found else parse_time(text)


def add_months(value: date, months: int) -> date | None:
    """The same day `months` later, or the month's last day when it is shorter."""
    index = value.year * 12 + value.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        return None
    last = 31 if month in (0, 2, 4, 6, 7, 9, 11) else 30 if month != 1 else 29 if _leap(year) else 28
    return value.replace(year=year, month=month + 1, day=min(value.day, last))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def months_between(start: date, end: date) -> int:
    """Whole months from start to end, negative when end is earlier."""
    if end < start:
        return -months_between(end, start)
    count = (end.year - start.year) * 12 + end.month - start.month
    return count - 1 if end.day < start.day else count


def show_temporal(value: Any) -> str:
    """A date, time or duration as FEEL's `string()` gives it."""
    if isinstance(value, Months):
        return _show_months(value.count)
    if isinstance(value, timedelta):
        return _show_delta(value)
    if isinstance(value, datetime):
        return f"{_show_day(value)}T{_show_clock(value.timetz())}"
    if isinstance(value, date):
        return _show_day(value)
    if isinstance(value, time):
        return _show_clock(value)
    return str(value)


def _show_day(value: date) -> str:
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


def _show_clock(value: time) -> str:
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    text = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}"
    zone = value.tzinfo
    if zone is None:
        return text
    if isinstance(zone, ZoneInfo):
        return f"{text}@{zone.key}"
    offset = zone.utcoffset(None)
    if offset is None or not offset:
        return f"{text}Z"
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{text}{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}{tail}"


def _show_months(count: int) -> str:
    years, months = divmod(abs(count), 12)
    body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"{'-' if count < 0 else ''}P{body}"


def _show_delta(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or value.microseconds:
        clock += f"{show_number(Decimal(seconds) + Decimal(value.microseconds) / 1_000_000)}S"
    days = f"{value.days}D" if value.days else ""
    if not days and not clock:
        return "PT0S"
    return f"{sign}P{days}{'T' + clock if clock else ''}"
