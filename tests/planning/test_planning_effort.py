"""One source for each figure: how long, how many services, how many at once, said of an event, of a filing and of its case."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.casework.cases.timeline import predict
from onething.casework.models import TaskStatus
from onething.catalog.models import City
from onething.catalog.service import find_event, load_city
from onething.core.i18n import Lang
from onething.planning.effort import duration_words, effort_of, timed
from onething.planning.models import PlannedTask
from onething.planning.service import make_plan, old_way

CITIES = Path(__file__).parents[2] / "cities"
DAY = date(2026, 11, 30)
SHANGHAI, SHENZHEN = load_city(CITIES / "shanghai"), load_city(CITIES / "shenzhen")


def task(name: str, *after: str, hours: float = 1.0, officer: bool = False, conditional: bool = False) -> PlannedTask:
    kind = "fetch" if name.startswith("fetch") else "service"
    return PlannedTask(
        id=name, kind=kind, agency="a", needs=(), gives=(), after=after, hours=hours, mode="officer" if officer else "automatic",
        conditional=conditional,
    )  # fmt: skip


def test_services_that_wait_do_not_begin_at_once_and_look_ups_are_no_services() -> None:
    tasks = [
        task("fetch:a"),
        task("fetch:b"),
        task("one", "fetch:a", "fetch:b"),
        task("two", "one"),
        task("three", "one"),
    ]
    found = effort_of(tasks, (), 0, timed(tasks))
    assert (found.services, found.at_once, found.width, found.hours) == (3, 1, 2, 3.0)


def test_what_an_officer_may_perhaps_have_to_do_is_told_apart() -> None:
    tasks = [task("one", hours=0.1), task("perhaps", "one", hours=4.0, officer=True, conditional=True)]
    found = effort_of(tasks, (), 0, timed(tasks))
    assert (found.hours, found.longest, found.services) == (0.1, 4.1, 1)
    certain = [task("one", hours=0.1), task("officer", "one", hours=4.0, officer=True)]
    assert effort_of(certain, (), 0, timed(certain)).hours == 4.1
    nothing_sure = [task("perhaps", hours=4.0, officer=True, conditional=True)]
    found = effort_of(nothing_sure, (), 0, timed(nothing_sure))
    assert (found.services, found.at_once, found.hours) == (1, 1, 4.0), "never “0 services”"


@given(st.data())
def test_the_figures_of_any_plan_hang_together(data: st.DataObject) -> None:
    tasks: list[PlannedTask] = []
    for n in range(data.draw(st.integers(0, 8))):
        before = data.draw(st.sets(st.sampled_from([each.id for each in tasks]), max_size=3)) if tasks else set()
        name = data.draw(st.sampled_from(("fetch:", "service:"))) + str(n)
        tasks.append(
            task(name, *sorted(before), hours=data.draw(st.sampled_from((0.0, 0.5, 2.0))), officer=data.draw(st.booleans()), conditional=data.draw(st.booleans()))
        )  # fmt: skip
    found = effort_of(tasks, (), 0, timed(tasks))
    assert 0 <= found.at_once <= found.services <= len(tasks)
    assert 0 <= found.width <= found.services
    assert found.hours <= found.longest


@pytest.mark.parametrize(
    ("city", "event_id"), [(SHANGHAI, "newborn"), (SHENZHEN, "startup")], ids=["newborn", "startup"]
)
def test_a_case_that_begins_is_promised_what_its_filing_was_shown(city: City, event_id: str) -> None:
    event = find_event(city, event_id)
    plan = make_plan(city, event, {}, as_of=DAY)
    views = {each.id: SimpleNamespace(status=TaskStatus.PLANNED, code="") for each in plan.tasks}
    said = predict(event, plan, cast("Any", views), for_applicant=False, over=False).words
    assert duration_words(plan.effort.hours).zh in said.zh
    assert duration_words(plan.effort.hours).en in said.en


@pytest.mark.parametrize(("page", "lang"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_the_readme_gives_the_figures_that_the_plan_gives(page: str, lang: Lang) -> None:
    event = find_event(SHANGHAI, "newborn")
    old, new = old_way(SHANGHAI, event), make_plan(SHANGHAI, event, {}, as_of=DAY).effort
    table = [line for line in (CITIES.parent / page).read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:5]]
    figures = [[int(re.search(r"\d+", cell)[0]) for cell in row[1:]] for row in cells[:3]]  # type: ignore[index]
    assert figures == [[old.documents, new.documents], [old.fields, new.fields], [old.visits, new.visits]]
    before, now = (cell.replace(" ", "") for cell in cells[3][1:])
    assert before == duration_words(old.hours).get(lang).replace(" ", "")
    for hours in (new.hours, new.longest):
        assert duration_words(hours).get(lang).replace(" ", "") in now
