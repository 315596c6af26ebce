"""What an operator sets wrong is named in words where it is met first, without a trace: settings, addresses, ports, files."""

import asyncio
import errno
import http.server
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError

from onething.casework.execution import worker
from onething.casework.settings import CaseworkSettings
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.migrating import upgrade
from onething.core.processes.production import strange_settings
from onething.core.settings import RoomSettings, Settings, get_settings, misfits
from onething.exchange.settings import ExchangeSettings
from onething.host import web
from onething.host.errors import problem_behind
from onething.identity.settings import IdentitySettings
from onething.payments.settings import PaymentsSettings
from onething.sandbox import demo
from onething.trust.settings import TrustSettings
from onething.web.pages.public import logout


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Settings, "DATABASE_URL", "one.db"),
        (Settings, "DATABASE_URL", "mysql://one"),
        (Settings, "DATABASE_URL", "postgresql://one"),
        (Settings, "LOG_LEVEL", "LOUD"),
        (Settings, "PUBLIC_URL", "one.example.org"),
        (CaseworkSettings, "ENGINE_DATABASE_URL", "one"),
        (IdentitySettings, "OIDC_ISSUER", "id.example.org"),
        (PaymentsSettings, "BANK_URL", "file:///etc/passwd"),
        (TrustSettings, "CHAIN_RPC_URL", "http://[::1"),
        (TrustSettings, "WITNESSES", '{"police": "police"}'),
        (ExchangeSettings, "GATEWAYS", '{"police": "http://:80"}'),
    ],
)
def test_an_address_or_level_that_cannot_be_is_named_by_its_setting(
    kind: type[RoomSettings], name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"ONETHING_{name}", value)
    with pytest.raises(ValidationError) as refused:
        kind()
    (line,) = misfits(refused.value)
    assert line.startswith(f"ONETHING_{name}: ")
    assert "must be" in line
    assert value not in line


def test_a_setting_that_is_typed_wrong_is_named_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_PRODUCITON", "true")
    monkeypatch.setenv("ONETHING_QQQ", "1")
    assert {"ONETHING_PRODUCITON (ONETHING_PRODUCTION?)", "ONETHING_QQQ"} <= set(strange_settings())


def test_the_names_that_the_product_reads_are_none_of_them_strange(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ONETHING_ROOMS_OFF", "ONETHING_PG_BIN", "onething_city", "ONETHING_BENCH_SEED"):
        monkeypatch.setenv(name, "")
    assert strange_settings() == []


@pytest.mark.parametrize("driver", [psycopg.OperationalError, sqlite3.OperationalError])
def test_a_database_that_is_away_is_told_in_words_also_where_the_driver_is_asked(driver: type[Exception]) -> None:
    told = problem_behind(driver("connection refused"))
    assert told is not None
    assert (told.kind.code, told.kind.exit_code) == ("core.unfit_store", 4)


def test_a_full_disk_is_told_in_words_with_the_file_that_could_not_be_written() -> None:
    told = problem_behind(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/var/lib/onething/trust/store.json"))
    assert told is not None
    assert told.kind.code == "core.unfit_disk"
    assert "store.json" in told.what.en
    assert problem_behind(OSError(errno.ECONNRESET, "reset")) is None


def test_a_file_that_is_no_database_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "one.db").write_text("a letter, not a database" * 100)
    database = Database(f"sqlite:///{tmp_path}/one.db")
    with pytest.raises(DatabaseError) as met:
        upgrade(database)
    told = problem_behind(met.value)
    assert told is not None
    assert told.kind.code == "host.no_database"


def test_a_port_that_is_taken_is_said_before_anything_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Problem, match=r"host\.port_taken") as refused:
        web.serve("127.0.0.1", taken.getsockname()[1], "")
    assert refused.value.kind.exit_code == 4


def test_a_city_that_is_not_there_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_CITY", "nowhere")
    get_settings.cache_clear()
    with pytest.raises(Problem, match=r"catalog\.no_such_city"):
        web.serve("127.0.0.1", 0, "")


def test_a_database_that_stays_away_is_one_line_in_a_workers_log(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(worker, "log", SimpleNamespace(warning=lambda said, **_more: lines.append(said)))
    away = SimpleNamespace(is_sqlite=False, url="postgresql+psycopg://one@127.0.0.1:1/one")
    here = SimpleNamespace(db=away, stop=asyncio.Event())
    tried: list[float] = []

    async def soon(seconds: float) -> None:
        tried.append(seconds)
        if len(tried) == 3:
            here.stop.set()

    monkeypatch.setattr(worker, "asyncio", SimpleNamespace(sleep=soon))
    listening: Any = worker.Worker._listening
    asyncio.run(listening(here))
    assert len(tried) == 3
    assert lines == ["the database does not wake us"]


def test_a_logout_notice_with_thousands_of_fields_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens: list[str] = []

    async def aside(_work: Any, token: str) -> None:
        tokens.append(token)

    async def body() -> bytes:
        return b"logout_token=x" + b"&a=1" * 5000

    monkeypatch.setattr(logout, "run_in_threadpool", aside)
    notice: Any = SimpleNamespace(body=body)
    asyncio.run(logout.back_channel(notice))
    assert tokens == [""]


class _Well(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def test_a_demo_does_not_take_somebody_elses_server_at_its_port_for_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SETTLED", 1.0)
    (tmp_path / "web.log").write_text("the port is taken")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Well) as another:
        threading.Thread(target=another.serve_forever, daemon=True).start()
        options: Any = SimpleNamespace(port=another.server_port, folder=tmp_path)
        ours = demo.Demo(options, lambda _said: None)
        ending = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.3); raise SystemExit(4)"])
        ours.children.append(demo.Child("web", ending, tmp_path / "web.log"))
        with pytest.raises(demo.DemoError, match="the port is taken"):
            ours.await_product()
        another.shutdown()
