"""`onething plan show`: a table to read, data to use, a file for a BPMN viewer."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onething.core.errors import Problem
from onething.planning.cli import app

RUN = CliRunner()


def test_json_tells_the_whole_plan() -> None:
    result = RUN.invoke(app, ["show", "shanghai/newborn", "--json"])
    assert result.exit_code == 0
    data = json.loads(result.output)
    assert {"old_way", "plan", "tasks", "asks", "filled", "left_out", "unreachable"} <= set(data)
    assert list(data["old_way"]) == ["documents", "fields", "visits", "hours"]
    assert list(data["plan"]) == [
        "documents", "fields", "visits", "hours", "width", "critical_path", "services", "at_once", "longest",
    ]  # fmt: skip
    assert all(task["name"]["zh"] and task["name"]["en"] for task in data["tasks"])
    assert {"id", "agency", "needs", "gives", "hours", "start", "after", "mode"} <= set(data["tasks"][0])
    assert {"kind", "slot", "reason"} <= set(data["asks"][0])
    assert all(why["zh"] and why["en"] for why in [*data["left_out"].values(), *data["unreachable"].values()])
    assert {task["agency"] for task in data["tasks"]} == {
        "health", "police", "civil", "medins", "hrss", "cdc", "tax", "maternal"
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_names_every_service_and_both_ways(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = RUN.invoke(app, ["show", "shanghai/newborn", "--lang", lang])
    words = (
        ["从前", "15天", "出生户口登记", "如适用"] if lang == "zh" else ["Old way", "15 days", "Vaccination", "officer"]
    )
    words = words if lang == "zh" else ["Old way", "15 days", "Household registration of the child", "if it applies"]
    assert result.exit_code == 0
    for word in words:
        assert word in result.output


def test_it_can_be_asked_what_if(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"choices": {"household_of": "mother", "home_address": "x", "pay_premium": False}}))
    arguments = ["--down", "police", "--absent", "low_income", "--leave-out", "infant_deduction", "--facts", str(facts)]
    data = json.loads(RUN.invoke(app, ["show", "shanghai/newborn", "--json", *arguments]).output)
    ids = {task["id"] for task in data["tasks"]}
    assert not ids & {"service:infant_deduction", "service:low_income_family_update", "service:premium_payment"}
    assert "fetch:father_household" not in ids
    assert data["plan"]["documents"] == 4


def test_bpmn_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "newborn.bpmn"
    assert RUN.invoke(app, ["show", "shanghai/newborn", "--bpmn", str(file)]).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize("name", ["shanghai/newbron", "shanghai", "atlantis/newborn"])
def test_an_unknown_event_is_a_plain_problem(name: str) -> None:
    result = RUN.invoke(app, ["show", name])
    assert isinstance(result.exception, Problem)
    assert result.exception.kind.exit_code == 3


@pytest.mark.slow
def test_facts_that_are_no_facts_are_refused(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    for content in ("[1, 2]", "{", '{"choices": 3}'):
        facts.write_text(content)
        result = RUN.invoke(app, ["show", "shanghai/newborn", "--facts", str(facts)])
        assert isinstance(result.exception, Problem)
