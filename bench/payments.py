"""Payments booked and sent to a bank in its own process: how many a second, and with senders killed by -9 in between."""

import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.casework_rig import postgres
from bench.table import Row, show
from onething.core.clock import today
from onething.core.db import Database
from onething.payments import service as payments
from onething.payments.contrib.http_bank import HttpBank
from onething.payments.models import NewOrder, Payee
from onething.payments.tables import OrderRow

COUNT, KILLS, PURSE = 6_000, 8, "bench"
RUN = """
import sys
from bench.payments import book_and_send
book_and_send(*sys.argv[1:])
"""


@contextlib.contextmanager
def bank() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "onething.sandbox.paybank.app", f"{folder}/bank.db"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            try:
                yield process.stdout.readline().decode().strip()
            finally:
                process.kill()


def book_and_send(url: str, address: str, name: str, count: str, lapse: str = "60") -> None:
    """Book `count` payments in batches, sending in between, then whatever others left; the same keys in every process."""
    from datetime import timedelta

    from onething.payments import orders

    orders.LEASE = timedelta(seconds=float(lapse))
    database, at_bank = Database(url), HttpBank(address)
    sender = payments.PaymentSender(database, at_bank, name)
    print("ready", flush=True)
    for start in range(0, int(count), 200):
        wanted = [NewOrder(f"b{n}", PURSE, Payee(f"subj_{n}", f"杭州第{n}公司", f"6222{n:010d}11"), 100_00 + n, "补贴") for n in range(start, start + 200)]  # fmt: skip
        with database.transaction() as session:
            payments.book(session, wanted)
        sender.run_once()
    until = time.monotonic() + 120
    while time.monotonic() < until:
        done = sender.run_once()
        if not done.claimed:
            with database.reading() as session:
                if not session.scalar(select(func.count()).select_from(OrderRow).where(OrderRow.state != "settled")):
                    return
            time.sleep(0.05)


def _measure(url: str) -> dict[str, Any]:
    database = Database(url)
    database.create_all()
    with database.transaction() as session:
        payments.appropriate(session, PURSE, 10**12, "doc")
    with bank() as address:
        command = [sys.executable, "-c", RUN, url, address, "s", str(COUNT)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            started = time.perf_counter()
            process.wait()
            seconds = time.perf_counter() - started
        figures = {"seconds": round(seconds, 2), "per_second": round(COUNT / seconds), **_check(database, address)}
    database.dispose()
    return figures


def _check(database: Database, address: str) -> dict[str, Any]:
    effects = json.load(urllib.request.urlopen(f"{address}/_effects"))
    with database.transaction() as session:
        found = payments.reconcile(session, HttpBank(address).statement(today().isoformat()))
        return {
            "settled": session.scalar(select(func.count()).select_from(OrderRow).where(OrderRow.state == "settled")),
            "at_the_bank": effects["payments"], "paid_twice": effects["doubled"], "fen_at_the_bank": effects["fen"],
            "matched": found.matched, "suspense": found.suspense, "problems": list(payments.audit(session).problems),
        }  # fmt: skip


def _killed(url: str) -> dict[str, Any]:
    database = Database(url)
    database.create_all()
    with database.transaction() as session:
        payments.appropriate(session, PURSE, 10**12, "doc")
    chance, hits = random.Random(5), 0
    with bank() as address:
        for number in range(KILLS + 1):
            command = [sys.executable, "-c", RUN, url, address, f"s{number}", str(COUNT), "2"]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                process.stdout.readline()
                if number < KILLS:
                    time.sleep(chance.uniform(0.1, 0.8))
                    hits += process.poll() is None
                    process.kill()
                process.wait()
        figures = {"kills": KILLS, "killed_at_work": hits, **_check(database, address)}
    database.dispose()
    return figures


def run(out: Path) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    """SQLite and PostgreSQL, both with durable commits."""
    figures: dict[str, Any] = {"payments": COUNT}
    with tempfile.TemporaryDirectory() as folder:
        figures["sqlite"] = _measure(f"sqlite:///{folder}/one.db")
        figures["killed"] = _killed(f"sqlite:///{folder}/two.db")
    try:
        with postgres() as url:
            figures["postgresql"] = _measure(url)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        figures["postgresql"] = {"error": str(error)[:200]}
    _print(figures)
    return figures


def _print(figures: dict[str, Any]) -> None:
    rows: list[Row] = []
    for name in ("sqlite", "postgresql"):
        rate = figures[name].get("per_second")
        if rate is not None:
            rows.append(Row(f"{COUNT} payments booked, sent and settled, {name}", "≥ 200/s", f"{rate}/s", rate >= 200))
    killed = figures["killed"]
    whole = sum(100_00 + n for n in range(COUNT))
    rows += [
        Row(f"{KILLS} × kill -9: settled", str(COUNT), str(killed["settled"]), killed["settled"] == COUNT),
        Row("paid twice", "0", str(killed["paid_twice"]), killed["paid_twice"] == 0),
        Row("fen that left the bank", str(whole), str(killed["fen_at_the_bank"]), killed["fen_at_the_bank"] == whole),
        Row("the books", "balance", str(killed["problems"] or "balance"), not killed["problems"]),
    ]
    show("Payments", rows)
