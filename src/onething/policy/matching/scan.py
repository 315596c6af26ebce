"""The full scan: every clause over every company, from the stored columns to results on disk.

A block of 131,072 companies is a worker's share and a file of its own. For each clause it holds three sets of rows
(eligible, one condition short, undecided), as row numbers when they are few and as bits when they are many.
"""

import multiprocessing
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from onething.policy.matching.clauses import ClauseBook
from onething.rules.columns.service import BLOCK, ClauseSet, Column, Planes, Population, from_polars, unpack
from onething.subjects.profiles.service import ID, ColumnStore

ELIGIBLE, NEAR, UNDECIDED = 0, 1, 2
AT_ONCE = 24
"""Columns read from the disk at once."""
_BITS = np.int64(1) << 62
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ScanResult:
    """A scan on disk: `counts[clause, set]`, and rows on demand."""

    folder: Path
    counts: Ints
    seconds: float
    rows: int

    def ids(self) -> pl.Series:
        """The companies in the order of the rows."""
        return pl.read_parquet(self.folder / "ids.parquet")[ID]

    def rows_of(self, clause: int, kind: int) -> npt.NDArray[np.intp]:
        """Row numbers of one set of one clause."""
        index: Ints = np.load(self.folder / "index.npy")
        found: list[npt.NDArray[np.intp]] = []
        for part in range(index.shape[0]):
            start, offset, coded = (int(each) for each in index[part, clause, kind])
            bits = bool(np.int64(coded) & _BITS)
            length = int(np.int64(coded) & ~_BITS)
            if not length:
                continue
            with (self.folder / f"part-{part}.bin").open("rb") as file:
                file.seek(offset)
                raw = file.read(length)
            if bits:
                plane = np.frombuffer(raw, np.uint64)
                rows = np.flatnonzero(unpack(plane, min(plane.shape[0] * 64, self.rows - start)))
            else:
                rows = np.frombuffer(raw, np.uint32).astype(np.intp)
            found.append(rows.astype(np.intp) + start)
        return np.concatenate(found) if found else np.zeros(0, np.intp)


def scan(book: ClauseBook, store: ColumnStore, folder: Path, workers: int = 2) -> ScanResult:
    """Run over the stored columns; only those that a clause reads are loaded. `workers` 1 stays in this process.

    More workers fork: call that from a process without busy threads (the command line does).
    """
    started = time.perf_counter()
    names = sorted(name for name in book.compiled.names if name.startswith("company."))
    folder.mkdir(parents=True, exist_ok=True)
    population = _population(store, names, folder)
    shares = list(enumerate(range(0, max(population.rows, 1), BLOCK)))
    global _shared
    _shared = (book.compiled, population, folder)
    try:
        if workers == 1 or len(shares) == 1:
            parts = [_share(share) for share in shares]
        else:
            with multiprocessing.get_context("fork").Pool(workers) as pool:
                parts = pool.map(_share, shares, chunksize=1)
    finally:
        _shared = None
    np.save(folder / "index.npy", np.stack([index for index, _ in parts]))
    counts = np.sum([count for _, count in parts], axis=0)
    return ScanResult(folder, counts, time.perf_counter() - started, population.rows)


def _population(store: ColumnStore, names: list[str], folder: Path) -> Population:
    """The stored columns, some at a time, so that they never stand in memory twice; the companies' ids go beside the results."""
    columns: dict[str, Column] = {}
    rows = 0
    for start in range(0, max(len(names), 1), AT_ONCE):
        frame = store.load(names[start : start + AT_ONCE])
        if start == 0:
            frame.select(ID).write_parquet(folder / "ids.parquet", compression="lz4")
            rows = frame.height
        columns |= from_polars(frame.drop(ID)).columns
    return Population(columns, rows)


_shared: tuple[ClauseSet, Population, Path] | None = None


def _share(share: tuple[int, int]) -> tuple[Ints, Ints]:
    """One block: writes its file, gives (start, offset, length with its coding) and counts of every set."""
    assert _shared is not None  # noqa: S101
    compiled, population, folder = _shared
    number, start = share
    block = population.slice(start, start + BLOCK)
    size = len(compiled.trees)
    index, counts = np.zeros((size, 3, 3), np.int64), np.zeros((size, 3), np.int64)
    with (folder / f"part-{number}.bin").open("wb", buffering=1 << 20) as file:
        offset = 0

        def keep(clause: int, _start: int, planes: Planes) -> None:
            nonlocal offset
            for kind, plane in ((ELIGIBLE, planes.true), (NEAR, planes.one_short), (UNDECIDED, planes.unknown)):
                if plane is None:
                    continue
                count = int(np.bitwise_count(plane).sum())
                counts[clause, kind] = count
                content, coding = _encoded(plane, count, block.rows)
                index[clause, kind] = (start, offset, len(content) | coding)
                file.write(content)
                offset += len(content)

        compiled.evaluate(block, near=True, sink=keep)
    return index, counts


def _encoded(plane: Any, count: int, rows: int) -> tuple[bytes, int]:
    if count == 0:
        return b"", 0
    if count * 64 >= rows:
        return plane.tobytes(), int(_BITS)
    return np.flatnonzero(unpack(plane, rows)).astype(np.uint32).tobytes(), 0
