"""`onething notices`: operators see what was told, without numbers or names, and can send again."""

import json

import pytest
from tests.event_samples import event
from typer.testing import CliRunner

from onething.core import events
from onething.core.db import Database, get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.identifiers import citizen_id_check_digit
from onething.core.settings import get_settings
from onething.notices import cli, service
from onething.subjects.service import ensure_person
from stores import with_tables

run = CliRunner()
FIRST17 = "31010119900307002"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Database:
    """One message is due."""
    monkeypatch.setattr(events.log, "_subscribers", {})

    def no_city() -> None:
        raise Problem(NOT_FOUND)

    service.install(no_city)  # type: ignore[arg-type]
    database = get_database()
    with_tables(database)
    with database.transaction() as session:
        number = FIRST17 + citizen_id_check_digit(FIRST17)
        mother = ensure_person(session, oidc_sub="u1", name="王小丽", id_number=number, phone="13812345678")
        happened = event("case_1", "case.submitted", subject_id=mother.id, reference="CS20261123-7K4M-92QD")
        events.append(session, happened)
    return database


@pytest.mark.usefixtures("told")
def test_list_send_and_send_again(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = run.invoke(cli.app, ["list"])
    assert "due" in listed.output
    assert "13812345678" not in listed.output
    assert "小丽" not in listed.output
    assert "tried: 1" in run.invoke(cli.app, ["send"]).output
    (message,) = json.loads(run.invoke(cli.app, ["list", "--json", "--state", "not_configured"]).output)
    assert (message["event_type"], message["state"]) == ("case.submitted", "not_configured")
    monkeypatch.setenv("ONETHING_SMS_CHANNEL", "failing")
    get_settings.cache_clear()
    assert run.invoke(cli.app, ["send", "--again", "sent"]).exit_code == 2
    sent = run.invoke(cli.app, ["send", "--again", "not_configured"])
    assert "due again: 1" in sent.output
    assert "ConnectionError" in run.invoke(cli.app, ["list"]).output


def test_an_empty_list_says_what_will_come() -> None:
    with_tables(get_database())
    assert "nothing yet" in run.invoke(cli.app, ["list"]).output
