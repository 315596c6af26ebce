"""Settings of an installation, read once from the environment (prefix `ONETHING_`) or a `.env` file.

Each room has a class of its own in `<room>/settings.py`, named in its manifest; `settings_of(ThatClass)` reads it. What
every room needs stands in `Settings`. `make docs` writes one page of all of them.
"""

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError


def _database(value: str) -> str:
    if not value.startswith(("sqlite://", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    return value


def _web(value: str) -> str:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        whole = False
    if value and not whole:
        raise ValueError("must be an address that begins with http:// or https://")
    return value


def _level(value: str) -> str:
    if value.upper() not in logging.getLevelNamesMapping():
        raise ValueError("must be one of DEBUG, INFO, WARNING, ERROR")
    return value


DatabaseAddress = Annotated[str, AfterValidator(_database)]
"""SQLAlchemy's address of a database that we can use."""
WebAddress = Annotated[str, AfterValidator(_web)]
"""An http or https address, or nothing."""


class RoomSettings(BaseSettings):
    """The base of every room's settings: each field is `ONETHING_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="ONETHING_", env_file=".env", extra="ignore")


class Settings(RoomSettings):
    """What every room needs: where things lie, who this process is, how it is reached."""

    database_url: DatabaseAddress = "sqlite:///var/onething.db"
    """SQLAlchemy address. SQLite for one machine; `postgresql+psycopg://…` (15 or newer) for several workers."""
    db_pool_size: int = Field(default=7, ge=1, le=200)
    """Connections to PostgreSQL that a process keeps; at peaks half as many more. Sum over all processes: docs/operating.md."""
    data_dir: Path = Path("var")
    """Uploads, issued certificates and SQLite files."""
    cities_dir: Path = Path("cities")
    """Folder of city packages; those that are installed as distributions (entry points `onething.cities`) are found without."""
    city: str = "shanghai"
    """The city package this installation serves."""
    public_url: WebAddress = "http://127.0.0.1:8000"
    lookup_key: SecretStr = SecretStr("")
    """Keys the hashes by which people are found again; must never change. Left empty, `data_dir/lookup.key` is made once;
    several machines must share one."""
    production: bool = False
    """On: cookies only over TLS, and nothing starts with what `onething check production` calls fatal."""
    production_accepts: str = ""
    """Codes of findings of `onething check production` that somebody has looked at and lives with, comma separated."""
    worker_id: str = "worker-1"
    """Stable name of this worker; a restarted worker with the same name takes up its own work."""
    log_level: Annotated[str, AfterValidator(_level)] = "INFO"
    log_json: bool = False
    traces_url: WebAddress = ""
    """Address of an OpenTelemetry collector (OTLP over HTTP, without `/v1/traces`); empty: no traces. Needs the extra `otel`."""
    traces_file: Path | None = None
    """A file that gets a line of JSON for each span, for trying out. Needs the extra `otel`."""
    rooms_off: str = ""
    """Rooms that this installation does without, comma separated: no pages, commands, rounds and subscribers of theirs."""

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


_Kind = TypeVar("_Kind", bound=RoomSettings)
_read: dict[type[RoomSettings], RoomSettings] = {}


def settings_of(kind: type[_Kind]) -> _Kind:
    """The settings of one room in this process, read when first wanted. Raises pydantic's error for a value that does not fit."""
    found: Any = _read.get(kind)
    if found is None:
        found = _read[kind] = kind()
    return cast("_Kind", found)


def misfits(error: BaseException) -> list[str]:
    """One line for each setting that does not fit, without its value, which may be a secret; [] for other errors."""
    if isinstance(error, ValidationError) and error.title.endswith("Settings"):
        return [
            f"ONETHING_{str(each['loc'][0] if each['loc'] else '?').upper()}: {each['msg']}" for each in error.errors()
        ]
    return [str(error)] if isinstance(error, SettingsError) else []


OUTSIDE = frozenset({"ONETHING_PG_BIN", "ONETHING_NEW_TRUST_PASSPHRASE"})
"""Names that commands read by themselves."""
OF_OTHERS = ("ONETHING_BENCH_",)


def unknown_names(kinds: Iterable[type[RoomSettings]]) -> dict[str, str]:
    """Names in the environment and in `.env` that look like settings and are none of these kinds', with the nearest that there is, or
    nothing: a name that is typed wrong leaves what it was to change as it was."""
    from difflib import get_close_matches  # not above: help needs none of it

    from dotenv import dotenv_values

    known = OUTSIDE | {f"ONETHING_{name.upper()}" for kind in kinds for name in kind.model_fields}
    given = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
    strange = {name for name in given if name.startswith("ONETHING_") and not name.startswith(OF_OTHERS)} - known
    return {name: next(iter(get_close_matches(name, known, 1, 0.8)), "") for name in sorted(strange)}


class _Main:
    def __call__(self) -> Settings:
        """The settings that every room needs."""
        return settings_of(Settings)

    def cache_clear(self) -> None:
        """Read all settings anew the next time; for tests that change the environment."""
        _read.clear()


get_settings = _Main()
