"""Brings a database's tables to what this version needs, on SQLite and PostgreSQL alike (Alembic inside).

An upgrade is one transaction under a lock: it happens whole or not at all, and two workers starting together do it once.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection, text

from onething.core.db import Base, Database, load_tables
from onething.core.errors import NEWER_DATABASE, Problem

if TYPE_CHECKING:
    # Loaded where it is called, in the functions: every process imports this module for its health, few ask Alembic at once.
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

_Result = TypeVar("_Result")
_LOCK = 0x6F6E6574  # any number; the same for everybody
SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _context(connection: Connection, **options: Any) -> "MigrationContext":
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection, opts=options)


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _alone(database: Database, work: Callable[[Connection], _Result]) -> _Result:
    """Run in one transaction that nobody else's migration can overlap (SQLite: the write lock does that)."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        return work(connection)


def upgrade(database: Database, revision: str = "head") -> None:
    """Make or change the tables up to `revision`; nothing to do is fine. Raises `Problem(core.newer_database)`."""
    from alembic import command

    def work(connection: Connection) -> None:
        at = _context(connection).get_current_revision()
        if at is not None and not is_known(at):
            raise Problem(NEWER_DATABASE, revision=at, newest=newest() or "–")
        command.upgrade(_config(connection), revision)

    _alone(database, work)


def current(database: Database) -> str | None:
    """The revision the database is at, None when it was never migrated."""
    with database.engine.connect() as connection:
        return _context(connection).get_current_revision()


def heads(database: Database) -> Sequence[str]:
    """Every revision the database says it is at; more than one means that migrations forked."""
    with database.engine.connect() as connection:
        return sorted(_context(connection).get_current_heads())


def newest() -> str | None:
    """The revision this version of the software needs."""
    return _scripts().get_current_head()


def is_known(revision: str) -> bool:
    """Whether this version of the software has, or had, this revision; a newer version's it does not know."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def differences(database: Database) -> Sequence[str]:
    """What in the database is not as the software needs it, one line each; [] when all is well."""
    from alembic.autogenerate import compare_metadata

    load_tables()
    at, wanted = heads(database), newest()
    told = f"the database is at revision {', '.join(at) or 'none'}, this version needs {wanted or 'none'}"
    if any(not is_known(each) for each in at):
        told = f"the database (revision {', '.join(at)}) is newer than this software ({wanted}): install the version that wrote it"
    found = [told] if at != [wanted] else []
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


def write_revision(database: Database, message: str, number: int | None = None) -> Path:
    """For developers: a new script from what the tables are to what the code says; `database` must be at the newest."""
    from alembic import command

    number = number if number is not None else len(list((SCRIPTS / "versions").glob("[0-9]*.py"))) + 1
    slug = "_".join(message.lower().split())
    config = _config()
    config.set_main_option("file_template", f"%%(rev)s_{slug}")

    def work(connection: Connection) -> Any:
        config.attributes["connection"] = connection
        return command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")

    script: Any = _alone(database, work)
    return Path(script.path)
