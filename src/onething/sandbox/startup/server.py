"""Serves the sandbox Shenzhen: identity, phone and eight agencies in one process, the two old web systems as their own.

An old web system that dies is started again on its port, as somebody in the machine room would, after `REVIVE` seconds.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from onething.sandbox.agencies.app import make_app as make_agency
from onething.sandbox.agencies.desk import LEDGER, Desk
from onething.sandbox.identity.accounts import Accounts
from onething.sandbox.population.officials import Official
from onething.sandbox.serving import Quiet, listen, until_orphaned
from onething.sandbox.startup.desks import DESKS
from onething.sandbox.startup.town import Town, town

OLD = ("seal", "fund")
PORTS = {"identity": 0, "phone": 1, **{name: 10 + n for n, name in enumerate(DESKS)}, "seal": 20, "fund": 21}
"""Service → distance from the base port."""
REVIVE = 0.3
DIRECTORY = "city.db"
TITLES = {
    "founder": {"zh": "发起人", "en": "the one who files"},
    "partner": {"zh": "合伙人", "en": "her partner"},
    "debtor": {"zh": "失信被执行人", "en": "a dishonest judgment debtor"},
    "barred": {"zh": "任职受限", "en": "barred from office"},
    "dead": {"zh": "已故人员", "en": "deceased"},
    "passport": {"zh": "持美国护照的投资人", "en": "an investor with a passport of the United States"},
    "hong_kong": {"zh": "持港澳居民来往内地通行证", "en": "from Hong Kong, with a travel permit"},
    "taiwan": {"zh": "持台湾居民居住证", "en": "from Taiwan, with a residence permit"},
    "resident_foreigner": {"zh": "持外国人永久居留身份证", "en": "a foreigner with permanent residence"},
}
OFFICIALS = (
    Official("amr.he", "何平安", "officer", "amr", "市场监管局 审核员", "Market regulation officer"),
    Official("seal.luo", "罗志强", "officer", "seal", "印章管理 民警", "Seal register officer"),
    Official("fund.mo", "莫小琴", "officer", "fund", "公积金中心 柜员", "Housing fund clerk"),
    Official("sz.admin", "邓清", "admin", "", "一网通办 管理员", "Administrator"),
)


@dataclass
class Options:
    """`base_port` 0 takes free ports. `robots`: start the two old web systems too."""

    folder: Path
    people: int = 400
    seed: int = 1
    base_port: int = 0
    robots: bool = True


@dataclass
class Services:
    """What is running."""

    sockets: dict[str, socket.socket] = field(default_factory=dict[str, socket.socket])
    old: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, subprocess.Popen[bytes]])

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.sockets[name].getsockname()[1]}"


def write_directory(path: Path, made: Town) -> None:
    """The identity provider's people."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(
        "CREATE TABLE person (sub TEXT PRIMARY KEY, id_number TEXT UNIQUE, name TEXT, sex TEXT, born TEXT, phone TEXT, persona TEXT) WITHOUT ROWID;"
    )
    rows = [
        (p.sub, p.id_number, p.name, p.sex, p.birth_date.isoformat(), p.phone, p.persona)
        for p in made.people
    ]  # fmt: skip
    db.execute("BEGIN")
    db.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    db.execute("COMMIT")
    db.close()


def write_desk(path: Path, desk: Desk, made: Town) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {LEDGER}{desk.schema} BEGIN;")
    desk.fill(db, made)
    db.execute("COMMIT")
    db.close()


def _apps(options: Options, services: Services, made: Town) -> dict[str, Any]:
    from onething.sandbox.identity.app import make_app as make_identity
    from onething.sandbox.phone.app import make_app as make_phone

    run = options.folder
    write_directory(run / DIRECTORY, made)
    apps: dict[str, Any] = {
        "identity": make_identity(run / DIRECTORY, services.url("identity"), run, Accounts(run / DIRECTORY, TITLES, OFFICIALS)),
        "phone": make_phone(run / "phone.db"),
    }  # fmt: skip
    for name, desk in DESKS.items():
        write_desk(run / f"{name}.db", desk, made)
        apps[name] = make_agency(desk, run / f"{name}.db")
    return apps


def _start_old(name: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "onething.sandbox.oldweb.app", name, str(port), str(folder / f"{name}.db")]
    )


def card(options: Options, services: Services, ports: dict[str, int]) -> dict[str, Any]:
    """What a client needs to know, as JSON."""
    gateways = {name: services.url(name) for name in DESKS} | {
        name: f"http://127.0.0.1:{ports[name]}" for name in ports
    }
    return {
        "pid": os.getpid(), "folder": str(options.folder), "issuer": services.url("identity"),
        "phone_url": services.url("phone"), "gateways": gateways,
    }  # fmt: skip


async def serve(options: Options) -> None:
    """Until SIGTERM, SIGINT or the end of standard input."""
    options.folder.mkdir(parents=True, exist_ok=True)
    services = Services()
    for name in ("identity", "phone", *DESKS):
        services.sockets[name] = listen(options.base_port + PORTS[name] if options.base_port else 0)
    ports = _old_ports(options)
    made = town(options.people, options.seed)
    apps = _apps(options, services, made)
    servers = [
        Quiet(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", http="httptools", ws="none", timeout_graceful_shutdown=1))
        for app in apps.values()
    ]  # fmt: skip
    for name, port in ports.items():
        services.old[name] = _start_old(name, port, options.folder)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [
        asyncio.create_task(server.serve([services.sockets[name]])) for server, name in zip(servers, apps, strict=True)
    ]
    tasks += [asyncio.create_task(_keep_alive(services, ports, options)), asyncio.create_task(until_orphaned(stop))]
    try:
        await _await_old(ports)
        print(orjson.dumps(card(options, services, ports)).decode(), flush=True)  # noqa: T201
        await stop.wait()
    finally:
        for server in servers:
            server.should_exit = True
        for task in tasks[-2:]:
            task.cancel()
        for process in services.old.values():
            process.kill()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(tasks, timeout=3)


def _old_ports(options: Options) -> dict[str, int]:
    if not options.robots:
        return {}
    found: dict[str, int] = {}
    for name in OLD:
        with contextlib.closing(listen(options.base_port + PORTS[name] if options.base_port else 0)) as probe:
            found[name] = probe.getsockname()[1]
    return found


async def _keep_alive(services: Services, ports: dict[str, int], options: Options) -> None:
    while True:
        await asyncio.sleep(REVIVE)
        for name, port in ports.items():
            if services.old[name].poll() is not None:
                services.old[name] = _start_old(name, port, options.folder)


async def _await_old(ports: dict[str, int]) -> None:
    for port in ports.values():
        for _ in range(600):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(0.1)
        else:
            raise RuntimeError("an old web system does not answer")


def main() -> None:
    """`python -m onething.sandbox.startup.server '<options as JSON>'`; prints one line of JSON when all answer."""
    raw = orjson.loads(sys.argv[1])
    asyncio.run(serve(Options(**{**raw, "folder": Path(raw["folder"])})))


if __name__ == "__main__":
    main()
