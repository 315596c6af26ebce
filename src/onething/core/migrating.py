"""Brings a database's tables to what this version needs, on SQLite and PostgreSQL alike (Alembic inside).

An upgrade is one transaction under a lock: it happens whole or not at all, and two workers starting together do it once.
The product's migrations are one line; each room of a city's own that names `migrations` has a line of its own, which is upgraded
after it in the same transaction and whose revision stands in a table of its own (`revision_of_<room>`).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection, text

from onething.core.db import Base, Database, load_tables, tables_of
from onething.core.errors import NEWER_DATABASE, Problem
from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import Fault, Room, RoomFaultError, load_for

if TYPE_CHECKING:
    # Loaded where it is called, in the functions: every process imports this module for its health, few ask Alembic at once.
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

_Result = TypeVar("_Result")
_LOCK = 0x6F6E6574  # any number; the same for everybody
SCRIPTS = Path(__file__).parent / "migrations"


OURS = "alembic_version"


def _config(connection: Connection | None = None, room: Room | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = _line_of(room)
    config.attributes["tables"] = _tables_in(room)
    if room is not None:
        config.set_main_option("version_path_separator", "newline")
        config.set_main_option("version_locations", str(_folder(room)).replace("%", "%%"))
    return config


def _line_of(room: Room | None) -> str:
    """The table in which a line keeps its revision."""
    return OURS if room is None else f"revision_of_{room.name}"


def _folder(room: Room) -> Path:
    """Where a room's migrations lie."""
    package = load_for(room, room.migrations)
    found = next(iter(getattr(package, "__path__", [])), None)
    if found is None:
        raise RoomFaultError(Fault("broken", room.name, f"{room.migrations} is not a package with migrations"))
    return Path(found)


def _tables_in(room: Room | None) -> Callable[[str], bool]:
    """Which tables a line makes: a room's own; the product's are all but those of the rooms that have a line."""
    apart = {each.name: tables_of(each.tables) for each in lines()}
    others = set[str]().union(*apart.values())
    return (lambda name: name not in others) if room is None else (lambda name: name in apart[room.name])


def lines() -> list[Room]:
    """Rooms of a city's own with migrations of their own, also those that are off."""
    return [room for room in get_house().guests if room.migrations]


def _context(connection: Connection, room: Room | None = None, **options: Any) -> "MigrationContext":
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection, opts={"version_table": _line_of(room), **options})


def _scripts(room: Room | None = None) -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(room=room))


def _alone(database: Database, work: Callable[[Connection], _Result]) -> _Result:
    """Run in one transaction that nobody else's migration can overlap (SQLite: the write lock does that)."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        return work(connection)


def upgrade(database: Database, revision: str = "head") -> None:
    """Make or change the tables up to `revision`; nothing to do is fine. Raises `Problem(core.newer_database)`.

    With the newest of ours come the newest of the rooms that have a line of their own, or nothing changes at all.
    """

    def work(connection: Connection) -> None:
        _upgrade(connection, None, revision)
        for room in lines() if revision == "head" else []:
            _upgrade(connection, room, "heads")

    _alone(database, work)


def _upgrade(connection: Connection, room: Room | None, revision: str) -> None:
    from alembic import command

    at = _context(connection, room).get_current_revision()
    if at is not None and not is_known(at, room):
        raise Problem(NEWER_DATABASE, revision=at if room is None else f"{room.name} {at}", newest=newest(room) or "–")
    if room is None:
        command.upgrade(_config(connection), revision)
        return
    try:
        command.upgrade(_config(connection, room), revision)
    except Exception as error:
        said = str(error).strip().split("\n", 1)[0]
        raise RoomFaultError(
            Fault("broken", room.name, f"{room.migrations}: {type(error).__name__}: {said}")
        ) from error


def current(database: Database, room: Room | None = None) -> str | None:
    """The revision the database is at, None when it was never migrated; of ours, or of a room with a line of its own."""
    with database.engine.connect() as connection:
        return _context(connection, room).get_current_revision()


def heads(database: Database) -> Sequence[str]:
    """Every revision the database says it is at; more than one means that migrations forked."""
    with database.engine.connect() as connection:
        return sorted(_context(connection).get_current_heads())


def newest(room: Room | None = None) -> str | None:
    """The revision this version of the software needs."""
    return _scripts(room).get_current_head()


def is_known(revision: str, room: Room | None = None) -> bool:
    """Whether this version of the software has, or had, this revision; a newer version's it does not know."""
    return revision in {script.revision for script in _scripts(room).walk_revisions()}


def behind(database: Database) -> list[str]:
    """The rooms with a line of their own whose tables are not as the installed package needs them, a line each."""
    told: list[str] = []
    for room in lines():
        at, wanted = current(database, room), newest(room)
        if at is not None and not is_known(at, room):
            told.append(f"room {room.name}: revision {at} is newer than its package: install the version that wrote it")
        elif at != wanted:
            told.append(f"room {room.name} is at revision {at or 'none'}, its package needs {wanted or 'none'}")
    return told


def differences(database: Database) -> Sequence[str]:
    """What in the database is not as the software needs it, one line each; [] when all is well."""
    from alembic.autogenerate import compare_metadata

    load_tables()
    at, wanted = heads(database), newest()
    told = f"the database is at revision {', '.join(at) or 'none'}, this version needs {wanted or 'none'}"
    if any(not is_known(each) for each in at):
        told = f"the database (revision {', '.join(at)}) is newer than this software ({wanted}): install the version that wrote it"
    found = [*([told] if at != [wanted] else []), *behind(database)]
    with database.engine.connect() as connection:
        context = _context(connection, include_name=_ours, compare_type=True)
        return found + [_line(change) for change in compare_metadata(context, Base.metadata)]


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or name in Base.metadata.tables


def _line(change: Any) -> str:
    """One Alembic difference in a line: `add_column notice.code`."""
    if isinstance(change, list):
        parts = cast("list[Any]", change)
        return "; ".join(_line(part) for part in parts)
    kind, *rest = change
    table = next((str(x.table.name) for x in rest if getattr(x, "table", None) is not None), "")
    names = [str(getattr(item, "name", item)) for item in rest if isinstance(item, str) or hasattr(item, "name")]
    return " ".join([str(kind), ".".join(dict.fromkeys([name for name in [table, *names] if name]))])


def write_revision(database: Database, message: str, number: int | None = None, room: Room | None = None) -> Path:
    """For developers: a new script from what the tables are to what the code says; `database` must be at the newest. `room`: into
    the line of this room."""
    from alembic import command

    load_tables()
    folder = SCRIPTS / "versions" if room is None else _folder(room)
    number = number if number is not None else len(list(folder.glob("[0-9]*.py"))) + 1
    slug = "_".join(message.lower().split())
    config = _config(room=room)
    config.set_main_option("file_template", f"%%(rev)s_{slug}")

    def work(connection: Connection) -> Any:
        config.attributes["connection"] = connection
        return command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")

    script: Any = _alone(database, work)
    return Path(script.path)
