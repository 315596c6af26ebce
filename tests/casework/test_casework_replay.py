"""Changed review rules on cases that are there: from the command line, without anybody's name."""

import json
from pathlib import Path

import pytest
from casework_world import submission
from typer.testing import CliRunner

from onething.casework.cli import app
from onething.casework.service import open_case
from onething.core.db import Database
from onething.core.settings import get_settings

PACKAGE = Path(__file__).parent.parent.parent / "cities" / "shanghai" / "newborn" / "rules" / "review.yaml"


@pytest.fixture
def cases(db: Database) -> list[str]:
    found: list[str] = []
    for n in range(3):
        wanted = submission(db, n)
        with db.transaction() as session:
            found.append(open_case(session, wanted).reference)
    return found


def replay(rules: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[int, str]:
    monkeypatch.setenv("ONETHING_CITY", "shanghai")
    get_settings.cache_clear()
    done = CliRunner().invoke(app, ["replay-review", "newborn", str(rules), *more])
    return done.exit_code, done.stdout


def test_a_rule_made_stricter_names_the_cases_it_would_have_stopped(
    cases: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "review.yaml"
    changed.write_text(
        PACKAGE.read_text(encoding="utf-8").replace("{id: void", "{id: void").replace("in [14..60]", "in [40..60]"),
        encoding="utf-8",
    )
    code, out = replay(changed, monkeypatch, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["filings"] == 3
    first = found["rules"][0]
    assert (first["rule"], first["gained"], first["lost"]) == ("parent_of_unusual_age", 3, 0)
    assert sorted(first["gained_examples"]) == sorted(cases)
    assert "李梅" not in out


def test_rules_that_cannot_be_used_are_refused(
    cases: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "review.yaml"
    broken.write_text(
        "rules_version: 1\nrulesets:\n  - {id: newborn_review, kind: review, rules: [{id: x, when: '1 +'}]}\n"
    )
    monkeypatch.setenv("ONETHING_CITY", "shanghai")
    get_settings.cache_clear()
    done = CliRunner().invoke(app, ["replay-review", "newborn", str(broken)])
    assert done.exit_code != 0
