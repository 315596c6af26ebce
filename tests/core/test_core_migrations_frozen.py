"""A migration on main stays what it was: what 0008 makes is compared with what it made, and none reads living code."""

import ast
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from onething.core import migrating
from onething.core.db import Database
from onething.core.private import keyed_hash
from onething.core.settings import get_settings
from onething.core.tables import append_only_statements

RECORDED = Path(__file__).parent / "schemas"
FROZEN = {"onething.core.tables": {"append_only_statements"}, "onething.core.private": {"keyed_hash"}}
"""What migrations may take from the code, each pinned by its own test."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/empty.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(url)
    yield made
    made.dispose()


def schema_of(database: Database) -> list[str]:
    """The schema in lines that can be compared and read: a table with its columns, keys and indices; triggers, functions."""
    found = inspect(database.engine)
    lines = [_table(found, name) for name in sorted(found.get_table_names()) if name != "alembic_version"]
    queries = (
        ["SELECT sql FROM sqlite_master WHERE type = 'trigger'"]
        if database.is_sqlite
        else [
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT proname || ': ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        ]
    )
    with database.reading() as session:
        for query in queries:
            lines += sorted(" ".join(str(row[0]).split()) for row in session.execute(text(query)))
    return lines


def _table(found: Any, name: str) -> str:
    columns = [f"{c['name']} {c['type']}{'' if c['nullable'] else ' not null'}" for c in found.get_columns(name)]
    key = found.get_pk_constraint(name)
    parts = [f"{key['name']}({', '.join(key['constrained_columns'])})"]
    parts += sorted(
        f"{i['name']}({', '.join(str(c) for c in i['column_names'])}){' unique' if i['unique'] else ''}"
        for i in found.get_indexes(name)
    )
    parts += sorted(f"{u['name']}({', '.join(u['column_names'])})" for u in found.get_unique_constraints(name))
    parts += sorted(str(c["name"]) for c in found.get_check_constraints(name))
    parts += sorted(
        f"{f['name']}({', '.join(f['constrained_columns'])}) to {f['referred_table']}"
        for f in found.get_foreign_keys(name)
    )
    return f"{name}: {', '.join(columns)}; {', '.join(parts)}"


def test_0008_makes_the_schema_that_it_made_when_it_read_living_code(empty: Database) -> None:
    migrating.upgrade(empty, "0008")
    wanted = (RECORDED / f"0008_{empty.engine.dialect.name}.txt").read_text().splitlines()
    assert schema_of(empty) == wanted


def test_no_migration_takes_more_from_the_code_than_what_is_frozen() -> None:
    taken = []
    for path in sorted((migrating.SCRIPTS / "versions").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [(node.module, alias.name) for alias in node.names]
                if isinstance(node, ast.ImportFrom) and node.module
                else [(alias.name, "") for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            taken += [
                f"{path.name}: {module}.{name}"
                for module, name in names
                if module.split(".")[0] == "onething" and name not in FROZEN.get(module, set())
            ]
    assert taken == []


def test_the_statements_that_migrations_take_from_core_are_what_they_were() -> None:
    assert append_only_statements("t", "sqlite") == [
        "CREATE TRIGGER IF NOT EXISTS t_no_update BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 't is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS t_no_delete BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 't is append-only'); END",
    ]
    assert append_only_statements("t", "postgresql") == [
        (
            "CREATE OR REPLACE FUNCTION t_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 't is append-only'; END $$"
        ),
        "CREATE OR REPLACE TRIGGER t_no_change BEFORE UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION t_refuse()",
    ]


def test_the_hash_that_migrations_take_from_core_is_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_LOOKUP_KEY", "shared")
    get_settings.cache_clear()
    assert keyed_hash("purpose", "value") == hmac.new(b"shared", b"purpose\0value", hashlib.sha256).hexdigest()
