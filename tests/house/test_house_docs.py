"""What the documentation tells people to type exists, and the numbers it reckons with are the product's."""

import re
from pathlib import Path

import pytest
from command_lines import calls_in, problem_of

from onething.casework.settings import CaseworkSettings
from onething.core.db import most_connections
from onething.core.settings import Settings
from onething.web.http.limits import FILES_AT_ONCE

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    made_here = set(re.findall(r"Command\(\"(\w+)\"", text))  # of a room that the page itself makes
    calls = [words for words in calls_in(text) if words[0] not in made_here]
    problems = [(words, problem) for words in calls if (problem := problem_of(words))]
    assert problems == []


def test_the_operators_page_names_commands_at_all() -> None:
    named = {words[0] for words in calls_in(OPERATING)}
    assert {"health", "db", "catalog", "backup", "restore", "ledger", "witness", "notices", "cases"} <= named


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        ("cases lst", "there is no cases lst"),
        ("nosuch", "there is no nosuch"),
        ("db check --jsn", "db check has no --jsn"),
        ("backup /somewhere --json", ""),
        ("witness serve --agency police --policy p.json", ""),
    ],
)
def test_a_wrong_command_would_be_found(call: str, wrong: str) -> None:
    assert problem_of(call.split()) == wrong


def test_the_default_connections_fit_into_postgresqls_default() -> None:
    web = most_connections(Settings().db_pool_size)
    worker = web + most_connections(CaseworkSettings().engine_pool_size) + 1  # one is woken by news
    together = 2 * web + 4 * worker
    assert f"2 web × {web} + 4 workers × {worker} = {together}" in OPERATING
    assert f"with one gateway {together + web}" in OPERATING
    assert together + web <= 97  # of 100, three are kept for the superuser


def test_every_file_of_deploy_that_the_page_names_is_there() -> None:
    for name in set(re.findall(r"\bdeploy/[\w./-]*\w", OPERATING)) - {"deploy/.env", "deploy/tls", "deploy/cities"}:
        assert list(ROOT.glob(f"{name}*")), name
    assert FILES_AT_ONCE == 4
    assert "four photographs" in OPERATING
