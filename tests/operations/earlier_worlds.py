"""Lays out a database of an earlier revision, with the rows that the code of that time wrote, on SQLite or on PostgreSQL.

The tables are what the revision's scripts make. (Before revision 0010 some scripts were changed after databases had been made with
them; a column that was taken out of them then is left out here.)
"""

import contextlib
import gzip
import sqlite3
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Boolean, DateTime, MetaData, Table, text
from sqlalchemy.types import JSON

from onething.core.db import Database
from onething.core.migrating import upgrade

EARLIER = Path(__file__).parent / "earlier"
RECORDED = sorted(path.name.removesuffix(".sql.gz") for path in EARLIER.glob("*.sql.gz"))


def lay_out(revision: str, database: Database, folder: Path) -> None:
    """Fill the empty `database` with what was recorded, and put the key store into the data folder `folder`."""
    with gzip.open(EARLIER / f"{revision}.sql.gz", "rt", encoding="utf-8") as recorded:
        script = recorded.read()
    keys = EARLIER / f"{revision}.keys.tar.gz"
    if keys.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(keys) as packed:
            packed.extractall(folder, filter="data")
    with contextlib.closing(sqlite3.connect(":memory:")) as source:
        source.executescript(script)
        upgrade(database, revision)
        _copy(source, database)


def _copy(source: sqlite3.Connection, database: Database) -> None:
    """The rows of a SQLite database of some revision into a database of the same."""
    tables = MetaData()
    tables.reflect(database.engine)
    with database.engine.begin() as target:
        for table in tables.sorted_tables:
            if table.name == "alembic_version":
                continue
            if not source.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table.name]).fetchone():
                continue
            found = source.execute(f'SELECT * FROM "{table.name}"')
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found]
            if rows:
                target.execute(
                    table.insert(), [{n: _value(table, n, v) for n, v in row.items() if n in table.c} for row in rows]
                )
            if not database.is_sqlite:
                _go_on_counting(target, table)


def _go_on_counting(target: Any, table: Table) -> None:
    for column in table.primary_key:
        sequence = target.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}).scalar()  # fmt: skip
        if sequence:
            target.execute(text(f"SELECT setval('{sequence}', coalesce(max({column.name}), 0) + 1) FROM {table.name}"))


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.columns[name].type
    if value is None:
        return None
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return orjson.loads(value) if isinstance(kind, JSON) else value
