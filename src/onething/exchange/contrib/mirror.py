"""A register that an agency delivers: kept beside us, encrypted, found by keyed hash of what it is asked for.

One SQLite file an operation. Without the installation's key neither who is in it nor what it says can be read.
"""

import contextlib
import sqlite3
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.private import keyed_hash
from onething.exchange.base import Reply, Request
from onething.exchange.models import Outcome
from onething.exchange.wire.reply_interpretation import judge
from onething.exchange.wire.translation import translation_of
from onething.trust.service import CipherName, decrypt, encrypt

Row = Mapping[str, Any]
_TABLES = """
CREATE TABLE IF NOT EXISTS row (id TEXT PRIMARY KEY, look TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS row_look ON row (look);
CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), mark TEXT NOT NULL, as_of TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class MirrorState:
    mark: str
    """Name of the delivery, or how far a feed was read."""
    as_of: datetime
    """The moment up to which it is the agency's register."""


class Mirror:
    """Rows of one operation. `columns` are theirs, by which it is asked."""

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        self._path, self._columns = path, sorted(columns)
        self._purpose = f"exchange.mirror.{path.stem}"
        self._key = bytes.fromhex(keyed_hash(self._purpose + ".key", "rows"))

    def find(self, wanted: Row) -> list[dict[str, Any]]:
        """At most two rows whose columns equal `wanted`."""
        if not self._path.exists():
            return []
        with self._open(self._path) as db:
            rows = db.execute("SELECT id, content FROM row WHERE look = ? LIMIT 2", (self._look(wanted),)).fetchall()
        return [orjson.loads(decrypt(CipherName.AES, self._key, content, each.encode())) for each, content in rows]

    def state(self) -> MirrorState | None:
        """None before the first delivery."""
        if not self._path.exists():
            return None
        with self._open(self._path) as db:
            row = db.execute("SELECT mark, as_of FROM state").fetchone()
        return MirrorState(row[0], datetime.fromisoformat(row[1])) if row else None

    def replace(self, rows: Iterable[Row], mark: str, as_of: datetime) -> None:
        """A whole new register in place of the old one, at once or not at all."""
        draft = self._path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with self._open(draft) as db, db:
            for number, row in enumerate(rows):
                self._put(db, f"{number:012d}", row)
            self._mark(db, mark, as_of)
        draft.replace(self._path)

    def apply(self, changes: Iterable[tuple[str, Row | None]], mark: str, as_of: datetime) -> None:
        """Changes in their order: (their id of the row, the row or None when it is gone), with the mark, in one transaction."""
        with self._open(self._path) as db, db:
            for name, row in changes:
                each = keyed_hash(self._purpose + ".id", name)
                if row is None:
                    db.execute("DELETE FROM row WHERE id = ?", (each,))
                else:
                    self._put(db, each, row)
            self._mark(db, mark, as_of)

    def seen(self, mark: str) -> None:
        """Nothing changed: what is kept holds as of now."""
        with self._open(self._path) as db, db:
            self._mark(db, mark, now())

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)

    def _put(self, db: sqlite3.Connection, each: str, row: Row) -> None:
        content = encrypt(CipherName.AES, self._key, orjson.dumps(dict(row)), each.encode())
        db.execute("INSERT OR REPLACE INTO row VALUES (?, ?, ?)", (each, self._look(row), content))

    def _look(self, row: Row) -> str:
        return keyed_hash(self._purpose, orjson.dumps([str(row.get(name, "")) for name in self._columns]).decode())

    @staticmethod
    def _mark(db: sqlite3.Connection, mark: str, as_of: datetime) -> None:
        db.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (mark, as_of.isoformat()))

    @contextlib.contextmanager
    def _open(self, path: Path) -> Generator[sqlite3.Connection]:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        db = sqlite3.connect(path, timeout=15)
        try:
            db.executescript(_TABLES)
            yield db
        finally:
            db.close()


def answer_from(mirror: Mirror, wanted: Row, request: Request) -> Reply:
    """What a mirror says to a question; a row that was altered here is no answer."""
    try:
        rows = mirror.find(wanted)
    except Problem:
        return Reply(Outcome.UNAVAILABLE, code="mirror_altered")
    if not rows:
        return Reply(Outcome.NOT_FOUND, code="no_row")
    if len(rows) > 1:
        return Reply(Outcome.NONSENSE, reason="more than one row", code="not_unique")
    return judge(200, rows[0], translation_of(request.agency, request.operation), request)
