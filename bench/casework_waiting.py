"""100,000 cases waiting for people: what does that cost a worker that has nothing else to do?

A worker process runs on a database that holds nothing, then on one in which every case waits for an officer, with its
deadline days away. The processor time of the worker is read from the operating system over a quiet minute.
"""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import make_url

from bench.casework_million import fill_postgres, fill_sqlite, prepare
from bench.casework_rig import Rig, rig
from bench.table import Row, show
from onething.core.clock import now

CASES = 100_000
SETTLE, WATCH = 15.0, 60.0
"""Seconds a worker is given to begin, and seconds it is watched."""


def idle_share(made: Rig) -> float:
    """The share of one core that the worker uses while nothing is due."""
    made.start_worker("w0")
    process = psutil.Process(made.workers["w0"].pid)
    time.sleep(SETTLE)
    before, started = process.cpu_times(), time.perf_counter()
    time.sleep(WATCH)
    after, seconds = process.cpu_times(), time.perf_counter() - started
    made.stop()
    return (after.user + after.system - before.user - before.system) / seconds


def fill(made: Rig, cases: int) -> None:
    city = prepare(made.db)
    city.start, city.every, city.open = now() - timedelta(hours=1), timedelta(0), 1.0
    if made.db.is_sqlite:
        fill_sqlite(Path(make_url(made.db.url).database or ""), city, cases)
    else:
        fill_postgres(made.db.url, city, cases)


def run(out: Path, cases: int = CASES) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    figures: dict[str, Any] = {"cases": cases}
    rows: list[Row] = []
    for name in ("SQLite", "PostgreSQL"):
        with rig(births=1, people=300, on_postgres=name == "PostgreSQL", lease=15.0) as made:
            empty = idle_share(made)
            fill(made, cases)
            full = idle_share(made)
        figures[name] = {"empty": empty, "full": full}
        rows.append(Row(f"{name}: worker on an empty database", "", f"{empty:.2%} of a core"))
        rows.append(
            Row(f"{name}: with {cases:,} cases waiting", "no more", f"{full:.2%} of a core", full < empty + 0.01)
        )
    show("Cases that wait for people", rows)
    return figures
