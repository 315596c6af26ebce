"""A rig for measuring casework: sandbox agencies over HTTP, worker processes, a database, cases from sandbox births."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, text

from onething.casework.applicants.opening import open_case
from onething.casework.models import CaseStatus, Submission
from onething.casework.tables import CaseRow, SegmentRow, TaskRow, WorkerRow
from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.core.tables import EventRow
from onething.exchange.tables import MessageRow
from onething.host.assembling import subscribe
from onething.sandbox.service import CityHandles, running
from onething.subjects.service import ensure_person

ROOT = Path(__file__).parent.parent
OVER = [status.value for status in CaseStatus if status.over]
LEASE_LOST = 3
"""Exit code of a worker whose work another one took over (docs/reference: `onething worker`)."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server with its own data folder and durable commits; gives the address of an empty database."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not homes:
        raise RuntimeError("no PostgreSQL server here: run `scripts/system-packages postgres`")
    home, folder, port = homes[-1], Path(tempfile.gettempdir()) / f"onething-pg-{uuid4().hex[:8]}", free_port()
    folder.mkdir()
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def call(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, capture_output=True, cwd=folder)

    call(str(home / "initdb"), "-D", str(data), "-U", "onething", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=100 -c shared_buffers=1GB -c max_wal_size=8GB"
    call(str(home / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
    try:
        call(str(home / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "onething", "bench")
        yield f"postgresql+psycopg://onething@127.0.0.1:{port}/bench"
    finally:
        call(str(home / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


ACCEPTED = (
    "core.unfit_sqlite,core.unfit_plain_url,core.unfit_lookup_key,core.unfit_tables,core.unfit_readable,identity.insecure_provider,"
    "identity.unfit_demo_provider,identity.unfit_secret,notices.unfit_no_carrier,notices.unfit_sandbox_phone,trust.unfit_passphrase"
)
"""A measuring rig is no city: what it must not go live with."""


@dataclass
class Rig:
    """A product on `db` with `sandbox` beside it; workers are real processes."""

    db: Database
    sandbox: CityHandles
    folder: Path
    lease: float = 3.0
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    births: list[dict[str, Any]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **self.sandbox.environment,
            "ONETHING_DATABASE_URL": self.db.url,
            "ONETHING_DATA_DIR": str(self.folder),
            "ONETHING_CITIES_DIR": str(ROOT / "cities"),
            "ONETHING_LEASE_SECONDS": str(self.lease),
            "ONETHING_SMS_GATHER_SECONDS": "0",  # each message by itself, so that none lost and none twice can be counted
            "ONETHING_LOG_LEVEL": "WARNING",
            "ONETHING_PRODUCTION": "1",
            "ONETHING_PRODUCTION_ACCEPTS": ACCEPTED,
            "ONETHING_TRUST_PASSPHRASE": "bench",
        }

    def start_worker(self, name: str, places: int = 32) -> None:
        """Start (or restart) a worker and wait until it holds its lease."""
        log = (self.folder / f"{name}.log").open("ab")
        environment = os.environ | self.environment
        environment |= {"ONETHING_WORKER_ID": name, "ONETHING_WORKER_CONCURRENCY": str(places)}
        command = [str(Path(sys.executable).with_name("onething")), "worker"]
        self.workers[name] = subprocess.Popen(command, env=environment, stderr=log, stdout=log, cwd=self.folder)
        end = time.monotonic() + 240  # on a machine that others keep busy, importing alone has taken a minute
        while time.monotonic() < end:
            with self.db.reading() as session:
                row = session.get(WorkerRow, name)
                if row is not None and row.status == "alive" and row.pid == self.workers[name].pid:
                    return
            if self.workers[name].poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"worker {name} did not start: {(self.folder / f'{name}.log').read_text()[-2000:]}")

    def kill(self, name: str, how: int = signal.SIGKILL) -> None:
        process = self.workers[name]
        process.send_signal(how)
        if how in (signal.SIGKILL, signal.SIGTERM):
            process.wait(60)

    def stop(self) -> None:
        for process in self.workers.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.workers.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(45)
            process.kill()

    def submission(self, birth: dict[str, Any]) -> Submission:
        """A parent's filing of one sandbox birth: photo read, three questions answered."""
        with self.db.transaction() as session:
            person = ensure_person(
                session, oidc_sub=birth["mother_sub"], name=birth["mother_name"],
                id_number=birth["mother_id_number"], phone=birth["mother_phone"],
            )  # fmt: skip
        paper = {
            name: birth[name] or None
            for name in (
                "certificate_number", "child_name", "child_sex", "born_at", "gestation_weeks", "weight_g", "length_cm",
                "hospital", "birth_address", "mother_name", "mother_id_number", "father_name", "father_id_number",
                "issued_on", "issuer",
            )
        }  # fmt: skip
        home = (birth.get("mother_household") or birth.get("father_household") or {}).get("address", "")
        facts = {
            "applicant": {"name": birth["mother_name"], "id_number": birth["mother_id_number"], "phone": birth["mother_phone"]},
            "birth_certificate": paper,
            "choices": {"household_of": "mother", "home_address": home or birth["birth_address"], "pay_premium": True},
            "deduction_choice": {"share": "100"},
        }  # fmt: skip
        return Submission(
            key=f"bench-{birth['certificate_number']}",
            city="shanghai",
            life_event="newborn",
            subject_id=person.id,
            facts=facts,
        )

    def open(self, submission: Submission) -> str:
        with self.db.transaction() as session:
            ref = open_case(session, submission)
        self.opened.append(ref.id)
        return ref.id

    def open_next(self, count: int = 1) -> list[str]:
        """Open the next cases from the births that run by themselves."""
        start = len(self.opened)
        if len(self.births) < start + count:
            raise RuntimeError("the sandbox has no more births")
        return [self.open(self.submission(birth)) for birth in self.births[start : start + count]]

    def open_together(self, submissions: list[Submission]) -> None:
        """Open many cases in one transaction, so that workers see all of them at once."""
        with self.db.transaction() as session:
            self.opened += [open_case(session, each).id for each in submissions]

    def next_submissions(self, count: int) -> list[Submission]:
        start = len(self.opened)
        return [self.submission(birth) for birth in self.births[start : start + count]]

    def finished(self) -> int:
        with self.db.reading() as session:
            return session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.status.in_(OVER))) or 0

    def outcomes(self) -> dict[str, int]:
        with self.db.reading() as session:
            return dict(session.execute(select(CaseRow.status, func.count()).group_by(CaseRow.status)).tuples().all())

    def wait_until_finished(self, count: int, seconds: float) -> bool:
        """A worker that was starved until it lost its lease has ended itself; here, as in an installation, it is started again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.finished() >= count:
                return True
            for name, process in list(self.workers.items()):
                if process.poll() == LEASE_LOST:
                    self.start_worker(name)
            time.sleep(0.1)
        return False

    def state(self) -> dict[str, Any]:
        """For the message of a test that failed: cases by status, what each process is doing, and what it last said."""
        ends = {name: process.poll() for name, process in self.workers.items()}
        with self.db.reading() as session:
            held = select(SegmentRow.worker_id, SegmentRow.state, func.count()).group_by(
                SegmentRow.worker_id, SegmentRow.state
            )
            segments = [tuple(row) for row in session.execute(held)]
            leases = [(row.id, row.status, str(row.lease_until)) for row in session.scalars(select(WorkerRow))]
            tasks = session.execute(select(TaskRow.status, func.count()).group_by(TaskRow.status)).tuples().all()
        logs = {name: (self.folder / f"{name}.log").read_text()[-1500:] for name in self.workers}
        return {
            "cases": self.outcomes(),
            "exits": ends,
            "segments": segments,
            "leases": leases,
            "tasks": tasks,
            "logs": logs,
        }

    def wait_until_held(self, worker: str, segments: int, seconds: float) -> bool:
        """Whether the worker came to have so many segments under way at one time."""
        query = select(func.count()).select_from(SegmentRow)
        query = query.where(SegmentRow.worker_id == worker, SegmentRow.state == "claimed")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self.db.reading() as session:
                if (session.scalar(query) or 0) >= segments:
                    return True
            time.sleep(0.02)
        return False

    def wait_until_told(self, messages: int, seconds: float = 150) -> int:
        """How many SMS arrived; what a killed sender held is sent after its hold of a minute."""
        end = time.monotonic() + seconds
        while (arrived := self.messages()) < messages and time.monotonic() < end:
            time.sleep(0.3)
        return arrived

    # -- was anything done twice?

    def doubled_effects(self) -> int:
        """Idempotency keys that had more than one effect at any agency."""
        return sum(int(self._get(url, "/_effects")["doubled_keys"]) for url in self.sandbox.gateways.values())

    def effects(self) -> int:
        return sum(int(self._get(url, "/_effects")["total"]) for url in self.sandbox.gateways.values())

    def repeated_steps(self) -> int:
        """Calls for a task that was already committed as done."""
        query = (
            select(MessageRow.at, MessageRow.ms, TaskRow.finished_at)
            .join(TaskRow, (TaskRow.case_id == MessageRow.case_id) & (TaskRow.task_id == MessageRow.purpose))
            .where(TaskRow.status == "done", MessageRow.at > TaskRow.finished_at, MessageRow.attempts > 0)
        )
        with self.db.reading() as session:
            late = session.execute(query).all()
        # A call is logged when it ends; what counts is whether it began after the task was done.
        return sum(1 for at, ms, finished in late if finished and at - timedelta(milliseconds=ms) > finished)

    def doubled_events(self) -> int:
        """Events that stand twice for the same task or case."""
        task = "data ->> 'task'" if not self.db.is_sqlite else "json_extract(data, '$.task')"
        slot = "data ->> 'certificate'" if not self.db.is_sqlite else "json_extract(data, '$.certificate')"
        query = f"SELECT count(*) FROM (SELECT 1 FROM event_log GROUP BY stream, type, {task}, {slot} HAVING count(*) > 1) x"
        with self.db.reading() as session:
            return int(session.scalar(text(query)) or 0)

    def doubled_messages(self) -> int:
        """SMS that reached the sandbox phone more than once."""
        found = self._get(self.sandbox.phone_url, "/messages?limit=10000")["messages"]
        seen: dict[str, int] = {}
        for message in found:
            key = str(message["idempotency_key"])
            seen[key] = seen.get(key, 0) + 1
        return sum(1 for times in seen.values() if times > 1)

    def messages(self) -> int:
        return len(self._get(self.sandbox.phone_url, "/messages?limit=10000")["messages"])

    def count_events(self) -> int:
        with self.db.reading() as session:
            return session.scalar(select(func.count()).select_from(EventRow)) or 0

    def _get(self, url: str, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{url}{path}", timeout=20) as reply:
            return json.loads(reply.read())


@contextlib.contextmanager
def rig(
    *, births: int = 300, on_postgres: bool = True, url: str | None = None, lease: float = 3.0, people: int = 2000
) -> Iterator[Rig]:
    """A whole installation for the time of the block. `url` uses a database that is there already."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onething-bench-")))
        if url is None:
            url = stack.enter_context(postgres()) if on_postgres else f"sqlite:///{folder}/onething.db"
        sandbox = stack.enter_context(running(people=max(people, births * 4), births=births + births // 3 + 20))
        db = Database(url)
        stack.callback(db.dispose)
        db.create_all()
        made = Rig(db, sandbox, folder, lease)
        stack.callback(made.stop)
        previous = dict(os.environ)
        stack.callback(lambda: (os.environ.clear(), os.environ.update(previous), get_settings.cache_clear()))
        os.environ.update(made.environment)
        get_settings.cache_clear()
        get_city()
        subscribe()
        made.births = sandbox.births(plain=True)
        yield made
