"""Whole newborn cases a second on this machine: PostgreSQL, two workers and eight agencies on the same cores.

Open loop: cases arrive at the target rate whatever happens, and it is watched whether the backlog grows. Peak: a backlog
is worked off. Beside it the same task graph on SpiffWorkflow, in the same run: one process each on SQLite, every task
made durable when it ends, agencies played in memory, so that the engines are compared and not the network.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select, text

from bench import peers
from bench.casework_rig import ROOT, Rig, rig
from bench.table import Row, show
from onething.casework.tables import CaseRow, TaskRow

TARGET = 14.0
PEAK, COMMITS, RATIO = 35.0, 20.0, 2.0
SECONDS = 30
BACKLOG = 400

SPIFF = """
import json, sqlite3, sys, time
from SpiffWorkflow.serializer.json import JSONSerializer
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.specs.Simple import Simple
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

graph, cases, path = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def make():
    spec, made = WorkflowSpec(name="newborn", addstart=True), {}
    for task, after in graph:
        made[task] = (Join if len(after) > 1 else Simple)(spec, task)
        for before in after:
            made[before].connect(made[task])
        if not after:
            spec.start.connect(made[task])
    return spec
db = sqlite3.connect(path, isolation_level=None)
db.execute("PRAGMA journal_mode=WAL"); db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE state (id INTEGER PRIMARY KEY, body TEXT)")
serializer, spec = JSONSerializer(), make()
started = time.perf_counter()
for number in range(cases):
    flow = Workflow(spec)
    while not flow.is_completed():
        for task in flow.get_tasks(state=TaskState.READY):
            task.run()
            db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (number, flow.serialize(serializer)))
print(json.dumps({"seconds": time.perf_counter() - started}))
"""


def graph_of(made: Rig) -> list[tuple[str, list[str]]]:
    """The tasks of an ordinary case and what each waits for, in a valid order."""
    query = select(TaskRow.task_id, TaskRow.after).where(TaskRow.case_id == made.opened[0]).order_by(TaskRow.position)
    with made.db.reading() as session:
        return [(task_id, list(after)) for task_id, after in session.execute(query)]


def cpu_by_part(made: Rig) -> dict[str, float]:
    """CPU seconds so far of workers, agencies and the database server."""
    found = {"workers": 0.0, "agencies": 0.0, "database": 0.0}
    for process in made.workers.values():
        times = psutil.Process(process.pid).cpu_times()
        found["workers"] += times.user + times.system
    for child in psutil.Process(made.sandbox.pid).children(recursive=True):
        times = child.cpu_times()
        found["agencies"] += times.user + times.system
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            times = process.cpu_times()
            found["database"] += times.user + times.system
    return found


def transactions(made: Rig) -> int:
    with made.db.reading() as session:
        query = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        return int(session.scalar(text(query)) or 0)


def open_loop(made: Rig, rate: float, seconds: float) -> dict[str, Any]:
    """Cases arrive at a fixed rate; how far behind do the workers fall, and how long does a case take?"""
    submissions = [made.submission(birth) for birth in made.births[len(made.opened) :][: int(rate * seconds)]]
    already, late, backlog = made.finished(), 0.0, list[int]()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(1.0):
            backlog.append(len(made.opened) - made.finished())

    before, committed, started = cpu_by_part(made), transactions(made), time.perf_counter()
    watcher = threading.Thread(target=watch)
    watcher.start()
    for n, submission in enumerate(submissions):
        wait = started + n / rate - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        else:
            late = max(late, -wait)
        made.open(submission)
    offered = time.perf_counter() - started
    waiting = len(made.opened) - made.finished()
    made.wait_until_finished(already + len(submissions), 120)
    total = time.perf_counter() - started
    stop.set()
    watcher.join()
    used = {part: value - before[part] for part, value in cpu_by_part(made).items()}
    with made.db.reading() as session:
        rows = session.execute(
            select(CaseRow.submitted_at, CaseRow.finished_at).where(CaseRow.id.in_(made.opened[-len(submissions) :]))
        ).all()
    took = sorted((finished - submitted).total_seconds() for submitted, finished in rows if finished)
    return {
        "cases": len(submissions), "offered_per_s": len(submissions) / offered, "finished_per_s": len(submissions) / total,
        "arrivals_late_s": late, "waiting_at_the_end": waiting, "backlog_by_second": backlog,
        "seconds_median": statistics.median(took) if took else None,
        "seconds_p95": took[int(len(took) * 0.95)] if took else None,
        "cpu_ms_per_case": {part: 1000 * value / len(submissions) for part, value in used.items()},
        "transactions_per_case": (transactions(made) - committed) / len(submissions),
    }  # fmt: skip


def peak(made: Rig, backlog: int) -> dict[str, float]:
    """A backlog is worked off as fast as it goes; submitting itself is not counted."""
    for name in made.workers:
        made.kill(name, 15)
    already = len(made.opened)
    made.open_next(backlog)
    for name in made.workers:
        made.start_worker(name, places=32)
    made.wait_until_finished(already + backlog, 180)
    with made.db.reading() as session:
        ends = sorted(session.scalars(select(CaseRow.finished_at).where(CaseRow.id.in_(made.opened[already:]))))
    # From the first case finished to the last, so that starting the processes is not counted.
    seconds = (ends[-1] - ends[0]).total_seconds()
    return {"cases": len(ends), "seconds": seconds, "per_s": (len(ends) - 1) / seconds}


OURS = """
import asyncio, json, sys, time
sys.path[:0] = json.loads(sys.argv[3])
from casework_world import FAMILIES, FakeAgencies, opened, status_of, submission, until, working
from onething.casework.execution.contrib.dbos_engine import DbosEngine
from onething.casework.service import open_case
from onething.casework.settings import engine_url
from onething.core.db import Database
from onething.core.settings import get_settings

WARM = 5

async def main():
    cases, database = int(sys.argv[1]), Database(get_settings().database_url)
    database.create_all()
    agencies = FakeAgencies()
    filings = [submission(database, n) for n in range(cases + WARM)]
    engine = DbosEngine(engine_url(), "w0") if sys.argv[2] == "dbos" else None
    async with working(database, agencies, engine=engine, places=32):
        warm = [opened(database, filing) for filing in filings[:WARM]]
        await until(lambda: all(status_of(database, ref.id).over for ref in warm), 120)
        with database.transaction() as session:
            refs = [open_case(session, filing) for filing in filings[WARM:]]
            for ref, filing in zip(refs, filings[WARM:]):
                paper = filing.facts["birth_certificate"]
                FAMILIES[ref.id] = tuple(paper[name] for name in ("mother_id_number", "father_id_number", "certificate_number"))
        began = time.perf_counter()
        left = list(refs)
        while left:
            left = [ref for ref in left if not status_of(database, ref.id).over] if status_of(database, left[-1].id).over else left
            await asyncio.sleep(0.05)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds}))

asyncio.run(main())
"""


def ours(cases: int, engine: str) -> float:
    """Cases a second of one of our workers on SQLite, agencies played in memory; all are there when the clock starts."""
    import os

    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "ONETHING_DATABASE_URL": f"sqlite:///{folder}/onething.db", "ONETHING_DATA_DIR": folder,
            "ONETHING_CITIES_DIR": str(ROOT / "cities"), "ONETHING_PRODUCTION": "1", "ONETHING_TRUST_PASSPHRASE": "bench",
        }  # fmt: skip
        paths = json.dumps([str(ROOT), str(ROOT / "tests" / "casework")])
        done = subprocess.run(
            [sys.executable, "-c", OURS, str(cases), engine, paths],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    return cases / float(json.loads(done.stdout.splitlines()[-1])["seconds"])


def spiff(graph: list[tuple[str, list[str]]], cases: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        said = peers.run(SPIFF, json.dumps(graph), str(cases), f"{folder}/spiff.db")
    return cases / float(json.loads(said.splitlines()[-1])["seconds"])


def run(out: Path, seconds: float = SECONDS, backlog: int = BACKLOG, compared: int = 100) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    with rig(births=int(TARGET * seconds) + backlog + 40, lease=15.0) as made:
        for name in ("w0", "w1"):
            made.start_worker(name)
        made.open_next(20)
        made.wait_until_finished(20, 60)
        figures: dict[str, Any] = {"open_loop": open_loop(made, TARGET, seconds)}
        figures["peak"] = peak(made, backlog)
        figures["outcomes"] = made.outcomes()
        graph = graph_of(made)
    figures["engines"] = {
        "tasks": len(graph), "ours_dbos_per_s": ours(compared, "dbos"), "ours_rows_only_per_s": ours(compared, "plain"),
        "spiff_per_s": spiff(graph, compared),
    }  # fmt: skip
    engines, loop = figures["engines"], figures["open_loop"]
    ratio = engines["ours_dbos_per_s"] / engines["spiff_per_s"]
    engines["ratio"] = ratio
    cpu = loop["cpu_ms_per_case"]
    left = loop["waiting_at_the_end"]
    parts = ", ".join(f"{part} {value:.0f}" for part, value in cpu.items())
    show(
        "Cases a second",
        [
            Row(f"open loop, of {TARGET:.0f}/s offered", "no backlog", f"{loop['finished_per_s']:.1f}/s; {left} wait at the end", left <= TARGET * 3),
            Row("a case then takes (median, p95)", "", f"{loop['seconds_median']:.2f} s, {loop['seconds_p95']:.2f} s"),
            Row("backlog worked off", f"≥ {PEAK:.0f}/s", f"{figures['peak']['per_s']:.1f}/s", figures["peak"]["per_s"] >= PEAK),
            Row("CPU a case, ms", "", parts),
            Row("commits a case, those of opening it too", "≤ 20", f"{loop['transactions_per_case']:.1f}", loop["transactions_per_case"] <= COMMITS),
            Row("one process, agencies in memory", "", f"{engines['ours_dbos_per_s']:.1f}/s (rows only {engines['ours_rows_only_per_s']:.1f})"),
            Row(f"{peers.version('SpiffWorkflow')}, same graph", "ours ≥ 2 ×", f"{engines['spiff_per_s']:.1f}/s: ours is {ratio:.1f} ×", ratio >= RATIO),
        ],
    )  # fmt: skip
    return figures
