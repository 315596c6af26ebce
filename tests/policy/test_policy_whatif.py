"""What-if: a clause turned otherwise over everybody, a company that were otherwise, scenarios kept and compared, the next draft."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fulfilment_world import DAY, NOON, World, clause
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onething.core.access import Principal, Role
from onething.core.clock import frozen
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.payments import service as payments
from onething.policy.cli import app
from onething.policy.fulfilment import service as benefits
from onething.policy.matching.clauses import make_book
from onething.policy.models import Relation
from onething.policy.whatif import service as whatif
from onething.subjects.profiles import service
from onething.subjects.profiles.models import ProfileSpec

OFFICER = Principal(Role.OFFICER, "hrss.one", agency_id="hrss")
HANGZHOU = Path(__file__).parents[2] / "cities" / "hangzhou"
SPEC = service.load_spec(HANGZHOU)
CAPPED = clause(amount="company.graduates_hired * 1500", benefit={"cap": "6000"})


def frame(graduates: list[int | None], districts: list[str] | None = None) -> pl.DataFrame:
    count = len(graduates)
    return pl.DataFrame(
        {
            "id": [f"c{n}" for n in range(count)],
            "company.graduates_hired": pl.Series(graduates, dtype=pl.Float64),
            "company.district": districts or ["330106"] * count,
            "company.size": ["small"] * count,
            "company.trade": ["I65"] * count,
        }
    )


def dial(of: Any, start: str) -> str:
    return next(each.id for each in whatif.dials(of, SPEC) if each.id.startswith(start))


def test_every_number_of_a_clause_is_a_dial_with_words() -> None:
    found = {each.id: each for each in whatif.dials(CAPPED, SPEC)}
    assert {name: each.value for name, each in found.items()} == {"r0.0": 1, "amount.0": 1500, "cap": 6000}
    assert all(each.name.zh and each.name.en for each in found.values())


def test_a_cap_and_a_threshold_turned_say_who_and_how_much() -> None:
    everybody = frame([0, 1, 2, 10], ["330106", "330106", "330108", "330108"])
    after = whatif.turned(CAPPED, {"r0.0": Decimal(2), "cap": Decimal(9000)})
    found = whatif.effect(CAPPED, after, everybody, DAY)
    assert (found.whole.companies, found.whole.yuan) == (3, 1500 + 3000 + 6000)
    assert (found.whole.companies_then, found.whole.yuan_then) == (2, 3000 + 9000)
    assert (found.gained, found.lost) == (0, 1)
    assert {line.code: (line.companies, line.companies_then) for line in found.groups["district"]} == {
        "330108": (2, 2),
        "330106": (1, 0),
    }


def test_now_is_what_the_books_hold_also_where_another_benefit_is_higher(
    db: Database, spec: ProfileSpec, tmp_path: Path
) -> None:
    """Two companies meet the conditions of both; what excludes each other is counted once, as it is promised once."""
    low = clause("low", amount="company.graduates_hired * 1000")
    high = clause("high", ("company.graduates_hired >= 5",), amount="company.graduates_hired * 1500")
    world = World(db, spec, low, high, relations=(Relation(kind="excludes", source="low", target="high", group="g"),))
    store = service.ColumnStore(tmp_path / "columns")
    with frozen(NOON):
        world.good(0, graduates_hired=2)
        world.good(1, graduates_hired=8)
        world.work()
        with db.transaction() as session:
            store.export(session, spec)
        for each, companies, fen in ((low, 1, 200_000), (high, 1, 1_200_000)):
            book = world.book(DAY)
            with db.reading() as session:
                now = whatif.try_clause(session, store, spec, book, each, {}).whole
                books = benefits.booked(session, book.by_id[each.id])
                (purse,) = payments.purses(session, [f"{each.id}-2026"])
            assert (now.companies, now.yuan) == (companies, fen / 100)
            assert (books.companies, books.whole, books.held) == (companies, fen, fen)
            assert purse.appropriated - purse.available == books.held, "the purse says the same"
    with frozen(NOON + timedelta(days=4)):
        world.work()
        world.pay()
        with db.reading() as session:
            books = benefits.booked(session, world.book(DAY).by_id["high"])
            now = whatif.try_clause(session, store, spec, world.book(DAY), high, {}).whole
        assert (books.paid, books.held, now.yuan) == (1_200_000, 0, 12_000)


def test_now_is_the_whole_of_the_books_whatever_became_of_each_company(
    db: Database, spec: ProfileSpec, tmp_path: Path
) -> None:
    """Set aside, no account, objected to, no budget left, not entitled, paid: the parts of the books come to “now” every day."""
    grant = clause(budget={"key": "graduates-2026", "amount": 15_000})
    world = World(db, spec, grant)
    store = service.ColumnStore(tmp_path / "columns")

    def figures() -> tuple[float, benefits.Booked]:
        with db.transaction() as session:
            store.export(session, spec)
        book = world.book(DAY)
        with db.reading() as session:
            now = whatif.try_clause(session, store, spec, book, grant, {}).whole
            books = benefits.booked(session, book.by_id["graduates"])
        assert (now.companies, now.yuan) == (books.companies, books.whole / 100)
        return now.yuan, books

    with frozen(NOON):
        first = world.good(0)
        world.good(1, account=False)
        unwilling = world.good(2)
        world.work()
        assert figures() == (18_000, benefits.Booked(3, held=1_200_000, waiting=600_000))
        with db.transaction() as session:
            benefits.object_to(session, unwilling, world.one(unwilling).id, "不要", f"company:{unwilling}")
        world.good(3)
        world.good(4)
        world.good(5, graduates_hired=0)
        world.work()
        assert figures() == (30_000, benefits.Booked(5, held=1_200_000, waiting=1_200_000, unwanted=600_000))
    with frozen(NOON + timedelta(days=4)):
        world.work()
        world.pay()
        assert world.one(first).state == "paid"
        assert figures() == (30_000, benefits.Booked(5, paid=1_200_000, waiting=1_200_000, unwanted=600_000))
    assert world.problems() == ()


def test_a_lower_benefit_that_was_given_already_is_not_counted_twice() -> None:
    low, high = clause("low", amount="1000"), clause("high", amount="2000")
    groups = {"low": {"high"}, "high": {"low"}}
    everybody = frame([3, 3])
    found = whatif.effect(high, high, everybody, DAY, whatif.Rivals([low], groups, {"c0": {"low"}}))
    assert (found.whole.companies, found.whole.yuan) == (1, 2000.0)
    cheaper = whatif.turned(high, {dial(high, "amount"): Decimal(500)})
    found = whatif.effect(high, cheaper, everybody, DAY, whatif.Rivals([low], groups, {}))
    assert (found.whole.companies, found.whole.companies_then, found.lost) == (2, 0, 2)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=30),
    st.integers(0, 20),
    st.integers(0, 30_000),
)
def test_districts_sizes_and_trades_each_add_up_to_the_whole(hired: list[int | None], least: int, cap: int) -> None:
    after = whatif.turned(CAPPED, {"r0.0": Decimal(least), "cap": Decimal(cap)})
    found = whatif.effect(CAPPED, after, frame(hired), DAY)
    told = [n for n in hired if n is not None]
    assert found.whole.companies_then == sum(n >= least for n in told)
    assert found.whole.yuan_then == pytest.approx(sum(min(n * 1500, cap) for n in told if n >= least))
    for lines in found.groups.values():
        assert sum(line.companies for line in lines) == found.whole.companies
        assert sum(line.yuan_then for line in lines) == pytest.approx(found.whole.yuan_then)
    assert found.whole.companies_then == found.whole.companies + found.gained - found.lost
    assert whatif.Effect.of(json.loads(json.dumps(found.as_dict()))) == found


@pytest.mark.parametrize("turns", [{"rate": Decimal(3)}, {"r9.0": Decimal(1)}, {"nonsense": Decimal(1)}])
def test_a_dial_that_the_clause_has_not_is_refused(turns: dict[str, Decimal]) -> None:
    with pytest.raises(Problem, match="bad_dial"):
        whatif.turned(CAPPED, turns)


def test_a_company_sees_what_it_would_gain_and_nothing_of_it_is_kept(spec: ProfileSpec) -> None:
    book = make_book([CAPPED], DAY)
    now = {"company": {"graduates_hired": 0}}
    then, wrong = whatif.changed_facts(
        spec, now, {"graduates_hired": "3", "employees": "", "revenue_last_year": "viel"}
    )
    assert wrong == ["revenue_last_year"]
    (gain,) = whatif.would(book, spec, now, then)
    assert (gain.clause_id, gain.gain) == ("graduates", Decimal(4500))
    assert now == {"company": {"graduates_hired": 0}}
    assert whatif.would(book, spec, now, now) == []


def test_scenarios_are_kept_with_their_result_and_compared(world: World) -> None:
    everybody = frame([1, 4], ["330106", "330108"])
    with world.db.transaction() as session:
        ids = [
            whatif.keep(session, OFFICER, name, "graduates", turns, whatif.effect(CAPPED, whatif.turned(CAPPED, turns), everybody, DAY))
            for name, turns in (("上限九千", {"cap": Decimal(9000)}), ("至少两人", {"r0.0": Decimal(2)}))
        ]  # fmt: skip
        with pytest.raises(Problem):
            whatif.keep(
                session,
                Principal(Role.CITIZEN, "x"),
                "x",
                "graduates",
                {},
                whatif.effect(CAPPED, CAPPED, everybody, DAY),
            )
    with world.db.reading() as session:
        kept = whatif.some(session, "graduates", ids)
        with pytest.raises(Problem):
            whatif.some(session, "another", ids)
    side = whatif.compare([each.effect for each in kept])
    assert [each.turns for each in kept] == [{"cap": Decimal(9000)}, {"r0.0": Decimal(2)}]
    assert side.whole.today == (2, 7500.0)
    assert side.whole.under == ((2, 7500.0), (1, 6000.0))
    assert side.same_day
    later = whatif.compare([each.effect for each in kept], whatif.effect(CAPPED, CAPPED, frame([1, 4, 4]), DAY))
    assert later.whole.today == (3, 13_500.0), "today is today, not the day on which a scenario was kept"
    assert later.whole.under == side.whole.under
    assert not later.same_day
    assert {place.code: place.under for place in side.groups["district"]}["330106"] == ((1, 1500.0), (0, 0.0))


def test_a_scenario_becomes_a_draft_that_changes_nothing_yet(world: World, spec: ProfileSpec) -> None:
    with world.db.transaction() as session:
        rule = whatif.propose(session, OFFICER, CAPPED, spec, {"r0.0": Decimal(2)}, "试算后建议")
    assert rule
    assert whatif.dials(world.book(date(2026, 11, 26)).clauses[0].clause, spec)[0].value == 1
    assert "graduates_hired >= 2" in whatif.rule_text(whatif.turned(CAPPED, {"r0.0": Decimal(2)}), spec)


def test_the_command_line_tries_a_clause_of_the_city(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world.spec.dimensions
    monkeypatch.setenv("ONETHING_CITY", "hangzhou")
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(HANGZHOU.parent))
    get_settings.cache_clear()
    assert CliRunner().invoke(app, ["what-if", "no-such-clause"]).exit_code == 2
    wrong = CliRunner().invoke(app, ["what-if", "rd-subsidy", "--turn", "rate=viel"])
    assert wrong.exit_code == 2
    found: Any = json.loads(CliRunner().invoke(app, ["what-if", "rd-subsidy", "--json"]).stdout)
    assert found["dials"]
    assert found["whole"]["companies"] == 0
