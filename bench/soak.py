"""Does memory stay flat? Two workers carry out cases for twenty minutes (two hours with `--long`) at a rate they can keep, a web process
is asked for pages beside them, and the memory of each process is read every few seconds.

A process may grow while it warms up (code, plans, prepared statements, connections). What counts is the last half: a straight
line through it must not rise by more than a few megabytes an hour that the noise of such readings does not explain.
"""

import os
import statistics
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from bench.casework_rig import Rig, free_port, rig
from bench.table import Row, show

SECONDS, LONG = 20 * 60.0, 2 * 3600.0
RATE = 5.0
EVERY = 5.0
MB_AN_HOUR = 12.0
"""More than this, and a worker that runs for a month has to be restarted for it."""
PAGES = ("/", "/events", "/verify", "/health/live")


def slope(readings: list[tuple[float, float]]) -> tuple[float, float]:
    """MB an hour of a straight line through (seconds, MB), and how uncertain that is (two standard errors)."""
    if len(readings) < 3:
        return 0.0, 0.0
    times, sizes = [at / 3600 for at, _ in readings], [mb for _, mb in readings]
    middle, mean = statistics.mean(times), statistics.mean(sizes)
    spread = sum((at - middle) ** 2 for at in times)
    rise = sum((at - middle) * (mb - mean) for at, mb in zip(times, sizes, strict=True)) / spread
    left = [mb - mean - rise * (at - middle) for at, mb in zip(times, sizes, strict=True)]
    error = (sum(each * each for each in left) / (len(left) - 2) / spread) ** 0.5
    return rise, 2 * error


def start_web(made: Rig) -> str:
    """A web process of the installation; it is looked at and stopped with the workers."""
    import subprocess

    port = free_port()
    environment = os.environ | made.environment | {"ONETHING_PRODUCTION": "0"}
    log = (made.folder / "web.log").open("ab")
    command = [str(Path(sys.executable).with_name("onething")), "serve", "--port", str(port)]
    made.workers["web"] = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=made.folder)
    return f"http://127.0.0.1:{port}"


def visit(address: str, stop: threading.Event) -> None:
    """Pages, over and over, as people without an account see them."""
    while not stop.wait(0.2):
        for path in PAGES:
            try:
                with urllib.request.urlopen(address + path, timeout=20) as reply:
                    reply.read()
            except OSError:
                continue


def watch(made: Rig, seen: dict[str, list[tuple[float, float]]], stop: threading.Event) -> None:
    began = time.monotonic()
    while not stop.wait(EVERY):
        for name, process in made.workers.items():
            try:
                size = psutil.Process(process.pid).memory_info().rss / 2**20
            except psutil.Error:
                continue
            seen.setdefault(name, []).append((time.monotonic() - began, size))


def run(out: Path) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    seconds = LONG if os.environ.get("BENCH_LONG") else float(os.environ.get("BENCH_SOAK_SECONDS", SECONDS))
    seen: dict[str, list[tuple[float, float]]] = {}
    stop = threading.Event()
    with rig(births=int(RATE * seconds) + 50, lease=15.0) as made:
        for name in ("w0", "w1"):
            made.start_worker(name)
        address = start_web(made)
        beside = [
            threading.Thread(target=watch, args=(made, seen, stop)),
            threading.Thread(target=visit, args=(address, stop)),
        ]
        for each in beside:
            each.start()
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            wait = began + len(made.opened) / RATE - time.monotonic()
            time.sleep(max(wait, 0.0))
            made.open_next(1)
        made.wait_until_finished(len(made.opened), 120)
        stop.set()
        for each in beside:
            each.join()
        outcomes = made.outcomes()
    figures: dict[str, Any] = {
        "seconds": seconds,
        "cases": sum(outcomes.values()),
        "outcomes": outcomes,
        "processes": {},
    }
    rows: list[Row] = [Row("cases carried out", "", f"{figures['cases']:,} in {seconds / 60:.0f} min")]
    for name, readings in sorted(seen.items()):
        late = [each for each in readings if each[0] > seconds / 2]
        rise, unsure = slope(late)
        sizes = [mb for _, mb in readings]
        figures["processes"][name] = {"mb": sizes[:: max(len(sizes) // 60, 1)], "mb_an_hour": rise, "unsure": unsure}
        said = f"{sizes[0]:.0f} → {sizes[-1]:.0f} MB; {rise:+.0f} ± {unsure:.0f} MB an hour"
        rows.append(
            Row(f"{name}, in the last half", f"≤ {MB_AN_HOUR:.0f} MB an hour", said, rise - unsure <= MB_AN_HOUR)
        )
    show("Memory while the city goes about its business", rows)
    return figures
