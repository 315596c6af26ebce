"""One newborn case at a time, whole, agencies over HTTP without added latency: how long until it is finished?"""

import statistics
import time
from pathlib import Path
from typing import Any

from bench.casework_rig import Rig, rig
from bench.table import Row, show

CASES = 40
TARGET = 1.5


def one_by_one(made: Rig, cases: int) -> list[float]:
    """Seconds from submitting to finished, for each case, with nothing else going on."""
    seconds: list[float] = []
    for _ in range(cases):
        started = time.perf_counter()
        made.open_next(1)
        while made.finished() < len(made.opened):
            time.sleep(0.005)
        seconds.append(time.perf_counter() - started)
        time.sleep(0.05)
    return seconds[3:]  # the first ones warm up caches and connections


def run(out: Path, cases: int = CASES) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    figures: dict[str, Any] = {}
    rows: list[Row] = []
    for name, on_postgres in (("SQLite", False), ("PostgreSQL", True)):
        with rig(births=cases, on_postgres=on_postgres, lease=15.0) as made:
            made.start_worker("w0")
            seconds = sorted(one_by_one(made, cases))
            median, p95 = statistics.median(seconds), seconds[int(len(seconds) * 0.95)]
            figures[name] = {"median_s": median, "p95_s": p95, "cases": len(seconds), "outcomes": made.outcomes()}
            rows.append(
                Row(f"{name}, one case, median", f"< {TARGET} s", f"{median:.3f} s (p95 {p95:.3f})", median < TARGET)
            )
    show("A whole newborn case at idle", rows)
    return figures
