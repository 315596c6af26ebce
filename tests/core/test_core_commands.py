"""Every command prints JSON the same way."""

import json
from collections import namedtuple
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import typer
from typer.testing import CliRunner

from onething.core.commands import AsJson, emit, print_json

Pair = namedtuple("Pair", "left right")  # noqa: PYI024 - what rooms hand over may be one


def test_what_json_does_not_know_is_printed_as_text_and_chinese_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(
        {"day": date(2026, 11, 1), "at": datetime(2026, 11, 1, tzinfo=UTC), "sum": Decimal("1.50"), 7: Pair("王", 2)}
    )
    out = capsys.readouterr().out
    assert "王" in out
    assert json.loads(out) == {"day": "2026-11-01", "at": "2026-11-01T00:00:00+00:00", "sum": "1.50", "7": ["王", 2]}
    print_json([1, {"a": 2}], one_line=True)
    assert capsys.readouterr().out == '[1,{"a":2}]\n'


def test_one_option_chooses_between_words_and_json() -> None:
    app = typer.Typer()

    @app.command()
    def show(as_json: AsJson = False) -> None:
        emit({"left": 3}, as_json, "three left")

    assert CliRunner().invoke(app, []).output == "three left\n"
    assert json.loads(CliRunner().invoke(app, ["--json"]).output) == {"left": 3}
