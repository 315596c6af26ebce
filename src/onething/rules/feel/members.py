"""What follows a dot: fields of contexts, the same field of every item of a list, and parts of dates and durations."""

# Tables of small untyped functions: the values they take are whatever facts are.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.temporal import fact_date, parse_duration
from onething.rules.feel.values import Months, Range


def member(value: Any, name: str, *, strict: bool) -> Any:
    """`value.name`, null when there is no such thing."""
    if value is None:
        return None
    if is_context(value):
        return value.get(name)
    if is_list(value):
        return [member(each, name, strict=strict) for each in value]
    if isinstance(value, str):
        # Facts hold dates as text; `mother.birth_date.year` reads them as what they are.
        turned = None if strict else fact_date(value) or parse_duration(value)
        return None if turned is None else member(turned, name, strict=strict)
    for kinds, parts in _PARTS:
        if isinstance(value, kinds):
            part = parts.get(name)
            return part(value) if part else None
    return None


def _zone(value: datetime | time) -> str | None:
    zone = value.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else None


def _offset(value: datetime | time) -> timedelta | None:
    offset = value.utcoffset()
    if offset is None and isinstance(value.tzinfo, ZoneInfo) and isinstance(value, time):
        return datetime.combine(date(2000, 1, 1), value).utcoffset()
    return offset


def _sign(value: timedelta) -> int:
    return -1 if value < timedelta(0) else 1


def _seconds(value: timedelta) -> Any:
    rest = abs(value)
    whole = rest.seconds % 60
    return _sign(value) * (whole if not rest.microseconds else Decimal(whole) + Decimal(rest.microseconds) / 1_000_000)


_DAY: dict[str, Any] = {
    "year": lambda v: v.year,
    "month": lambda v: v.month,
    "day": lambda v: v.day,
    "weekday": lambda v: v.isoweekday(),
}
_CLOCK: dict[str, Any] = {
    "hour": lambda v: v.hour,
    "minute": lambda v: v.minute,
    "second": lambda v: v.second if not v.microsecond else Decimal(v.second) + Decimal(v.microsecond) / 1_000_000,
    "time offset": _offset,
    "timezone": _zone,
}
_PARTS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (datetime, _DAY | _CLOCK),
    (date, _DAY | {name: (lambda _: 0) for name in ("hour", "minute", "second")}),
    (time, _CLOCK),
    (Months, {"years": lambda v: v.years, "months": lambda v: v.months}),
    (
        timedelta,
        {
            "days": lambda v: _sign(v) * abs(v).days,
            "hours": lambda v: _sign(v) * (abs(v).seconds // 3600),
            "minutes": lambda v: _sign(v) * (abs(v).seconds // 60 % 60),
            "seconds": _seconds,
        },
    ),
    (
        Range,
        {
            "start": lambda v: v.low,
            "end": lambda v: v.high,
            "start included": lambda v: v.low_closed,
            "end included": lambda v: v.high_closed,
        },
    ),
)
