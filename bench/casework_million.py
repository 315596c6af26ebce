"""A million cases stored: how long do the pages take that officers and citizens open?

Each stored case has its row, its twenty tasks' worth of progress folded into what the pages read: tasks, events,
certificates and work items of a realistic mix (96 % finished, the rest waiting for officers, the applicant or an agency).
Cases are spread over 700,000 people and two years. Rows are written by COPY (PostgreSQL) or executemany (SQLite).
"""

import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bench.casework_rig import ROOT, postgres
from bench.table import Row, show
from onething.casework.cases import applicant_names
from onething.casework.models import InboxFilter
from onething.casework.officers.inbox import inbox
from onething.casework.views.reading import case_view, cases_of, search
from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.planning.service import make_plan

CASES = 1_000_000
LOOKS = 200
START = datetime(2024, 11, 1, tzinfo=UTC)
FAMILY, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅鑫宇浩",
)
OPEN = 0.04
"""Share of cases under way: 40,000 of a million is three times what a city of 25 million has open."""

TABLES = {
    "cases": "id reference key city life_event catalog_version subject_id applicant_name status plan_digest filing absent reasons fingerprint submitted_at due_at finished_at",
    "case_name": "mark case_id",
    "case_task": "case_id task_id position agency status code decision attempts started_at finished_at retry_at due_at alarm_at after result",
    "work_item": "id case_id task_id kind agency life_event service status opened_at due_at assignee decision reason decided_by decided_at version content",
    "certificate": "id number number_mark code case_id task_id slot evidence_type agency subject_id issued_at valid_until status pdf",
    "event_log": "id at stream type actor data",
}  # fmt: skip


class City:
    """Makes the rows of case `n`, the same ones every time."""

    def __init__(self, tasks: list[tuple[str, str]], digest: str) -> None:
        self.tasks, self.digest = tasks, digest
        self.start, self.every, self.open = START, timedelta(seconds=63), OPEN
        self.services = [task for task in tasks if task[0].startswith("service:")]

    def rows(self, n: int) -> dict[str, list[tuple[Any, ...]]]:
        chance = random.Random(n)
        case_id, subject = f"case_{n:026d}", f"subj_{chance.randrange(700_000):026d}"
        name = chance.choice(FAMILY) + chance.choice(GIVEN) + chance.choice(GIVEN)
        at = self.start + n * self.every
        under_way = chance.random() < self.open
        end = None if under_way else at + timedelta(minutes=chance.randrange(1, 300))
        filing = '{"channel":"web","lang":"zh","consents":[],"documents":[],"leave_out":[]}'
        case = (
            case_id, f"CS{n:08d}-ABCD-EFGH", f"key-{n}", "shanghai", "newborn", "bench", subject, name,
            "waiting" if under_way else "done", self.digest, filing, "[]", "[]", f"{n:064x}", at,
            at + timedelta(days=14), end,
        )  # fmt: skip
        waiting = chance.choice(self.services)[0] if under_way else ""
        tasks, log = (
            list[tuple[Any, ...]](),
            [(f"evt_{n}_0", at, case_id, "case.submitted", f"citizen:{subject}", "{}")],
        )
        for position, (task, agency) in enumerate(self.tasks):
            state = "waiting" if task == waiting else "done"
            done = None if state == "waiting" else at + timedelta(seconds=position)
            due = at + timedelta(days=7)
            tasks.append((case_id, task, position, agency, state, "officer" if done is None else "", "", 1, at, done, None, due, due, "[]", "{}"))  # fmt: skip
            if done and task.startswith("service:"):
                log.append(
                    (
                        f"evt_{n}_{position + 1}",
                        done,
                        case_id,
                        "task.done",
                        "system",
                        f'{{"task":"{task}","agency":"{agency}"}}',
                    )
                )
        items, agency = list[tuple[Any, ...]](), dict(self.tasks).get(waiting, "police")
        if under_way or chance.random() < 0.05:
            decided = None if under_way else end
            items.append(
                (f"item_{n:026d}", case_id, waiting or self.services[0][0], "decide", agency, "newborn",
                 (waiting or self.services[0][0]).removeprefix("service:"), "open" if under_way else "done", at,
                 at + timedelta(days=chance.randrange(1, 20)), None, None if under_way else "approve", None,
                 None, decided, 1, '{"code":"officer","findings":[]}')
            )  # fmt: skip
        certificates = [
            (f"cert_{n}_{i}", f"31-{n}-{i}", f"31-{n}-{i}", f"{n:08d}{i:04d}", case_id, task, "e_birth_certificate", "e_birth_certificate",
             agency, subject, end, None, "valid", None)
            for i, (task, agency) in enumerate(self.services[:4]) if end
        ]  # fmt: skip
        found_by = [(mark, case_id) for mark in applicant_names.marks_of(name)]
        return {
            "cases": [case],
            "case_name": found_by,
            "case_task": tasks,
            "work_item": items,
            "certificate": certificates,
            "event_log": log,
        }


def prepare(db: Database) -> City:
    """Tables, the one plan that all cases share, and what a case is made of."""
    db.create_all()
    city = get_city()
    event = city.life_events[0]
    paper = {"certificate_number": "X", "mother_id_number": "M", "father_id_number": "F", "born_at": "2026-11-10T08:30"}
    choices = {"household_of": "mother", "home_address": "A", "pay_premium": True}
    facts = {"birth_certificate": paper, "choices": choices, "deduction_choice": {"share": "100"}}
    plan = make_plan(city, event, facts | {"applicant": {"id_number": "M", "name": "N"}})
    body = plan.model_dump_json()
    with db.transaction() as session:
        session.execute(
            text(
                "INSERT INTO case_plan (digest, plan) VALUES ('bench', "
                + (":p" if db.is_sqlite else "cast(:p as jsonb)")
                + ")"
            ),
            {"p": body},
        )
    return City([(task.id, task.agency) for task in plan.tasks], "bench")


def sealed(db: Database, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of cases with their names sealed, each under the key of its person."""
    with db.transaction() as session:
        texts = applicant_names.sealed_all(session, [(row[6], row[0], row[7]) for row in rows])
    return [(*row[:7], text, *row[8:]) for row, text in zip(rows, texts, strict=True)]


def batches(db: Database, city: City, cases: int, size: int) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    for first in range(0, cases, size):
        found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        for n in range(first, min(first + size, cases)):
            for name, rows in city.rows(n).items():
                found[name] += rows
        found["cases"] = sealed(db, found["cases"])
        yield found


def fill_postgres(database: Database, city: City, cases: int) -> None:
    address = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        for batch in batches(database, city, cases, 20_000):
            for name, rows in batch.items():
                with cursor.copy(f"COPY {name} ({', '.join(TABLES[name].split())}) FROM STDIN") as copy:  # type: ignore[arg-type]
                    for row in rows:
                        copy.write_row(row)
            connection.commit()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def fill_sqlite(database: Database, path: Path, city: City, cases: int) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-400000"):
        db.execute(f"PRAGMA {pragma}")

    def plain(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            yield tuple(v.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(v, datetime) else v for v in row)

    for batch in batches(database, city, cases, 20_000):
        db.execute("BEGIN")
        for name, rows in batch.items():
            columns = TABLES[name].split()
            db.executemany(
                f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", plain(rows)
            )
        db.execute("COMMIT")
    db.execute("ANALYZE")
    db.close()


def looks(db: Database, cases: int) -> dict[str, Callable[[random.Random], object]]:
    """The pages, each opened as its reader would: with rights, and for officials with the look recorded."""
    agencies = ["police", "health", "medins", "hrss", "tax", "cdc", "maternal"]

    def officer(chance: random.Random) -> Principal:
        return Principal(Role.OFFICER, "o1", agency_id=chance.choice(agencies))

    def open_inbox(chance: random.Random) -> object:
        with db.reading() as session:
            page = inbox(session, officer(chance), InboxFilter())
            return inbox(session, officer(chance), InboxFilter(after=page.next))

    def by_name(chance: random.Random) -> object:
        with db.reading() as session:
            return search(session, officer(chance), chance.choice(FAMILY) + chance.choice(GIVEN))

    def by_reference(chance: random.Random) -> object:
        with db.reading() as session:
            return search(session, officer(chance), f"CS{chance.randrange(cases):08d}-ABCD-EFGH")

    def page(chance: random.Random) -> object:
        with db.transaction() as session:
            return case_view(session, officer(chance), f"case_{chance.randrange(cases):026d}")

    def mine(chance: random.Random) -> object:
        with db.reading() as session:
            return cases_of(session, Principal(Role.CITIZEN, "c", subject_id=f"subj_{chance.randrange(700_000):026d}"))

    return {
        "officer's inbox, two pages": open_inbox, "search by name": by_name, "search by reference": by_reference,
        "case page": page, "citizen's list": mine,
    }  # fmt: skip


def measure(db: Database, cases: int) -> dict[str, dict[str, float]]:
    figures: dict[str, dict[str, float]] = {}
    for name, look in looks(db, cases).items():
        chance, took = random.Random(7), list[float]()
        for _ in range(LOOKS):
            started = time.perf_counter()
            look(chance)
            took.append(1000 * (time.perf_counter() - started))
        took.sort()
        figures[name] = {"median_ms": statistics.median(took), "p95_ms": took[int(0.95 * LOOKS)], "worst_ms": took[-1]}
    return figures


def run(out: Path, cases: int = CASES) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    figures: dict[str, Any] = {"cases": cases}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="onething-million-") as folder:
        get_settings().cities_dir, get_settings().data_dir = ROOT / "cities", Path(folder)
        for name, limit in (("PostgreSQL", 200), ("SQLite", 300)):
            found = on_postgres(cases) if name == "PostgreSQL" else on_sqlite(Path(folder) / "million.db", cases)
            figures[name] = found
            for what, value in found["pages"].items():
                p95 = value["p95_ms"]
                rows.append(
                    Row(
                        f"{name}: {what}",
                        f"p95 ≤ {limit} ms",
                        f"{p95:.1f} ms (median {value['median_ms']:.1f})",
                        p95 <= limit,
                    )
                )
    show(f"With {cases:,} cases stored", rows)
    return figures


def on_postgres(cases: int) -> dict[str, Any]:
    with postgres() as url:
        db = Database(url)
        started = time.perf_counter()
        fill_postgres(db, prepare(db), cases)
        filled = time.perf_counter() - started
        with db.reading() as session:
            size = session.scalar(text("SELECT pg_database_size(current_database())"))
        found = {"fill_s": filled, "bytes": size, "pages": measure(db, cases)}
        db.dispose()
    return found


def on_sqlite(path: Path, cases: int) -> dict[str, Any]:
    db = Database(f"sqlite:///{path}")
    started = time.perf_counter()
    fill_sqlite(db, path, prepare(db), cases)
    filled = time.perf_counter() - started
    found = {"fill_s": filled, "bytes": path.stat().st_size, "pages": measure(db, cases)}
    db.dispose()
    return found
