"""What comes due after a case: the right days, told once and in time, whatever is data about it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from onething.casework.deadlines import deadlines, reminders
from onething.casework.events import CaseFinished
from onething.casework.tables import CaseRow, ReminderRow
from onething.catalog.models import Due, LifeEvent
from onething.catalog.service import load_city
from onething.core import events
from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.db import get_database
from onething.core.settings import get_settings
from onething.host.assembling import subscribe
from onething.notices.service import listing
from onething.subjects.service import ensure_person
from stores import with_tables

ROOT = Path(__file__).parents[2]
FACTS = {
    "company": {"trade": "restaurant", "staff": "3", "mark": "晨曦", "trade_word": "餐饮", "capital": "100000"},
    "scope": {"text": "餐饮服务"},
}


@pytest.mark.parametrize(
    ("due", "finished", "meant"),
    [
        (Due(days=30), date(2026, 11, 26), date(2026, 12, 26)),
        (Due(months=1, day=15), date(2026, 12, 3), date(2027, 1, 15)),
        (Due(months=1, day=31), date(2027, 1, 5), date(2027, 2, 28)),
        (Due(years=1, month=6, day=30), date(2026, 2, 1), date(2027, 6, 30)),
        (Due(months=1, day=15, working=True), date(2026, 7, 1), date(2026, 8, 17)),  # the 15th is a Saturday
    ],
)
def test_a_due_day_is_counted_as_the_law_counts_it(due: Due, finished: date, meant: date) -> None:
    assert reminders.due_day(due, finished) == meant


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 24), st.integers(1, 31))
def test_a_day_of_a_later_month_always_comes_after(finished: date, months: int, day: int) -> None:
    found = reminders.due_day(Due(months=months, day=day), finished)
    assert (found.year * 12 + found.month) - (finished.year * 12 + finished.month) == months


def test_a_due_day_is_either_so_many_days_or_a_day_of_a_month() -> None:
    for wrong in ({}, {"days": 3, "day": 15}):
        with pytest.raises(ValueError, match="either"):
            Due(**wrong)


@pytest.fixture
def shenzhen(monkeypatch: pytest.MonkeyPatch) -> LifeEvent:
    monkeypatch.setenv("ONETHING_CITY", "shenzhen")
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(ROOT / "cities"))
    get_settings.cache_clear()
    event = load_city(ROOT / "cities" / "shenzhen").life_event("startup")
    assert event is not None
    return event


def test_a_restaurant_is_reminded_of_its_permits_in_order_and_of_its_taxes(shenzhen: LifeEvent) -> None:
    city = load_city(ROOT / "cities" / "shenzhen")
    found = reminders.reminders_for(city, shenzhen, FACTS, date(2026, 11, 26))
    keys = [each.key for each in found]
    assert {"first_tax_return", "annual_report", "first_contribution"} <= {*keys}
    food = next(each for each in found if each.key.startswith("permit:") and "食品" in each.name.zh)
    assert food.due_on == date(2026, 12, 10)
    assert "《" in food.ground
    assert [each.due_on for each in found] == sorted(each.due_on for each in found)
    nobody = FACTS | {"company": FACTS["company"] | {"staff": "0"}}
    assert "first_contribution" not in [
        each.key for each in reminders.reminders_for(city, shenzhen, nobody, date(2026, 11, 26))
    ]


@pytest.mark.slow
def test_nobody_is_reminded_of_what_the_case_itself_has_filed(shenzhen: LifeEvent) -> None:
    city = load_city(ROOT / "cities" / "shenzhen")
    facts = FACTS | {"scope": {"text": "食品销售（仅销售预包装食品）；餐饮服务"}}
    day = date(2026, 11, 26)
    before, after = (
        {each.key for each in reminders.reminders_for(city, shenzhen, facts, day, had)}
        for had in ((), {"food_prepacked"})
    )
    assert before - after == {"permit:food_prepacked"}


def test_a_reminder_is_sent_once_in_time_and_only_its_owner_sees_the_list(shenzhen: LifeEvent) -> None:
    db = get_database()
    with_tables(db)
    subscribe()
    with db.transaction() as session:
        person = ensure_person(
            session, oidc_sub="p1", name="林晓雯", id_number="440303197201010002", phone="13800000001"
        )
        session.add(
            CaseRow(
                id="case_1", reference="CS1", key="k", city="shenzhen", life_event="startup", catalog_version="t", subject_id=person.id,
                applicant_name="林晓雯", status="running", plan_digest="", filing={}, absent=[], reasons=[], submitted_at=now(),
            )
        )  # fmt: skip
        session.flush()
        session.get_one(CaseRow, "case_1").status = "done"
        told = CaseFinished(subject_id=person.id, life_event="startup", reference="CS1", outcome="done")
        for _ in range(2):  # an event that is delivered again writes nothing twice
            events.append(session, events.Event.of("case_1", told))
    owner, other = (
        Principal(Role.CITIZEN, "p1", subject_id=person.id),
        Principal(Role.CITIZEN, "p2", subject_id="sub_x"),
    )
    with db.reading() as session:
        keys = [each.key for each in reminders.reminders_of(session, owner, "case_1")]
        assert reminders.reminders_of(session, other, "case_1") == []
    assert len(keys) == len(set(keys)) > 0
    before = deadlines.warn(db)
    assert before == 0 or "first_contribution" not in keys, "nothing is told before its day"
    with db.transaction() as session:
        session.execute(
            update(ReminderRow).where(ReminderRow.key == "annual_report").values(tell_at=now() - timedelta(minutes=1))
        )
    assert [deadlines.warn(db), deadlines.warn(db)] == [1, 0]
    with db.reading() as session:
        sent = [each.text for each in listing(session) if each.event_type == "reminder.due"]
        shown = {each.key: each.told for each in reminders.reminders_of(session, owner, "case_1")}
    assert len(sent) == 1
    assert "年度报告" in sent[0]
    assert shown["annual_report"]
    assert not shown["first_tax_return"]
