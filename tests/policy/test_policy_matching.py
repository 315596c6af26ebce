"""Matching: the scan of all companies says what asking each one says; a changed clause or a new day gives its new list; why is said in words."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fulfilment_world import DAY, World, clause

from onething.core.clock import today
from onething.core.db import Database
from onething.policy.fulfilment import service as benefits
from onething.policy.fulfilment.sweeping import last_scan, nightly, stale, sweep
from onething.policy.matching import scan as scanning
from onething.policy.matching import service as matching
from onething.policy.matching.clauses import load_clauses, make_book
from onething.policy.models import Clause
from onething.rules.columns.service import from_polars
from onething.sandbox.companies.generate import frame
from onething.subjects.profiles.columns import ColumnStore
from onething.subjects.profiles.models import ProfileSpec

HANGZHOU = Path(__file__).parents[2] / "cities" / "hangzhou"
ROWS = 1_500


def some_clauses() -> list[Clause]:
    """The city's own, and some whose conditions join, exclude and lack values."""
    more = [
        clause("join", ("company.employees < 30 or company.graduates_hired >= 2", "company.high_tech = true")),
        clause("never", ("company.employees < 0",)),
        clause("all", ("company.employees >= 0",)),
        clause("dates", ('company.founded_on >= date("2020-01-01")', "company.patents_new >= 1")),
    ]
    return [*load_clauses(HANGZHOU)[0], *more]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_scan_of_stored_columns_says_of_each_company_what_explaining_it_says(workers: int, spec: ProfileSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(scanning, "BLOCK", 640)  # several parts, the last one short
    made = frame(spec, ROWS)
    store = ColumnStore(tmp_path / "columns")
    store.write(made)
    book = make_book(some_clauses(), DAY)
    result = matching.scan(book, store, tmp_path / "scan", workers)
    population = from_polars(made.drop("id"))
    said = [{kind: set(result.rows_of(n, kind).tolist()) for kind in (0, 1, 2)} for n in range(len(book.clauses))]
    assert result.ids().to_list() == made["id"].to_list()
    assert [[len(each[kind]) for kind in (0, 1, 2)] for each in said] == result.counts.tolist()
    outcomes = set[str]()
    for row in range(0, ROWS, 60):
        facts = population.facts(row)
        for number, each in enumerate(book.clauses):
            found = [line.outcome for line in matching.match(each, facts, spec).lines]
            no, unknown = found.count("no"), found.count("undecided")
            expected = 0 if not no and not unknown else 1 if no == 1 and not unknown else 2 if not no else None
            assert [kind for kind in (0, 1, 2) if row in said[number][kind]] == [expected][: expected is not None], (each.id, row)  # fmt: skip
            outcomes.add(str(expected))
    assert outcomes == {"0", "1", "2", "None"}


@pytest.mark.slow
def test_a_clauses_list_has_the_companies_and_amounts_that_asking_each_gives(spec: ProfileSpec) -> None:
    made = frame(spec, 400)
    population = from_polars(made.drop("id"))
    for each in make_book(some_clauses(), DAY).clauses:
        listed = dict(matching.companies_under(each, made.select("id", *sorted(each.names))).iter_rows())
        for row in range(400):
            facts = population.facts(row)
            told = [line.outcome for line in matching.match(each, facts, spec).lines]
            holds = set(told) <= {"yes"}
            assert (made["id"][row] in listed) == holds
            amount = matching.amount_of(each, facts) if holds and each.is_money else None
            if amount is not None:
                assert abs(float(amount) - float(listed[made["id"][row]])) < 0.01


def told(spec: ProfileSpec, facts: dict[str, Any], *requires: str) -> matching.Match:
    (one,) = make_book([clause(requires=requires)], DAY).clauses
    return matching.match(one, {"company": facts}, spec)


def test_a_near_miss_says_how_far_it_is_and_what_it_would_bring(spec: ProfileSpec) -> None:
    found = told(spec, {"graduates_hired": 4, "employees": 27}, "company.graduates_hired >= 1", "company.employees >= 30")  # fmt: skip
    assert (found.outcome, found.amount) == ("near", Decimal(6000))
    assert found.short is not None
    assert (found.short.distance, found.short.short.zh, found.short.short.en) == (3, "差 3 人", "3 away")
    assert "不少于 30 人" in found.short.text.zh
    assert "at least 30" in found.short.text.en
    assert found.short.has.zh == "27 人"


def test_two_conditions_short_is_no_near_miss(spec: ProfileSpec) -> None:
    facts = {"graduates_hired": 0, "employees": 27}
    assert told(spec, facts, "company.graduates_hired >= 1", "company.employees >= 30").outcome == "no"


def test_what_cannot_be_told_names_what_is_missing(spec: ProfileSpec) -> None:
    found = told(spec, {"employees": 40}, "company.graduates_hired >= 1", "company.employees >= 30")
    assert (found.outcome, found.missing, found.amount) == ("undecided", ("graduates_hired",), None)
    # What is certainly not due stays so whatever the missing figure will be.
    assert told(spec, {"employees": 4}, "company.graduates_hired >= 1", "company.employees >= 30").outcome == "no"


def test_a_company_sees_what_it_has_then_what_is_near_then_what_is_open(spec: ProfileSpec) -> None:
    clauses = [clause(name, (f"company.employees >= {n}",), amount="100") for name, n in (("far", 80), ("has", 10), ("close", 31))]  # fmt: skip
    book = make_book([*clauses, clause("open", ("company.patents_new >= 1",))], DAY)
    facts = {"company": {"employees": 30}}
    assert [each.clause_id for each in matching.for_company(book, facts, spec)] == ["has", "close", "far", "open"]
    shifts = matching.shifts(book, facts, {"company": {"employees": 31, "patents_new": 0}})
    assert [(each.clause_id, each.before, each.after) for each in shifts] == [("close", "no", "eligible"), ("open", "undecided", "no")]  # fmt: skip


def test_a_figure_that_nobody_reports_leaves_its_clause_open_and_the_others_matched(spec: ProfileSpec, tmp_path: Path) -> None:  # fmt: skip
    store = ColumnStore(tmp_path)
    store.write(frame(spec, 100))
    book = make_book([clause("odd", ("company.moon_landings >= 1",)), clause("all", ("company.employees >= 0",))], DAY)
    counts = matching.scan(book, store, tmp_path / "scan", 1).counts.tolist()
    assert counts[0] == [0, 0, 100]
    assert counts[1][0] > 90


# -- a changed clause, a new day, every night -------------------------------------------------------------------


def report(world: World, number: int, graduates: int) -> str:
    """A company with as many graduates, by reports of yesterday: columns are written by the real clock."""
    subject = world.company(number)
    yesterday = today() - timedelta(days=1)
    world.report(number, "hrss", as_of=yesterday, graduates_hired=graduates)
    world.report(number, "market", as_of=yesterday, status_normal=True)
    return subject


def states(world: World, subject: str) -> list[tuple[str, str]]:
    return [(each.clause_id, each.state) for each in world.awards(subject)]


def test_an_amended_clause_reaches_its_new_companies_and_ends_for_those_it_left(db: Database, spec: ProfileSpec, tmp_path: Path) -> None:  # fmt: skip
    few, many = ("company.graduates_hired >= 1", "company.graduates_hired < 3"), ("company.graduates_hired >= 3",)
    world = World(db, spec, clause(requires=few))
    one, two = report(world, 1, 2), report(world, 2, 5)
    store = ColumnStore(tmp_path)
    assert sweep(world.desk, store) == ["graduates"]
    world.work()
    assert (states(world, one), states(world, two)) == ([("graduates", "noticed")], [])
    assert sweep(world.desk, store) == []  # nothing changed: nobody is looked at again
    world.clauses[0] = clause(requires=many, version=2)
    assert sweep(world.desk, store) == ["graduates"]
    world.work()
    assert (states(world, one), states(world, two)) == ([("graduates", "lapsed")], [("graduates", "noticed")])
    assert world.problems() == ()


def test_a_clause_is_matched_on_its_first_day_and_ends_after_its_last(db: Database, spec: ProfileSpec, tmp_path: Path) -> None:  # fmt: skip
    days = {"valid_from": str(today() + timedelta(days=1)), "valid_to": str(today() + timedelta(days=2))}
    world, store = World(db, spec, clause(**days)), ColumnStore(tmp_path)
    report(world, 1, 2)
    swept = [sweep(world.desk, store, today() + timedelta(days=n)) for n in range(5)]
    assert swept == [[], ["graduates"], [], ["graduates"], []]


def test_every_night_everybody_is_looked_at_and_only_who_is_due_something_new_is_matched(db: Database, spec: ProfileSpec, tmp_path: Path) -> None:  # fmt: skip
    world, store = World(db, spec, clause()), ColumnStore(tmp_path / "columns")
    for number, graduates in enumerate((0, 1, 2)):
        report(world, number, graduates)
    with db.transaction() as session:
        session.execute(benefits_changed().delete())  # as if the list had been lost
    assert stale(db)
    assert nightly(world.desk, store, tmp_path / "scan") == 2
    assert not stale(db)
    world.work()
    with db.reading() as session:
        assert benefits.counts(session) == {"noticed": 2}
        kept = last_scan(session)
    assert kept is not None
    assert kept.counts["graduates"][0] == 2
    assert nightly(world.desk, store, tmp_path / "scan") == 0


def benefits_changed() -> Any:
    from onething.policy.fulfilment.tables import ChangedRow

    return ChangedRow.__table__


def test_all_120_dimensions_say_their_source_type_unit_freshness_and_law(spec: ProfileSpec) -> None:
    assert len(spec.dimensions) == 120
    for each in spec.dimensions:
        assert each.source in spec.sources, each.id
        assert each.fresh_days is None or each.fresh_days > 0, (
            each.id
        )  # None: does not grow late, like the founding day
        assert each.type in ("integer", "number", "money", "bool", "date", "text", "enum"), each.id
        assert each.unit or each.type not in ("money", "integer"), each.id
        assert each.values or each.type != "enum", each.id
        assert each.ground is not None, each.id
        assert each.ground.article, each.id
    assert sum(each.fresh_days is not None for each in spec.dimensions) >= 100
