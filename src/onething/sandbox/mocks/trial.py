"""A process in which the filings of one package are tried: mocked agencies, a phone, a worker and a database of its own.

`python -m onething.sandbox.mocks.trial '<options as JSON>'` prints one line of JSON for each filing. It is a process of its own so
that nothing of an installation (settings, database, keys) is ever touched.
"""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import uvicorn

from onething.sandbox.serving import Quiet, listen


def _settle(folder: Path, city: Path, base: str, agencies: list[str]) -> None:
    """The environment that this process is an installation in."""
    os.environ |= {
        "ONETHING_CITY": city.name,
        "ONETHING_CITIES_DIR": str(city.parent),
        "ONETHING_DATABASE_URL": f"sqlite:///{folder}/trial.db",
        "ONETHING_DATA_DIR": str(folder / "data"),
        "ONETHING_GATEWAYS": orjson.dumps({name: f"{base}/{name}" for name in agencies}).decode(),
        "ONETHING_GATEWAYS_MOCKED": "true",
        "ONETHING_SMS_SANDBOX_URL": f"{base}/_phone",
        "ONETHING_SMS_GATHER_SECONDS": "0",
        "ONETHING_LOG_LEVEL": "CRITICAL",
    }


@contextlib.asynccontextmanager
async def _serving(app: Any, listener: socket.socket) -> AsyncIterator[None]:
    server = Quiet(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", ws="none"))
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait([task], timeout=3)


async def run(folder: Path, city_folder: Path, wanted: list[str], out: BinaryIO) -> None:
    """Try the filings called `wanted`, and print how each went."""
    from onething.catalog.service import load_city
    from onething.sandbox.mocks.app import make_app
    from onething.sandbox.phone.app import make_app as make_phone

    city = load_city(city_folder)
    app = make_app(city, folder)
    app.mount("/_phone", make_phone(folder / "phone.db"))
    listener = listen(0)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    _settle(folder, city_folder, base, [agency.id for agency in city.agencies])
    async with _serving(app, listener):
        await _product(city, f"{base}/_phone", wanted, out)


async def _product(city: Any, phone: str, wanted: list[str], out: BinaryIO) -> None:
    from onething.core.db import get_database
    from onething.exchange.service import Exchange
    from onething.host.assembling import assemble
    from onething.host.worker import run_worker
    from onething.sandbox.mocks.filer import Filer

    assemble()
    database = get_database()
    database.create_all()
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(stop))
    exchange = Exchange(city, database)
    try:
        await _each(Filer(database, city, exchange, phone), wanted, out)
    finally:
        stop.set()
        await exchange.aclose()
        await asyncio.wait([worker], timeout=10)


async def _each(filer: Any, wanted: list[str], out: BinaryIO) -> None:
    from onething.sandbox.mocks.verdict import faults_of

    city = filer.city
    for filing in city.sandbox.filings:
        event, person = city.life_event(filing.life_event), city.sandbox.person(filing.person)
        if filing.id in wanted and event is not None and person is not None:
            went = await filer.file(filing, event, person)
            faults = [fault.model_dump() for fault in faults_of(filing, went)]
            reasons = [each.model_dump() for each in went.reasons]
            told = asdict(replace(went, stuck=[], reasons=[])) | {
                "filing": filing.id,
                "faults": faults,
                "reasons": reasons,
            }
            out.write(orjson.dumps(told, default=str) + b"\n")
            out.flush()


def main() -> None:
    raw = orjson.loads(sys.argv[1])
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever the product prints goes where its other words go
        asyncio.run(run(Path(raw["folder"]), Path(raw["city"]), raw["filings"], out))


if __name__ == "__main__":
    main()
