"""What a process can say of how it goes: checks that decide whether it is ready, and figures for whoever watches.

A room names functions in its manifest: `health` gives `Check`s, `metrics` gives `Figure`s, both for a `Process`. `host.health`
asks them all and answers `/health/live`, `/health/ready` and `/metrics`.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from onething.core.clock import now
from onething.core.db import Database
from onething.core.faults import count_open
from onething.core.migrating import behind, current, is_known, newest
from onething.core.processes import rounds
from onething.core.processes.process import Process
from onething.core.settings import get_settings
from onething.core.tables import EventRow

LEAST_FREE = 256 * 1024 * 1024
"""Bytes: below this a write may fail in its middle, and nothing should be begun."""
MOST_CONNECTIONS = 0.85
"""Of a server's connections; the rest is for operators and for processes that start."""
MOST_SKEW = timedelta(seconds=30)
"""Leases and deadlines are judged by more than one clock."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so. `about` says in plain words what is wrong, or how it stands; no personal data."""

    name: str
    ok: bool
    about: str = ""
    needed: bool = True
    """False: told, but the process takes visitors all the same."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number for Prometheus: `onething_<name>{labels} value`. Names end in their unit (`_seconds`, `_bytes`, `_total`)."""

    name: str
    about: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


def checks(process: Process) -> list[Check]:
    """What every process needs: its database, its tables, room on the disk, a clock that agrees."""
    try:
        with process.db.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return [Check("database", False, f"does not answer ({type(error).__name__})"), _disk()]
    tables = _tables(process.db)
    connections = [] if process.db.is_sqlite else [_connections(process.db)]
    return [Check("database", True), tables, *connections, *([_clock(process.db)] if tables.ok else []), _disk()]


def _connections(db: Database) -> Check:
    """Whether the server still has room for the connections of processes that start or grow busy."""
    with db.reading() as session:
        used = session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")) or 0
        most = int(session.scalar(text("SHOW max_connections")) or 0)
    words = f"{used} of {most} connections in use"
    full = used > MOST_CONNECTIONS * most
    return Check(
        "connections", not full, f"{words}: raise max_connections or lower the pools" if full else words, needed=False
    )


def _tables(db: Database) -> Check:
    at, wanted = current(db), newest()
    if at == wanted:
        late = behind(db)
        return Check("tables", not late, f"{'; '.join(late)}: run onething db upgrade" if late else f"revision {at}")
    if at is not None and not is_known(at):
        return Check("tables", False, f"revision {at} is newer than this software: install the version that wrote it")
    return Check("tables", False, f"at revision {at or 'none'}, this version needs {wanted}: run onething db upgrade")


def _clock(db: Database) -> Check:
    with db.reading() as session:
        theirs = now() if db.is_sqlite else session.scalar(select(func.clock_timestamp()))
        newest_event = session.scalar(select(EventRow.at).order_by(EventRow.seq.desc()).limit(1))
    here = now()
    if theirs is not None and abs(theirs - here) > MOST_SKEW:
        return Check(
            "clock",
            False,
            f"{(here - theirs).total_seconds():.0f} s apart from the database's: check time synchronisation",
        )
    if newest_event is not None and newest_event - here > MOST_SKEW:
        return Check("clock", False, f"{(newest_event - here).total_seconds():.0f} s behind what was already written")
    return Check("clock", True)


def _disk() -> Check:
    folder = get_settings().data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        if free < LEAST_FREE:
            return Check(
                "disk", False, f"{free // 1024**2} MiB free for the data folder, {LEAST_FREE // 1024**2} are needed"
            )
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"can be written")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return Check("disk", False, f"the data folder cannot be written ({error.strerror})")
    return Check("disk", True, f"{free // 1024**2} MiB free")


def figures(process: Process) -> list[Figure]:
    """Of this process: how its rounds go, and its connections to the database."""
    found = [
        Figure("round_lag_seconds", "By how much a round's look is overdue", each.lag, {"round": each.name})
        for each in rounds.statuses()
    ]
    found += [
        Figure("round_failures", "Looks of a round that failed in a row", each.failures, {"round": each.name})
        for each in rounds.statuses()
    ]
    with process.db.reading() as session:
        found.append(
            Figure(
                "faults_open", "Faults of ours or of the city package that wait for an operator", count_open(session)
            )
        )
    pool = process.db.engine.pool
    out = getattr(pool, "checkedout", lambda: 0)()
    return [*found, Figure("database_connections", "Connections to the database in use by this process", out)]
