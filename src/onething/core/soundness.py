"""Whether what a database holds is whole: its tables, its file, references between rows, the event log. Only reads.

A room adds what only it can judge (sealed columns of its own) by `soundness` in its manifest.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, func, inspect, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from onething.core.db import OUTLIVES, Base, Database, load_tables
from onething.core.events.declaring import BadEventError, declaration
from onething.core.events.describing import load_declared
from onething.core.logs import is_store_away
from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import load
from onething.core.migrating import differences, heads
from onething.core.processes.health import Check
from onething.core.tables import AccessRow, EventRow

EVENTS_READ = 20_000
"""Of the newest and of the oldest events."""
SHOWN = 20


def examine(db: Database) -> Iterator[Check]:
    """Everything, one result at a time. Nothing is changed and no lock is held. A file that cannot be read any further ends it."""
    try:
        yield from _examined(db)
    except DatabaseError as error:
        if is_store_away(error):
            raise
        yield Check(
            "readable", False, f"cannot be read any further ({type(error.orig or error).__name__}): restore a backup"
        )


def _examined(db: Database) -> Iterator[Check]:
    load_tables()
    load_declared()
    found = heads(db)
    yield Check("revision", len(found) <= 1, f"several revisions at once: {', '.join(found)}" if len(found) > 1 else "")
    lines = differences(db)
    yield Check("schema", not lines, "; ".join(lines[:SHOWN]))
    if any("add_table" in line for line in lines):
        return  # what is missing cannot be asked
    yield from _checks(db)


def _checks(db: Database) -> Iterator[Check]:
    with db.reading() as session:
        yield from _file(db, session)
        yield _append_only(db, session)
        yield from orphans(session)
        yield _events(session)
    for room in get_house().rooms:
        for ref in room.soundness:
            with db.reading() as session:
                try:
                    yield from load(ref)(session)
                except Exception as error:  # noqa: BLE001 - one room's fault must not hide the others' findings
                    yield Check(f"{room.name}", False, f"cannot be examined ({type(error).__name__})")


def _file(db: Database, session: Session) -> Iterator[Check]:
    if not db.is_sqlite:
        bad = session.scalars(text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")).all()
        yield Check("indexes", not bad, f"not valid, REINDEX them: {', '.join(bad[:SHOWN])}" if bad else "")
        loose = session.scalars(text("SELECT conname FROM pg_constraint WHERE NOT convalidated")).all()
        yield Check("constraints", not loose, f"not validated: {', '.join(loose[:SHOWN])}" if loose else "")
        return
    said = session.scalars(text("PRAGMA integrity_check(20)")).all()
    yield Check("file", list(said) == ["ok"], "; ".join(str(line) for line in said if line != "ok"))
    broken = session.execute(text("PRAGMA foreign_key_check")).all()
    tables = sorted({str(row[0]) for row in broken})
    yield Check("foreign keys", not broken, f"{len(broken)} rows in {', '.join(tables)}" if broken else "")
    mode = str(session.scalar(text("PRAGMA journal_mode")))
    yield Check("journal", mode == "wal", f"is {mode}, not wal" if mode != "wal" else "")


def _append_only(db: Database, session: Session) -> Check:
    """The triggers that refuse changes to what may only grow."""
    asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'" if db.is_sqlite else "SELECT tgname FROM pg_trigger"
    there = set(session.scalars(text(asked)))
    ends = ("no_update", "no_delete") if db.is_sqlite else ("no_change",)
    wanted = {f"{row.__tablename__}_{end}" for row in (EventRow, AccessRow) for end in ends}
    missing = sorted(wanted - there)
    return Check("append-only", not missing, f"triggers are missing: {', '.join(missing)}" if missing else "")


# -- rows that name what is not there


def orphans(session: Session) -> Iterator[Check]:
    """One result for each room that has some: a column `case_id` names a row of `cases`, `filing_id` one of `filing`, and so on.

    A column says by `info=OUTLIVES` that its rows may stay when that row has gone.
    """
    rooms = _rooms()
    known = set(inspect(session.connection()).get_table_names())
    counted: dict[str, list[str]] = {}
    for table in Base.metadata.sorted_tables:
        found = counted.setdefault(rooms.get(table.name, "other"), [])
        for column, target in links(table):
            if table.name in known and target.name in known and (count := _lost(session, column, target)):
                found.append(f"{count} of {table.name}.{column.name}")
    for room, lines in sorted(counted.items()):
        yield Check(f"rows of {room}", not lines, "; ".join(lines[:SHOWN]))


def links(table: Table) -> Iterator[tuple[Column[Any], Table]]:
    """Columns of a table that name rows of another by the house's convention, without the database itself seeing to it."""
    for column in table.columns:
        if column.foreign_keys or not column.name.endswith("_id") or OUTLIVES.items() <= column.info.items():
            continue
        stem = column.name.removesuffix("_id")
        target = Base.metadata.tables.get(stem, Base.metadata.tables.get(f"{stem}s"))
        if target is not None and target is not table and "id" in target.columns:
            yield column, target


def _lost(session: Session, column: Column[Any], target: Table) -> int:
    there = select(target.c.id).where(target.c.id == column).exists()
    query = select(func.count()).select_from(column.table).where(column.is_not(None), column != "", ~there)
    return session.scalar(query) or 0


def _rooms() -> dict[str, str]:
    """Table → room. A room's tables lie in modules of its own."""
    house = get_house()
    modules = {module.partition(":")[0]: room.name for room in (*house.rooms, *house.off) for module in room.tables}
    mappers = Base.registry.mappers
    return {str(each.local_table.name): modules.get(each.class_.__module__, "other") for each in mappers}  # type: ignore[attr-defined]


# -- the event log


def _events(session: Session) -> Check:
    """The oldest and the newest events are of types that are declared, and as declared once they are of the newest version."""
    bad: dict[str, int] = {}
    for order in (EventRow.seq.asc(), EventRow.seq.desc()):
        query = select(EventRow.type, EventRow.version, EventRow.data).order_by(order).limit(EVENTS_READ)
        for kind, version, data in session.execute(query):
            if said := _unreadable(kind, version, data):
                bad[said] = bad.get(said, 0) + 1
    lines = [f"{said} ({count})" for said, count in sorted(bad.items())]
    return Check("events", not lines, "; ".join(lines[:SHOWN]))


def _unreadable(kind: str, version: int, data: dict[str, Any]) -> str:
    declared = declaration(kind)
    if declared is None:
        return f"{kind} is declared by no room that is on"
    if version > declared.version:
        return f"{kind} is of version {version}, a newer one than this program's"
    try:
        declared.check(declared.newest(data, version))
    except BadEventError:
        return f"{kind} is not as declared"
    except (KeyError, TypeError, ValueError) as error:
        return f"{kind} cannot be brought to its newest version ({type(error).__name__})"
    return ""
