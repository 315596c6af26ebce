"""Registries whose answers stay wrong: an officer is told what, from whom and what to do, and may have them asked again.

The applicant is asked for the evidence meanwhile (see `supplements`); whichever comes first carries the case on.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.casework.cases import store, timeline
from onething.casework.events import TaskReferred
from onething.casework.items.referrals import due_of
from onething.casework.models import ItemKind
from onething.casework.states import LIVE_ITEMS, ItemStatus, TaskStatus
from onething.casework.tables import CaseRow, TaskRow, WorkItemRow
from onething.catalog.models import City, FromRegistry, LifeEvent, OperationRef
from onething.core.clock import now
from onething.core.ids import new_id
from onething.planning.models import Facts, Plan

CODE = "faulty_answer"


def failed_sources(row: TaskRow) -> set[str]:
    """What the planner must leave out of a fetch: `fetch:slot#source index` of every source that answered nonsense."""
    return {f"{row.task_id}#{index}" for index in row.result.get("faulty", ())}


def sync(
    session: Session,
    city: City,
    event: LifeEvent,
    case: CaseRow,
    plan: Plan,
    tasks: Mapping[str, TaskRow],
    facts: Facts,
) -> None:
    """One open item for each fetch of which no source is left and some answered nonsense; none once it is provided."""
    stuck = {ask.slot for ask in plan.asks} | set(plan.unreachable)
    for row in tasks.values():
        kind, _, name = row.task_id.partition(":")
        if kind != "fetch" or not row.result.get("faulty"):
            continue
        if name in facts and name not in stuck:
            cancel(session, case.id, row.task_id)
        elif row.status == TaskStatus.SKIPPED and name in stuck and not _seen_to(session, row):
            _open(session, city, event, case, row)


def cancel(session: Session, case_id: str, task_id: str | None = None) -> None:
    """Nobody needs to look any more, at one fetch or (without `task_id`) at any of the case."""
    which = WorkItemRow.task_id == task_id if task_id else WorkItemRow.task_id.startswith("fetch:")
    session.execute(
        update(WorkItemRow)
        .where(WorkItemRow.case_id == case_id, which, WorkItemRow.status.in_(LIVE_ITEMS))
        .values(status=ItemStatus.CANCELLED.value, decided_at=now(), version=WorkItemRow.version + 1)
        .execution_options(synchronize_session=False)
    )


def _seen_to(session: Session, row: TaskRow) -> bool:
    """An item is open, or an officer said that it cannot be put right."""
    if row.decision == "refuse":
        return True
    found = select(WorkItemRow.id).where(
        WorkItemRow.case_id == row.case_id, WorkItemRow.task_id == row.task_id,
        WorkItemRow.status.in_(LIVE_ITEMS),
    )  # fmt: skip
    return session.scalar(found.limit(1)) is not None


def _open(session: Session, city: City, event: LifeEvent, case: CaseRow, row: TaskRow) -> None:
    findings = [_finding(city, event, row, index) for index in row.result["faulty"]]
    at, item_id = now(), new_id("item")
    session.add(
        WorkItemRow(
            id=item_id, case_id=case.id, task_id=row.task_id, kind=ItemKind.DECIDE.value, agency=event.lead_agency,
            life_event=event.id, service="", status=ItemStatus.OPEN.value, opened_at=at, due_at=due_of(None, row.due_at, at),
            version=1, content={"code": CODE, "findings": findings},
        )
    )  # fmt: skip
    session.flush()
    said = TaskReferred(**store.frame(case), task=row.task_id, agency=event.lead_agency, code=CODE, item=item_id)
    store.tell(session, case, said)


def _finding(city: City, event: LifeEvent, row: TaskRow, index: int) -> dict[str, Any]:
    slot = event.slot(row.task_id.removeprefix("fetch:"))
    source = slot.sources[index] if slot and index < len(slot.sources) else None
    operation = source.registry if isinstance(source, FromRegistry) else ""
    agency = city.label_of(OperationRef.parse(operation).agency)
    zh, en = agency.zh, agency.en
    what = timeline.task_name(city, event, row.task_id)
    return {
        "code": CODE, "outcome": "undecided", "ground": "", "missing": [], "trace": [],
        "words": {
            "zh": f"“{what.zh}”:{zh}({operation})多次回复都不能采信(签名、格式或内容有误),没有采用。"
                  "请联系该部门更正;更正后选“同意”,系统会重新查询。不能更正的选“不予同意”并写明原因,以申请人提供的材料为准。",
            "en": f"“{what.en}”: {en} ({operation}) gave answers that cannot be believed, every time it was asked "
                  "(signature, form or content); none was used. Have that agency put it right, then approve: it is asked again. "
                  "If it cannot be put right, refuse and say why; what the applicant provides is used instead.",
        },
    }  # fmt: skip
