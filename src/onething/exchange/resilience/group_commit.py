"""Group commit: while one batch is being saved in a thread, the next one gathers; each caller waits until hers is saved."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 500


class GroupCommit(Generic[T]):
    """One event loop's door to a table. `save` runs in one thread, for one batch after the other."""

    def __init__(self, save: Callable[[Sequence[T]], None], name: str) -> None:
        self._save = save
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def write(self, entry: T) -> None:
        """Save one entry. Raises what the database raises."""
        loop = asyncio.get_running_loop()
        saved = loop.create_future()
        self._waiting.append((entry, saved))
        if self._writer is None:
            self._writer = loop.create_task(self._drain())
        await saved

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._save_and_tell(batch)
        finally:
            self._writer = None

    async def _save_and_tell(self, batch: list[tuple[T, "asyncio.Future[None]"]]) -> None:
        entries = [entry for entry, _ in batch]
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._save, entries)
        except Exception as error:  # noqa: BLE001 - every waiting caller must hear of it
            for _, saved in batch:
                if not saved.done():
                    saved.set_exception(error)
        else:
            for _, saved in batch:
                if not saved.done():
                    saved.set_result(None)
        finally:
            for _, saved in batch:
                saved.cancel()

    async def aclose(self) -> None:
        """Wait for what is being saved, then let the thread go."""
        if self._writer is not None:
            await asyncio.wait([self._writer])
        self._thread.shutdown(wait=True)
