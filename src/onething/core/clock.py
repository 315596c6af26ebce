"""Time: stored as aware UTC, shown in Asia/Shanghai, counted in working days where law counts so."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_frozen: ContextVar[datetime | None] = ContextVar("onething_frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The present day in China."""
    return now().astimezone(CHINA).date()


@contextmanager
def frozen(moment: datetime) -> Generator[None]:
    """Hold the clock still inside the block (tests, replays of old decisions). `moment` must be aware."""
    if moment.tzinfo is None:
        raise ValueError("a frozen moment must be aware")
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)


def local(moment: datetime) -> datetime:
    """The same moment on a clock in China."""
    return moment.astimezone(CHINA)


_BEIJING = (timedelta(hours=8), timedelta(hours=9))


def civil(moment: datetime) -> datetime:
    """The time of day written on a paper or in a register, without zone.

    A register that says +08:00 means the clock on the wall, also in the summers of 1986 to 1991 when that clock was an hour
    ahead: nobody's birthday moves. Other zones are turned into the time in China.
    """
    if moment.tzinfo is None:
        return moment
    wall = moment if moment.utcoffset() in _BEIJING and moment.tzinfo is not UTC else moment.astimezone(CHINA)
    return wall.replace(tzinfo=None)


@dataclass(frozen=True)
class WorkingCalendar:
    """Days on which law's working days do not run, and weekend days on which they do (调休上班).

    Both are published for each year by the State Council's office; Saturdays and Sundays are off otherwise.
    """

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)


WEEKENDS_OFF = WorkingCalendar()


def add_working_days(start: datetime, days: int, calendar: WorkingCalendar = WEEKENDS_OFF) -> datetime:
    """`days` working days after `start` (the day of filing is not counted: 行政许可法 第八十二条 counts working days).

    The time of day is kept; no days leave `start` as it is.
    """
    moment = local(start)
    left = days
    while left > 0:
        moment += timedelta(days=1)
        left -= calendar.works(moment.date())
    return moment.astimezone(UTC)
