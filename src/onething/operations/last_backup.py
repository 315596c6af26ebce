"""When the last backup was made, kept beside the data, and what operations must not go live with."""

import json
from datetime import datetime
from pathlib import Path

from onething.core.clock import now
from onething.core.durable import write_whole
from onething.core.errors import Problem
from onething.core.processes.health import Figure
from onething.core.processes.process import Process
from onething.core.processes.production import Shortcoming
from onething.core.settings import get_settings, settings_of
from onething.operations import errors
from onething.operations.settings import OperationsSettings

NAME = "last-backup.json"


def _mark() -> Path:
    return get_settings().data_dir / NAME


def remember(at: datetime, size: int) -> None:
    """A backup of this instant, of so many bytes, is whole and under its name."""
    _mark().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(_mark(), json.dumps({"at": at.isoformat(), "bytes": size}).encode())


def last() -> datetime | None:
    """The instant of the last backup made here; None when there was none, or the mark cannot be read."""
    try:
        return datetime.fromisoformat(json.loads(_mark().read_bytes())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check(process: Process) -> list[Shortcoming]:  # noqa: ARG001 - the same for every process
    """Whether there is a backup, and how old it is; told only, because the first one is made of something that runs."""
    at, most = last(), settings_of(OperationsSettings).backup_hours
    if at is None:
        return [Shortcoming(Problem(errors.UNFIT_NO_BACKUP), fatal=False)]
    hours = (now() - at).total_seconds() / 3600
    if hours <= most:
        return []
    return [Shortcoming(Problem(errors.UNFIT_OLD_BACKUP, hours=f"{hours:.0f}", most=f"{most:g}"), fatal=False)]


def figures(process: Process) -> list[Figure]:  # noqa: ARG001 - the same for every process
    """The age of the last backup; none while there is none."""
    at = last()
    return (
        [Figure("backup_age_seconds", "Since the instant of the last backup", (now() - at).total_seconds())]
        if at
        else []
    )
