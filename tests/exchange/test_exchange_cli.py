"""`onething exchange`: an operator asks by hand, and every question is in the log."""

import json

import pytest
from exchange_world import MOTHER, make_city
from typer.testing import CliRunner

from onething.core.db import get_database
from onething.exchange import cli
from stores import with_tables

run = CliRunner()


@pytest.fixture(autouse=True)
def _demo_city(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onething.catalog.service.get_city", lambda: make_city("http://127.0.0.1:9", adapter="demo"))
    with_tables(get_database())


def test_ask_and_log_agree_and_the_log_keeps_no_person() -> None:
    asked = run.invoke(cli.app, ["ask", "police.refund", "receipt_number=R1", "--purpose", "trial", "--json"])
    assert asked.exit_code == 0, asked.output
    answer = json.loads(asked.output)
    assert answer["data"] == {"receipt_number": "R1"}
    logged = run.invoke(cli.app, ["log", "--json"])
    (message,) = json.loads(logged.output)
    assert (message["message_id"], message["purpose"], message["outcome"]) == (answer["message_id"], "trial", "ok")
    assert "R1" not in logged.output
    assert "police.refund" in run.invoke(cli.app, ["log", "--agency", "police"]).output
    assert "nothing yet" in run.invoke(cli.app, ["log", "--agency", "tax"]).output


def test_an_answer_that_is_none_has_its_own_exit_code() -> None:
    asked = run.invoke(cli.app, ["ask", "police.resident", f"id_number={MOTHER}"])
    assert asked.exit_code == 4
    assert "nonsense  bad_answer name is missing" in asked.output
    assert MOTHER not in asked.output


def test_a_parameter_without_a_value_is_wrong_usage() -> None:
    asked = run.invoke(cli.app, ["ask", "police.refund", "receipt_number"])
    assert asked.exit_code != 0


def test_status_tells_who_does_not_listen() -> None:
    shown = run.invoke(cli.app, ["status"])
    assert shown.exit_code == 4
    assert "NO" in shown.output
    run.invoke(cli.app, ["ask", "police.refund", "receipt_number=R1"])
    (police,) = json.loads(run.invoke(cli.app, ["status", "--json"]).output)
    assert (police["agency"], police["listens"], police["calls"], police["error_share"]) == ("police", False, 1, 0.0)
