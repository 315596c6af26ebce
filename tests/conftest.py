"""Fixtures shared by all rooms: a fresh SQLite database, a real PostgreSQL server, paths of the optional shared data."""

import contextlib
import gc
import os

# Two test processes have the cores: numeric threads would wait for each other, spinning. Read when the libraries are imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from functools import cache
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings as hypothesis_settings
from tests.state_guards import install as guard_states

from onething.core.db import Database
from onething.core.settings import get_settings
from onething.trust.keys.store import FileKeyStore
from stores import with_tables

ROOT = Path(__file__).parent.parent
LONGEST = {
    "test_web_startup.py",
    "test_web_journey.py",
    "test_web_licences.py",
    "test_casework_faults.py",
    "test_sandbox_demo.py",
}
SHARED = ROOT.parent / "shared"

# Commits wait for no disk: a process that is killed loses nothing that it has written to a file in memory either.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# New examples are found at a desk, where they can be looked into; a build of the same commit gives the same answer.
# No test fails because the machine was busy.
hypothesis_settings.register_profile("desk", deadline=None)
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "desk")
# Modules, tests and compiled statements stay: walking them again and again is a tenth of the processor time of these processes.
gc.set_threshold(50_000, 20, 100)
guard_states()
# How hard a passphrase is to guess is no matter of these tests, and would be paid in each of them (32 MB and 0.1 s a store).
FileKeyStore.__init__.__kwdefaults__["cost"] = 2**10


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast", action="store_true", help="leave out the functions of tests/slow.txt (scripts/note-slow writes it)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that drive a browser come last: the driver leaves an event loop running in its process, in which no asynchronous test can
    begin. (Those that are asynchronous themselves leave none.) Of each kind the longest come first, so that both processes end together."""
    driving = {item.path for item in items if item.get_closest_marker("browser")}
    driving -= {item.path for item in items if iscoroutinefunction(getattr(item, "function", None))}
    items.sort(key=lambda item: (item.path in driving, item.path.name not in LONGEST))
    if config.getoption("--fast"):
        slow = set((ROOT / "tests" / "slow.txt").read_text(encoding="utf-8").splitlines())
        left_out = [item for item in items if item.nodeid.partition("[")[0] in slow]
        items[:] = [item for item in items if item.nodeid.partition("[")[0] not in slow]
        config.hook.pytest_deselected(items=left_out)
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`-n 2`: a file, or all files of one group, in one process. What a file shares (a city, a running product) is then made once.

    pytest-xdist's own `loadgroup` writes groups into names of tests, which pytest 9.2 no longer reads: it dealt tests out one by one.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return group_of(ROOT / path) or path

    config.option.loadscopereorder = False  # as sorted above
    return ByFile(config, log)


@cache
def group_of(path: Path) -> str | None:
    """The name in a file's `pytest.mark.xdist_group("…")`: files that share something dear, or disturb each other."""
    found = re.search(r'xdist_group\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    return found[1] if found else None


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has its own data folder and never reads the developer's environment."""
    for name in [name for name in os.environ if name.startswith("ONETHING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ONETHING_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ONETHING_DATABASE_URL", f"sqlite:///{tmp_path}/onething.db")
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(ROOT / "cities"))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database with all tables."""
    database = Database(f"sqlite:///{tmp_path}/onething.db")
    with_tables(database)
    yield database
    database.dispose()


def free_port() -> int:
    """A TCP port that is free now on the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_postgres(superuser: str = "onething") -> Iterator[str]:
    """A PostgreSQL server of its own, with this superuser; gives its address without a database name."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not homes:
        pytest.skip("no PostgreSQL server here; `scripts/system-packages postgres` installs it")
    home, folder, port = homes[-1], Path("/tmp") / f"onething-pg-{uuid4().hex[:8]}", free_port()
    folder.mkdir()
    as_postgres: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_postgres = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_postgres, *command], check=True, capture_output=True, cwd=folder)

    run(str(home / "initdb"), "-D", str(data), "-U", superuser, "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=256MB"
    options += " -c fsync=off -c full_page_writes=off"  # the server itself is never killed in a test
    run(str(home / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://{superuser}@127.0.0.1:{port}"
    finally:
        run(str(home / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this test run only; gives its address without a database name."""
    with running_postgres() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    from sqlalchemy import create_engine, text

    name = f"t_{uuid4().hex[:12]}"
    admin = create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{postgres_server}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def shared_data() -> Path:
    """The folder of real laws, logs and codes beside the checkout; skips where it is absent."""
    folder = SHARED / "data"
    if not folder.exists():
        pytest.skip("../shared/data is not here; this test needs its real data")
    return folder
