"""Legal time limits: a warning before, a mark when missed, each told once whatever crashes in between."""

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.deadlines import reminders
from onething.casework.events import DeadlineMissed, DeadlineNear
from onething.casework.tables import OPEN_TASK, CaseRow, TaskRow
from onething.core.clock import now
from onething.core.db import Database


def warn(db: Database, limit: int = 200) -> int:
    """Tell about tasks whose deadline is near or missed, and what comes due after finished cases; returns how many."""
    due = (
        select(TaskRow.case_id, TaskRow.task_id)
        .where(text(OPEN_TASK), TaskRow.alarm_at <= now())
        .order_by(TaskRow.alarm_at)
        .limit(limit)
    )
    with db.reading() as session:
        found = list(session.execute(due))
    told = reminders.remind(db, limit)
    for case_id, task_id in found:
        with db.transaction() as session:
            told += _tell(session, case_id, task_id)
    return told


def _tell(session: Session, case_id: str, task_id: str) -> int:
    """Advance the alarm and append the event together; of two workers exactly one does it."""
    row = session.scalars(
        select(TaskRow)
        .where(TaskRow.case_id == case_id, TaskRow.task_id == task_id, TaskRow.alarm_at <= now())
        .where(text(OPEN_TASK))
    ).one_or_none()
    if row is None or row.due_at is None:
        return 0
    missed = row.due_at <= now()
    moved = session.execute(
        update(TaskRow)
        .where(TaskRow.case_id == case_id, TaskRow.task_id == task_id, TaskRow.alarm_at == row.alarm_at)
        .values(alarm_at=None if missed else row.due_at)
        .execution_options(synchronize_session=False)
    )
    if not store.changed(moved):
        return 0
    case = session.get_one(CaseRow, case_id)
    service = task_id.removeprefix("service:") if task_id.startswith("service:") else None
    kind = DeadlineMissed if missed else DeadlineNear
    said = kind(**store.frame(case), task=task_id, agency=row.agency, due_at=row.due_at, service=service)
    store.tell(session, case, said)
    return 1
