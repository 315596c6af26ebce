"""An engine without checkpoints: the rows of the case alone decide what is left to do.

Used by unit tests (nothing to launch) and by benchmarks, as the base that shows what checkpoints cost.
"""
# ruff: noqa: ARG002 - the signatures are the engine's

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from onething.casework.execution.engine import SegmentBody, Started


class PlainEngine:
    """Runs segments as asyncio tasks; after a crash the sweeper starts them again."""

    def __init__(self) -> None:
        self._body: SegmentBody | None = None
        self._running: dict[tuple[str, int], asyncio.Task[str]] = {}

    def launch(self, body: SegmentBody) -> None:
        self._body = body

    async def start(self, segments: Sequence[Started]) -> None:
        if self._body is None:
            raise RuntimeError("the engine was not launched")
        for each in segments:
            key = (each.case_id, each.k)
            task = asyncio.ensure_future(self._body(each.case_id, each.k, each.tasks))
            self._running[key] = task
            task.add_done_callback(lambda _task, key=key: self._running.pop(key, None))

    async def step(self, name: str, work: Callable[[], Awaitable[str]]) -> str:
        return await work()

    async def adopt(self, worker_id: str) -> int:
        return 0

    async def unfinished(self) -> set[tuple[str, int]]:
        return set(self._running)

    async def forget(self, before: datetime) -> int:
        return 0

    def close(self, wait_seconds: int) -> None:
        for task in self._running.values():
            task.cancel()
