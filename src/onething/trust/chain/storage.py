"""Where the embedded chain keeps its blocks and state: one SQLite file, one transaction per block.

A process that is killed leaves either the whole block or nothing. Several processes may read; who writes holds the
file's write lock, so there is one block producer at a time.
"""

import sqlite3
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from eth.db.backends.base import BaseDB

from onething.core.wal import write_ahead
from onething.trust.chain import RECURSION_LIMIT

sys.setrecursionlimit(RECURSION_LIMIT)


class BlockStore(BaseDB):
    """Keys and values of py-evm in a file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._link = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._lock = threading.RLock()
        write_ahead(self._link)
        for pragma in ("synchronous=FULL", "busy_timeout=30000", "mmap_size=134217728"):
            self._link.execute(f"PRAGMA {pragma}")
        self._link.execute("CREATE TABLE IF NOT EXISTS kv (k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID")
        self._link.execute("CREATE TABLE IF NOT EXISTS pool (sender BLOB, nonce INTEGER, raw BLOB, PRIMARY KEY (sender, nonce))")  # fmt: skip

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """Everything inside is kept together or not at all; nobody else writes meanwhile."""
        with self._lock:
            self._link.execute("BEGIN IMMEDIATE")
            try:
                yield self._link
            except BaseException:
                self._link.execute("ROLLBACK")
                raise
            self._link.execute("COMMIT")

    @contextmanager
    def looking(self) -> Generator[sqlite3.Connection]:
        """One consistent view, for reads."""
        with self._lock:
            if self._link.in_transaction:
                yield self._link
                return
            self._link.execute("BEGIN")
            try:
                yield self._link
            finally:
                self._link.execute("ROLLBACK")

    def __getitem__(self, key: bytes) -> bytes:
        with self._lock:
            row = self._link.execute("SELECT v FROM kv WHERE k = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return row[0]

    def __setitem__(self, key: bytes, value: bytes) -> None:
        with self._lock:
            self._link.execute("INSERT OR REPLACE INTO kv VALUES (?, ?)", (key, value))

    def __delitem__(self, key: bytes) -> None:
        with self._lock:
            if self._link.execute("DELETE FROM kv WHERE k = ?", (key,)).rowcount == 0:
                raise KeyError(key)

    def _exists(self, key: bytes) -> bool:
        with self._lock:
            return self._link.execute("SELECT 1 FROM kv WHERE k = ?", (key,)).fetchone() is not None

    def close(self) -> None:
        self._link.close()
