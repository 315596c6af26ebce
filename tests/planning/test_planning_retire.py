"""A second life event that exists only as data: no line of Python knows of pensions."""

from pathlib import Path

import pytest
from plan_world import next_tasks

from onething.catalog.models import City, LifeEvent
from onething.catalog.service import find_event, load_city
from onething.planning.service import make_plan, old_way, to_bpmn

HARBOUR = Path(__file__).parents[1] / "catalog" / "data" / "harbour"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(HARBOUR)


@pytest.fixture(scope="module")
def event(city: City) -> LifeEvent:
    return find_event(city, "retire")


def test_the_plan_comes_from_the_package_alone(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, {})
    assert [task.id for task in plan.tasks] == [
        "fetch:my_career",
        "service:pension",
        "service:insurance",
        "service:pass",
    ]
    assert plan.effort.critical_path == ("fetch:my_career", "service:pension", "service:insurance")
    assert (plan.effort.documents, plan.effort.fields, plan.effort.width) == (1, 2, 2)
    assert plan.effort.hours == pytest.approx(3.001)
    assert old_way(city, event).model_dump() == {"documents": 2, "fields": 8, "visits": 4, "hours": 360.0}
    assert {task.id for task in next_tasks(plan)} == {"fetch:my_career", "service:pass"}
    assert "养老金" in to_bpmn(plan, city, event)


def test_a_short_career_means_an_officer(city: City, event: LifeEvent) -> None:
    task = make_plan(city, event, {"my_career": {"months": 150}}).task("service:pension")
    assert task is not None
    assert (task.mode, task.hours) == ("officer", 16)


def test_a_career_that_is_not_on_record_is_photographed(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, {}, absent=["my_career"])
    assert ("my_career", "not_on_record") in {(ask.slot, ask.reason) for ask in plan.asks}
    assert plan.task("fetch:my_career") is None
