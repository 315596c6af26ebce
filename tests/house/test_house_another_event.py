"""A city may do more things than today: one life event more changes nothing for the others and needs nothing but its folder."""

import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from onething.catalog.service import check, find_event, load_city
from onething.core.db import get_database
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.planning.service import make_plan
from stores import with_tables

CITIES = Path(__file__).parents[2] / "cities"
HANDBOOK = Path(__file__).parent / "data" / "handbook"


@pytest.fixture
def larger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Shanghai with an event whose folder comes before all others."""
    root = Path(shutil.copytree(CITIES / "shanghai", tmp_path / "cities" / "shanghai"))
    shutil.copytree(HANDBOOK, root / "a_handbook")
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(root.parent))
    get_settings.cache_clear()
    return root


def test_nothing_is_wrong_and_the_others_are_as_they_were(larger: Path) -> None:
    assert [problem.text() for problem in check(larger)] == []
    before, after = load_city(CITIES / "shanghai"), load_city(larger)
    assert [event.id for event in after.life_events] == ["handbook", *(event.id for event in before.life_events)]
    for event in before.life_events:
        assert find_event(after, event.id) == event
    assert after.agencies == before.agencies


def test_it_is_found_opened_and_planned_like_the_others(larger: Path) -> None:
    with_tables(get_database())
    city = load_city(larger)
    page = TestClient(create_app(with_background=False), base_url="http://127.0.0.1:8000")
    home = page.get("/").text
    for event in city.life_events:
        assert event.name.zh in home
        assert f"/do/{event.id}" in home
        assert event.name.zh in page.get(f"/do/{event.id}").text
    plan = make_plan(city, find_event(city, "handbook"), {})
    assert "open_handbook" in {task.service for task in plan.tasks}
