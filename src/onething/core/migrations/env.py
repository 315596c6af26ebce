"""Run by Alembic. The connection comes from `core.migrating`; there is no alembic.ini and no offline mode."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON
from sqlalchemy.types import TypeDecorator

from onething.core.db import Base, load_tables

load_tables()


def _plain_types(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Migrations name the database's types, not our classes, whose meaning may change later."""
    if kind != "type":
        return False
    if isinstance(item, TypeDecorator):
        item = item.impl_instance
    if isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return f"sa.{item!r}" if type(item).__module__ == "sqlalchemy.sql.sqltypes" and not _variants(item) else False


def _variants(item: Any) -> bool:
    return bool(getattr(item, "_variant_mapping", None))


_asked = context.config.attributes


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Tables of others in the same database (the durable engine's, rooms with a line of their own) are none of our business."""
    return kind != "table" or (name in Base.metadata.tables and _asked["tables"](str(name)))


def _declared(_item: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """The same for tables that the code declares and the database does not have yet."""
    return kind != "table" or _asked["tables"](str(name))


context.configure(
    connection=_asked["connection"],
    version_table=_asked["version_table"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    render_item=_plain_types,
    include_name=_ours,
    include_object=_declared,
    user_module_prefix="sa.",
)
with context.begin_transaction():
    context.run_migrations()
