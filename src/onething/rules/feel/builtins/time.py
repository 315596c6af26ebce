"""Dates, times and durations as functions."""

# Tables of small untyped functions: the values they take are whatever facts are.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from onething.core.clock import CHINA
from onething.rules.feel.define import define
from onething.rules.feel.temporal import (
    fact_date,
    months_between,
    parse_date,
    parse_datetime,
    parse_duration,
    parse_time,
)
from onething.rules.feel.values import Months, to_decimal

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def absolute(n: Any) -> Any:
    """`abs` of a number or a duration."""
    if isinstance(n, Months):
        return Months(abs(n.count))
    if isinstance(n, timedelta):
        return abs(n)
    number = to_decimal(n)
    return None if number is None else abs(number)


def _whole(value: Any) -> int:
    number = to_decimal(value)
    if number is None or number != int(number):
        raise ValueError("whole number expected")
    return int(number)


def _date(source: Any, month: Any = None, day: Any = None) -> Any:
    if month is not None and day is not None:
        return date(_whole(source), _whole(month), _whole(day))
    if isinstance(source, datetime):
        return source.date()
    if isinstance(source, date):
        return source
    return parse_date(source)


def _moment(day: Any, clock: Any = None) -> Any:
    if clock is None:
        if isinstance(day, datetime):
            return day
        if isinstance(day, date):
            return datetime(day.year, day.month, day.day)  # noqa: DTZ001
        return parse_datetime(day)
    if isinstance(clock, str) and isinstance(day, str):
        return None
    day = day.date() if isinstance(day, datetime) else day
    return datetime.combine(day, clock) if isinstance(day, date) and isinstance(clock, time) else None


def _time(source: Any, minute: Any = None, second: Any = None, offset: Any = None) -> Any:
    if minute is not None and second is not None:
        seconds = to_decimal(second)
        if seconds is None or (offset is not None and not isinstance(offset, timedelta)):
            return None
        zone = None if offset is None else timezone(offset)
        whole = int(seconds)
        return time(_whole(source), _whole(minute), whole, int((seconds - whole) * 1_000_000), tzinfo=zone)
    if isinstance(source, datetime):
        return source.timetz()
    if isinstance(source, time):
        return source
    if isinstance(source, date):
        return parse_time("00:00:00Z")
    return parse_time(source)


def _months(start: Any, end: Any) -> Any:
    a, b = _as_date(start), _as_date(end)
    return None if a is None or b is None else Months(months_between(a, b))


def _as_date(value: Any) -> date | None:
    if isinstance(value, str):
        value = fact_date(value)
    if isinstance(value, datetime):
        return (value.astimezone(CHINA) if value.tzinfo is CHINA else value).date()
    return value if isinstance(value, date) else None


def _of_date(value: Any) -> date:
    day = _as_date(value)
    if day is None:
        raise TypeError("date expected")
    return day


def _years(start: Any, end: Any) -> Any:
    """Full years of age on a day (周岁): the birthday itself does not count yet is left to law; whole years here."""
    a, b = _as_date(start), _as_date(end)
    return None if a is None or b is None else Decimal(Months(months_between(a, b)).years)


def _duration(source: Any) -> Any:
    return source if isinstance(source, Months | timedelta) else parse_duration(source)


TIME = {
    "date": define("from, month?, day?", _date, other="year, month, day"),
    "date and time": define("from, time?", _moment, other="date, time"),
    "time": define("from, minute?, second?, offset?", _time, other="hour, minute, second, offset"),
    "duration": define("from", _duration),
    "years and months duration": define("from, to", _months),
    "years between": define("from, to", _years),
    "age": define("born, on", _years),
    "day of year": define("date", lambda d: Decimal(_of_date(d).timetuple().tm_yday)),
    "day of week": define("date", lambda d: _DAYS[_of_date(d).weekday()]),
    "month of year": define("date", lambda d: _MONTHS[_of_date(d).month - 1]),
    "week of year": define("date", lambda d: Decimal(_of_date(d).isocalendar().week)),
}
