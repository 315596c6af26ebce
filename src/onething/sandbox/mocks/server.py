"""Serves a package's sandbox: identity provider, phone and all agencies, mocked, in one process.

`python -m onething.sandbox.mocks.server '<options as JSON>'` prints one line of JSON when all answer, and ends with its starter.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from onething.catalog.models import City, SandboxPerson
from onething.catalog.service import load_city
from onething.core.persons.numbers import parse_person_number
from onething.sandbox.identity.accounts import Accounts
from onething.sandbox.identity.app import make_app as make_identity
from onething.sandbox.mocks.app import make_app
from onething.sandbox.phone.app import make_app as make_phone
from onething.sandbox.population.officials import Official
from onething.sandbox.serving import Quiet, listen, until_orphaned

PORTS = {"identity": 0, "phone": 1, "agencies": 10}
"""Service → distance from the base port."""
DIRECTORY = "city.db"


def write_directory(path: Path, people: tuple[SandboxPerson, ...]) -> None:
    """The identity provider's people."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(
        "CREATE TABLE person (sub TEXT PRIMARY KEY, id_number TEXT UNIQUE, name TEXT, sex TEXT, born TEXT, phone TEXT, persona TEXT) WITHOUT ROWID;"
    )
    db.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?)", [_row(person) for person in people])
    db.close()


def _row(person: SandboxPerson) -> tuple[str, ...]:
    number = parse_person_number(person.id_number)
    sex, born = number.sex or person.sex or "female", number.birth_date or person.born
    return person.id, number.text, person.name, sex, born.isoformat() if born else "", person.phone, person.id


def accounts_of(city: City, directory: Path) -> Accounts:
    """Who can sign in: the people and officials of the package."""
    titles = {person.id: person.title.model_dump() for person in city.sandbox.people}
    officials = [
        Official(each.id, each.name, each.role, each.agency or "", each.title.zh, each.title.en)
        for each in city.sandbox.officials
    ]
    return Accounts(directory, titles, officials, (), ("", ""))


async def serve(city: City, folder: Path, base_port: int) -> None:
    """Until SIGTERM, SIGINT or the end of standard input."""
    write_directory(folder / DIRECTORY, city.sandbox.people)
    sockets = {name: listen(base_port + distance if base_port else 0) for name, distance in PORTS.items()}
    urls = {name: f"http://127.0.0.1:{each.getsockname()[1]}" for name, each in sockets.items()}
    apps: dict[str, Any] = {
        "identity": make_identity(folder / DIRECTORY, urls["identity"], folder, accounts_of(city, folder / DIRECTORY)),
        "phone": make_phone(folder / "phone.db"),
        "agencies": make_app(city, folder),
    }
    servers = {name: Quiet(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1)) for name, app in apps.items()}  # fmt: skip
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(server.serve([sockets[name]])) for name, server in servers.items()]
    orphaned = asyncio.create_task(until_orphaned(stop))
    gateways = {agency.id: f"{urls['agencies']}/{agency.id}" for agency in city.agencies}
    card = {"pid": os.getpid(), "issuer": urls["identity"], "phone_url": urls["phone"], "gateways": gateways}
    sys.stdout.write(orjson.dumps(card).decode() + "\n")
    sys.stdout.flush()
    await stop.wait()
    for server in servers.values():
        server.should_exit = True
    orphaned.cancel()
    await asyncio.wait(tasks, timeout=3)


def main() -> None:
    raw = orjson.loads(sys.argv[1])
    Path(raw["folder"]).mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(load_city(Path(raw["city"])), Path(raw["folder"]), raw["base_port"]))


if __name__ == "__main__":
    main()
