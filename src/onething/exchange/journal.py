"""Writes the message log: many conversations in one transaction, each caller waiting until hers is saved.

A call's answer is given out only after the log knows of it. While one batch is being saved in a thread, the next one
gathers, so the log costs one commit for as many calls as came meanwhile (group commit).
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import insert

from onething.core.db import Database
from onething.core.tables import AccessRow
from onething.exchange.tables import MessageRow

_Entry = tuple[dict[str, Any], dict[str, Any] | None, "asyncio.Future[None]"]


class Journal:
    """One event loop's door to the message log."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Entry] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="exchange-journal")

    async def write(self, message: dict[str, Any], access: dict[str, Any] | None = None) -> None:
        """Save one conversation (and the look at a person's data that it was). Raises what the database raises."""
        loop = asyncio.get_running_loop()
        saved = loop.create_future()
        self._waiting.append((message, access, saved))
        if self._writer is None:
            self._writer = loop.create_task(self._drain())
        await saved

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:500], self._waiting[500:]
                await self._save_and_tell(batch)
        finally:
            self._writer = None

    async def _save_and_tell(self, batch: list[_Entry]) -> None:
        messages, accesses = [entry[0] for entry in batch], [entry[1] for entry in batch if entry[1]]
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._save, messages, accesses)
        except Exception as error:  # noqa: BLE001 - every waiting caller must hear of it
            for _, _, saved in batch:
                if not saved.done():
                    saved.set_exception(error)
        else:
            for _, _, saved in batch:
                if not saved.done():
                    saved.set_result(None)
        finally:
            for _, _, saved in batch:
                saved.cancel()

    def _save(self, messages: list[dict[str, Any]], accesses: list[dict[str, Any]]) -> None:
        with self._db.engine.begin() as connection:
            connection.execute(insert(MessageRow), messages)
            if accesses:
                connection.execute(insert(AccessRow), accesses)

    async def aclose(self) -> None:
        """Wait for what is being saved, then let the thread go."""
        if self._writer is not None:
            await asyncio.wait([self._writer])
        self._thread.shutdown(wait=True)
