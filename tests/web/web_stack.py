"""The whole product as people meet it: a sandbox city, the web server and a worker, each in its own process.

`with running_stack(folder) as stack:` gives addresses, the city's people, and shortcuts that every browser test needs.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.orm import Session

from onething.core.db import Database
from onething.core.persons.numbers import bare
from onething.core.settings import get_settings
from onething.exchange.settings import installed_chromium
from onething.sandbox.service import CityHandles, running
from stores import with_tables

ROOT = Path(__file__).parents[2]
CHROMIUM = str(installed_chromium())
CHROMIUM_ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]

EVERYTHING = [
    "*",
    "health.birth_record",
    "medins.insured",
    "medins.maternity_stay",
    "hrss.card_account",
    "civil.low_income",
]
"""`*` covers what needs no separate consent; sensitive data are named one by one."""


@dataclass
class Stack:
    """A running product. `url` has no slash at its end; `environment` starts further processes of the same product."""

    url: str
    city: CityHandles
    database_url: str
    environment: dict[str, str]
    folder: Path

    def database(self) -> Database:
        """A connection of the test's own, for looking behind the pages. Dispose of it."""
        return Database(self.database_url)

    @contextlib.contextmanager
    def inside(self) -> Iterator[Session]:
        """A transaction of the product itself, with its settings and keys: personal data lies sealed for everybody else."""
        mine = {name: value for name, value in self.environment.items() if name.startswith("ONETHING_")}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in mine.items():
                patch.setenv(name, value)
            get_settings.cache_clear()
            database = self.database()
            try:
                with database.transaction() as session:
                    yield session
            finally:
                database.dispose()
        get_settings.cache_clear()

    def sign_in(self, page: Any, sub: str, next_path: str = "/me") -> None:
        """Sign a Playwright page in as the account `sub` and come out at `next_path`."""
        page.context.clear_cookies(name=re.compile("^onething_sandbox_sso"))
        page.goto(f"{self.url}/sign-in?next={next_path}")
        page.locator(f"button[name=account][value='{sub}'], input[name=account][value='{sub}']").first.click()
        page.wait_for_url(re.compile(re.escape(f"{self.url}{next_path}")))  # or a page below it

    def family(self, number: int) -> tuple[str, dict[str, Any]]:
        """The n-th ordinary family: the mother's account and the birth, as its certificate says it."""
        birth = self.city.births(plain=True)[number]
        return birth["mother_sub"], birth

    def photo(self, persona: str, kind: str = "birth_certificate", child: int = 0, grade: str = "clean") -> Path:
        """A photograph of a persona's paper, made by the studio."""
        return self.photo_of(self.city.persona(persona)["births"][child], kind, grade)

    def photo_of(self, fields: dict[str, Any], kind: str, grade: str = "clean") -> Path:
        from onething.sandbox.studio import photograph, render

        path = self.folder / f"{kind}-{fields.get('certificate_number', fields.get('id_number', 'x'))}-{grade}.jpg"
        if not path.exists():
            texts = {key: str(value) for key, value in fields.items() if value is not None}
            texts |= {key: bare(value) for key, value in texts.items() if key.endswith("id_number") and value}
            path.write_bytes(photograph(render(kind, texts), grade, seed=7, turn=0))  # type: ignore[arg-type]
        return path


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(arguments: list[str], environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", "from onething.host.cli import main; main()", *arguments]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log.open("wb"), stderr=subprocess.STDOUT)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    with httpx.Client() as asking:  # making one costs more than a page
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if asking.get(f"{url}/healthz").status_code == 200:
                    return
            time.sleep(0.2)
    raise RuntimeError(f"the web server did not start: {log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def _bank(folder: Path) -> Iterator[str]:
    """The bank that pays companies."""
    command = [sys.executable, "-m", "onething.sandbox.paybank.app", str(folder / "bank.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout.readline().decode().strip()
        process.kill()


@contextlib.contextmanager
def running_stack(folder: Path, people: int = 60, port: int | None = None) -> Iterator[Stack]:
    """Start everything, end everything."""
    with running(people=people, seed=7, births=12) as city, _bank(folder) as bank:
        port = port or _free_port()
        url = f"http://127.0.0.1:{port}"
        database_url = f"sqlite:///{folder}/onething.db"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ONETHING_")}
        environment |= city.environment | {
            "ONETHING_DATA_DIR": str(folder / "var"), "ONETHING_DATABASE_URL": database_url,
            "ONETHING_CITIES_DIR": str(ROOT / "cities"),
            "ONETHING_POLICY_CITY": "hangzhou", "ONETHING_BANK_URL": bank,
            "ONETHING_PUBLIC_URL": url, "ONETHING_RATE_LIMIT_PER_MINUTE": "6000", "ONETHING_LOG_LEVEL": "WARNING",
        }  # fmt: skip
        database = Database(database_url)
        with_tables(database)
        database.dispose()
        web = _start(["serve", "--port", str(port)], environment, folder / "web.log")
        worker = _start(["worker"], environment, folder / "worker.log")
        try:
            _wait_for(url, web, folder / "web.log")
            yield Stack(url, city, database_url, environment, folder)
        finally:
            for process in (web, worker):
                process.terminate()
            for process in (web, worker):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(15)
                process.kill()
