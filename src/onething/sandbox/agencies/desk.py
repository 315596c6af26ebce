"""What all eight agencies have in common: take a request, know a repeated one, do it once, answer in their own envelope.

Effects, idempotency and the answer are written in one transaction, so that a killed process has done a thing wholly or
not at all. Handlers are plain functions over SQLite and never wait: one process serves them one after the other.
"""

import hashlib
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from onething.sandbox.agencies.fields import BadFieldError, Fields
from onething.sandbox.agencies.knobs import Switchboard

Handler = Callable[[sqlite3.Connection, Fields], Any]

LEDGER = """
CREATE TABLE _answers (key TEXT PRIMARY KEY, digest TEXT NOT NULL, answer BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE _effects (id INTEGER PRIMARY KEY, key TEXT NOT NULL, operation TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX _effects_key ON _effects (key);
CREATE TABLE _counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


class RefusedError(Exception):
    """The agency understood and says no, with its own code and words."""

    def __init__(self, code: str, words: str, status: int = 409) -> None:
        super().__init__(code)
        self.code, self.words, self.status = code, words, status


class DoneBeforeError(RefusedError):
    """It was done before; who asks for the very same again learns what came of it then, with the refusal."""


class UnknownError(Exception):
    """The agency has no such record."""


@dataclass(frozen=True)
class Envelope:
    """How an agency wraps its answers. Each callable gives (HTTP status, body)."""

    ok: Callable[[Any], tuple[int, Any]]
    unknown: Callable[[], tuple[int, Any]]
    refused: Callable[[str, str, int], tuple[int, Any]]
    bad_field: str
    """Its code for a missing or malformed field."""
    no_key: str
    key_reused: str
    body: str = ""
    """Dotted path of the part of a request that holds the fields."""


@dataclass(frozen=True)
class Operation:
    name: str
    path: str
    handler: Handler
    perform: bool


@dataclass
class Desk:
    """One agency: its operations, tables and envelope. The web part is `app.make_app`."""

    id: str
    name: str
    envelope: Envelope
    schema: str
    fill: Callable[[sqlite3.Connection, Any], None] = lambda _db, _city: None
    operations: list[Operation] = field(default_factory=list)

    def query(self, path: str) -> Callable[[Handler], Handler]:
        return self._operation(path, perform=False)

    def perform(self, path: str) -> Callable[[Handler], Handler]:
        """An operation with an effect; the request must carry an idempotency key."""
        return self._operation(path, perform=True)

    def _operation(self, path: str, *, perform: bool) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.operations.append(Operation(handler.__name__, path, handler, perform))
            return handler

        return add


def next_number(db: sqlite3.Connection, name: str, start: int = 1) -> int:
    """The next running number of a register, without gaps."""
    row = db.execute(
        "INSERT INTO _counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
        (name, start),
    ).fetchone()
    return row[0]


class Clerk:
    """Carries out operations on one database."""

    def __init__(self, desk: Desk, db: sqlite3.Connection) -> None:
        self.desk, self.db = desk, db
        self.board = Switchboard()
        self.counts: Counter[str] = Counter()
        self.started = time.time()

    def take(self, operation: Operation, body: Any, key: str, dumps: Callable[[Any], bytes]) -> tuple[int, bytes]:
        """One request from its parsed body to (status, answer)."""
        envelope = self.desk.envelope
        fields = Fields(body)
        if envelope.body:
            fields = Fields(fields.raw(envelope.body))
        try:
            if not operation.perform:
                status, answer = envelope.ok(operation.handler(self.db, fields))
                outcome = "ok"
            else:
                return self._perform(operation, fields, key, dumps(body), dumps)
        except UnknownError:
            (status, answer), outcome = envelope.unknown(), "unknown"
        except BadFieldError as error:
            (status, answer), outcome = envelope.refused(envelope.bad_field, str(error), 422), "bad_field"
        except RefusedError as error:
            (status, answer), outcome = envelope.refused(error.code, error.words, error.status), "refused"
        self.counts[f"{operation.name}.{outcome}"] += 1
        return status, dumps(answer)

    def _perform(
        self, operation: Operation, fields: Fields, key: str, content: bytes, dumps: Callable[[Any], bytes]
    ) -> tuple[int, bytes]:
        envelope, db = self.desk.envelope, self.db
        if not key:
            raise RefusedError(envelope.no_key, "缺少幂等流水号", 400)
        digest = hashlib.sha256(operation.path.encode() + content).hexdigest()
        known = db.execute("SELECT digest, answer FROM _answers WHERE key = ?", (key,)).fetchone()
        if known:
            if known[0] != digest:
                raise RefusedError(envelope.key_reused, "同一流水号的请求内容不一致", 409)
            self.counts[f"{operation.name}.repeated"] += 1
            return 200, known[1]
        db.execute("BEGIN IMMEDIATE")
        try:
            status, answer = envelope.ok(operation.handler(db, fields))
            text = dumps(answer)
            db.execute("INSERT INTO _effects (key, operation, at) VALUES (?, ?, ?)", (key, operation.name, time.time()))
            db.execute("INSERT INTO _answers VALUES (?, ?, ?)", (key, digest, text))
        except DoneBeforeError as error:
            db.execute("ROLLBACK")
            before = self._before(operation, digest)
            if before is None:
                raise
            self.counts[f"{operation.name}.done_before"] += 1
            status, answer = envelope.refused(error.code, error.words, error.status)
            return status, dumps(_filled(answer, json.loads(before)))
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
        self.counts[f"{operation.name}.ok"] += 1
        return status, text

    def _before(self, operation: Operation, digest: str) -> bytes | None:
        """The newest answer to the same content under any number."""
        row = self.db.execute(
            "SELECT a.answer FROM _answers a JOIN _effects e ON e.key = a.key "
            "WHERE a.digest = ? AND e.operation = ? ORDER BY e.id DESC LIMIT 1",
            (digest, operation.name),
        ).fetchone()
        return row[0] if row else None

    def effects(self, key: str | None) -> dict[str, Any]:
        """How often a key had an effect, or without a key all counts."""
        if key:
            rows = self.db.execute("SELECT operation, at FROM _effects WHERE key = ? ORDER BY id", (key,)).fetchall()
            return {"key": key, "count": len(rows), "effects": [{"operation": row[0], "at": row[1]} for row in rows]}
        rows = self.db.execute("SELECT operation, count(*) FROM _effects GROUP BY operation").fetchall()
        doubled = self.db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM _effects GROUP BY key HAVING count(*) > 1)"
        ).fetchone()[0]
        return {"total": sum(row[1] for row in rows), "operations": dict(rows), "doubled_keys": doubled}


def _filled(refusal: Any, before: Any) -> Any:
    """A refusal with the content of the earlier answer wherever it has none of its own."""
    if not isinstance(refusal, dict) or not isinstance(before, dict):
        return before if refusal in ({}, [], None) else refusal
    return {name: _filled(refusal.get(name), before.get(name)) for name in {**before, **refusal}}


def connect(path: str) -> sqlite3.Connection:
    """A database of the sandbox: WAL, no sync on commit (a sandbox may lose its last second in a power cut)."""
    db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -16000")
    return db
