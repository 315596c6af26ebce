"""Formats, paths and conditions: what goes out comes back, and what cannot be read is never guessed."""

import contextlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from exchange_world import make_city
from hypothesis import given
from hypothesis import strategies as st

from onething.core.db import Database
from onething.exchange.contrib.rest import retry_after
from onething.exchange.message_log import stats
from onething.exchange.resilience.retrying import Backoff
from onething.exchange.tables import MessageRow
from onething.exchange.wire.conditions import ConditionError, parse_condition
from onething.exchange.wire.formats import FormatError, parse_format
from onething.exchange.wire.paths import look_up, put
from onething.exchange.wire.translation import translation_of
from stores import with_tables

CODES = {"sex": {"1": "male", "2": "female", "F": "female"}}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["%Y%m%d", "%Y/%m/%d", "%d.%m.%Y", "%Y年%m月%d日"])
)
def test_dates_come_back_as_they_went(day: date, pattern: str) -> None:
    form = parse_format(f"date:{pattern}", {})
    assert form.to_ours(form.to_theirs(day.isoformat())) == day.isoformat()


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1)))  # noqa: DTZ001 - agencies' clocks carry no zone
def test_moments_come_back_to_the_second(moment: datetime) -> None:
    form = parse_format("datetime:%Y%m%d%H%M%S", {})
    shown = moment.replace(microsecond=0)
    ours = shown.isoformat(timespec="seconds" if shown.second else "minutes")
    assert form.to_ours(form.to_theirs(ours)) == ours


def test_a_moment_with_a_zone_is_shown_on_a_chinese_clock() -> None:
    assert parse_format("datetime:%Y-%m-%dT%H:%M:%S%z", {}).to_ours("2026-11-01T00:30:00+0000") == "2026-11-01T08:30"


@given(st.integers(0, 10**12))
def test_fen_are_exact(fen: int) -> None:
    form = parse_format("fen", {})
    assert form.to_theirs(form.to_ours(fen)) == fen
    assert Decimal(form.to_ours(str(fen))) == Decimal(fen) / 100


@pytest.mark.parametrize(
    ("text", "theirs", "ours"),
    [
        ("codes:sex", 1, "male"),
        ("codes:sex", "F", "female"),
        ("bool:Y,N", "N", False),
        ("bool:true,false", True, True),
        ("strip|upper", " 11x ", "11X"),
        ("strip|date:%Y%m%d", " 20260101 ", "2026-01-01"),
        ("int", "12", 12),
        ("number", "12.5", 12.5),
        ("number", 12.0, 12),
        ("text", 12, "12"),
    ],
)
def test_what_they_write_as_we_read_it(text: str, theirs: Any, ours: Any) -> None:
    read = parse_format(text, CODES).to_ours(theirs)
    assert read == ours
    assert type(read) is type(ours)


def test_the_first_of_two_codes_for_one_word_is_sent() -> None:
    assert parse_format("codes:sex", CODES).to_theirs("female") == "2"


@given(
    st.sampled_from(
        ["date:%Y%m%d", "datetime:%Y%m%d%H%M", "fen", "int", "number", "codes:sex", "bool:Y,N", "upper", "strip|upper"]
    ),
    json_values,
)
def test_no_value_makes_a_format_fall_over(text: str, value: Any) -> None:
    form = parse_format(text, CODES)
    for convert in (form.to_ours, form.to_theirs):
        with contextlib.suppress(FormatError):
            convert(value)


@pytest.mark.parametrize("text", ["dates:%Y", "codes:unknown", "bool:Y", "", "upper|"])
def test_a_format_that_does_not_exist_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"format|code map|bool"):
        parse_format(text, CODES)


@given(st.lists(st.sampled_from(["a", "b", "0", "1", "2"]), min_size=1, max_size=5), st.integers())
def test_what_is_put_at_a_path_is_found_there(steps: list[str], value: int) -> None:
    path = ".".join(["x", *steps])
    body: dict[str, Any] = {}
    put(body, path, value)
    assert look_up(body, path) == value


@given(json_values, st.text("ab01.-", min_size=1, max_size=8))
def test_looking_for_anything_anywhere_is_harmless(body: Any, path: str) -> None:
    look_up(body, path)


@pytest.mark.parametrize(
    ("text", "body", "holds"),
    [
        ('code == "0"', {"code": 0}, True),
        ("code == 0", {"code": "0"}, True),
        ("code = 0", {"code": "00"}, False),
        ("head.status == 200 and rows != 0", {"head": {"status": 200}, "rows": 2}, True),
        ("head.status == 200 and rows != 0", {"head": {"status": 200}, "rows": 0}, False),
        ("code in [0, 200, 'OK']", {"code": "OK"}, True),
        ("code in [0, 200]", {}, False),
        ("success == true", {"success": True}, True),
        ("success == true", {"success": "true"}, False),
        ("data == null", {}, True),
        ("items.0.state == VALID or code == 7", {"code": 7}, True),
        ('msg == "this and that or else"', {"msg": "this and that or else"}, True),
        ("http_status == 404", {}, True),
    ],
)
def test_conditions(text: str, body: Any, holds: bool) -> None:
    assert parse_condition(text).holds(body, 404) is holds


@pytest.mark.parametrize("text", ["", "code", "code ==", "code > 3", "code in 3", "code == {", "== 3", "code == 1 and"])
def test_a_condition_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3.0), ("0", 0.0), ("99999", 3600.0), (None, None), ("", None), ("soon", None), ("-5", None), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)],
)  # fmt: skip
def test_retry_after(text: str | None, seconds: float | None) -> None:
    assert retry_after(text) == seconds


@given(st.integers(1, 20), st.none() | st.floats(0, 60))
def test_pauses_are_jittered_bounded_and_never_shorter_than_asked(attempt: int, asked: float | None) -> None:
    wait = Backoff(first=0.2, longest=5).wait(attempt, asked)
    assert (asked or 0) <= wait <= (asked or 0) + 5


def test_a_format_error_in_the_catalog_names_its_place() -> None:
    city = make_city("http://x")
    broken = city.agencies[0].operations[0].model_copy(update={"formats": {"sex": "codes:gender"}})
    with pytest.raises(ValueError, match=r"police\.resident: format of sex: no code map 'gender'; there are: sex"):
        translation_of(city.agencies[0], broken)


def _fill(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        for n, (name, outcome, ms) in enumerate(
            [
                ("a", "ok", 10),
                ("a", "ok", 30),
                ("a", "unavailable", 500),
                ("b", "ok", 4),
                ("b", "not_found", 8),
                ("c", "ok", 1),
            ]
        ):
            at = moment if name != "c" else moment - timedelta(days=2)
            session.add(
                MessageRow(
                    message_id=f"m{n}", at=at, case_id=None, subject_id=None, actor="system", agency=name, operation="o",
                    purpose="p", ground="g", outcome=outcome, code="", attempts=1, ms=ms,
                )
            )  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_how_each_agency_has_been_doing(kind: str, db: Database, request: pytest.FixtureRequest) -> None:
    from onething.core.clock import now

    database = db if kind == "sqlite" else Database(request.getfixturevalue("postgres_url"))
    with_tables(database)
    _fill(database, now())
    with database.reading() as session:
        a, b = stats(session, now() - timedelta(hours=1))
    assert (a.agency, a.count, round(a.error_share, 3), a.median_ms) == ("a", 3, 0.333, 30.0)
    assert (b.agency, b.count, b.error_share, b.median_ms) == ("b", 2, 0.0, 6.0)
    database.dispose()
