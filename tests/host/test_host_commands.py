"""The command line as a whole: quick help, plain errors, right exit codes."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest
from typer.testing import CliRunner

from onething.core.errors import NOT_FOUND, Problem
from onething.core.manifests.rooms import Command, RoomFaultError
from onething.host.errors import problem_behind

cli: Any = import_module("onething.host.cli")  # the package's `main` is the function


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from onething.host.cli import main; sys.argv = ['onething', *sys.argv[1:]]; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)


def test_help_lists_every_group_without_importing_a_room() -> None:
    code = (
        "import sys; from onething.host.cli import app\ntry: app(['--help'])\n"
        "finally: print(sorted(m for m in sys.modules if m.startswith('onething.') and not m.endswith('.room')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    for name in ("cases", "catalog", "db", "exchange", "notices", "plan", "sandbox", "serve", "worker"):
        assert f"  {name} " in done.stdout
    loaded = {name for name in ast.literal_eval(done.stdout.splitlines()[-1]) if name.count(".") > 1}
    assert loaded == {
        "onething.core.access",
        "onething.core.commands",
        "onething.core.manifests",
        "onething.core.manifests.house",
        "onething.core.manifests.rooms",
        "onething.host.cli",
    }


def test_an_unknown_group_is_wrong_usage() -> None:
    done = run("nosuch")
    assert done.returncode == 2
    assert "nosuch" in done.stderr


def test_version() -> None:
    assert run("version").stdout.strip() == "0.1.0"


def test_a_broken_group_says_so_and_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Command("broken", "onething.no_such_room.cli:app", "nothing")
    monkeypatch.setattr(cli, "_groups", lambda: {"broken": broken})
    runner = CliRunner()
    listed = runner.invoke(cli.app, ["--help"])
    called = runner.invoke(cli.app, ["broken"])
    assert listed.exit_code == 0
    assert "broken" in listed.output
    assert isinstance(called.exception, RoomFaultError)
    told = problem_behind(called.exception)
    assert told is not None
    assert told.kind.exit_code == 2
    assert "no_such_room" in told.what.en


def test_a_problem_is_told_in_both_languages_with_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_options: object) -> None:
        raise Problem(NOT_FOUND, detail="case_1")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    told = capsys.readouterr().err
    assert stopped.value.code == 3
    assert "没有找到" in told
    assert "could not find" in told
    assert "[core.not_found]" in told


@pytest.mark.parametrize(
    "line",
    ["cases replay-checks B1", "cases list", "notices list", "payments audit", "certificates list", "risk models"],
)
def test_on_a_fresh_shell_a_command_says_which_database_lacks_its_tables_and_what_to_do(line: str) -> None:
    done = run(*line.split())
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert "onething db upgrade" in done.stderr
    assert "没有这个版本需要的表" in done.stderr
    assert f"database: {os.environ['ONETHING_DATABASE_URL']}" in done.stderr


def test_a_database_that_is_away_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_DATABASE_URL", "postgresql+psycopg://one:geheim@127.0.0.1:1/one")
    done = run("cases", "list")
    assert done.returncode == 4
    assert "does not answer" in done.stderr
    assert "127.0.0.1:1/one" in done.stderr
    assert "geheim" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_command_that_fails_says_which_city_it_asked() -> None:
    done = run("exchange", "ask", "police.nosuch")
    assert done.returncode != 0
    assert "city: shanghai" in done.stderr


def test_a_city_without_an_access_graph_names_those_that_have_one() -> None:
    done = run("startup", "advise", "奶茶店", "--city", "hangzhou")
    assert done.returncode == 2
    assert "hangzhou" in done.stderr
    assert "--city=shenzhen" in done.stderr
