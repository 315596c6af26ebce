"""Many rows in one statement of one shape.

A multi-row INSERT has another text for every number of rows, which the driver parses and the server plans anew; an
`executemany` sends each row by itself. On PostgreSQL the rows go as one JSON parameter of a statement that is always
the same (`jsonb_to_recordset`), which costs a worker a fraction of the processor time. On SQLite, where a statement is a
function call, rows go one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, Dialect, LargeBinary, Numeric, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.dml import Insert
from sqlalchemy.types import JSON, TypeDecorator

Row = Mapping[str, Any]
FEW = 2
"""Below so many rows the plain statement costs less."""


def put(
    connection: Connection,
    table: type[DeclarativeBase],
    rows: Sequence[Row],
    keys: tuple[str, ...] = (),
    update: tuple[str, ...] | None = None,
) -> None:
    """Insert rows of the same columns. With `update` (perhaps empty) a row that is there already, by the columns `keys` of a
    unique index, has these columns replaced and else stays as it is; no key may stand in `rows` twice then."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= FEW and (told := _as_json(table, rows)) is not None:
        connection.execute(_from_json(table, told[0], keys, update), {"rows": told[1]})
    else:
        connection.execute(_plain(connection.dialect.name, table, keys, update), [dict(row) for row in rows])


def put_numbered(
    connection: Connection, table: type[DeclarativeBase], rows: Sequence[Row], key: str, number: str
) -> list[int]:
    """Insert rows and give the numbers that the database drew for them (column `number`), in their order. `key` is a unique
    column that the rows have."""
    if not rows:
        return []
    columns = _table(table).c
    drawn: Sequence[Any]
    if connection.dialect.name == "postgresql":
        told = _as_json(table, rows)
        if told is None:
            raise ValueError("rows that JSON cannot say")
        drawn = connection.execute(_from_json(table, told[0], (), None, (key, number)), {"rows": told[1]}).all()
    else:
        connection.execute(_plain(connection.dialect.name, table, (), None), [dict(row) for row in rows])
        named = columns[key].in_([row[key] for row in rows])
        drawn = connection.execute(select(columns[key], columns[number]).where(named)).all()
    numbers = {name: int(each) for name, each in drawn}
    return [numbers[row[key]] for row in rows]


def _table(table: type[DeclarativeBase]) -> Table:
    return cast("Table", table.__table__)


@lru_cache(maxsize=256)
def _plain(dialect: str, table: type[DeclarativeBase], keys: tuple[str, ...], update: tuple[str, ...] | None) -> Insert:
    made = (postgresql if dialect == "postgresql" else sqlite).insert(_table(table))
    return _on_conflict(made, keys, update)


def _on_conflict(
    made: "postgresql.Insert | sqlite.Insert", keys: tuple[str, ...], update: tuple[str, ...] | None
) -> Insert:
    if update is None:
        return made
    if not update:
        return made.on_conflict_do_nothing(index_elements=keys or None)
    return made.on_conflict_do_update(index_elements=keys, set_={name: made.excluded[name] for name in update})


@lru_cache(maxsize=256)
def _from_json(
    table: type[DeclarativeBase],
    names: tuple[str, ...],
    keys: tuple[str, ...],
    update: tuple[str, ...] | None,
    returning: tuple[str, ...] = (),
) -> Any:
    made = _table(table)
    columns = [column(name, _stored(made.c[name])) for name in names]
    given = (
        func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(*columns).render_derived(with_types=True)
    )
    statement = postgresql.insert(made).from_select(list(names), select(*(given.c[name] for name in names)), False)
    found = _on_conflict(statement, keys, update)
    return found.returning(*(made.c[name] for name in returning)) if returning else found


def _stored(each: "Column[Any]") -> Any:
    kind = each.type.dialect_impl(_POSTGRES) if isinstance(each.type, JSON) else each.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


_POSTGRES = postgresql.dialect()


def _as_json(table: type[DeclarativeBase], rows: Sequence[Row]) -> tuple[tuple[str, ...], list[dict[str, Any]]] | None:
    """(columns, rows) as the statement takes them; None where JSON cannot say it (an empty JSON column is not the same as
    NULL, a default is an expression of the database)."""
    known = _shape(table, tuple(rows[0]))
    if known is None:
        return None
    made: list[dict[str, Any]] = []
    for row in rows:
        if any(row[name] is None for name in known.jsons):
            return None
        new = {**known.defaults, **{name: make(None) for name, make in known.made.items()}, **row}
        for name, write in known.writers:
            if new[name] is not None:
                new[name] = write(new[name])
        made.append(new)
    return known.names, made


@dataclass(frozen=True, slots=True)
class _Shape:
    """How rows of certain columns are written."""

    names: tuple[str, ...]
    """These columns, and those that have a default."""
    defaults: Row
    made: Mapping[str, Callable[[Any], Any]]
    """Columns whose default a function makes, for each row anew."""
    writers: tuple[tuple[str, Callable[[Any], Any]], ...]
    jsons: tuple[str, ...]
    """Of the given ones, those that hold JSON."""


@lru_cache(maxsize=256)
def _shape(table: type[DeclarativeBase], given: tuple[str, ...]) -> _Shape | None:
    columns, defaults, made = _table(table).c, dict[str, Any](), dict[str, Callable[[Any], Any]]()
    for each in columns:
        if each.name not in given and each.default is not None:
            if each.default.is_callable:
                made[each.name] = cast("Any", each.default).arg
            elif each.default.is_scalar:
                defaults[each.name] = cast("Any", each.default).arg
            else:
                return None
    names = (*given, *defaults, *made)
    writers = tuple((name, write) for name in names if (write := _writer(columns[name].type)) is not None)
    jsons = tuple(name for name in given if isinstance(_stored(columns[name]), JSON | JSONB))
    return _Shape(names, defaults, made, writers, jsons)


def _writer(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, TypeDecorator):
        known = cast("TypeDecorator[Any]", kind)
        decorated = cast("Any", known.__class__).process_bind_param is not cast("Any", TypeDecorator).process_bind_param
        return _decorated(known, _POSTGRES) if decorated else None
    if isinstance(kind, LargeBinary):
        return _binary
    return str if isinstance(kind, Numeric) else None


def _decorated(kind: "TypeDecorator[Any]", dialect: Dialect) -> Callable[[Any], Any]:
    return lambda value: kind.process_bind_param(value, dialect)


def _binary(value: bytes) -> str:
    return "\\x" + value.hex()
