"""`onething db`: the migrated database is what the code says, on both databases, however often and by how many it is run."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from typer.testing import CliRunner

from onething.casework.certificates import lifecycle
from onething.core import migrating
from onething.core.access import Principal, Role
from onething.core.cli import app
from onething.core.db import Base, Database, get_database
from onething.intake.tables import DocumentRow
from onething.payments import service as payments

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    url = f"sqlite:///{tmp_path}/empty.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(url)
    yield made
    made.dispose()


def picture(database: Database) -> dict[str, Any]:
    """Everything about the tables that matters: columns, keys, constraints, indices, triggers."""
    found = inspect(database.engine)
    tables = {name: _table(found, name) for name in found.get_table_names() if name != "alembic_version"}
    triggers = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    with database.reading() as session:
        found_triggers = {tuple(row) for row in session.execute(text(triggers))}
    # What `state_guards` adds in tests alone is no part of the schema.
    return {"tables": tables, "triggers": {row for row in found_triggers if "leaves its chart" not in row[1]}}


def _table(found: Any, name: str) -> dict[str, Any]:
    columns = {c["name"]: (repr(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(name)}
    indices = {
        i["name"]: (i["column_names"], i["unique"], {k: str(v) for k, v in (i.get("dialect_options") or {}).items()})
        for i in found.get_indexes(name)
    }
    uniques = {(u["name"], tuple(u["column_names"])) for u in found.get_unique_constraints(name)}
    checks = {(c["name"], c["sqltext"]) for c in found.get_check_constraints(name)}
    foreign = {(f["name"], f["referred_table"], tuple(f["constrained_columns"])) for f in found.get_foreign_keys(name)}
    key = found.get_pk_constraint(name)
    return {
        "columns": columns, "indices": indices, "uniques": uniques, "checks": checks, "foreign": foreign,
        "key": (key["name"], key["constrained_columns"]),
    }  # fmt: skip


@pytest.mark.slow
def test_a_migrated_database_is_exactly_what_the_code_says(empty: Database) -> None:
    empty.create_all()
    wanted = picture(empty)
    Base.metadata.drop_all(empty.engine)
    migrating.upgrade(empty)
    assert picture(empty) == wanted
    assert migrating.differences(empty) == []
    assert migrating.current(empty) == migrating.newest()


def test_upgrading_again_changes_nothing_and_keeps_the_data(empty: Database) -> None:
    migrating.upgrade(empty)
    insert = "INSERT INTO access_log (at, subject_id, actor, what, ground) VALUES ('2026-01-01', 's', 'a', 'w', 'g')"
    with empty.transaction() as session:
        session.execute(text(insert))
    migrating.upgrade(empty)
    with empty.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM access_log")) == 1


def test_workers_starting_together_upgrade_once(empty: Database) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _n: migrating.upgrade(Database(empty.url)), range(3)))
    assert migrating.differences(empty) == []


@pytest.mark.slow
def test_what_differs_is_named(empty: Database) -> None:
    assert any("none" in line for line in migrating.differences(empty))
    migrating.upgrade(empty)
    with empty.transaction() as session:
        session.execute(text("DROP INDEX ix_notice_due_at"))
        session.execute(text("ALTER TABLE exchange_message DROP COLUMN ms"))
        session.execute(text("CREATE TABLE somebody_elses (id INTEGER)"))
    found = "\n".join(migrating.differences(empty))
    assert "ix_notice_due_at" in found
    assert "exchange_message.ms" in found
    assert "somebody_elses" not in found


def test_a_new_revision_holds_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(migrating.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrating, "SCRIPTS", scripts)
    database = Database(f"sqlite:///{tmp_path}/x.db")
    migrating.upgrade(database)
    with database.transaction() as session:
        session.execute(text("DROP INDEX ix_notice_due_at"))
    script = migrating.write_revision(database, "mend the outbox")
    written = script.read_text()
    assert script.name.endswith("_mend_the_outbox.py")
    assert "ix_notice_due_at" in written
    assert "create_table" not in written
    migrating.upgrade(database)
    assert migrating.differences(database)[1:] == []
    database.dispose()


@pytest.mark.slow
def test_the_commands_say_where_things_stand() -> None:
    run = CliRunner()
    before = run.invoke(app, ["check"])
    made = run.invoke(app, ["upgrade"])
    again = run.invoke(app, ["upgrade"])
    after = run.invoke(app, ["check"])
    now = run.invoke(app, ["current"])
    get_database().dispose()
    assert before.exit_code == 1
    assert "onething db upgrade" in before.output
    assert "empty →" in made.output
    assert "already at" in again.output
    assert after.exit_code == 0, after.output
    assert str(migrating.newest()) in now.output


_OF_0011 = """
INSERT INTO filing (id, subject_id, city, life_event, status, version, lang, channel, leave_out, created_at, updated_at)
VALUES ('fil_1', 'subj_1', 'shanghai', 'newborn', 'draft', 1, 'zh', 'web', '[]', '2026-01-01', '2026-01-01');
INSERT INTO filing_document (id, filing_id, digest, part, filename, media_type, state, type_chosen, page, attempts, state_at, added_at)
VALUES ('doc_1', 'fil_1', 'd', 0, '我的"证".jpg', 'image/jpeg', 'read', false, 0, 1, '2026-01-01', '2026-01-01');
INSERT INTO certificate (id, number, code, case_id, task_id, slot, evidence_type, agency, subject_id, issued_at, status)
VALUES ('cer_1', 'P310101', 'c', 'cas_1', 't', 's', 'e', 'a', 'subj_1', '2026-01-01', 'valid');
INSERT INTO pay_order (id, key, purse, subject_id, payee_name, payee_account, payee_bank, fen, purpose, state, attempt, tries,
    end_to_end, code, bank_reference, due_at, claimed_by, created_at)
VALUES ('pay_1', 'k', 'p', 'subj_1', '"甲"公司', '6222000011112222', '上海银行', 100, 'w', 'settled', 1, 1,
    'E', '', '', '2026-01-01', '', '2026-01-01')
"""


def test_what_was_stored_before_it_lay_sealed_reads_as_it_did(empty: Database) -> None:
    migrating.upgrade(empty, "0011")
    with empty.transaction() as session:
        for statement in _OF_0011.split(";"):
            session.execute(text(statement))
    migrating.upgrade(empty)
    with empty.reading() as session:
        order = payments.order(session, "pay_1")
        names = session.scalars(select(DocumentRow.filename)).all()
        (found,) = lifecycle.find(session, Principal(Role.SYSTEM, "s"), "P310101")
    assert (order.bank, order.account_tail) == ("上海银行", "2222")
    assert names == ['我的"证".jpg']
    assert found.number == "P310101"
