"""What `onething catalog new` writes passes check and test as it stands; `onething catalog test` tells what went otherwise."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onething.catalog.cli import app
from onething.catalog.service import check, load_city
from onething.core.errors import Problem
from onething.core.settings import get_settings

pytestmark = pytest.mark.slow


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def cities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cities"
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(folder))
    get_settings.cache_clear()
    return folder


def test_a_new_city_and_a_new_event_pass_their_check_and_their_test_at_once(cities: Path) -> None:
    made = run("new", "newtown")
    assert made.exit_code == 0, made.output
    assert str(cities / "newtown" / "city.yaml") in made.output
    assert run("new", "newtown/lending").exit_code == 0
    assert check(cities / "newtown") == []
    tried = run("test", "newtown", "--json")
    assert tried.exit_code == 0, tried.output
    told = {each["filing"]: each for each in json.loads(tried.output)}
    assert set(told) == {"registration_plain", "registration_too_early", "lending_plain", "lending_too_many"}
    assert told["registration_plain"]["services"] == {"register": "done"}
    assert told["registration_plain"]["facts"]["registration"]["number"].startswith("DJ20")
    assert told["registration_plain"]["facts"]["home"]["address"] == "海滨路1号"
    assert told["registration_too_early"]["outcome"] == "refused"
    assert told["lending_plain"]["facts"]["proof"]["purpose"] == "留存"
    assert told["lending_too_many"]["outcome"] == "refused"


def test_a_new_event_in_a_city_that_is_served_passes_too(shanghai: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(shanghai.parent))
    get_settings.cache_clear()
    assert run("new", "shanghai/lending").exit_code == 0
    assert [each.text() for each in check(shanghai) if "lending" in each.file or "sandbox" in each.file] == []
    tried = run("test", "shanghai/lending")
    assert tried.exit_code == 0, tried.output
    assert "✓ lending/lending_plain  两份，办成  done" in tried.output


def test_what_goes_otherwise_is_told_and_ends_with_one(cities: Path) -> None:
    run("new", "newtown")
    city = cities / "newtown"
    rules = city / "registration" / "rules" / "decisions.yaml"
    rules.write_text(rules.read_text("utf-8").replace("P1Y", "P90Y"), encoding="utf-8")
    filing = city / "sandbox" / "filings" / "registration_too_early.yaml"
    filing.write_text(filing.read_text("utf-8").replace("在本市住满一年]", "没有这句话]"), encoding="utf-8")
    tried = run("test", "newtown", "--lang", "en")
    assert tried.exit_code == 1
    assert "✗ registration/registration_plain" in tried.output
    assert "It ended as refused, and done is expected." in tried.output
    assert '"register" is refused, and done is expected.' in tried.output
    assert 'She reads "没有这句话" nowhere.' in tried.output


def test_nothing_that_is_there_is_overwritten_and_names_are_names(cities: Path) -> None:
    run("new", "newtown")
    before = {path: path.read_bytes() for path in cities.rglob("*.yaml")}
    for name, code in (
        ("newtown", "catalog.exists_already"),
        ("newtown/registration", "catalog.exists_already"),
        ("../etc", "catalog.bad_new_name"),
        ("newtown/", "catalog.bad_new_name"),
        ("New", "catalog.bad_new_name"),
        ("nowhere/event", "catalog.no_such_city"),
    ):
        result = run("new", name)
        assert isinstance(result.exception, Problem), name
        assert result.exception.kind.code == code, name
    assert {path: path.read_bytes() for path in cities.rglob("*.yaml")} == before
    assert load_city(cities / "newtown").id == "newtown"


def test_the_filings_that_a_city_ships_go_as_their_authors_expect(
    shanghai: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(shanghai.parent))
    get_settings.cache_clear()
    tried = run("test", "shanghai", "--lang", "en")
    assert tried.exit_code == 0, tried.output
    assert "✓ newborn/newborn_plain" in tried.output
