"""The old system's own database: records as they were typed, drafts and submitted ones."""

import json
import sqlite3
from pathlib import Path
from typing import Any


class Store:
    """One file; every change is committed before the page answers."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, number TEXT, state TEXT NOT NULL, body TEXT NOT NULL)"
        )

    def save(self, body: dict[str, str]) -> int:
        done = self._db.execute(
            "INSERT INTO record (state, body) VALUES ('draft', ?)", (json.dumps(body, ensure_ascii=False),)
        )
        return int(done.lastrowid or 0)

    def submit(self, record: int, prefix: str) -> str:
        number = f"{prefix}{record:08d}"
        self._db.execute(
            "UPDATE record SET state = 'filed', number = ? WHERE id = ? AND state = 'draft'", (number, record)
        )
        return number

    def get(self, record: int) -> dict[str, Any] | None:
        row = self._db.execute("SELECT id, number, state, body FROM record WHERE id = ?", (record,)).fetchone()
        return _record(row) if row else None

    def search(self, words: str) -> list[dict[str, Any]]:
        """Records that hold the words in any field; an empty question finds nothing."""
        if not words:
            return []
        rows = self._db.execute("SELECT id, number, state, body FROM record ORDER BY id DESC LIMIT 1000").fetchall()
        return [each for each in map(_record, rows) if words in each["body"].values()]

    def all(self) -> list[dict[str, Any]]:
        return [
            _record(row)
            for row in self._db.execute("SELECT id, number, state, body FROM record ORDER BY id LIMIT 10000")
        ]


def _record(row: tuple[Any, ...]) -> dict[str, Any]:
    return {"id": row[0], "number": row[1] or "", "state": row[2], "body": json.loads(row[3])}
