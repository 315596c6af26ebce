"""What the graph of trades says is needed becomes a task of the case: the condition of a service comes from the graph alone."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalog.service import check, load_city
from onething.catalog.trades.service import brought_about
from onething.planning.service import holds, make_plan

CITY = load_city(Path(__file__).parents[2] / "cities" / "shenzhen")
EVENT = CITY.life_event("startup")
TASKS = [each for each in EVENT.services if each.for_permit] if EVENT else []
DAY = date(2026, 11, 30)
PHRASES = [each.text for each in CITY.trades.phrases]


def asks(permit: str, chosen: list[str]) -> bool:
    return any(permit in each.permits for each in CITY.trades.phrases if each.text in chosen)


@given(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=6), st.sampled_from(["；", ";", "。", "\n", " ； "]))
def test_a_service_for_a_permit_is_part_of_the_case_exactly_where_a_phrase_asks_for_it(
    chosen: list[str], mark: str
) -> None:
    facts = {"scope": {"text": mark.join(chosen)}, "company": {"trade": "software"}}
    for service in TASKS:
        assert holds(service.when, facts, DAY) is asks(service.for_permit or "", chosen), (service.id, chosen)


def test_each_phrase_that_asks_for_one_brings_its_service_and_before_there_is_a_scope_none_is_promised() -> None:
    assert TASKS
    for service in TASKS:
        bringing = [text for text in PHRASES if asks(service.for_permit or "", [text])]
        assert bringing, service.id
        for text in bringing:
            for written in (text, text.replace("（", "(").replace("）", ")")):
                assert holds(service.when, {"scope": {"text": f"软件开发；{written}"}}, DAY) is True
        assert holds(service.when, {}, DAY) is False


def test_a_plan_without_a_scope_promises_only_what_everybody_gets() -> None:
    assert EVENT is not None
    everybody = {f"service:{each.id}" for each in EVENT.services if not each.for_permit}
    for scope, more in (
        (None, set[str]()),
        ("软件开发", set[str]()),
        ("房地产经纪；软件开发", {"service:estate_agency"}),
    ):
        plan = make_plan(CITY, EVENT, {"scope": {"text": scope}} if scope else {}, as_of=DAY)
        assert {each.id for each in plan.tasks if each.kind == "service"} == everybody | more, scope


def test_the_city_knows_what_nobody_has_to_apply_for() -> None:
    assert {each.for_permit for each in TASKS} == brought_about(CITY)
    kinds = {permit.kind for permit in CITY.trades.permits if permit.id in brought_about(CITY)}
    assert kinds == {"filing"}, "a permission is applied for; only what is filed is done unasked"


@pytest.mark.parametrize(("wrong", "said"), [("food_prepacket", "food_prepacked"), ("nothing_like_it", "")])
def test_a_permit_that_the_graph_does_not_have_is_found(wrong: str, said: str, tmp_path: Path) -> None:
    import shutil

    package = tmp_path / "shenzhen"
    shutil.copytree(CITY.folder, package)
    service = package / "startup" / "services" / "07_prepacked_food.yaml"
    service.write_text(
        service.read_text("utf-8").replace("for_permit: food_prepacked", f"for_permit: {wrong}"), "utf-8"
    )
    found = [each for each in check(package) if wrong in each.what.en]
    assert len(found) == 1
    assert found[0].suggestion == (said or None)
