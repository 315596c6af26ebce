"""What one newborn case costs a worker, in figures that do not depend on how busy the machine is: processor time,
commits, statements and events.

One worker runs embedded in this process beside PostgreSQL and the sandbox's agencies, which are processes of their own,
so the processor time of this process is the worker's. Three phases are told apart: taking cases in (which a web process
does), carrying them out (with the exchange, its journal and the notices, as the worker command does), and proving
their certificates afterwards. Cases are carried out twice: as a backlog, where many share a commit, and one after the
other, where nothing can be shared. Statements and commits are counted where SQLAlchemy sends them, the durable engine's too.
"""

import asyncio
import cProfile
import os
import pstats
import resource
import statistics
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import Engine, event, func, select

from bench.casework_rig import Rig, rig
from bench.table import Row, show
from onething.casework.models import CaseStatus
from onething.casework.tables import CaseRow
from onething.core.processes.process import settle_in
from onething.core.settings import get_settings
from onething.core.tables import EventRow
from onething.host.worker import run_worker
from onething.notices.models import State
from onething.notices.tables import NoticeRow
from onething.trust.credentials.states import Stage
from onething.trust.credentials.tables import CredentialRow

WARM, BACKLOG, ROUNDS, STEADY, SINGLE = 10, 100, 3, 60, 15
RATE = 7.0
"""Cases a second of the steady phase: what each of two workers has at 14 a second."""
PROVING, IDLE = 40.0, 8.0
"""Seconds."""
PHASES = ("idle", "opening", "backlog", "steady", "single", "proving")
CPU_MS, COMMITS = 40.0, 20.0
OVER = [status.value for status in CaseStatus if status.over]
CERTIFICATES = frozenset({"certificates"})
PROFILE = os.environ.get("BENCH_PROFILE", "")
"""A file for cProfile's figures of the backlog; they are for reading, the table is measured without."""


class Pulse:
    """How much slower than when undisturbed this process runs, by the processor time that one small piece of work takes.

    Neighbours on the same cores do not only take turns: they also make every turn dearer (shared caches, hyper-threads).
    """

    def __init__(self) -> None:
        self._found = [(time.monotonic(), _slice()) for _ in range(2_000)]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def _beat(self) -> None:
        while not self._stop.wait(0.04):
            self._found.append((time.monotonic(), _slice()))

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def since(self, moment: float) -> tuple[float, float]:
        """(how many times slower on average since then, seconds that the looking itself took)."""
        taken = [took for at, took in self._found if at >= moment]
        quiet = sorted(took for _, took in self._found)[len(self._found) // 100]
        return (statistics.mean(taken) / quiet if taken else 1.0), sum(taken)


def _slice() -> float:
    began = time.thread_time()
    sum(n * n % 7 for n in range(3_000))
    return time.thread_time() - began


@dataclass(slots=True)
class Count:
    """What was used up so far in this process."""

    cpu: float = 0.0
    commits: int = 0
    rollbacks: int = 0
    statements: Counter[str] = field(default_factory=Counter[str])

    def __sub__(self, other: "Count") -> "Count":
        return Count(
            self.cpu - other.cpu,
            self.commits - other.commits,
            self.rollbacks - other.rollbacks,
            self.statements - other.statements,
        )


class _Here(threading.local):
    outside = False


class Meter:
    """Counts the statements and commits of every engine in this process."""

    def __init__(self) -> None:
        self._count, self.pulse = Count(), Pulse()
        self._here, self._own = _Here(), 0.0
        self.idle = 0.0
        """Processor seconds a second of a worker that has nothing to do: looks, leases, the engine's own rounds."""
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)
        event.listen(Engine, "rollback", self._rollback)

    def close(self) -> None:
        self.pulse.close()
        event.remove(Engine, "before_cursor_execute", self._statement)
        event.remove(Engine, "commit", self._commit)
        event.remove(Engine, "rollback", self._rollback)

    def _statement(self, _conn: Any, _cursor: Any, text: str, *_more: Any) -> None:
        if not self._here.outside:
            self._count.statements[shape(text)] += 1

    def _commit(self, _conn: Any) -> None:
        self._count.commits += not self._here.outside

    def _rollback(self, _conn: Any) -> None:
        self._count.rollbacks += not self._here.outside

    @contextmanager
    def outside(self) -> Iterator[None]:
        """What this thread does in the block is the benchmark's own (it opens cases, it looks whether they are done)."""
        began, self._here.outside = time.thread_time(), True
        try:
            yield
        finally:
            self._here.outside = False
            self._own += time.thread_time() - began

    def now(self) -> Count:
        used = resource.getrusage(resource.RUSAGE_SELF)
        count, cpu = self._count, used.ru_utime + used.ru_stime - self._own
        return Count(cpu, count.commits, count.rollbacks, count.statements.copy())


@lru_cache(maxsize=4096)
def shape(text: str) -> str:
    """Verb and table of a statement: `UPDATE case_task`."""
    words = text.replace("(", " ").replace('"', "").split()
    verb = words[0].upper()
    if verb == "WITH":
        verb = next((word.upper() for word in words if word.upper() in ("INSERT", "UPDATE", "DELETE")), "SELECT")
    before = {"SELECT": "FROM", "INSERT": "INTO", "DELETE": "FROM", "UPDATE": "UPDATE"}.get(verb)
    upper = [word.upper() for word in words]
    if before is None or before not in upper:
        return " ".join(words[:2])[:40]
    return f"{verb} {words[upper.index(before) + 1]}".removesuffix(",")


@contextmanager
def metered(meter: Meter, into: dict[str, Any], cases: int) -> Iterator[None]:
    """Fill `into` with what the block used up for each of so many cases."""
    before, began = meter.now(), time.monotonic()
    yield
    used, seconds = meter.now() - before, time.monotonic() - began
    slower, spent = meter.pulse.since(began)
    into |= {
        "cases": cases,
        "cpu_ms": 1000 * ((used.cpu - spent) / slower - meter.idle * seconds) / cases,
        "cpu_ms_as_it_was": 1000 * used.cpu / cases,
        "slower": slower,
        "seconds": seconds,
        "commits": used.commits / cases,
        "rollbacks": used.rollbacks / cases,
        "statements": used.statements.total() / cases,
        "by_statement": {name: round(n / cases, 2) for name, n in used.statements.most_common(40)},
    }


async def working(without: frozenset[str], body: Callable[[], Awaitable[None]]) -> None:
    """A worker, as the command has it, for the time of `body`."""
    stop = asyncio.Event()
    running = asyncio.ensure_future(run_worker(stop, without=without))
    try:
        await body()
    finally:
        stop.set()
        await asyncio.wait_for(running, 60)


def _left(made: Rig, query: Any) -> int:
    with made.db.reading() as session:
        return session.scalar(query) or 0


def unfinished(made: Rig, expected: int) -> int:
    return expected - _left(made, select(func.count()).select_from(CaseRow).where(CaseRow.status.in_(OVER)))


def untold(made: Rig) -> int:
    return _left(made, select(func.count()).select_from(NoticeRow).where(NoticeRow.state == State.DUE))


def unproven(made: Rig) -> int:
    open_stages = (Stage.NEW, Stage.SIGNED, Stage.LOGGED)
    return _left(made, select(func.count()).select_from(CredentialRow).where(CredentialRow.stage.in_(open_stages)))


async def until(done: Callable[[], bool], seconds: float = 300.0, every: float = 0.5, least: bool = False) -> None:
    """Wait; `least`: it need not get there in this time."""
    end = time.monotonic() + seconds
    while not await asyncio.to_thread(done):
        if time.monotonic() > end:
            if least:
                return
            raise TimeoutError("the worker does not get ready")
        await asyncio.sleep(every)


async def _carried_out(made: Rig, meter: Meter, figures: dict[str, Any]) -> None:
    """A worker that has just started takes a few cases to warm up; then come the backlogs, cases at a steady rate, single cases."""

    def over() -> bool:
        with meter.outside():
            return unfinished(made, len(made.opened)) == 0

    def all_done() -> bool:
        with meter.outside():
            return unfinished(made, len(made.opened)) == 0 and untold(made) == 0

    def open_next() -> None:
        with meter.outside():
            made.open_next(1)

    async def body() -> None:
        await asyncio.to_thread(made.open_next, WARM)
        await until(all_done)
        with metered(meter, resting := dict[str, Any](), 1):
            await asyncio.sleep(IDLE)
        meter.idle = resting["cpu_ms"] / 1000 / resting["seconds"]
        figures["idle"].append(resting)
        for _ in range(ROUNDS):
            opening, running = dict[str, Any](), dict[str, Any]()
            submissions = await asyncio.to_thread(made.next_submissions, BACKLOG)
            with metered(meter, opening, BACKLOG):
                made.open_together(submissions)
            before = _events(made)
            with metered(meter, running, BACKLOG):
                await until(all_done)
            running |= {"events": (_events(made) - before) / BACKLOG, "per_s": BACKLOG / running["seconds"]}
            figures["opening"].append(opening)
            figures["backlog"].append(running)
        with metered(meter, steady := dict[str, Any](), STEADY):
            began = time.monotonic()
            for number in range(STEADY):
                await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
                await asyncio.to_thread(open_next)
            await until(all_done)
        figures["steady"].append(steady)
        took = list[float]()
        with metered(meter, one := dict[str, Any](), SINGLE):
            for _ in range(SINGLE):
                began = time.perf_counter()
                await asyncio.to_thread(open_next)
                await until(over, every=0.1)
                took.append(time.perf_counter() - began)
            await until(all_done)
        figures["single"].append(one | {"a_case_took_s": statistics.median(took)})

    await working(CERTIFICATES, body)


def _events(made: Rig) -> int:
    return _left(made, select(func.count()).select_from(EventRow))


async def _proven(made: Rig, meter: Meter, figures: dict[str, Any]) -> None:
    """For a while only: how many certificates a second become provable is another benchmark's (`trust_certificates`)."""
    left, proving = unproven(made), dict[str, Any]()

    async def body() -> None:
        await until(lambda: unproven(made) == 0, PROVING, least=True)

    with metered(meter, proving, 1):
        await working(frozenset({"notices", "forwarding"}), body)
    done = max(left - unproven(made), 1)
    figures["proving"].append(
        {"certificates": done}
        | {name: proving[name] / done for name in ("cpu_ms", "commits", "statements")}
        | {"by_statement": {name: round(n / done, 2) for name, n in proving["by_statement"].items()}}
    )


def _profiled(made: Rig, meter: Meter, figures: dict[str, Any]) -> None:
    """Every thread's calls go into one profile, so that what runs beside the loop is seen too."""
    kept: list[cProfile.Profile] = []

    class Profiled(threading.Thread):
        def run(self) -> None:
            profile = cProfile.Profile(time.thread_time)
            kept.append(profile)
            profile.runcall(super().run)

    plain, threading.Thread = threading.Thread, Profiled  # type: ignore[misc]
    main = cProfile.Profile(time.thread_time)
    try:
        main.runcall(uvloop.run, _carried_out(made, meter, figures))
    finally:
        threading.Thread = plain  # type: ignore[misc]
    stats = pstats.Stats(main)
    for profile in kept:
        stats.add(profile)
    stats.dump_stats(PROFILE)


def median(found: list[dict[str, Any]], name: str) -> float:
    return statistics.median(each[name] for each in found)


def measure(on_postgres: bool = True) -> dict[str, Any]:
    births = WARM + ROUNDS * BACKLOG + STEADY + SINGLE + 10
    figures: dict[str, Any] = {name: list[dict[str, Any]]() for name in PHASES}
    with rig(births=births, on_postgres=on_postgres) as made:
        get_settings().worker_id = "w0"
        os.environ["ONETHING_WORKER_CONCURRENCY"] = "32"
        settle_in()
        meter = Meter()
        try:
            if PROFILE:
                _profiled(made, meter, figures)
            else:
                uvloop.run(_carried_out(made, meter, figures))
                uvloop.run(_proven(made, meter, figures))
        finally:
            meter.close()
        figures["outcomes"] = made.outcomes()
    return figures


def run(out: Path) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    figures = measure()
    rows: list[Row] = []
    for phase, words, measured in (
        ("opening", "taken in", False),
        ("backlog", "carried out, of a backlog", True),
        ("steady", f"carried out, {RATE:.0f} a second", True),
        ("single", "carried out, one after the other", False),
        ("proving", "a certificate proven afterwards", False),
    ):
        found: list[dict[str, Any]] = figures[phase]
        if not found:
            continue
        cpu, commits = median(found, "cpu_ms"), median(found, "commits")
        said = f"{cpu:.1f} ms, {commits:.1f} commits, {median(found, 'statements'):.0f} statements"
        if phase == "backlog":
            said += f", {median(found, 'events'):.0f} events ({median(found, 'per_s'):.1f} cases/s here)"
        holds = (cpu <= CPU_MS and commits <= COMMITS) if measured else None
        rows.append(Row(words, f"≤ {CPU_MS:.0f} ms, ≤ {COMMITS:.0f} commits" if measured else "", said, holds))
    idle = figures["idle"][0]
    said = f"{idle['cpu_ms'] / idle['seconds']:.1f} ms, {idle['statements'] / idle['seconds']:.0f} statements a second"
    rows.append(Row("a worker at rest (taken off above)", "", said))
    rows.append(
        Row("this machine was slower by", "", f"{median(figures['backlog'], 'slower'):.1f} × (reckoned out above)")
    )
    show("What a case costs its worker", rows)
    return figures
