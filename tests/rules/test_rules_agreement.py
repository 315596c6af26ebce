"""Row closures, bitmaps, the one-subject matcher, Polars and SQL agree on every value, nulls included."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onething.rules.adapters.polars_expr import polars_schema, to_polars
from onething.rules.columns.engine import compile_clauses, truths
from onething.rules.columns.one import Matcher
from onething.rules.columns.population import from_polars, from_records
from onething.rules.expression import compile_expression

DAY = date(2026, 11, 23)
SCHEMA = {"c.n": pl.Int64, "c.m": pl.Float64, "c.t": pl.String, "c.b": pl.Boolean, "c.d": pl.Date}
WORDS = ["大", "小", "微", "a b", ""]

value = {
    "n": st.none() | st.integers(-50, 50),
    "m": st.none() | st.integers(-400, 400).map(lambda x: x / 4),
    "t": st.none() | st.sampled_from(WORDS),
    "b": st.none() | st.booleans(),
    "d": st.none() | st.integers(0, 60).map(lambda n: date(2026, 1, 1) + timedelta(days=n)),
}
subject = st.fixed_dictionaries(value)
op = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
number = st.sampled_from(["c.n", "c.m"]) | st.integers(-20, 20).map(str) | st.sampled_from(["0.25", "-2.5"])
term = number | st.tuples(number, st.sampled_from("+-*/"), number).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
text = st.sampled_from(WORDS).map(lambda w: f'"{w}"')
day = st.integers(0, 60).map(lambda n: f'date("{date(2026, 1, 1) + timedelta(days=n)}")')
atom = st.one_of(
    st.tuples(term, op, term).map(" ".join),
    st.tuples(st.just("c.t"), st.sampled_from(["=", "!="]), text).map(" ".join),
    st.tuples(st.just("c.d"), op, day).map(" ".join),
    st.tuples(st.integers(-20, 0), st.integers(0, 20)).map(lambda p: f"c.n between {p[0]} and {p[1]}"),
    st.tuples(st.integers(-20, 0), st.integers(0, 20)).map(lambda p: f"c.m in [{p[0]}..{p[1]})"),
    st.lists(text, min_size=1, max_size=3).map(lambda w: f"c.t in ({', '.join(w)})"),
    st.sampled_from(["c.b", "c.n = null", "c.t != null", "is defined(c.d)", 'starts with(c.t, "a")', "c.missing > 3"]),
    st.tuples(term, op, term).map(lambda p: f"(if c.b then {p[0]} else {p[2]}) {p[1]} 3"),
)
condition = st.recursive(
    atom,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: "(" + " and ".join(parts) + ")"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: "(" + " or ".join(parts) + ")"),
        inner.map(lambda part: f"not({part})"),
    ),
    max_leaves=6,
)


def by_rows(clause: str, people: list[dict[str, Any]]) -> list[bool | None]:
    expression = compile_expression(clause)
    return [expression.evaluate({"c": person}, DAY) for person in people]


def frame_of(people: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame({f"c.{k}": [p[k] for p in people] for k in value}, schema=SCHEMA)


def three(true: Any, unknown: Any) -> list[bool | None]:
    return [True if t else None if u else False for t, u in zip(true, unknown, strict=True)]


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(condition, st.lists(subject, min_size=1, max_size=12))
def test_columns_and_polars_agree_with_rows(clause: str, people: list[dict[str, Any]]) -> None:
    expected = by_rows(clause, people)
    assert three(*truths(clause, from_records([{"c": p} for p in people]), DAY)) == expected
    frame = frame_of(people)
    assert three(*truths(clause, from_polars(frame), DAY)) == expected
    translated = frame.select(to_polars(clause, polars_schema(frame), DAY).alias("x") & pl.lit(True))
    got = translated.to_series().to_list()
    assert (got * len(people) if len(got) == 1 else got) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(condition, min_size=1, max_size=5), st.lists(subject, min_size=1, max_size=4))
def test_one_subject_against_all_clauses_agrees(clauses: list[str], people: list[dict[str, Any]]) -> None:
    compiled = compile_clauses(clauses, DAY)
    matcher = Matcher(compiled)
    for person in people:
        verdicts = matcher.match({"c": person})
        expected = [by_rows(clause, [person])[0] for clause in clauses]
        assert three(verdicts.true, verdicts.unknown) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(atom, min_size=1, max_size=5, unique=True), st.lists(subject, min_size=1, max_size=10))
def test_one_condition_short_is_exactly_one_false_and_the_rest_true(
    atoms: list[str], people: list[dict[str, Any]]
) -> None:
    compiled = compile_clauses([" and ".join(f"({each})" for each in atoms)], DAY)
    counts = compiled.evaluate(from_records([{"c": p} for p in people]))
    if compiled.flat[0] is None:
        return
    unique = dict.fromkeys(atoms[i] for i in range(len(atoms)))
    rows = np.array([[by_rows(each, [p])[0] for each in unique] for p in people], dtype=object)
    expected = sum(1 for row in rows if sum(v is False for v in row) == 1 and all(v is not None for v in row))
    assert counts.one_short[0] == expected or len(compiled.atoms) != len(unique)


def test_sums_at_the_limit_are_decided_exactly() -> None:
    """0.1 + 0.2 is 0.3 in law, whatever float64 thinks; the column evaluator asks again where it is close."""
    people = [{"a": 0.1, "b": 0.2}, {"a": 0.7, "b": 0.1}, {"a": None, "b": 1.0}, {"a": 1e300, "b": 1e300}]
    for clause in ("a + b = 0.3", "a + b >= 0.8", "a * 3 > 0.3", "a * b * a > 1", "a / (b - b) > 1"):
        expected = [compile_expression(clause).evaluate(p, DAY) for p in people]
        assert three(*truths(clause, from_records(people), DAY)) == expected, clause


def _duckdb(frame: pl.DataFrame) -> Any:
    ibis = pytest.importorskip("ibis", reason="the optional extra `population` is not installed")
    return ibis.memtable(frame)


@pytest.fixture(scope="module")
def crowd() -> list[dict[str, Any]]:
    """Every combination of a few values, so that SQL is asked once with many conditions."""
    return [
        {"n": n, "m": m, "t": t, "b": b, "d": None if n is None else DAY - timedelta(days=n)}
        for n in (None, -3, 0, 4)
        for m in (None, -2.5, 0.25)
        for t in (None, "大", "a b")
        for b in (None, True, False)
    ]


@pytest.mark.slow
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(clauses=st.lists(condition, min_size=4, max_size=8))
def test_sql_in_duckdb_agrees_with_rows(clauses: list[str], crowd: list[dict[str, Any]]) -> None:
    from onething.rules.adapters.ibis_expr import to_ibis

    table = _duckdb(frame_of(crowd).with_row_index("i"))
    made = table.select("i", **{f"x{k}": to_ibis(clause, table, DAY) for k, clause in enumerate(clauses)})
    got = made.order_by("i").to_polars()
    for k, clause in enumerate(clauses):
        assert got[f"x{k}"].to_list() == by_rows(clause, crowd), clause


@pytest.mark.postgres
@pytest.mark.slow
def test_sql_in_postgresql_agrees_with_rows(postgres_url: str, crowd: list[dict[str, Any]]) -> None:
    ibis = pytest.importorskip("ibis", reason="the optional extra `population` is not installed")
    from sqlalchemy import create_engine, text

    from onething.rules.adapters.ibis_expr import to_ibis

    columns = {"i": "int64", "c.n": "int64", "c.m": "float64", "c.t": "string", "c.b": "boolean", "c.d": "date"}
    table = ibis.table(columns, name="crowd")
    clauses = [
        "c.n > 0 and c.t = \"大\"", "not(c.b) or c.m < 0", "c.n / c.m > 1", "c.t in (\"大\", \"小\")", "c.d >= date(\"2026-11-20\")",
        "(if c.b then c.n else c.m) > 0", "c.n between -3 and 0", "c.m = null and c.n != 4", "c.missing = 1 or c.b",
    ]  # fmt: skip
    query = table.select("i", **{f"x{k}": to_ibis(clause, table, DAY) for k, clause in enumerate(clauses)}).order_by(
        "i"
    )
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(
            text('CREATE TABLE crowd (i int, "c.n" bigint, "c.m" float8, "c.t" text, "c.b" bool, "c.d" date)')
        )
        for i, p in enumerate(crowd):
            connection.execute(text("INSERT INTO crowd VALUES (:i, :n, :m, :t, :b, :d)"), {"i": i, **p})
        rows = connection.exec_driver_sql(str(ibis.to_sql(query, dialect="postgres")).replace("%", "%%")).all()
    engine.dispose()
    for k, clause in enumerate(clauses):
        assert [row[k + 1] for row in rows] == by_rows(clause, crowd), clause
