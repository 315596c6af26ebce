"""`onething webhooks`: an operator subscribes a system, sees how messages go, and has them sent once more."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.event_samples import event
from typer.testing import CliRunner

from onething.core import events
from onething.core.db import Database, get_database
from onething.host.assembling import subscribe
from onething.webhooks import cli, signing
from stores import with_tables

run = CliRunner()
URL = "https://systems.example.org/onething"
DOC = Path(__file__).parents[2] / "docs/webhooks.md"


@pytest.fixture
def database() -> Database:
    subscribe()
    return with_tables(get_database())


def said(*words: str, code: int = 0) -> str:
    result = run.invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.output


def listed() -> list[dict[str, Any]]:
    return json.loads(said("list", "--json"))


def test_from_subscribing_to_taking_it_away(database: Database) -> None:
    assert "还没有订阅" in said("list")
    shown = said("add", URL, "--type", "case.*", "--type", "certificate.issued")
    secret = re.search(r"whsec_\S+", shown)
    assert secret
    assert "只显示这一次" in shown
    [one] = listed()
    assert (one["url"], one["types"], one["state"]) == (URL, ["case.*", "certificate.issued"], "active")
    assert secret[0] not in said("list", "--json") + said("list")
    said("test", one["id"])
    with database.transaction() as session:
        events.append(session, event("case_1", "case.submitted", subject_id="subj_1"))
    assert {"webhook.tested", "case.submitted"} <= set(said("deliveries", one["id"]).split())
    assert re.search(r"whsec_\S+", said("rotate", one["id"]))
    said("pause", one["id"])
    assert listed()[0]["state"] == "paused"
    said("resume", one["id"])
    said("remove", one["id"])
    assert listed() == []


def test_what_leads_inside_is_never_called_and_says_why(database: Database) -> None:
    said("add", "https://127.0.0.1:1/x", "--type", "*")
    [one] = listed()
    said("test", one["id"])
    assert "1" in said("send")
    [message] = json.loads(said("deliveries", one["id"], "--json"))
    assert (message["state"], message["code"], message["status"]) == ("due", "refused_address", None)
    assert "due again: 0" in said("redeliver", one["id"])


def test_the_receiver_of_the_docs_takes_what_is_genuine_and_nothing_else() -> None:
    code = re.search(r"```python\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)
    secret, body = signing.new_secret(), b'{"type": "case.finished"}'
    now = int(names["time"].time())
    sent = signing.headers([signing.new_secret(), secret], "msg_1", now, body)
    assert names["genuine"](secret, sent, body)
    assert not names["genuine"](secret, sent, body + b" ")
    assert not names["genuine"](secret, signing.headers([secret], "msg_1", now - 400, body), body)
    assert not names["genuine"](signing.new_secret(), sent, body)
