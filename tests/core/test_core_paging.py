"""Pages of lists neither repeat nor skip while others are added; cursors of nobody's making are refused."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.events import accesses_to, record_access
from onething.core.paging import BAD_CURSOR, Order, page_of, read_cursor, write_cursor
from onething.core.tables import AccessRow

KEYS = st.one_of(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), st.integers(-(2**63) + 1, 2**63 - 1))  # fmt: skip


@given(st.lists(KEYS, max_size=4))
def test_a_cursor_gives_back_what_was_put_in(keys: list[str | int]) -> None:
    assert read_cursor(write_cursor("a list", *keys), "a list", *(type(each) for each in keys)) == tuple(keys)


@given(st.one_of(st.text(max_size=80), st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read_cursor(text, "a list", str, datetime)
    assert refused.value.kind is BAD_CURSOR


@pytest.mark.parametrize(
    "plain",
    [["another", "x"], ["a list"], ["a list", 1], ["a list", None], ["a list", "x", "y"], ["a list", True], {"a list": 1}, ["a list", "\x00"]],
)  # fmt: skip
def test_a_cursor_of_another_list_or_with_other_keys_is_refused(plain: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()
    with pytest.raises(Problem):
        read_cursor(cursor, "a list", str)


def test_a_moment_needs_its_zone() -> None:
    with pytest.raises(Problem):
        read_cursor(write_cursor("x", "2026-09-30T08:00:00"), "x", datetime)


@given(st.lists(st.integers(0, 99), unique=True, max_size=30), st.integers(1, 7))
def test_a_list_in_memory_comes_whole_and_once(items: list[int], limit: int) -> None:
    seen, cursor = list[int](), None
    while True:
        page = page_of("numbers", items, str, cursor, limit)
        seen += page
        assert len(page) <= limit
        if page.next is None:
            break
        cursor = page.next
    assert seen == items


def test_what_comes_in_front_shifts_nothing_and_what_goes_is_stepped_over() -> None:
    first = page_of("letters", list("abcdef"), str, None, 3)
    assert page_of("letters", list("xyabcdef"), str, first.next, 3).items == ("d", "e", "f")
    assert page_of("letters", list("abdef"), str, first.next, 3).items == ("e", "f"), "c is gone: on from its place"


def _look(db: Database, number: int) -> None:
    with db.transaction() as session:
        record_access(session, subject_id="subj_1", actor=f"officer:police:{number}", what="case", ground="duty")


def _pages(db: Database, limit: int, between: int) -> list[str]:
    seen, cursor = list[str](), None
    for _ in range(50):
        with db.reading() as session:
            page = accesses_to(session, "subj_1", limit, cursor)
        seen += [each.actor for each in page]
        if page.next is None:
            return seen
        cursor = page.next
        for extra in range(between):
            _look(db, 1000 + extra)
    raise AssertionError("the list does not end")


def test_rows_that_are_added_in_between_neither_repeat_nor_hide_others(db: Database) -> None:
    for number in range(7):
        _look(db, number)
    assert _pages(db, 3, between=2) == [f"officer:police:{number}" for number in reversed(range(7))]


@pytest.mark.postgres
def test_the_same_on_postgresql_and_with_equal_moments(postgres_url: str) -> None:
    database = Database(postgres_url)
    database.create_all()
    at = datetime(2026, 9, 30, 8, tzinfo=UTC)
    with database.transaction() as session:
        session.add_all(AccessRow(at=at + timedelta(days=n // 3), subject_id="subj_1", actor=str(n), what="case", ground="duty") for n in range(9))  # fmt: skip
    order = Order("looks", (AccessRow.at, AccessRow.seq), (datetime, int))
    seen, cursor = list[str](), None
    while True:
        with database.reading() as session:
            query = select(AccessRow).where(AccessRow.subject_id == "subj_1", order.behind(cursor)).order_by(*order.by)
            shown, cursor = order.page(session.scalars(query.limit(3)).all(), 2, lambda row: (row.at, row.seq))
            seen += [row.actor for row in shown]
        if cursor is None:
            break
    assert seen == [str(n) for n in reversed(range(9))]
    database.dispose()
