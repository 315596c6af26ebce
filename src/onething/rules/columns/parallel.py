"""The same count on several processes: rows are split, counts are added."""

import multiprocessing
import os
from typing import Self

from onething.rules.columns.engine import ClauseSet, Counts
from onething.rules.columns.population import Population

_shared: tuple[ClauseSet, Population, bool] | None = None


def _part(bounds: tuple[int, int]) -> Counts:
    assert _shared is not None  # noqa: S101
    clauses, population, near = _shared
    return clauses.evaluate(population.slice(*bounds), near=near)


class WorkerPool:
    """Worker processes that hold the clauses and the population by copy-on-write; Linux and macOS.

    Start it before threads are busy: it forks. Use as a context manager.
    """

    def __init__(self, clauses: ClauseSet, population: Population, workers: int | None = None, *, near: bool = True) -> None:  # fmt: skip
        global _shared
        self.workers = workers or os.cpu_count() or 1
        self.rows = population.rows
        _shared = (clauses, population, near)
        self._pool = multiprocessing.get_context("fork").Pool(self.workers)
        _shared = None

    def evaluate(self) -> Counts:
        """Counts over everybody."""
        size = -(-self.rows // self.workers)
        parts = self._pool.map(_part, [(start, start + size) for start in range(0, self.rows, size)])
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.terminate()
        self._pool.join()
