"""Cities that came as distributions serve as those in the folder do, also the one whose policies are served."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onething.catalog import service as catalog
from onething.core import city_folders
from onething.core.settings import get_settings
from onething.web.http import officials

CITIES = Path(__file__).parents[2] / "cities"


@pytest.fixture
def nothing_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two cities are installed, the folder of cities is empty, the policies are the other city's."""
    installed = {name: CITIES / name for name in ("shanghai", "hangzhou")}
    monkeypatch.setattr(city_folders, "installed_cities", lambda: installed)
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(tmp_path))
    monkeypatch.setenv("ONETHING_POLICY_CITY", "hangzhou")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.usefixtures("nothing_in_the_folder")
def test_officials_of_an_installed_city_whose_policies_are_served_are_known() -> None:
    theirs = {agency.id for agency in catalog.load_city(CITIES / "hangzhou").agencies}
    assert theirs <= officials.known_agencies()
