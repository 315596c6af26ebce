"""Profiles: what agencies report is kept as it came; late, missing and contradictory are told apart; nothing is guessed."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from onething.core import events
from onething.core.access import Principal, Role
from onething.core.clock import frozen, today
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.sandbox.companies.generate import deliveries, frame, uscc_of
from onething.subjects.events import ProfileDisputeAnswered
from onething.subjects.profiles import service
from onething.subjects.profiles.columns import ColumnStore
from onething.subjects.profiles.feed import follow
from onething.subjects.profiles.files import read_delivery
from onething.subjects.profiles.models import Dimension, ProfileSpec, Report
from onething.subjects.profiles.resolving import resolve
from onething.subjects.profiles.tables import ProfileRow
from onething.subjects.service import ensure_organisation

HANGZHOU = Path(__file__).parents[2] / "cities" / "hangzhou"
CODE = uscc_of(0)
DAY = date(2026, 11, 20)


def officer_at(agency: str) -> Principal:
    return Principal(Role.OFFICER, "1", agency_id=agency)


@pytest.fixture
def spec() -> ProfileSpec:
    return service.load_spec(HANGZHOU)


def report(db: Database, spec: ProfileSpec, source: str, as_of: date = DAY, **data: Any) -> Any:
    with db.transaction() as session:
        return service.take_in(session, spec, source, [{"uscc": CODE, "name": "云栖软件", "as_of": as_of, **data}])


def company(db: Database) -> str:
    with db.transaction() as session:
        return ensure_organisation(session, uscc=CODE, name="").id


def value(db: Database, spec: ProfileSpec, name: str, on: date | None = None) -> Any:
    subject = company(db)
    with db.reading() as session:
        found = service.profile_of(session, spec, subject, on)
    return next(each for each in found.values if each.dimension.id == name)


def test_hangzhou_declares_120_dimensions_of_12_agencies_with_their_law(spec: ProfileSpec) -> None:
    assert (len(spec.dimensions), len(spec.sources)) == (120, 12)
    assert all(each.ground and each.ground.title and each.name.zh and each.name.en for each in spec.dimensions)


def test_a_value_is_kept_with_where_it_came_from(db: Database, spec: ProfileSpec) -> None:
    taken = report(db, spec, "market", district="滨江区")
    found = value(db, spec, "district")
    assert (found.status, found.value) == ("ok", "滨江区")
    assert (found.newest.source, found.newest.as_of, found.newest.delivery_id) == ("market", DAY, taken.delivery_id)


def test_two_agencies_that_disagree_leave_the_value_open_and_both_are_shown(db: Database, spec: ProfileSpec) -> None:
    report(db, spec, "hrss", employees=86)
    report(db, spec, "medins", employees=71)
    found = value(db, spec, "employees")
    assert (found.status, found.value, found.shown) == ("contradictory", None, 86)
    assert [(said.source, said.value) for said in found.said] == [("hrss", 86), ("medins", 71)]
    report(db, spec, "medins", as_of=DAY + timedelta(days=1), employees=86)
    assert value(db, spec, "employees").value == 86


def test_a_value_grows_late_and_is_then_not_relied_on(db: Database, spec: ProfileSpec) -> None:
    report(db, spec, "hrss", employees=86)
    assert value(db, spec, "employees", DAY + timedelta(days=60)).status == "ok"
    found = value(db, spec, "employees", DAY + timedelta(days=61))
    assert (found.status, found.value, found.shown) == ("late", None, 86)


def test_the_nightly_refresh_takes_late_values_out_of_the_picture(db: Database, spec: ProfileSpec) -> None:
    report(db, spec, "hrss", employees=86)
    subject = company(db)
    with db.transaction() as session:
        assert service.refresh(session, spec, [subject], DAY + timedelta(days=200)) == (subject,)
        assert service.facts_of(session, spec, subject) == {"company": {}}
        assert session.get_one(ProfileRow, subject).flags == {"employees": "late"}


def test_a_correction_of_last_year_replaces_last_years_figure_and_keeps_the_old_report(db: Database, spec: ProfileSpec) -> None:  # fmt: skip
    report(db, spec, "tax", date(2025, 12, 31), revenue_last_year="48600000.50")
    report(db, spec, "tax", date(2025, 12, 31), revenue_last_year=39_000_000)
    assert value(db, spec, "revenue_last_year").value == 39_000_000
    with db.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM profile_report")) == 2


def test_an_old_file_that_comes_late_does_not_replace_newer_figures(db: Database, spec: ProfileSpec) -> None:
    report(db, spec, "hrss", employees=86)
    report(db, spec, "hrss", DAY - timedelta(days=40), employees=60)
    assert value(db, spec, "employees").value == 86


def test_the_same_delivery_twice_is_taken_once(db: Database, spec: ProfileSpec) -> None:
    first, again = (report(db, spec, "hrss", employees=86) for _ in range(2))
    assert (first.repeated, again.repeated) == (False, True)
    assert again.delivery_id == first.delivery_id


def test_bad_lines_are_named_and_the_good_ones_taken(db: Database, spec: ProfileSpec) -> None:
    lines = [
        {"uscc": CODE, "as_of": DAY, "employees": 12},
        {"uscc": "91330100XXXXXXXXXX", "as_of": DAY, "employees": 3},
        {"uscc": CODE, "as_of": DAY, "employees": "many"},
        {"uscc": CODE, "as_of": "2026-13-01", "employees": 3},
        {"uscc": CODE, "as_of": today() + timedelta(days=30), "employees": 3},
        {"uscc": CODE, "as_of": DAY, "district": "滨江区"},
    ]
    with db.transaction() as session:
        taken = service.take_in(session, spec, "hrss", lines)
    assert taken.rows == 1
    assert [(r.line, r.why) for r in taken.refused] == [(2, "uscc"), (3, "employees"), (4, "as_of"), (5, "as_of"), (6, "district")]  # fmt: skip


def test_an_agency_without_dimensions_is_refused(db: Database, spec: ProfileSpec) -> None:
    with db.transaction() as session, pytest.raises(Problem, match="unknown_source"):
        service.take_in(session, spec, "police", [])


def test_reports_cannot_be_changed_afterwards(db: Database, spec: ProfileSpec) -> None:
    report(db, spec, "hrss", employees=86)
    for statement in ("UPDATE profile_report SET source = 'x'", "DELETE FROM profile_report"):
        with pytest.raises(DatabaseError), db.transaction() as session:
            session.execute(text(statement))


@pytest.mark.parametrize("kind", ["utf-8", "gb18030", "parquet"])
def test_files_of_all_kinds_say_the_same(db: Database, spec: ProfileSpec, kind: str) -> None:
    table = pl.DataFrame({"uscc": [CODE], "as_of": ["2026-11-20"], "district": ["滨江区"], "branches": ["2"], "founded_on": ["2016-04-12"]})  # fmt: skip
    buffer = io.BytesIO()
    if kind == "parquet":
        table.with_columns(pl.col("founded_on").str.to_date(), pl.col("branches").cast(pl.Int64)).write_parquet(buffer)
        content = buffer.getvalue()
    else:
        table.write_csv(buffer)
        content = buffer.getvalue().decode().encode(kind)
    with db.transaction() as session:
        service.take_in(session, spec, "market", read_delivery(content, f"x.{'parquet' if kind == 'parquet' else 'csv'}"), kind="file")  # fmt: skip
    with db.reading() as session:
        subject = session.scalars(select(ProfileRow.subject_id)).one()
        facts = service.facts_of(session, spec, subject)["company"]
    assert facts == {"district": "滨江区", "branches": 2, "founded_on": date(2016, 4, 12)}


@pytest.mark.parametrize("content", [b"", b"\x89PNG", b"uscc,employees\n1,2\n"])
def test_a_file_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(Problem, match="bad_delivery"):
        read_delivery(content, "x.csv")


class TwoStretches:
    """A feed of three changes in stretches of two; falls silent once in between."""

    def __init__(self) -> None:
        self.rows = [{"uscc": CODE, "as_of": str(DAY - timedelta(days=3 - n)), "employees": 10 + n} for n in range(3)]
        self.broken = True

    def changes(self, cursor: str, limit: int) -> tuple[list[dict[str, Any]], str]:
        start = int(cursor or 0)
        if start == 2 and self.broken:
            self.broken = False
            raise ConnectionError
        rows = self.rows[start : start + min(limit, 2)]
        return rows, str(start + len(rows))


def test_a_feed_goes_on_where_it_was_cut_off(db: Database, spec: ProfileSpec) -> None:
    feed = TwoStretches()
    with pytest.raises(ConnectionError):
        follow(db, spec, "hrss", feed)
    assert value(db, spec, "employees").value == 11
    assert [taken.rows for taken in follow(db, spec, "hrss", feed)] == [1]
    assert value(db, spec, "employees").value == 12
    assert follow(db, spec, "hrss", feed) == []


def test_a_dispute_goes_to_the_source_and_its_answer_comes_back(db: Database, spec: ProfileSpec) -> None:
    report(db, spec, "hrss", employees=86)
    subject = company(db)
    with db.transaction() as session:
        opened = service.open_dispute(session, spec, subject, "employees", "92", "11 月新进 6 人")
        assert [each.id for each in service.disputes_at(session, officer_at("hrss"))] == [opened.id]
        assert service.disputes_at(session, officer_at("tax")) == []
        with pytest.raises(Problem, match="other_agency"):
            service.answer_dispute(session, officer_at("tax"), opened.id, corrected=True, answer="")
        service.answer_dispute(session, officer_at("hrss"), opened.id, corrected=True, answer="已更正")
        with pytest.raises(Problem, match="dispute_answered"):
            service.answer_dispute(session, officer_at("hrss"), opened.id, corrected=False, answer="再答一次")
        assert [(d.state, d.answer) for d in service.disputes_of(session, subject)] == [("corrected", "已更正")]
        told = events.of_type(session, ProfileDisputeAnswered)
    assert told[0].data["subject_id"] == subject


@pytest.mark.slow
def test_columns_say_what_the_rows_say_also_after_a_change(db: Database, spec: ProfileSpec, tmp_path: Path) -> None:
    with frozen(datetime(2026, 11, 21, tzinfo=UTC)):
        with db.transaction() as session:
            for source, rows in deliveries(spec, 20):
                service.take_in(session, spec, source, rows)
        store = ColumnStore(tmp_path)
        with db.reading() as session:
            assert store.export(session, spec) == 20
            before = store.current(session, spec)
    assert before.height == 20
    report(db, spec, "hrss", DAY + timedelta(days=1), employees=87, graduates_hired=9)
    report(db, spec, "medins", DAY + timedelta(days=1), employees=87)
    subject = company(db)
    with db.reading() as session:
        after = store.current(session, spec, ["company.employees", "company.founded_on"])
        facts = service.facts_of(session, spec, subject)["company"]
    row = after.filter(pl.col("id") == subject).row(0, named=True)
    assert (row["company.employees"], row["company.founded_on"]) == (87, facts["founded_on"])
    assert after.height == 20


def test_made_companies_are_mostly_small_and_have_valid_codes(spec: ProfileSpec) -> None:
    made = frame(spec, 2000)
    assert made["id"].n_unique() == 2000
    assert made["company.size"].value_counts(sort=True)[0, 0] == "micro"
    assert 0.02 < made["company.revenue_last_year"].null_count() / 2000 < 0.06


ONE = ProfileSpec((Dimension(id="x", type="integer", name=Text(zh="值", en="value"), source="a", also=("b",), fresh_days=30),))  # fmt: skip
REPORTS = st.lists(
    st.builds(
        Report, st.sampled_from("ab"), st.dates(date(2026, 9, 1), date(2026, 12, 31)),
        st.datetimes(timezones=st.just(UTC)), st.fixed_dictionaries({"x": st.one_of(st.none(), st.integers(0, 2))}),
    ),
    max_size=8,
)  # fmt: skip


@given(REPORTS, st.dates(date(2026, 9, 1), date(2026, 12, 31)))
def test_a_relied_on_value_is_fresh_and_contradicted_by_nobody(reports: list[Report], on: date) -> None:
    found = resolve(ONE, "s", reports, on).values[0]
    assert found == resolve(ONE, "s", reversed(reports), on).values[0] or len({r.received_at for r in reports}) < len(reports)  # fmt: skip
    fresh = [said for said in found.said if said.as_of + timedelta(days=30) >= on]
    if found.status == "ok":
        assert {said.value for said in fresh} == {found.value}
    else:
        assert found.value is None
    assert all(said.as_of <= on for said in found.said)
    assert (found.status == "missing") == (not found.said)


def test_money_is_exact_in_rules(db: Database, spec: ProfileSpec) -> None:
    report(db, spec, "tax", tax_paid_last_year="1234567.89")
    assert value(db, spec, "tax_paid_last_year").value == Decimal("1234567.89")
