"""What `onething worker` runs: a worker process with the rounds of every room; as many as there are cores on PostgreSQL, one on SQLite."""

import asyncio
import contextlib
import os
import signal
import threading
import time

import typer

from onething.casework.execution import leases
from onething.casework.execution.worker import RunsBeside, Worker
from onething.casework.models import Pace
from onething.casework.settings import CaseworkSettings, engine_url
from onething.catalog.models import City
from onething.catalog.service import get_city
from onething.core.logs import get_logger
from onething.core.manifests.house import House
from onething.core.manifests.rooms import load_for
from onething.core.processes.process import Process, settle_in
from onething.core.settings import get_settings, settings_of
from onething.exchange.rounds import exchange_of
from onething.host.assembling import assemble, load_all, process
from onething.host.supervision import supervised as telling_supervisor
from onething.notices.channels import Channel
from onething.trust.sealing.backfill import LiesOpen
from onething.trust.service import key_store

log = get_logger("casework.worker")

EXIT_GRACE = 15.0
"""Seconds after draining within which the process ends, whatever a thread of it still waits for."""


def rounds_of(house: House, here: Process, without: frozenset[str] = frozenset()) -> list[RunsBeside]:
    """The work beside the cases that the rooms name, without those that this installation has nothing for."""
    named = [(room, each) for room in house.rooms for each in room.rounds if each.name not in without]
    made: list[RunsBeside | None] = [load_for(room, each.make)(here) for room, each in named]
    return [each for each in made if each is not None]


def sealed_columns(house: House) -> list[LiesOpen]:
    """What must not lie open, of every room."""
    return [each for each in load_all(house, "sealed_columns") if isinstance(each, LiesOpen)]


async def run_worker(
    stop: asyncio.Event | None = None, *, pace: Pace | None = None, without: frozenset[str] = frozenset(),
    hurry: asyncio.Event | None = None,
) -> None:  # fmt: skip
    """A whole worker from the settings; returns after `stop` is set and it has drained, at once after `hurry`. `without`: names of
    rounds that are left out."""
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
        here.db, city_of(), exchange.converse, DbosEngine(engine_url(), settings.worker_id, own.engine_pool_size),
        worker_id=settings.worker_id, places=own.worker_concurrency, lease_seconds=own.lease_seconds, pace=pace,
        beside=rounds_of(house, here, without), sealed_columns=sealed_columns(house), city_of=city_of,
    )  # fmt: skip
    here.may_act = worker.holds
    if stop is not None:
        worker.stop = stop
    if hurry is not None:
        worker.hurry = hurry
    try:
        await worker.run(own.drain_seconds)
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await exchange.aclose()
                channel = here.shared(Channel)  # type: ignore[type-abstract]
                if channel is not None:
                    await channel.aclose()


def main() -> int:
    """Run until SIGTERM or SIGINT, then drain (a second one cuts that short); the exit code is 0 then, and 3 when the lease was lost
    (a supervisor starts it again)."""

    async def supervised() -> int:
        stop, hurry = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def end() -> None:
            (hurry if stop.is_set() else stop).set()

        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, end)
        log.info("worker starts", worker=get_settings().worker_id, pid=os.getpid())
        try:
            async with telling_supervisor():
                await run_worker(stop=stop, hurry=hurry)
        except leases.LeaseLostError:
            log.error("this worker was silent for too long and another has its work; start it again")
            # Threads may hang in connections that the server closed while this process was frozen: none of it is wanted.
            os._exit(3)
        # Its lease is given back; a thread that still waits for an agency must not keep the process for minutes.
        last = threading.Timer(EXIT_GRACE, os._exit, (0,))
        last.daemon = True
        last.start()
        return 0

    import uvloop

    settle_in()
    with contextlib.suppress(OSError):
        os.nice(5)  # people who are waiting for a page come first
    return uvloop.run(supervised())


def drain(wait: float) -> None:
    """Ask the worker of this name on this machine to end, and wait for so many seconds until it has. Raises `typer.Exit`: 1 when it
    runs elsewhere or does not end in time, 3 when there is none."""
    here, name = process("command"), get_settings().worker_id
    found = leases.holder(here.db, name)
    if found is None:
        typer.echo(f"{name}: 没有在运行 · does not run", err=True)
        raise typer.Exit(3)
    if not found.is_here:
        typer.echo(f"{name}: 在另一台机器 {found.host} 上 · runs on {found.host}", err=True)
        raise typer.Exit(1)
    os.kill(found.pid, signal.SIGTERM)
    end = time.monotonic() + wait
    while leases.holder(here.db, name) is not None:
        if time.monotonic() >= end:
            typer.echo(f"{name}: 已要求停止 · was asked to end", err=True)
            raise typer.Exit(0 if wait == 0 else 1)
        time.sleep(0.2)
    typer.echo(f"{name}: 已停止 · ended")
