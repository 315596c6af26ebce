"""`onething review check` on the real newborn package."""

import json
from pathlib import Path
from typing import Any

import pytest
from review_world import APPLICANT, BIRTH_VALUES
from typer.testing import CliRunner

from onething.core.errors import Problem
from onething.review.cli import app

CHOICES = {"household_of": "mother", "home_address": "上海市黄浦区方斜路419号", "pay_premium": True}


def write(folder: Path, facts: Any, **more: Any) -> str:
    file = folder / "filing.json"
    file.write_text(json.dumps({"life_event": "newborn", "as_of": "2026-11-23", "facts": facts, **more}))
    return str(file)


def test_a_sound_filing(tmp_path: Path) -> None:
    facts = {
        "applicant": APPLICANT, "birth_certificate": {**BIRTH_VALUES, "child_sex": "female"}, "choices": CHOICES,
        "deduction_choice": {"share": "100"},
    }  # fmt: skip
    result = CliRunner().invoke(app, ["check", write(tmp_path, facts), "--json"])
    told = json.loads(result.output)
    assert [finding for finding in told["findings"] if finding["group"] == "fix_now"] == []
    assert told["may_submit"]
    assert result.exit_code == 0
    assert "will_be_asked" in {finding["code"] for finding in told["findings"]}


def test_an_empty_filing_says_what_is_wanted(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", write(tmp_path, {})])
    assert result.exit_code == 1
    assert "还缺一份材料" in result.output
    assert "还不能提交" in result.output


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"life_event": "newborn", "facts": 3}', '{"life_event": "newborn", "as_of": "x"}']
)
def test_a_file_that_is_no_filing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content)
    result = CliRunner().invoke(app, ["check", str(file)])
    assert isinstance(result.exception, Problem)
    assert result.exception.kind.code == "review.bad_file"
