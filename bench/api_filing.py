"""Filing through the API at a steady 20 requests a second: open loop, so a slow answer does not slow the next request.

Each request is one mother's whole filing in one call: checked, pre-reviewed, planned, stored as a case. Measured with the
web server alone, and again while a worker carries the same cases out on the same cores (20 cases a second are more than
two cores can carry out, so that figure shows what an overloaded machine does to people who are filing).
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

from bench.casework_rig import Rig, free_port, rig
from bench.table import Row, show

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web"), str(ROOT / "tests" / "api")]

RATE = 20.0
SECONDS = 30
WARM = 20
TARGET_MS = 300.0


def start_web(made: Rig) -> tuple["subprocess.Popen[bytes]", str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | made.environment | {
        "ONETHING_PUBLIC_URL": url, "ONETHING_RATE_LIMIT_PER_MINUTE": "100000", "ONETHING_PRODUCTION": "0",
    }  # fmt: skip
    log = (made.folder / "web.log").open("ab")
    command = [str(Path(sys.executable).with_name("onething")), "serve", "--port", str(port)]
    return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT), url


async def wait_for(url: str) -> None:
    async with aiohttp.ClientSession() as http:
        for _ in range(300):
            try:
                async with http.get(f"{url}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
    raise RuntimeError("the web server did not start")


async def file_all(url: str, filings: list[tuple[str, dict[str, Any]]]) -> list[tuple[int, float]]:
    """(status, milliseconds) of each filing, sent at the rate whatever the answers do."""

    async def one(http: aiohttp.ClientSession, number: int, token: str, body: dict[str, Any]) -> tuple[int, float]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-filing-{number:06d}"}
        started = time.perf_counter()
        async with http.post(f"{url}/api/v1/filings/at-once", json=body, headers=headers) as answer:
            await answer.read()
            return answer.status, (time.perf_counter() - started) * 1000

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as http:
        begun, tasks = time.perf_counter(), []
        for number, (token, body) in enumerate(filings):
            await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
            tasks.append(asyncio.create_task(one(http, number, token, body)))
        return await asyncio.gather(*tasks)


def measure(made: Rig, births: list[dict[str, Any]]) -> dict[str, Any]:
    """One open loop over these births; the first ones warm up."""
    from api_client import everything, id_token
    from web_stack import Stack

    web, url = start_web(made)
    try:
        asyncio.run(wait_for(url))
        stack = Stack(url, made.sandbox, made.db.url, {}, made.folder)
        filings = [(id_token(stack, birth["mother_sub"]), everything(birth)) for birth in births]
        answers = asyncio.run(file_all(url, filings))[WARM:]
    finally:
        web.terminate()
        web.wait(30)
    times = sorted(ms for status, ms in answers if status == 201)
    failed = [status for status, _ in answers if status != 201]
    return {
        "rate": RATE, "filed": len(times), "not_filed": len(failed), "statuses": sorted(set(failed)),
        "median_ms": statistics.median(times) if times else float("inf"),
        "p95_ms": times[int(len(times) * 0.95)] if times else float("inf"), "max_ms": max(times, default=0.0),
    }  # fmt: skip


def run(out: Path, seconds: int = SECONDS) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    count = int(seconds * RATE) + WARM
    with rig(births=2 * count, on_postgres=True) as made:
        alone = measure(made, made.births[:count])
        made.start_worker("w0")
        shared = measure(made, made.births[count : 2 * count])
    figures = {"filing_alone": alone, "with_a_worker_on_the_same_cores": shared}
    rows = [
        Row("filing, p95", f"≤ {TARGET_MS:.0f} ms", f"{alone['p95_ms']:.0f} ms", alone["p95_ms"] <= TARGET_MS),
        Row("filing, median", "", f"{alone['median_ms']:.0f} ms"),
        Row("p95 while a worker carries the cases out too", "", f"{shared['p95_ms']:.0f} ms (median {shared['median_ms']:.0f})"),
        Row("requests that did not file", "0", str(alone["not_filed"] + shared["not_filed"]), not alone["not_filed"] + shared["not_filed"]),
    ]  # fmt: skip
    show(f"Filing through the API at {RATE:.0f} requests/s, PostgreSQL", rows)
    return figures
