"""What an installation must not go live with. Rooms name functions in their manifests (`production`); `onething check production`
lists what they find, and `serve` and `worker` refuse to start on what is fatal.

Every finding is a `Problem`: a stable code, what is the matter, what to do, in both languages. An operator who has looked at one and
lives with it names its code in `ONETHING_PRODUCTION_ACCEPTS`.
"""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from onething.core import errors
from onething.core.errors import Problem
from onething.core.manifests.house import House, get_house
from onething.core.manifests.rooms import load
from onething.core.processes import health
from onething.core.processes.process import Process
from onething.core.settings import RoomSettings, Settings, get_settings, misfits, unknown_names

SHORTEST_SECRET = 16
"""Characters of a passphrase or key; fewer, or fewer than `LEAST_DIFFERENT` different ones, is weak."""
LEAST_DIFFERENT = 8
NAMED = 5
"""So many files are named in one finding."""
_UNREADY = {
    "database": errors.UNFIT_STORE,
    "connections": errors.UNFIT_CONNECTIONS,
    "tables": errors.UNFIT_TABLES,
    "clock": errors.UNFIT_CLOCK,
    "disk": errors.UNFIT_DISK,
}


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """One thing that is not as a live installation needs it."""

    problem: Problem
    fatal: bool = True
    """Nothing starts with it in production; else it is told only."""
    accepted: bool = False
    """The operator has named its code."""

    @property
    def code(self) -> str:
        return self.problem.kind.code

    @property
    def stops(self) -> bool:
        return self.fatal and not self.accepted


def shortcomings(house: House, process: Process) -> list[Shortcoming]:
    """What every room finds, fatal ones first. A room that cannot tell is a finding itself."""
    accepted = {code.strip() for code in get_settings().production_accepts.split(",")}
    found: list[Shortcoming] = []
    for room, ref in house.refs("production"):
        try:
            told: Iterable[Shortcoming] = load(ref)(process)
            found += [Shortcoming(each.problem, each.fatal, each.code in accepted) for each in told]
        except Exception as error:  # noqa: BLE001 - a check that fails is no reason to be silent about the others
            if lines := misfits(error):
                found.append(Shortcoming(Problem(errors.UNFIT_SETTING, about="; ".join(lines))))
                continue
            why = f"{room.name}: {error.kind.code if isinstance(error, Problem) else type(error).__name__}"
            found.append(Shortcoming(Problem(errors.UNFIT_UNKNOWN, about=why), fatal=False))
    return sorted(found, key=lambda each: (not each.stops, not each.fatal, each.code))


def is_weak(secret: str) -> bool:
    """Whether a passphrase or key is short or repeats few characters, so that it may be guessed."""
    return len(secret) < SHORTEST_SECRET or len(set(secret)) < LEAST_DIFFERENT


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def open_to_others(paths: Iterable[Path]) -> list[Path]:
    """Those that somebody else on the machine may read or change."""
    found: list[Path] = []
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if stat.S_IMODE(mode) & 0o077:
            found.append(path)
    return found


def named(paths: list[Path]) -> str:
    """Some of the paths, in words."""
    more = f" … (+{len(paths) - NAMED})" if len(paths) > NAMED else ""
    return ", ".join(str(path) for path in paths[:NAMED]) + more


def check(process: Process) -> list[Shortcoming]:
    """What every room stands on: settings, database, clock, disk, who may read the files."""
    settings = get_settings()
    found = _settings(settings)
    ready = health.checks(process)
    found += [Shortcoming(Problem(_UNREADY[each.name], about=each.about), each.needed) for each in ready if not each.ok]
    files = open_to_others([settings.data_dir, *_private_files(settings)])
    if files:
        found.append(Shortcoming(Problem(errors.UNFIT_READABLE, files=named(files))))
    return found


def _settings(settings: Settings) -> list[Shortcoming]:
    kinds = {
        errors.UNFIT_TRIAL: not settings.production,
        errors.UNFIT_SQLITE: settings.is_sqlite,
        errors.UNFIT_PLAIN_URL: not settings.public_url.startswith("https://"),
        errors.UNFIT_LOOKUP: is_weak(settings.lookup_key.get_secret_value()),
    }
    found = [Shortcoming(Problem(kind)) for kind, wrong in kinds.items() if wrong]
    if strange := strange_settings():
        found.append(Shortcoming(Problem(errors.UNFIT_NAME, about="; ".join(strange)), fatal=False))
    if settings.log_level.upper() in {"DEBUG", "NOTSET"}:
        found.append(Shortcoming(Problem(errors.UNFIT_DEBUG), fatal=False))
    return found


def strange_settings() -> list[str]:
    """Names in the environment that look like settings of this installation and are none, each with the nearest that there is."""
    kinds: list[type[RoomSettings]] = [load(ref) for room in get_house().all_rooms for ref in room.settings]
    return [f"{name} ({near}?)" if near else name for name, near in unknown_names(kinds).items()]


def _private_files(settings: Settings) -> list[Path]:
    """Keys and databases in the data folder, and the database file where it lies elsewhere. Folders of files by content are
    shut with the data folder itself."""
    found = [Path(settings.database_url.partition("///")[2])] if settings.is_sqlite else []
    for here, folders, names in os.walk(settings.data_dir):
        folders[:] = [name for name in folders if name not in {"blobs", "sandbox"}]
        found += [Path(here) / name for name in names if _is_private(Path(here), name)]
    return list(dict.fromkeys(found))


def _is_private(folder: Path, name: str) -> bool:
    return name.endswith((".key", ".db", ".db-wal")) or name == "trial-passphrase" or folder.name == "keys"
