"""A worker takes up a saved change of the city package by itself, as the pages do, and keeps the last good edition while a file is broken."""

import shutil
from pathlib import Path

import pytest
from casework_world import FakeAgencies, opened, status_of, submission, tasks_of, until, working

from onething.catalog import service as catalog
from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.settings import get_settings

CITIES = Path(__file__).parents[2] / "cities"
SERVICE = Path("newborn") / "services"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the city that is served, free to be changed; looked at again often."""
    folder = Path(shutil.copytree(CITIES / "shanghai", tmp_path / "cities" / "shanghai"))
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(folder.parent))
    monkeypatch.setattr(catalog, "LOOK_AGAIN", 0.1)
    get_settings.cache_clear()
    return folder


def _to_an_officer(package: Path) -> str:
    """The first service is decided by an officer from now on; gives its id."""
    path = min((package / SERVICE).glob("*.yaml"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("handling:\n", "handling:\n  mode: officer\n", 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    return next(line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("id:"))


async def test_a_case_that_begins_after_a_change_was_saved_follows_it_without_a_restart(
    db: Database, package: Path
) -> None:
    async with working(db, FakeAgencies(), city_of=get_city) as worker:
        first = opened(db, submission(db, 0))
        await until(lambda: status_of(db, first.id).over, 60)
        before = worker.runner.city
        changed = _to_an_officer(package)
        await until(lambda: worker.runner.city.version != before.version)
        assert get_city().version == worker.runner.city.version, "pages and worker follow one edition"
        second = opened(db, submission(db, 1))
        await until(lambda: tasks_of(db, second.id)[f"service:{changed}"] == ("waiting", "officer"), 60)


async def test_while_a_saved_file_is_broken_the_worker_goes_on_with_the_last_good_edition(
    db: Database, package: Path
) -> None:
    async with working(db, FakeAgencies(), city_of=get_city) as worker:
        before = worker.runner.city
        (package / "city.yaml").write_text("id: [", encoding="utf-8")
        ref = opened(db, submission(db, 0))
        await until(lambda: status_of(db, ref.id).over, 60)
        assert worker.runner.city is before


async def test_a_referral_may_ask_where_evidence_came_from(db: Database, package: Path) -> None:
    path = package / SERVICE / "03_immunisation_record.yaml"
    text = path.read_text(encoding="utf-8")
    assert "officer_when" not in text
    when = '  officer_when: origin(birth_record) = "registry" and origin(choices) = null\n'
    path.write_text(text.replace("handling:\n", f"handling:\n{when}", 1), encoding="utf-8")
    assert not [each.text() for each in catalog.check(package)]
    async with working(db, FakeAgencies(), city_of=get_city):
        ref = opened(db, submission(db, 0))
        task = "service:immunisation_record"
        await until(lambda: tasks_of(db, ref.id)[task] == ("waiting", "officer_when"), 60)
