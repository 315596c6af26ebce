"""Makes the databases of tests refuse whatever leaves a chart: every test that writes rows shows that the code keeps to them.

Triggers hold for every process that opens the file, so for workers that are killed and recovered too.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import DDL, Table, event, inspect

import onething
from onething.core.db import Base
from onething.core.states import StateChart, all_charts


def guard_statements(chart: StateChart[Any]) -> tuple[str, ...]:
    """SQLite triggers for one chart: rows begin where it begins and go where it leads."""
    table, column = chart.column.split(".")
    begins = ", ".join(f"'{state.value}'" for state in chart.initial)
    arrows = ", ".join(f"'{before}>{after}'" for before, leads in chart.moves.items() for after in leads)
    said = f"{chart.column} leaves its chart: "
    begin = (
        f"CREATE TRIGGER IF NOT EXISTS {table}_{column}_begins BEFORE INSERT ON {table} WHEN NEW.{column} NOT IN ({begins}) "
        f"BEGIN SELECT RAISE(ABORT, '{said}it does not begin there'); END"
    )
    lead = (
        f"CREATE TRIGGER IF NOT EXISTS {table}_{column}_leads BEFORE UPDATE OF {column} ON {table} "
        f"WHEN OLD.{column} || '>' || NEW.{column} NOT IN ({arrows}) "
        f"BEGIN SELECT RAISE(ABORT, '{said}no such transition'); END"
    )
    return begin, lead


def _guard(_metadata: Any, connection: Any, tables: list[Table] | None = None, **_: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    made = {table.name for table in tables or ()} & set(inspect(connection).get_table_names())
    for chart in all_charts():
        if chart.column.split(".")[0] in made:
            for statement in guard_statements(chart):
                connection.execute(DDL(statement.replace("%", "%%")))


def load_charts() -> None:
    """Import every room's `states.py`, so that `all_charts` is complete."""
    root = Path(onething.__file__).parent
    for file in sorted(root.rglob("states.py")):
        import_module(".".join(("onething", *file.relative_to(root).with_suffix("").parts)))


def install() -> None:
    """From now on `create_all` guards the tables it makes."""
    load_charts()
    event.listen(Base.metadata, "after_create", _guard)
