"""The database: one declarative base, one engine per address, one transaction per request or step.

SQLite runs in WAL mode with full durability; writers take the lock at once (`BEGIN IMMEDIATE`) so that two of them
queue instead of failing half way. PostgreSQL needs nothing special.
"""

import contextlib
import os
import sys
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import orjson
from sqlalchemy import DateTime, Dialect, Engine, MetaData, Table, create_engine, event, inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import JSON, TypeDecorator

from onething.core import bulk
from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import Fault, RoomFaultError, load_for
from onething.core.settings import get_settings
from onething.core.wal import write_ahead

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")
"""Column type for plain JSON values (dates as ISO text, money as text)."""


OUTLIVES = {"outlives": True}
"""`info` of a column whose row may stay when the row that it names has gone, or that may name something else."""


class Base(DeclarativeBase):
    """Every room's tables derive from this; a room keeps them in its `tables.py`."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC on every database (SQLite would drop the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("only aware moments are stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def dump_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def upsert(
    where: Session | Connection,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str] = (),
    update: Sequence[str] | Literal["rest"] = (),
) -> None:
    """Insert `rows` (column → value, the same columns in each); of a row that is there already the columns `update` are
    replaced (`"rest"`: all but its keys).

    Without `update` what is there stays as it is. `keys` are the columns of the unique index that says which row is
    the same; they may be left out where nothing is updated. A session writes what is pending first, a connection
    does not.
    """
    if not rows:
        return
    if isinstance(where, Session):
        where.flush()
        where = where.connection()
    columns = tuple(name for name in rows[0] if name not in keys) if update == "rest" else tuple(update)
    if columns:  # of rows with the same key the last one counts
        rows = list({tuple(row[name] for name in keys): row for row in rows}.values())
    bulk.put(where, table, rows, tuple(keys), columns)


def _shut_file(_dialect: Dialect, _record: Any, where: Sequence[Any], _options: Any) -> None:
    if where and where[0] != ":memory:":
        with contextlib.suppress(OSError):  # what cannot be made is told by SQLite itself
            own_file(Path(where[0]), folder=False)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    write_ahead(connection)
    cursor = connection.cursor()
    for pragma in (
        "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON",
        "cache_size=-32000", "mmap_size=268435456", "temp_store=MEMORY",
    ):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("onething_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def most_connections(pool_size: int) -> int:
    """How many connections a pool of this size opens at its busiest: half as many again as it keeps."""
    return pool_size + pool_size // 2


def own_file(path: Path, *, folder: bool = True) -> None:
    """Make a database file that only its owner may read, unless it is there; its journals take the same rights."""
    if folder:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@dataclass(slots=True)
class _Unit:
    """A write transaction of one database that is open, or was: what started inside it may outlive it."""

    url: str
    open: bool = True


_units: ContextVar[tuple[_Unit, ...]] = ContextVar("units", default=())


@contextmanager
def writing(database: "Database") -> Generator[None]:
    """Mark what runs inside as part of a write transaction of `database`: `transaction()` does it by itself; for whoever opens one
    in a thread of its own and works with it here."""
    unit = _Unit(database.url)
    before = _units.get()
    _units.set((*(each for each in before if each.open), unit))
    try:
        yield
    finally:
        unit.open = False
        _units.set(before)


class NestedTransactionError(RuntimeError):
    """A write transaction was begun inside another one of the same database. A programming error: hand the session on."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"a transaction inside a transaction of {make_url(url).render_as_string(hide_password=True)}: pass on the session"
        )


class Database:
    """An engine with its sessions."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = url
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        # Statements' values are people's data: they stay out of errors' texts.
        options: dict[str, Any] = {
            "json_serializer": dump_json, "json_deserializer": orjson.loads, "hide_parameters": True,
        }  # fmt: skip
        if self.is_sqlite:
            if parsed.database and parsed.database != ":memory:":
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            options |= {"pool_size": min(pool_size, 4), "max_overflow": 8, "pool_timeout": 30}
            options["connect_args"] = {"check_same_thread": False, "timeout": 15}
        else:
            options |= {
                "pool_size": pool_size,
                "max_overflow": most_connections(pool_size) - pool_size,
                "pool_pre_ping": True,
                "pool_timeout": 30,
            }
        self.engine: Engine = create_engine(url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", _shut_file)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._read = sessionmaker(self.engine.execution_options(onething_reading=True), expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Generator[Session]:
        """One unit of work: commits at the end, rolls back on any exception.

        Raises `NestedTransactionError` where this thread or task has one of this database open already: the second would
        wait for a lock that only the first can give back, and everybody else's writes with it."""
        if self.is_writing:
            raise NestedTransactionError(self.url)
        global _changes
        _changes += 1
        with writing(self), self._write() as session, session.begin():
            yield session

    @property
    def is_writing(self) -> bool:
        """Whether this thread or task is inside a transaction of this database (of `reading()` it may be)."""
        return any(each.open and each.url == self.url for each in _units.get())

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A consistent view that takes no write lock; nothing is saved."""
        with self._read() as session:
            yield session

    def create_all(self) -> None:
        """Make all tables at once, for tests; installations use `onething db upgrade`."""
        load_tables()
        Base.metadata.create_all(self.engine)

    def dispose(self) -> None:
        self.engine.dispose()


def has_table(database: Database, name: str) -> bool:
    """Whether the database has a table of this name."""
    return inspect(database.engine).has_table(name)


def load_tables() -> None:
    """Import every room's tables, so that `Base.metadata` is complete. Rooms that are switched off keep theirs.

    Raises `RoomFaultError` for a room that claims a table of another, or whose tables cannot be loaded."""
    rooms = get_house().all_rooms
    for room in rooms:
        for module in room.tables:
            try:
                load_for(room, module)
            except RoomFaultError as error:
                if error.fault.kind != "twice":
                    raise
                has = [each.name for each in rooms for name in tables_of(each.tables) if f"'{name}'" in str(error)]
                whose = next((name for name in has if name != room.name), "–")
                raise RoomFaultError(Fault("twice", room.name, f"{error.fault.about}, of {whose}")) from error


def tables_of(modules: Collection[str]) -> set[str]:
    """Names of the tables that these modules declare; they must be loaded."""
    found: set[str] = set()
    kinds = list[type[Any]](Base.__subclasses__())
    while kinds:
        kind = kinds.pop()
        kinds.extend(kind.__subclasses__())
        if kind.__module__ in modules and "__tablename__" in vars(kind):
            found.add(str(vars(kind)["__tablename__"]))
    for module in modules:
        plain = vars(sys.modules[module]).values() if module in sys.modules else ()
        found |= {each.name for each in plain if isinstance(each, Table)}
    return found


_changes = 0


def changes() -> int:
    """How many transactions this process has begun, whatever became of them: a command that has none only looked."""
    return _changes


@lru_cache(maxsize=4)
def _database(url: str, pool_size: int) -> Database:
    return Database(url, pool_size)


def opened() -> bool:
    """Whether this process has a main database already."""
    return _database.cache_info().currsize > 0


def get_database() -> Database:
    """The main database of this process."""
    settings = get_settings()
    return _database(settings.database_url, settings.db_pool_size)
