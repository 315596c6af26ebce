"""Where a log lies. One commit puts a batch there whole or not at all, also under `kill -9` and power cuts.

`FileLogStore` is a folder in the C2SP tlog-tiles layout: publish it with any web server and everybody can read the log.
`DatabaseLogStore` (in `database.py`) keeps the same tiles in the main database.
"""

import contextlib
import os
import re
import shutil
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from onething.core.durable import locked, sync_folder, write_whole
from onething.core.wal import write_ahead

PATH = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])(/x\d{3})*/\d{3}(\.p/([1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?")


@dataclass(frozen=True, slots=True)
class Batch:
    """What one commit adds."""

    size_before: int
    size: int
    tiles: Mapping[str, bytes]
    keys: Sequence[tuple[bytes, int, bytes]]
    """(idempotency key hash, index, leaf hash), 32 bytes each."""
    head: bytes
    """The log's signed checkpoint after this batch."""


class MovedError(Exception):
    """Somebody else committed in between; load again and try again."""


class LogStore(Protocol):
    """One log's place."""

    def exclusive(self) -> contextlib.AbstractContextManager[None]:
        """Nobody else commits inside the block, in this process or another."""
        ...

    def head(self) -> bytes | None:
        """The log's own latest checkpoint."""
        ...

    def read(self, path: str) -> bytes | None:
        """A tile; see `tiles`. None when there is none."""
        ...

    def known(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        """Idempotency key hash → (index, leaf hash), of committed batches only."""
        ...

    def commit(self, batch: Batch) -> None:
        """Raises `MovedError` when the head is no longer at `size_before`."""
        ...

    def published(self) -> bytes | None:
        """The latest checkpoint with the cosignatures that make it count."""
        ...

    def publish(self, note: bytes) -> None: ...


class FileLogStore:
    """See the module.

    Order of a commit: tiles and their folders reach the disk, then the index of keys, then the head by rename. Cut off anywhere, the
    old head stands; tiles beyond it mean nothing and are written again, index rows beyond it are dropped.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def exclusive(self) -> Generator[None]:
        with locked(self.folder):
            yield

    def head(self) -> bytes | None:
        return self._file("head")

    def published(self) -> bytes | None:
        return self._file("checkpoint")

    def publish(self, note: bytes) -> None:
        write_whole(self.folder / "checkpoint", note, mode=0o644)

    def read(self, path: str) -> bytes | None:
        return self._file(path) if PATH.fullmatch(path) else None

    def _file(self, path: str) -> bytes | None:
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def known(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        found: dict[bytes, tuple[int, bytes]] = {}
        with contextlib.closing(self._index()) as index:
            for at in range(0, len(keys), 500):
                part = keys[at : at + 500]
                marks = ",".join("?" * len(part))
                rows = index.execute(f"SELECT key, position, leaf FROM entry_key WHERE key IN ({marks})", list(part))  # noqa: S608 - question marks only
                found.update({key: (position, leaf) for key, position, leaf in rows})
        return found

    def commit(self, batch: Batch) -> None:
        folders: set[Path] = set()
        for name, content in batch.tiles.items():
            path = self.folder / name
            folders.update(self._make_folders(path.parent))
            write_whole(path, content, mode=0o644, sync=False)  # published, for everybody
        for name in batch.tiles:
            self._sync_file(self.folder / name)
        for folder in folders:
            sync_folder(folder)
        with contextlib.closing(self._index()) as index, index:
            index.execute("DELETE FROM entry_key WHERE position >= ?", (batch.size_before,))
            index.executemany("INSERT INTO entry_key (key, position, leaf) VALUES (?, ?, ?)", batch.keys)
        write_whole(self.folder / "head", batch.head)
        for name in batch.tiles:
            # Only when a tile is full may its partial ones go (tlog-tiles): readers of older heads fall back to it.
            if ".p/" not in name:
                shutil.rmtree(self.folder / f"{name}.p", ignore_errors=True)

    def _make_folders(self, folder: Path) -> list[Path]:
        """Creates what is missing; every folder whose names changed or may change, down from the store's own."""
        made = [folder]
        while not folder.exists():
            folder = folder.parent
            made.append(folder)
        made[0].mkdir(parents=True, exist_ok=True)
        return made

    @staticmethod
    def _sync_file(path: Path) -> None:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _index(self) -> sqlite3.Connection:
        index = sqlite3.connect(self.folder / "keys.db", timeout=15)
        write_ahead(index)
        index.execute("PRAGMA synchronous=FULL")
        index.execute("CREATE TABLE IF NOT EXISTS entry_key (key BLOB PRIMARY KEY, position INTEGER NOT NULL, leaf BLOB NOT NULL) WITHOUT ROWID")  # fmt: skip
        index.execute("CREATE INDEX IF NOT EXISTS entry_key_position ON entry_key (position)")
        return index
