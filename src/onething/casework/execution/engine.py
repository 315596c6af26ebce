"""The durable engine, as little of it as casework needs.

Segments of cases that are claimed together are one durable workflow. The rows of a case are the truth, and a task's row is its
checkpoint; the engine makes sure that a started segment is finished, by this worker or by another.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SegmentBody = Callable[[str, int, list[str]], Awaitable[str]]
"""Runs segment `k` of a case with the given tasks, in that order; returns a code for the log."""


@dataclass(frozen=True, slots=True)
class Started:
    """A segment to be started: its tasks, in this order."""

    case_id: str
    k: int
    tasks: list[str]


class Engine(Protocol):
    """Starts segments and recovers those of dead workers."""

    def launch(self, body: SegmentBody) -> None:
        """Begin work; takes up this worker's own unfinished segments. Call from the running event loop."""
        ...

    async def start(self, segments: Sequence[Started]) -> None:
        """Start segments in the background. They must have been claimed just now: a claimed segment is started once."""
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

    async def unfinished(self) -> set[tuple[str, int]]:
        """(case, k) of the segments, of all workers, that the engine still has to finish."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop the records of what was finished before a moment, a bounded number at a time; returns how many."""
        ...

    def close(self, wait_seconds: int) -> None:
        """Stop; segments that do not finish in time are taken up at the next start."""
        ...
