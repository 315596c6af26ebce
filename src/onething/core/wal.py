"""SQLite's write-ahead log, switched on by several processes at once.

The switch needs the whole file for a moment, and SQLite does not ask its busy handler while it waits for it: of workers that
start together on a new file all but one were told "database is locked" (https://www.sqlite.org/wal.html, "Sometimes Queries
Return SQLITE_BUSY In WAL Mode").
"""

import sqlite3
import time

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def write_ahead(link: sqlite3.Connection, *, patience: float = 15.0) -> None:
    """Put the file of this connection into WAL mode; waits `patience` seconds for others who are doing the same.

    Raises `sqlite3.OperationalError` when it is still locked then, or at once for any other reason."""
    until = time.monotonic() + patience
    while True:
        try:
            link.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
