"""Databases for tests: all tables are made once in a process, and every further SQLite database is a copy of that file."""

import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

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
