"""The durable engine, as little of it as casework needs.

A segment of a case is one durable workflow; each task in it is one step. The rows of a case are the truth, and a task's
row is its checkpoint; the engine makes sure that a started segment is finished, by this worker or by another.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

SegmentBody = Callable[[str, int, list[str]], Awaitable[str]]
"""Runs segment `k` of a case with the given tasks, in that order; returns a code for the log."""


def workflow_id(case_id: str, k: int) -> str:
    """The engine's name for a segment; starting it twice starts it once."""
    return f"case:{case_id}:seg:{k}"


class Engine(Protocol):
    """Starts segments and recovers those of dead workers."""

    def launch(self, body: SegmentBody) -> None:
        """Begin work; takes up this worker's own unfinished segments. Call from the running event loop."""
        ...

    async def start(self, case_id: str, k: int, tasks: Sequence[str]) -> bool:
        """Start a segment in the background. False: one of this name was started before, and nothing happens."""
        ...

    async def step(self, name: str, work: Callable[[], Awaitable[str]]) -> str:
        """Inside a segment: do `work`. An engine may record the result and return it after a crash instead of working again.

        Steps are numbered in the order of their calls, which must be the same at every run of the segment. `work` must
        itself be safe to repeat: between its commit and the engine's record a process may die.
        """
        ...

    async def adopt(self, worker_id: str) -> int:
        """Take over the unfinished segments of a worker that is known to be dead; returns how many."""
        ...

    async def state(self, case_id: str, k: int) -> str:
        """`none`, `running`, `done` or `failed`."""
        ...

    async def forget(self, segments: Sequence[tuple[str, int]]) -> None:
        """Drop the records of finished segments."""
        ...

    def close(self, wait_seconds: int) -> None:
        """Stop; segments that do not finish in time are taken up at the next start."""
        ...
