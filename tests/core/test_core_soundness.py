"""`onething db check`: what is not whole in a database is named by room, and nothing is changed by looking."""

import contextlib
import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from onething.core import soundness
from onething.core.db import Database, get_database
from onething.core.migrating import upgrade
from onething.core.settings import get_settings
from onething.host.cli import app
from onething.subjects import service as subjects


@pytest.fixture
def made() -> Database:
    """A migrated database with one person in it."""
    database = get_database()
    upgrade(database)
    with database.transaction() as session:
        subjects.ensure_person(session, oidc_sub="u1", name="林晓雯", id_number="310104199403122622", phone=None)
    return database


def bad(database: Database) -> dict[str, str]:
    return {each.name: each.about for each in soundness.examine(database) if not each.ok}


def run(database: Database, statement: str) -> None:
    """As somebody does it behind the product's back."""
    if database.is_sqlite:
        with contextlib.closing(sqlite3.connect(str(make_url(database.url).database))) as link, link:
            link.execute(statement)
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def test_a_whole_database_is_as_it_should_be_and_looking_changes_nothing(made: Database, tmp_path: Path) -> None:
    before = hashlib.sha256((tmp_path / "onething.db").read_bytes()).hexdigest()
    answer = CliRunner().invoke(app, ["db", "check", "--json"])
    told = json.loads(answer.stdout)
    assert (answer.exit_code, told["sound"]) == (0, True), told
    assert {"file", "events", "append-only", "rows of casework", "sealed people"} <= {
        each["name"] for each in told["checks"]
    }
    assert hashlib.sha256((tmp_path / "onething.db").read_bytes()).hexdigest() == before


def test_an_empty_database_is_told_what_to_do() -> None:
    answer = CliRunner().invoke(app, ["db", "check"])
    assert answer.exit_code == 1
    assert "onething db upgrade" in answer.stdout


@pytest.mark.parametrize(
    ("statement", "name", "words"),
    [
        ("DROP INDEX ix_web_session_expires_at", "schema", "ix_web_session_expires_at"),
        ("INSERT INTO alembic_version VALUES ('0003')", "revision", "0003"),
        ("DROP TRIGGER event_log_no_delete", "append-only", "event_log_no_delete"),
        ("INSERT INTO case_name (mark, case_id) VALUES ('m', 'gone')", "rows of casework", "1 of case_name.case_id"),
        ("INSERT INTO event_log (id, at, stream, type, version, actor, data) VALUES ('e', '2026-01-01', 's', 'no.such', 1, 'a', '{}')", "events", "no.such is declared by no room"),
        ("UPDATE subject SET name = 'sealed:AAAA'", "sealed people", "trust.altered"),
        ("UPDATE trust_subject_key SET wrapped = x'0102'", "sealed keys of people", "trust.altered"),
    ],
)  # fmt: skip
def test_each_fault_is_named_where_it_is(made: Database, statement: str, name: str, words: str) -> None:
    run(made, statement)
    assert words in bad(made)[name]


def test_another_key_store_opens_nothing_and_that_is_told(
    made: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONETHING_DATA_DIR", str(tmp_path / "another"))
    get_settings.cache_clear()
    assert "sealed people" in bad(made)


def test_a_damaged_file_is_told_by_sqlite_itself(made: Database, tmp_path: Path) -> None:
    made.dispose()  # the last connection moves the journal into the file
    with contextlib.closing(sqlite3.connect(tmp_path / "onething.db")) as link:
        page = link.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_event_log_type_seq'").fetchone()[0]
        size = link.execute("PRAGMA page_size").fetchone()[0]
    with (tmp_path / "onething.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert bad(Database(made.url))


@pytest.mark.postgres
def test_a_server_is_examined_too(postgres_url: str) -> None:
    database = Database(postgres_url)
    upgrade(database)
    assert bad(database) == {}
    run(database, "DROP TRIGGER event_log_no_change ON event_log")
    run(database, "DROP INDEX ix_web_session_expires_at")
    assert bad(database).keys() == {"append-only", "schema"}
    database.dispose()
