"""Supplements (补正): what only the applicant can give, asked for once, in her words, and answered in one go."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.decisions import sealed_text
from onething.casework.events import SupplementRequested
from onething.casework.items import beyond
from onething.casework.models import AskView, ItemKind, SupplementView, TaskView
from onething.casework.states import ITEM, LIVE_ITEMS, ItemStatus
from onething.casework.tables import CaseRow, WorkItemRow
from onething.catalog.models import City, LifeEvent
from onething.core.clock import add_working_days, now
from onething.core.i18n import Text, texts_of
from onething.core.ids import new_id
from onething.planning.models import Ask, Facts, Plan

say = texts_of(__name__)

ANSWER_DAYS = 30
"""Calendar days the applicant has; she is reminded, the case is never closed over it by itself."""


def _of_case(session: Session, case_id: str) -> WorkItemRow | None:
    query = select(WorkItemRow).where(
        WorkItemRow.case_id == case_id,
        WorkItemRow.status == ItemStatus.OPEN,
        WorkItemRow.kind == ItemKind.SUPPLEMENT.value,
    )
    return session.scalars(query.limit(1)).first()


def sync(session: Session, city: City, event: LifeEvent, case: CaseRow, plan: Plan, facts: Facts) -> None:
    """Ask the applicant for exactly what the plan now needs from her, beside what officers asked for."""
    item = _of_case(session, case.id)
    asks = [
        _plain(ask) for ask in plan.asks if ask.kind == "upload" or facts.get(ask.slot, {}).get(ask.field or "") is None
    ]
    kept = [ask for ask in item.content["asks"] if ask.get("by") == "officer"] if item else []
    if item is None:
        if asks:
            open_supplement(session, city, event, case, asks, event.lead_agency)
        return
    if not asks and not kept:
        item.status = ITEM.move(item.status, ItemStatus.CANCELLED)
        item.decided_at, item.version = now(), item.version + 1
        return
    if item.content["asks"] != [*kept, *asks]:
        item.content = {**item.content, "asks": [*kept, *asks]}
        item.version += 1


def _plain(ask: Ask) -> dict[str, Any]:
    return {
        "kind": ask.kind, "slot": ask.slot, "field": ask.field, "document_type": ask.document_type,
        "reason": ask.reason, "by": "plan",
    }  # fmt: skip


def open_supplement(
    session: Session,
    city: City,
    event: LifeEvent,
    case: CaseRow,
    asks: Sequence[dict[str, Any]],
    agency: str,
    message: str = "",
    task_id: str | None = None,
) -> str:
    """Ask the applicant; what is open already is added to. Returns the id of the work item."""
    item, at = _of_case(session, case.id), now()
    if item is not None:
        before = sealed_text.opened(session, case.subject_id, case.id, item.content)
        content = {
            **before,
            "asks": [*before["asks"], *(ask for ask in asks if ask not in before["asks"])],
            "message": " ".join(filter(None, [before.get("message", ""), message])),
            "for": [*before.get("for", []), *([task_id] if task_id else [])],
        }
        item.content = sealed_text.sealed(session, case.subject_id, case.id, content)
        item.version += 1
        item_id = item.id
    else:
        item_id = new_id("item")
        content = {"asks": list(asks), "message": message, "for": [task_id] if task_id else []}
        due = add_working_days(at + timedelta(days=ANSWER_DAYS), 0, city.calendar)
        values = {
            "id": item_id, "case_id": case.id, "task_id": None, "kind": ItemKind.SUPPLEMENT.value, "agency": agency,
            "life_event": event.id, "service": "", "status": ItemStatus.OPEN.value, "opened_at": at, "due_at": due, "version": 1,
            "content": sealed_text.sealed(session, case.subject_id, case.id, content),
        }  # fmt: skip
        session.execute(insert(WorkItemRow), [values])
    slots = tuple(sorted({str(ask["slot"]) for ask in asks}))
    said = SupplementRequested(**store.frame(case), item=item_id, agency=agency, slots=slots)
    store.tell(session, case, said)
    return item_id


def waiting_for_applicants(session: Session, cases: Sequence[str]) -> frozenset[str]:
    """Those of these cases in which the applicant was asked for something and has not answered."""
    query = select(WorkItemRow.case_id).where(
        WorkItemRow.case_id.in_(cases),
        WorkItemRow.status == ItemStatus.OPEN,
        WorkItemRow.kind == ItemKind.SUPPLEMENT.value,
    )
    return frozenset(session.scalars(query)) if cases else frozenset()


def tasks_held_up(event: LifeEvent, item: WorkItemRow) -> Callable[[TaskView], bool]:
    """Whether a task waits for the applicant: an officer asked for its sake, or it needs the evidence that was asked for."""
    asked, named = {str(ask["slot"]) for ask in item.content["asks"]}, set(item.content.get("for", ()))

    def waits(task: TaskView) -> bool:
        service = event.service(task.service or "")
        return task.id in named or (not named and service is not None and bool(asked & set(service.requires)))

    return waits


def asked_by(session: Session, case_id: str, agency: str) -> frozenset[str]:
    """The slots that officers of the agency asked the applicant for: the answers are theirs to read."""
    query = select(WorkItemRow.content).where(
        WorkItemRow.case_id == case_id, WorkItemRow.kind == ItemKind.SUPPLEMENT.value
    )
    asks = [ask for content in session.scalars(query) for ask in content["asks"]]
    return frozenset(str(ask["slot"]) for ask in asks if ask.get("by") == "officer" and ask.get("agency") == agency)


def cancel_items(session: Session, case_id: str) -> None:
    """Nobody needs to do anything about this case any more."""
    session.execute(
        update(WorkItemRow)
        .where(WorkItemRow.case_id == case_id, WorkItemRow.status.in_(LIVE_ITEMS))
        .values(status=ItemStatus.CANCELLED.value, decided_at=now(), version=WorkItemRow.version + 1)
        .execution_options(synchronize_session=False)
    )


def view(session: Session, city: City, event: LifeEvent, case: CaseRow, item: WorkItemRow) -> SupplementView:
    asks = tuple(_ask_view(city, event, ask) for ask in item.content["asks"])
    names = Text(zh="、".join(ask.name.zh for ask in asks), en=", ".join(ask.name.en for ask in asks))
    words = say("supplement.needs", names=names)
    message = str(sealed_text.opened(session, case.subject_id, case.id, item.content).get("message", ""))
    if message:
        words = say("supplement.officer_says", words=words, message=message)
    return SupplementView(item.id, item.version, item.opened_at, item.due_at, words, asks, item.agency)


def _ask_view(city: City, event: LifeEvent, ask: dict[str, Any]) -> AskView:
    slot = event.slot(ask["slot"])
    kind = city.type_of(slot)
    field = kind.field(ask["field"]) if kind and ask.get("field") else None
    question = next((q for q in event.questions if q.field == f"{ask['slot']}.{ask.get('field')}"), None)
    fallback = beyond.asked(city, str(ask["slot"])) or Text.same(ask["slot"])
    name = (
        question.ask if question else field.name if field else (slot and slot.name) or (kind and kind.name) or fallback
    )
    given = str(ask.get("reason", ""))
    reason = say(f"asked.{given}") if f"asked.{given}" in say else Text.same(given)
    return AskView(ask["kind"], ask["slot"], ask.get("field"), ask.get("document_type"), name, reason)


def missing_from(asks: Sequence[dict[str, Any]], facts: Facts) -> list[dict[str, Any]]:
    """The asks that these facts do not answer."""
    return [
        ask
        for ask in asks
        if not (facts.get(ask["slot"], {}).get(ask["field"]) if ask.get("field") else facts.get(ask["slot"]))
    ]
