"""A city is found in the folder of cities, or inside an installed distribution that names it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from onething.catalog.service import known_cities, load_city
from onething.core import city_folders
from onething.core.city_folders import city_folder, installed_cities
from onething.core.errors import Problem


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A distribution with two names: one that leads to a city, and some that do not. Importing it would fail."""
    package = tmp_path / "site" / "ourtown_cities"
    (package / "ourtown").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('nobody runs me')")
    (package / "ourtown/city.yaml").write_text("id: ourtown\n")
    (tmp_path / "site/city.yaml").write_text("id: x\n")
    info = tmp_path / "site/ourtown-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ourtown\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[onething.cities]\nourtown = ourtown_cities.ourtown\ngone = ourtown_cities.gone\nflat = ourtown_cities\n"
    )
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "site")])
    installed_cities.cache_clear()
    yield package / "ourtown"
    installed_cities.cache_clear()


def test_an_installed_city_is_found_without_running_its_code(distribution: Path) -> None:
    assert city_folder("ourtown") == distribution
    assert "ourtown" in known_cities()
    assert {"gone", "flat"}.isdisjoint(installed_cities())
    assert "ourtown_cities" not in sys.modules


def test_a_folder_of_the_same_name_comes_first(
    distribution: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine/ourtown"
    mine.mkdir(parents=True)
    (mine / "city.yaml").write_text("id: ourtown\n")
    monkeypatch.setattr(city_folders.get_settings(), "cities_dir", tmp_path / "mine")
    assert city_folder("ourtown") == mine


def test_a_city_that_is_nowhere_is_named_with_those_there_are(distribution: Path) -> None:
    with pytest.raises(Problem, match="no_such_city") as refused:
        load_city(city_folder("nowhere"))
    assert "ourtown" in refused.value.next.en
