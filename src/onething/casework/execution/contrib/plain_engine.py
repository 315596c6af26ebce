"""An engine without checkpoints: the rows of the case alone decide what is left to do.

Used by unit tests (nothing to launch) and by benchmarks, as the base that shows what checkpoints cost.
"""
# ruff: noqa: ARG002 - the signatures are the engine's

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from onething.casework.execution.engine import SegmentBody, workflow_id


class PlainEngine:
    """Runs segments as asyncio tasks; after a crash the sweeper starts them again."""

    def __init__(self) -> None:
        self._body: SegmentBody | None = None
        self._running: dict[str, asyncio.Task[str]] = {}

    def launch(self, body: SegmentBody) -> None:
        self._body = body

    async def start(self, case_id: str, k: int, tasks: Sequence[str]) -> bool:
        name = workflow_id(case_id, k)
        if self._body is None or name in self._running:
            return False
        task = asyncio.ensure_future(self._body(case_id, k, list(tasks)))
        self._running[name] = task
        task.add_done_callback(lambda _task: self._running.pop(name, None))
        return True

    async def step(self, name: str, work: Callable[[], Awaitable[str]]) -> str:
        return await work()

    async def adopt(self, worker_id: str) -> int:
        return 0

    async def state(self, case_id: str, k: int) -> str:
        return "running" if workflow_id(case_id, k) in self._running else "none"

    async def forget(self, segments: Sequence[tuple[str, int]]) -> None:
        return None

    def close(self, wait_seconds: int) -> None:
        for task in self._running.values():
            task.cancel()
