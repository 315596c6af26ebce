"""The tutorials, carried out as written: their files, their corrections, their commands and what these print."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onething.catalog.cli import app as catalog
from onething.catalog.service import find_event, load_city
from onething.core.settings import get_settings
from onething.planning.cli import app as plan
from onething.planning.service import make_plan

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(yaml|console) ?(?:(file|replace)=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _correct(path: Path, content: str) -> None:
    """The first line of a correction is what stood there; the rest is what shall stand there."""
    before, _, after = content.partition("\n")
    text = path.read_text(encoding="utf-8")
    assert before + "\n" in text, f"{before!r} is not in {path.name}"
    path.write_text(text.replace(before + "\n", after, 1), encoding="utf-8")


def _carry_out(content: str) -> None:
    command, _, shown = content.partition("\n")
    words = shlex.split(command.removeprefix("$ onething "))
    result = CliRunner().invoke({"catalog": catalog, "plan": plan}[words[0]], words[1:])
    assert result.output.startswith(shown), f"{command}\n{result.output}"


def _follow(tutorial: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block, one after the other; `home` is the folder in which `cities/` lies."""
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(home / "cities"))
    get_settings.cache_clear()
    blocks = BLOCK.findall((DOCS / tutorial).read_text(encoding="utf-8"))
    assert len(blocks) >= 12
    for kind, action, name, content in blocks:
        path = home / name
        if kind == "console":
            _carry_out(content)
        elif action == "file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        else:
            _correct(path, content)


@pytest.mark.slow
def test_an_event_is_written_and_carried_to_its_end_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _follow("tutorial-event.md", tmp_path, monkeypatch)


def test_the_tutorial_works_as_written(shanghai: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _follow("tutorial.md", shanghai.parents[1], monkeypatch)
    city = load_city(shanghai)
    made = make_plan(city, find_event(city, "rent"), {})
    assert [task.id for task in made.tasks] == ["fetch:lease", "service:lease_registration", "service:water_transfer"]
    assert [ask.field for ask in made.asks] == ["meter_number"]
