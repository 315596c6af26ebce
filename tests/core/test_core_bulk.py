"""Rows that go in by one statement of one shape come out as if each had been inserted by itself, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, Integer, LargeBinary, Numeric, String, Text, delete, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from onething.core import bulk
from onething.core.db import Database, Json, UtcDateTime, upsert
from onething.core.private import Private

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


class Base(DeclarativeBase):
    """Of this test alone."""


class Thing(Base):
    __tablename__ = "thing"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    day: Mapped[date | None] = mapped_column(Date)
    data: Mapped[Any] = mapped_column(Json)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    secret: Mapped[str | None] = mapped_column(Private)
    note: Mapped[str] = mapped_column(Text, default="none")


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, db: Database) -> Iterator[Database]:
    made = db if request.param == "sqlite" else Database(request.getfixturevalue("postgres_url"))
    Base.metadata.create_all(made.engine)
    yield made
    made.dispose()


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
json = st.recursive(texts | st.integers(-(2**53), 2**53) | st.booleans(), lambda x: st.lists(x, max_size=3) | st.dictionaries(texts, x | st.none(), max_size=3), max_leaves=6)  # fmt: skip
zones = st.sampled_from([UTC, timezone(timedelta(hours=8))])
moments = st.datetimes(timezones=zones).filter(lambda moment: 1900 < moment.year < 2200)
things = st.fixed_dictionaries(
    {
        "at": st.none() | moments, "day": st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)), "data": st.dictionaries(texts, json, max_size=3) | st.lists(json, max_size=3),
        "content": st.none() | st.binary(max_size=20), "amount": st.none() | st.decimals(-(10**9), 10**9, places=2),
        "secret": st.none() | texts,
    }
)  # fmt: skip


def stored(database: Database) -> list[dict[str, Any]]:
    names = ("name", "at", "day", "data", "content", "amount", "secret", "note")
    with database.reading() as session:
        rows = session.scalars(select(Thing).order_by(Thing.seq)).all()
        return [{name: getattr(row, name) for name in names} for row in rows]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(things, min_size=1, max_size=5))
def test_what_goes_in_together_comes_out_as_if_alone(database: Database, rows: list[dict[str, Any]]) -> None:
    named = [{"name": f"n{i}", **row} for i, row in enumerate(rows)]
    with database.transaction() as session:
        session.execute(delete(Thing))
        for row in named:
            session.connection().execute(insert(Thing.__table__), [row])  # type: ignore[arg-type]
    alone = stored(database)
    with database.transaction() as session:
        session.execute(delete(Thing))
        bulk.put(session.connection(), Thing, named)
    assert stored(database) == alone
    assert {row["note"] for row in alone} == {"none"}


def test_numbers_come_back_in_the_order_of_the_rows(database: Database) -> None:
    rows = [{"name": f"n{i}", "data": {"i": i}} for i in (5, 3, 9, 1, 7)]
    with database.transaction() as session:
        numbers = bulk.put_numbered(session.connection(), Thing, rows, "name", "seq")
        known = dict(session.execute(select(Thing.name, Thing.seq)).tuples().all())
    assert [known[row["name"]] for row in rows] == numbers
    assert numbers == sorted(numbers)


def test_of_two_rows_with_one_key_the_later_counts(database: Database) -> None:
    rows = [{"name": name, "data": [data]} for name, data in (("a", 1), ("b", 2), ("a", 3))]
    with database.transaction() as session:
        upsert(session, Thing, rows, keys=("name",), update=("data",))
        upsert(session, Thing, [{"name": "b", "data": [4]}, {"name": "c", "data": [5]}])
    assert {row["name"]: row["data"] for row in stored(database)} == {"a": [3], "b": [2], "c": [5]}


def test_a_text_that_is_too_long_is_refused_and_never_cut_short(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite knows no lengths")
    rows = [{"name": "a", "data": 1}, {"name": "x" * 41, "data": 2}]
    with pytest.raises(Exception, match="too long"), database.transaction() as session:
        bulk.put(session.connection(), Thing, rows)
    assert stored(database) == []
