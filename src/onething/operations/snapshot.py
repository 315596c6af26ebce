"""One instant of everything that changes: the databases, the embedded chain, the witnesses that run here.

All SQLite files are locked against writing, a reader of each is opened (and PostgreSQL exports its snapshot), and the locks are let go:
milliseconds, in which writers wait. What the readers see is what a power cut at that instant would have left, and from that the product
recovers anyway. Copying then takes as long as it takes, with the service running.
"""

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

from onething.core.errors import Problem
from onething.core.whole import whole
from onething.operations import errors

MAGIC = b"SQLite format 3\0"
PATIENCE = 20.0
"""Seconds to wait for a writer."""
_PATIENT = "-c idle_in_transaction_session_timeout=0"
"""The snapshot lasts as long as the connection that holds it."""
Row = tuple[Any, ...]


@dataclass
class Instant:
    """What was pinned; copy from it while the block lasts."""

    files: dict[Path, sqlite3.Connection] = field(default_factory=dict[Path, sqlite3.Connection])
    servers: dict[str, tuple[psycopg.Connection[Row], str]] = field(
        default_factory=dict[str, tuple[psycopg.Connection[Row], str]]
    )
    """Address → the connection that holds its snapshot, and the snapshot's name."""

    def copy(self, path: Path, target: Path) -> None:
        """A SQLite file as it was, as one file without a journal beside it."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.touch(0o600)
        with contextlib.closing(sqlite3.connect(target)) as into:
            self.files[path].backup(into)

    def rows(self, address: str, query: str) -> list[Row]:
        """Ask the database of an address (see `address_of`) as it was."""
        if address in self.servers:
            return self.servers[address][0].execute(query.encode()).fetchall()
        return self.files[Path(address)].execute(query).fetchall()

    def has_table(self, address: str, name: str) -> bool:
        """In the schema in which the product's tables lie."""
        on_server = f"SELECT to_regclass('{name}')"
        in_file = f"SELECT max(name) FROM sqlite_master WHERE name = '{name}'"  # noqa: S608 - a name of ours
        known = on_server if address in self.servers else in_file
        return bool(self.rows(address, known)[0][0])


def is_sqlite(path: Path) -> bool:
    """By what it holds, not by its name."""
    try:
        with path.open("rb") as file:
            return file.read(16) == MAGIC
    except OSError:
        return False


def address_of(url: str) -> str:
    """An SQLite file's path, or a server's address for psycopg without the password."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return str(Path(parsed.database or "").resolve())
    return plain(parsed)


def plain(url: URL) -> str:
    """For libpq; the password goes by the environment, because everybody may read a command line."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


@contextlib.contextmanager
def instant(files: Sequence[Path], servers: Sequence[str]) -> Generator[Instant]:
    """`files`: SQLite files; `servers`: SQLAlchemy addresses. Raises `Problem(operations.busy)`."""
    taken = Instant()
    with contextlib.ExitStack() as kept:
        with contextlib.ExitStack() as locks:
            for path in files:
                _lock(locks, path)
            for url in servers:
                taken.servers[address_of(url)] = _export(kept, url)
            for path in files:
                taken.files[path] = _pin(kept, path)
        yield taken


def _lock(locks: contextlib.ExitStack, path: Path) -> None:
    link = locks.enter_context(contextlib.closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)))
    try:
        link.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise Problem(errors.BUSY, place=path.name, detail=str(error)) from None
    locks.callback(link.execute, "ROLLBACK")


def _pin(kept: contextlib.ExitStack, path: Path) -> sqlite3.Connection:
    link = kept.enter_context(contextlib.closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)))
    link.execute("BEGIN")
    link.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return link


def _export(kept: contextlib.ExitStack, url: str) -> tuple[psycopg.Connection[Row], str]:
    parsed = make_url(url)
    link = kept.enter_context(psycopg.connect(plain(parsed), password=parsed.password, options=_PATIENT))
    link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    link.read_only = True
    row = link.execute("SELECT pg_export_snapshot()").fetchone()
    return link, str(row[0]) if row else ""


# -- PostgreSQL's own tools


def tool(name: str, folder: Path | None, major: int) -> Path:
    """`pg_dump` or `pg_restore`, of the server's major version or later. Raises `Problem(operations.no_tool)`."""
    found: list[tuple[int, Path]] = []
    homes = [folder] if folder else [*sorted(Path("/usr/lib/postgresql").glob("*/bin")), *_path_folders()]
    for home in homes:
        program = home / name
        if os.access(program, os.X_OK) and (version := _major(program)) is not None:
            found.append((version, program))
    fit = [one for one in found if one[0] >= major]
    if not fit:
        said = f"found {max(found)[0]}" if found else "found none"
        raise Problem(errors.NO_TOOL, tool=name, wanted=major, found=said)
    return min(fit)[1]


def _path_folders() -> list[Path]:
    return [Path(one) for one in os.environ.get("PATH", "").split(os.pathsep) if one]


def _major(program: Path) -> int | None:
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout.split()  # noqa: S603 - a program of the operator's
    number = next((word for word in said if word[:1].isdigit()), "")
    return whole(number.partition(".")[0])


def server_major(url: str) -> int:
    """The server's major version."""
    parsed = make_url(url)
    with psycopg.connect(plain(parsed), password=parsed.password) as link:
        return link.info.server_version // 10000


def run(program: Path, url: str, *arguments: str) -> None:
    """Raises `Problem(operations.tool_failed)` with the last of its words, which hold no rows."""
    parsed = make_url(url)
    environment = {**os.environ, **({"PGPASSWORD": str(parsed.password)} if parsed.password else {})}
    command = [str(program), f"--dbname={plain(parsed)}", "--no-password", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - the same
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()
        raise Problem(errors.TOOL_FAILED, tool=program.name, why=(lines[0] if lines else "no words")[:200])
