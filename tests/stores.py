"""Databases for tests: all tables are made once in a process, and every further SQLite database is a copy of that file.

A world that takes seconds to make (a case carried out, its certificates anchored) is made once as well: `keep` puts a
test's whole folder away, `lay_out` gives another test a copy of its own, which it may change as it likes.
"""

import contextlib
import shutil
import sqlite3
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import make_url

from onething.core.db import Database


@lru_cache(maxsize=1)
def _template() -> tuple[Path, "TemporaryDirectory[str]"]:
    """An empty database with all tables, and the folder that lives as long as this process."""
    folder = TemporaryDirectory(prefix="onething-tables-")
    file = Path(folder.name) / "template.db"
    database = Database(f"sqlite:///{file}")
    database.create_all()
    database.dispose()  # the last connection moves the write-ahead log into the file
    return file, folder


def with_tables(database: Database) -> Database:
    """The database itself, empty and with all tables. A new SQLite file costs a copy instead of 70 CREATE TABLEs."""
    file = make_url(database.url).database
    if database.is_sqlite and file and not Path(file).exists():
        shutil.copyfile(_template()[0], file)
    else:
        database.create_all()
    return database


def keep(folder: Path) -> "TemporaryDirectory[str]":
    """A copy of a test's folder; databases come whole, also while the test has them open. Lives as long as it is held."""
    kept = TemporaryDirectory(prefix="onething-kept-")
    shutil.copytree(
        folder, kept.name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.db", "*.db-wal", "*.db-shm")
    )
    for file in folder.rglob("*.db"):
        target = Path(kept.name) / file.relative_to(folder)
        with contextlib.closing(sqlite3.connect(file)) as source, contextlib.closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    return kept


def lay_out(kept: "TemporaryDirectory[str]", folder: Path, database: Database) -> None:
    """What was kept, in the folder of another test. `database` lies there and must not have been used yet."""
    pool: Any = database.engine.pool
    assert pool.checkedin() + pool.checkedout() == 0, "what the test has written would be lost"
    for file in folder.glob("*.db-*"):
        file.unlink()
    shutil.copytree(kept.name, folder, dirs_exist_ok=True)
