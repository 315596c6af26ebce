"""What runs beside the pages in a web process: the reading of uploaded photographs, and the asking of agencies while a
filing is prepared.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from onething.catalog.service import get_city
from onething.core import logs
from onething.core.access import Principal
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.settings import settings_of
from onething.documents.service import Reader
from onething.documents.settings import DocumentsSettings
from onething.exchange.service import AgencyState, Exchange
from onething.identity.service import get_provider
from onething.intake import service as intake

log = logs.get_logger("web")


@dataclass
class Helpers:
    """What page functions reach through `page.request.app.state.helpers`. Without them pages still work, more slowly:
    photographs are read by another process, and agencies are asked after submission."""

    exchange: Exchange | None = None
    queue: intake.ReadingQueue | None = None
    reader: Reader | None = None
    _asking: set[asyncio.Task[Any]] = field(default_factory=set)

    def wake_reader(self) -> None:
        """A photograph was saved: look now."""
        if self.queue is not None:
            self.queue.wake()

    def down(self) -> set[str]:
        """Agencies that are not called at this moment."""
        return self.exchange.down_agencies() if self.exchange is not None else set()

    def states(self) -> list[AgencyState]:
        """How each agency's line is at this moment; nothing where this process asks none."""
        return list(self.exchange.states()) if self.exchange is not None else []

    async def ask(self, principal: Principal, filing_id: str, wait: float = 0.0, again: bool = False) -> None:
        """Have the agencies asked that consent allows, and wait for at most `wait` seconds; asking goes on after that.

        Every answer is saved as it comes, and only one tab asks at a time, so this may be called whenever something changed.
        """
        if self.exchange is None:
            return
        self.exchange.follow(get_city())
        task = asyncio.create_task(self._ask(self.exchange, principal, filing_id, again))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        if wait:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(task), wait)

    async def _ask(self, exchange: Exchange, principal: Principal, filing_id: str, again: bool) -> None:
        try:
            await intake.prefill(get_database(), exchange, principal, filing_id, again=again)
        except Problem as problem:
            log.info("asking agencies ended", code=problem.kind.code)
        except Exception as error:  # noqa: BLE001 - asking ahead is a help; the filing goes on without it
            log.error("asking agencies failed", trace=logs.trace_of(error))

    async def close(self) -> None:
        for task in list(self._asking):
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        if self.exchange is not None:
            await self.exchange.aclose()


@asynccontextmanager
async def background(app: FastAPI) -> AsyncIterator[None]:
    """Started with the server, ended with it."""
    database = get_database()
    get_provider().publications.prepare()  # so that the first visitor does not wait for it
    readers = settings_of(DocumentsSettings).document_readers
    # Letters are recognised by so many threads that all readers together fill the machine's cores once.
    threads = max(1, (os.cpu_count() or 2) // readers)
    with (
        Reader(workers=readers, threads=threads) as reader,
        intake.ReadingQueue(database, reader, readers=readers) as queue,
    ):
        helpers = Helpers(Exchange(get_city(), database), queue, reader)
        app.state.helpers = helpers
        try:
            yield
        finally:
            await helpers.close()
