"""What is held back because its certificate would not say what it certifies, for those who run the installation. No personal data."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from onething.casework.states import TaskStatus
from onething.casework.tables import HELD, CaseRow, TaskRow

MOST = 200


def held_back(session: Session) -> list[dict[str, str]]:
    """A line a value: case, task, kind of certificate, value, `empty` or `unprintable`; at most 200 tasks."""
    query = (
        select(TaskRow, CaseRow.reference)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(text(f"case_task.{HELD}"), TaskRow.status == TaskStatus.WAITING)
        .order_by(TaskRow.case_id, TaskRow.task_id)
        .limit(MOST)
    )
    found: list[dict[str, str]] = []
    for row, reference in session.execute(query):
        found += [{"case": reference, "task": row.task_id, **want} for want in row.result.get("wants", ())]
    return found
