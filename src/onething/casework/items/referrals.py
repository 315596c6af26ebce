"""A task that a person must decide is put into the inbox of its agency, with the day until which it should be decided."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from onething.casework.cases.case_work import CaseWork
from onething.casework.decisions import sealed_text
from onething.casework.models import JUDGED_ANEW, ItemKind, TaskResult
from onething.casework.states import LIVE_ITEMS, ItemStatus
from onething.casework.tables import WorkItemRow
from onething.catalog.models import City, Service
from onething.core.clock import now
from onething.core.ids import new_id
from onething.planning.models import PlannedTask


def open_item(
    session: Session,
    city: City,
    work: CaseWork,
    planned: PlannedTask | None,
    result: TaskResult,
    task_due: Any,
) -> None:
    """Put a task into the inbox of its agency; one that was judged anew is put back there, with what was found now."""
    event = city.life_event(work.life_event)
    service = event.service(planned.service) if event and planned and planned.service else None
    at = now()
    values = {
        "id": new_id("item"), "case_id": work.case_id, "task_id": result.task_id,
        "kind": (result.refer or ItemKind.DECIDE).value, "agency": planned.agency if planned else "",
        "life_event": work.life_event, "service": planned.service or "" if planned else "", "status": ItemStatus.OPEN.value,
        "opened_at": at, "due_at": due_of(service, task_due, at), "version": 1,
        "content": {"code": result.code, **sealed_text.sealed(session, work.subject_id, work.case_id, result.result)},
    }  # fmt: skip
    before = work.tasks.get(result.task_id)
    if before is None or before.code != JUDGED_ANEW or not _put_back(session, work.case_id, result.task_id, values):
        session.execute(insert(WorkItemRow), [values])


def _put_back(session: Session, case_id: str, task_id: str, values: dict[str, Any]) -> bool:
    """The same item, with whoever had it and the words that were asked with; False when there is none."""
    found = session.scalar(
        update(WorkItemRow)
        .where(WorkItemRow.case_id == case_id, WorkItemRow.task_id == task_id, WorkItemRow.status == ItemStatus.PAUSED.value)
        .values(
            status=ItemStatus.OPEN.value, decision=None, decided_at=None, decided_by=None, content=values["content"],
            kind=values["kind"], version=WorkItemRow.version + 1,
        )
        .returning(WorkItemRow.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return found is not None


def due_of(service: Service | None, task_due: datetime | None, at: datetime) -> datetime:
    """Until when an officer should decide: what the city promises, never later than the law allows."""
    promised = at + timedelta(hours=service.promised_hours if service else 24.0)
    return min(promised, task_due) if task_due else promised


def cancel(session: Session, case_id: str, task_id: str) -> None:
    """Nobody needs to decide this task any more: another agency has it now, or judged anew there was no doubt left."""
    session.execute(
        update(WorkItemRow)
        .where(WorkItemRow.case_id == case_id, WorkItemRow.task_id == task_id, WorkItemRow.status.in_(LIVE_ITEMS))
        .values(status=ItemStatus.CANCELLED.value, decided_at=now(), version=WorkItemRow.version + 1)
        .execution_options(synchronize_session=False)
    )
