"""What signing costs: the same question put to the same agency by plain HTTP and through two gateways (mutual TLS, SM2 on four
signatures, evidence saved on both sides), in turn and then many at a time. Asker, gateway and agency are processes of their own.
"""

import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.table import Row, show
from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.settings import get_settings, settings_of
from onething.exchange.gateway import setup as members
from onething.exchange.models import Call, Outcome
from onething.exchange.service import Exchange
from onething.exchange.settings import ExchangeSettings
from onething.sandbox.service import running
from onething.trust.service import Algorithm, generate_secret, make_signer, make_verifier

SINGLE, MANY, AT_ONCE = 400, 2_000, 24


@contextlib.contextmanager
def _gateway(environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-c", "from onething.host.cli import main; main()", "gateway", "--agency", "police"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield f"https://127.0.0.1:{json.loads(process.stdout.readline())['port']}", process.pid
        finally:
            process.terminate()


async def _ask(exchange: Exchange, id_number: str, key: str) -> float:
    started = time.perf_counter()
    call = Call("police.resident", {"id_number": id_number}, "newborn", "bench", key)
    answer = await exchange.ask(call)
    assert answer.outcome is Outcome.OK, answer
    return (time.perf_counter() - started) * 1000


async def _in_turn(exchanges: dict[str, Exchange], people: list[str]) -> dict[str, list[float]]:
    """Alternating, so that both meet the same noise."""
    found: dict[str, list[float]] = {name: [] for name in exchanges}
    for number in range(SINGLE + 50):
        for name, exchange in exchanges.items():
            spent = await _ask(exchange, people[number % len(people)], f"{name}{number}")
            if number >= 50:
                found[name].append(spent)
    return found


async def _at_once(exchange: Exchange, people: list[str], prefix: str) -> float:
    """Questions a second."""
    left = iter(range(MANY))

    async def some() -> None:
        for number in left:
            await _ask(exchange, people[number % len(people)], f"{prefix}{number}")

    started = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return MANY / (time.perf_counter() - started)


async def _measure(settings: ExchangeSettings, folder: Path, people: list[str], gateway: int) -> dict[str, Any]:
    db = Database(f"sqlite:///{folder}/asker.db")
    db.create_all()
    plain = Exchange(get_city(), db, settings=settings.model_copy(update={"gateway_dir": None}))
    signed = Exchange(get_city(), db, settings=settings)
    spent = await _in_turn({"plain": plain, "signed": signed}, people)
    rates = {"plain": await _at_once(plain, people, "p")}
    before = (time.process_time(), _cpu(gateway))
    rates["signed"] = await _at_once(signed, people, "s")
    cpu = ((time.process_time() - before[0]) * 1000 / MANY, (_cpu(gateway) - before[1]) * 1000 / MANY)
    for each in (plain, signed):
        await each.aclose()
    medians = {name: statistics.median(values) for name, values in spent.items()}
    return {"median_ms": medians, "per_second": rates, "cpu_ms": {"asker": cpu[0], "gateway": cpu[1]}}


def _cpu(pid: int) -> float:
    import psutil

    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def _signature_ms() -> tuple[float, float]:
    signer = make_signer(Algorithm.SM2, generate_secret(Algorithm.SM2), b"bench")
    verifier, message = make_verifier(signer.public_key), b"x" * 600
    signature = signer.sign(message)

    def timed(work: Callable[[], object]) -> float:
        started = time.perf_counter()
        for _ in range(500):
            work()
        return (time.perf_counter() - started) * 2

    return timed(lambda: signer.sign(message)), timed(lambda: verifier.verify(signature, message))


def run(_out: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, running(people=300, only=("police",)) as city:
        folder = Path(name)
        environment = {
            "ONETHING_DATA_DIR": str(folder / "var"), "ONETHING_DATABASE_URL": f"sqlite:///{folder}/gateway.db",
            "ONETHING_GATEWAY_DIR": str(folder / "members"), "ONETHING_LOG_LEVEL": "WARNING", **city.environment,
        }  # fmt: skip
        os.environ.update(environment)
        get_settings.cache_clear()
        database = Database(f"sqlite:///{folder}/gateway.db")
        database.create_all()
        database.dispose()
        urls = {"platform": "", "police": ""}
        members.setup(folder / "members", urls)
        people = [
            each["id_number"] for each in city.people(200) if _known(city.folder / "police.db", each["id_number"])
        ]
        with _gateway(dict(os.environ)) as (url, pid):
            members.setup(folder / "members", urls | {"police": url})
            figures = asyncio.run(_measure(settings_of(ExchangeSettings), folder, people, pid))
    sign_ms, verify_ms = _signature_ms()
    figures["sm2_ms"] = {"sign": sign_ms, "verify": verify_ms}
    added = figures["median_ms"]["signed"] - figures["median_ms"]["plain"]
    figures["added_median_ms"] = added
    rate, cpu = figures["per_second"]["signed"], figures["cpu_ms"]
    show("Signed exchange through two gateways (SM2, mutual TLS, evidence on both sides)", [
        Row("median, one at a time: plain", "", f"{figures['median_ms']['plain']:.2f} ms"),
        Row("added by signing", "≤ 4 ms", f"{added:.2f} ms", added <= 4),
        Row(f"a second, {AT_ONCE} at a time", "≥ 200", f"{rate:.0f} (plain {figures['per_second']['plain']:.0f})", rate >= 200),
        Row("processor time an exchange", "", f"asker {cpu['asker']:.2f} ms, gateway {cpu['gateway']:.2f} ms"),
        Row("of it SM2, each side one of both", "", f"sign {sign_ms:.2f} ms, verify {verify_ms:.2f} ms"),
    ])  # fmt: skip
    return figures


def _known(path: Path, id_number: str) -> bool:
    import sqlite3

    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        table = "czrk"
        return db.execute(f"SELECT 1 FROM {table} WHERE gmsfhm = ?", (id_number,)).fetchone() is not None
