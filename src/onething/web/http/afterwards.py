"""Small writes that follow an answer: that a session was seen, that a note was shown. Nobody waits for them.

They never happen while a page is made, because a page may be made inside a transaction; and they never hold a thread that
answers people: one thread does them one by one. What cannot be written (a lock, a full disk) is left for the next answer.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from onething.core import logs

log = logs.get_logger("web")
MOST = 200
"""So many answers' writes may wait; what comes beyond that is left."""
Work = Callable[[], None]


def later(request: Request, work: Work) -> None:
    """Do `work` once the answer has left. Without the middleware (a page shown by a test alone) it is done never."""
    waiting = getattr(request.state, "afterwards", None)
    if waiting is not None:
        cast("list[Work]", waiting).append(work)


class Afterwards:
    """ASGI middleware: does what `later` was given."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="afterwards")
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        works: list[Work] = []
        scope.setdefault("state", {})["afterwards"] = works
        await self.app(scope, receive, send)
        for work in works:
            if self.waiting >= MOST:
                return
            self.waiting += 1
            try:
                await asyncio.get_running_loop().run_in_executor(self.thread, _tried, work)
            finally:
                self.waiting -= 1


def _tried(work: Work) -> None:
    try:
        work()
    except SQLAlchemyError as error:
        log.info("left for the next answer", error=type(error).__name__)
