"""The one statement by which tasks change: many at once, each only where it is open and its segment is still ours."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    column,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate, Update

from onething.casework.cases import store
from onething.casework.states import SegmentState
from onething.casework.tables import SegmentRow, TaskRow

_task, _segment = cast("Table", TaskRow.__table__), cast("Table", SegmentRow.__table__)
_MOMENT = DateTime(timezone=True)
_COLUMNS: Mapping[str, Any] = {
    "of_case": String, "of_task": String, "of_k": Integer, "of_epoch": Integer, "of_worker": String, "from_statuses": JSONB,
    "new_status": String, "new_code": Text, "tried": Integer, "began": _MOMENT, "ended": _MOMENT, "again": _MOMENT, "said": JSONB,
}  # fmt: skip
"""What a change says: which task, whose segment (the fence), from which statuses, and how the task then stands."""


def change(session: Session, changes: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    """(case, task) of those that were changed; the others are not open any more, or no longer ours.

    `changes` as `_COLUMNS` has it; no task may stand in them twice.
    """
    if not changes:
        return set()
    connection = session.connection()
    if store.is_postgres(session):
        changed = connection.execute(_many(), {"changes": changes})
        return {(row.case_id, row.task_id) for row in changed}
    one = _one()  # within the process, where a statement costs little
    return {
        (each["of_case"], each["of_task"]) for each in changes if store.changed(connection.execute(one, each))
    }  # fmt: skip


def _ours(said: Mapping[str, Any]) -> ColumnElement[bool]:
    """The segment still belongs to this epoch of this worker."""
    return exists(
        select(_segment.c.k).where(
            _segment.c.case_id == said["of_case"],
            _segment.c.k == said["of_k"],
            _segment.c.epoch == said["of_epoch"],
            _segment.c.worker_id == said["of_worker"],
            _segment.c.state == SegmentState.CLAIMED,
        )
    )


def _with(said: Mapping[str, Any], is_open: ColumnElement[bool]) -> Update:
    ours = (_task.c.case_id == said["of_case"], _task.c.task_id == said["of_task"], is_open, _ours(said))
    return (
        update(_task)
        .where(*ours)
        .values(
            status=said["new_status"], code=said["new_code"], attempts=_task.c.attempts + said["tried"],
            started_at=func.coalesce(_task.c.started_at, said["began"]), finished_at=said["ended"], retry_at=said["again"],
            result=said["said"],
        )
    )  # fmt: skip


@cache
def _many() -> ReturningUpdate[Any, Any]:
    rows = func.jsonb_to_recordset(bindparam("changes", type_=JSONB)).table_valued(
        *(column(name, kind) for name, kind in _COLUMNS.items()), name="said"
    )
    given = rows.render_derived(with_types=True).c
    said = {name: given[name] for name in _COLUMNS}
    return _with(said, given.from_statuses.has_key(_task.c.status)).returning(_task.c.case_id, _task.c.task_id)


@cache
def _one() -> Update:
    kinds = {"began": _task.c.started_at.type, "ended": _task.c.finished_at.type, "again": _task.c.retry_at.type}
    kinds["said"] = _task.c.result.type
    said = {name: bindparam(name, type_=kinds.get(name)) for name in _COLUMNS if name != "from_statuses"}
    return _with(said, _task.c.status.in_(bindparam("from_statuses", expanding=True)))
