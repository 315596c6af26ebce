"""`onething worker`: a worker process with the rounds of every room; as many as there are cores on PostgreSQL, one on SQLite."""

import asyncio
import contextlib
import os
import signal
import sys

import typer

from onething.casework.execution import leases
from onething.casework.execution.worker import RunsBeside, Worker
from onething.casework.models import Pace
from onething.casework.settings import CaseworkSettings, engine_url
from onething.catalog.models import City
from onething.catalog.service import get_city
from onething.core.logs import get_logger
from onething.core.manifests.house import House
from onething.core.manifests.rooms import load
from onething.core.processes.process import Process, settle_in
from onething.core.settings import get_settings, settings_of
from onething.exchange.rounds import exchange_of
from onething.host.assembling import assemble, load_all, process
from onething.host.supervision import supervised as telling_supervisor
from onething.notices.channels import Channel
from onething.trust.sealing.backfill import LiesOpen
from onething.trust.service import key_store

log = get_logger("casework.worker")
app = typer.Typer(help="Run a worker that carries out cases and sends notices; stops cleanly on SIGTERM or Ctrl-C.")


@app.callback(invoke_without_command=True)
def run(
    worker_id: str = typer.Option("", "--id", help="Stable name of this worker (default: ONETHING_WORKER_ID)."),
) -> None:
    """Run until told to stop. Exit code 3: another worker took over because this one was silent; start it again."""
    if worker_id:
        get_settings().worker_id = worker_id
    code = main()
    if code:
        sys.exit(code)


def rounds_of(house: House, here: Process, without: frozenset[str] = frozenset()) -> list[RunsBeside]:
    """The work beside the cases that the rooms name, without those that this installation has nothing for."""
    named = [each for room in house.rooms for each in room.rounds if each.name not in without]
    made: list[RunsBeside | None] = [load(each.make)(here) for each in named]
    return [each for each in made if each is not None]


def sealed_columns(house: House) -> list[LiesOpen]:
    """What must not lie open, of every room."""
    return [each for each in load_all(house, "sealed_columns") if isinstance(each, LiesOpen)]


async def run_worker(
    stop: asyncio.Event | None = None, *, pace: Pace | None = None, without: frozenset[str] = frozenset()
) -> None:
    """A whole worker from the settings; returns after `stop` is set. `without`: names of rounds that are left out."""
    from onething.casework.execution.contrib.dbos_engine import DbosEngine  # only workers carry the engine

    house, settings, own = assemble(), get_settings(), settings_of(CaseworkSettings)
    # Without its passphrase no certificate can be signed: better not to start than to try every case again and again.
    key_store()
    here = process("worker")
    exchange = exchange_of(here)

    def city_of() -> City:
        city = get_city()
        exchange.follow(city)
        return city

    worker = Worker(
        here.db, city_of(), exchange.ask, DbosEngine(engine_url(), settings.worker_id, own.engine_pool_size),
        worker_id=settings.worker_id, places=own.worker_concurrency, lease_seconds=own.lease_seconds, pace=pace,
        beside=rounds_of(house, here, without), sealed_columns=sealed_columns(house), city_of=city_of,
    )  # fmt: skip
    here.may_act = worker.holds
    if stop is not None:
        worker.stop = stop
    try:
        await worker.run()
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await exchange.aclose()
                channel = here.shared(Channel)  # type: ignore[type-abstract]
                if channel is not None:
                    await channel.aclose()


def main() -> int:
    """Run until SIGTERM or SIGINT; the exit code is 3 when the lease was lost (a supervisor starts it again)."""

    async def supervised() -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        log.info("worker starts", worker=get_settings().worker_id, pid=os.getpid())
        try:
            async with telling_supervisor():
                await run_worker(stop=stop)
        except leases.LeaseLostError:
            log.error("this worker was silent for too long and another has its work; start it again")
            # Threads may hang in connections that the server closed while this process was frozen: none of it is wanted.
            os._exit(3)
        return 0

    import uvloop

    settle_in()
    with contextlib.suppress(OSError):
        os.nice(5)  # people who are waiting for a page come first
    return uvloop.run(supervised())
