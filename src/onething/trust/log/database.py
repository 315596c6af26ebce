"""A log's tiles in the main database: one transaction a batch, readable by everything that reads tiles."""

import contextlib
from collections.abc import Generator, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from onething.core.db import Database, upsert
from onething.trust.log.recovery import epoch_of
from onething.trust.log.store import Batch, MovedError
from onething.trust.tables import LogHeadRow, LogKeyRow, LogTileRow


class DatabaseLogStore:
    """A log under its name. Two processes that commit at once: one wins, the other gets `MovedError` and loads again."""

    def __init__(self, db: Database, log: str) -> None:
        self._db, self._log = db, log

    @contextlib.contextmanager
    def exclusive(self) -> Generator[None]:
        """Nothing to hold: `commit` compares the size it starts from."""
        yield

    def head(self) -> bytes | None:
        return self._text(LogHeadRow.head)

    def published(self) -> bytes | None:
        return self._text(LogHeadRow.published)

    def _text(self, column: Any) -> bytes | None:
        with self._db.reading() as session:
            found = session.scalar(select(column).where(LogHeadRow.log == self._log))
        return found.encode() if found else None

    def publish(self, note: bytes) -> None:
        with self._db.transaction() as session:
            session.execute(update(LogHeadRow).where(LogHeadRow.log == self._log).values(published=note.decode()))

    def read(self, path: str) -> bytes | None:
        with self._db.reading() as session:
            query = select(LogTileRow.content).where(LogTileRow.log == self._log, LogTileRow.path == path)
            return session.scalar(query)

    def known(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        found: dict[bytes, tuple[int, bytes]] = {}
        with self._db.reading() as session:
            for at in range(0, len(keys), 500):
                query = select(LogKeyRow.key, LogKeyRow.position, LogKeyRow.leaf)
                query = query.where(LogKeyRow.log == self._log, LogKeyRow.key.in_(keys[at : at + 500]))
                found.update({key: (position, leaf) for key, position, leaf in session.execute(query)})
        return found

    def commit(self, batch: Batch) -> None:
        with self._db.transaction() as session:
            self._move_head(session, batch)
            rows = [{"log": self._log, "path": path, "content": data} for path, data in batch.tiles.items()]
            upsert(session, LogTileRow, rows, keys=("log", "path"), update=("content",))
            for path in batch.tiles:
                if ".p/" not in path:
                    gone = LogTileRow.path.startswith(f"{path}.p/", autoescape=True)
                    session.execute(delete(LogTileRow).where(LogTileRow.log == self._log, gone))
            keys = [{"log": self._log, "key": k, "position": at, "leaf": leaf} for k, at, leaf in batch.keys]
            session.execute(insert(LogKeyRow), keys)

    def put_back(self, batch: Batch, kept: int) -> None:
        """Replace all entries from `kept` on by those of the batch: what nobody ever cosigned makes room for what was.

        Raises `MovedError` when the head is no longer at `size_before`.
        """
        with self._db.transaction() as session:
            self._move_head(session, batch)
            rows = [{"log": self._log, "path": path, "content": data} for path, data in batch.tiles.items()]
            upsert(session, LogTileRow, rows, keys=("log", "path"), update=("content",))
            beyond = (LogKeyRow.log == self._log, LogKeyRow.position >= kept)
            session.execute(delete(LogKeyRow).where(*beyond).execution_options(synchronize_session=False))
            if batch.keys:
                keys = [{"log": self._log, "key": k, "position": at, "leaf": leaf} for k, at, leaf in batch.keys]
                session.execute(insert(LogKeyRow), keys)

    def _move_head(self, session: Session, batch: Batch) -> None:
        if batch.size_before == 0:
            upsert(session, LogHeadRow, [{"log": self._log, "size": 0, "head": "", "published": ""}])
        move = update(LogHeadRow).where(LogHeadRow.log == self._log, LogHeadRow.size == batch.size_before)
        moved = cast("CursorResult[Any]", session.execute(move.values(size=batch.size, head=batch.head.decode())))
        if moved.rowcount != 1:
            raise MovedError

    @staticmethod
    def origins(db: Database, base: str) -> list[str]:
        """The names under which a log lies here: its first one, then those after recoveries, in order."""
        with db.reading() as session:
            names = session.scalars(
                select(LogHeadRow.log).where(
                    (LogHeadRow.log == base) | LogHeadRow.log.startswith(f"{base}#", autoescape=True)
                )
            )
            return sorted(set(names), key=epoch_of)
