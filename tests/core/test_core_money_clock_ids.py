"""Money in capitals read back by an independent reader; working days; ids that sort."""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core import clock
from onething.core.ids import new_id, new_reference
from onething.core.money import show, to_fen, to_yuan


@given(st.integers(-(10**12), 10**12))
def test_fen_and_yuan_are_the_same_money(fen: int) -> None:
    assert to_fen(to_yuan(fen)) == fen


def test_half_a_fen_goes_up_and_thousands_are_parted() -> None:
    assert to_fen(Decimal("0.005")) == 1
    assert show(Decimal("1234567.8")) == "1,234,567.80"


FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_weekends_and_holidays_do_not_count() -> None:
    assert clock.add_working_days(FRIDAY, 1) == FRIDAY + timedelta(days=3)
    assert clock.add_working_days(
        FRIDAY, 1, clock.WorkingCalendar(frozenset({date(2026, 11, 23)}))
    ) == FRIDAY + timedelta(days=4)
    assert clock.add_working_days(FRIDAY, 0) == FRIDAY


def test_a_weekend_worked_instead_counts() -> None:
    """State Council's arrangement for the spring festival of 2026: off from 15 to 23 February, worked on the 14th and 28th."""
    off = frozenset(date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23))
    year = clock.WorkingCalendar(off, frozenset({date(2026, 2, 14), date(2026, 2, 28)}))
    friday = datetime(2026, 2, 13, 9, 0, tzinfo=clock.CHINA)
    days = [clock.local(clock.add_working_days(friday, n, year)).day for n in range(1, 7)]
    assert days == [14, 24, 25, 26, 27, 28]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1988-06-01T23:30:00+08:00", "1988-06-01T23:30:00"),  # a register's fixed zone in a summer of daylight saving
        ("1988-06-01T00:10:00+09:00", "1988-06-01T00:10:00"),
        ("1988-05-31T15:10:00+00:00", "1988-06-01T00:10:00"),
        ("1995-06-01T23:30:00+08:00", "1995-06-01T23:30:00"),
        ("1995-06-01T16:30:00+00:00", "1995-06-02T00:30:00"),
        ("1995-06-01T16:30:00", "1995-06-01T16:30:00"),
    ],
)
def test_nobodys_birthday_moves(written: str, read: str) -> None:
    assert clock.civil(datetime.fromisoformat(written)).isoformat() == read


def test_the_day_is_that_of_china() -> None:
    late = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # already Saturday in Shanghai
    assert clock.local(late).weekday() == 5
    assert clock.add_working_days(late, 1) == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    with clock.frozen(late):
        assert clock.today() == date(2026, 11, 21)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 400))
def test_working_days_add_up(first: int, second: int, offset: int) -> None:
    start = FRIDAY + timedelta(days=offset)
    there = clock.add_working_days(clock.add_working_days(start, first), second)
    assert there == clock.add_working_days(start, first + second)
    if first + second:
        assert clock.local(there).weekday() < 5


def test_a_held_clock_must_know_its_zone_and_lets_go() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001 - that is the point
        pass
    with clock.frozen(FRIDAY):
        assert clock.now() == FRIDAY
    assert clock.now() > FRIDAY - timedelta(days=365 * 50)
    assert clock.now().tzinfo is not None


def test_ids_sort_by_time_and_never_meet() -> None:
    earlier = [new_id("case") for _ in range(500)]
    time.sleep(0.003)
    later = [new_id("case") for _ in range(500)]
    assert max(earlier) < min(later)
    assert len({*earlier, *later}) == 1000
    assert {len(made) for made in earlier} == {31}


def test_references_can_be_read_out() -> None:
    made = {new_reference("CS", "20261123") for _ in range(200)}
    assert len(made) == 200
    for reference in made:
        head, four, last = reference.split("-")
        assert head == "CS20261123"
        assert len(four) == len(last) == 4
        assert not set(four + last) & set("ILOU")
