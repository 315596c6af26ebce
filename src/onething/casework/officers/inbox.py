"""The officer's door: an inbox by deadline, one item with all she needs to judge it, and her decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from onething.casework import acts
from onething.casework.cases import applicant_names, store, timeline
from onething.casework.cases.access import note_look, with_case
from onething.casework.cases.need import needed_for, needed_papers
from onething.casework.decisions import sealed_text
from onething.casework.decisions.law import cite
from onething.casework.errors import (
    ASKS_MISSING,
    DECIDED_BY_YOU,
    ITEM_DECIDED,
    ITEM_NOT_FOUND,
    REASON_MISSING,
    SIGNED_CONTENT,
    WITH_COLLEAGUE,
)
from onething.casework.events import TaskDecided, TaskFailed, TaskFrame
from onething.casework.execution.resumption import go_on, locked_course
from onething.casework.items import beyond, supplements
from onething.casework.models import (
    CaseStatus,
    DecisionKind,
    EvidenceView,
    Finding,
    InboxFilter,
    InboxItem,
    ItemKind,
    WorkItemView,
)
from onething.casework.officers.item_evidence import signed_by_people
from onething.casework.states import ITEM, TASK, ItemStatus, TaskStatus
from onething.casework.tables import CaseRow, EvidenceRow, WorkItemRow
from onething.casework.views.reading import summary_of
from onething.catalog.models import City, LifeEvent
from onething.catalog.service import get_city
from onething.core import events
from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.i18n import Text, texts_of
from onething.core.identifiers import mask_name
from onething.core.paging import Order, Page, bounded
from onething.core.rights.service import Act, require_somewhere

say = texts_of(__name__)
URGENT = Order("inbox", (WorkItemRow.due_at, WorkItemRow.id), (datetime, str), falling=False)
DECIDED = Order("decided", (WorkItemRow.decided_at, WorkItemRow.id), (datetime, str))


def may_see_items(principal: Principal) -> Any:
    """Condition on lines of the inbox: an officer's agencies, all for administrators and auditors, each in her own cities. Raises the
    reason why somebody has no inbox."""
    return _hers(principal, acts.LIST_ITEMS)


def _hers(principal: Principal, act: Act) -> Any:
    """Condition on items to which she may do this. Administrators see the queue, and open none. Raises the reason where it is none."""
    require_somewhere(principal, act)
    return with_case(principal, act, WorkItemRow.case_id, WorkItemRow.agency)


def inbox(session: Session, principal: Principal, wanted: InboxFilter | None = None) -> Page[InboxItem]:
    """Open items, the most urgent first (or decided ones, the latest first)."""
    wanted = wanted or InboxFilter()
    size, city, moment = bounded(wanted.limit), get_city(), now()
    order = DECIDED if wanted.decided else URGENT
    conditions = [
        may_see_items(principal),
        WorkItemRow.status == (ItemStatus.DONE if wanted.decided else ItemStatus.OPEN),
        WorkItemRow.kind != ItemKind.SUPPLEMENT.value,
        order.behind(wanted.after),
    ]
    if wanted.agency and principal.role is not Role.OFFICER:
        conditions.append(WorkItemRow.agency == wanted.agency)
    for column, value in (
        (WorkItemRow.kind, wanted.kind), (WorkItemRow.life_event, wanted.life_event),
        (WorkItemRow.service, wanted.service), (WorkItemRow.assignee, principal.user_id if wanted.mine else None),
    ):  # fmt: skip
        if value:
            conditions.append(column == value)
    if wanted.late:
        conditions.append(WorkItemRow.due_at < moment)
    query = (
        select(WorkItemRow, CaseRow.reference, CaseRow.id, CaseRow.subject_id, CaseRow.applicant_name)
        .join(CaseRow, CaseRow.id == WorkItemRow.case_id)
        .where(*conditions)
        .order_by(*order.by)
        .limit(size + 1)
    )
    rows = session.execute(query).all()
    shown, more = order.page(
        rows, size, lambda row: ((row[0].decided_at if wanted.decided else row[0].due_at), row[0].id)
    )
    told = zip(shown, applicant_names.plain(session, shown), strict=True)
    return Page(tuple(_line(city, row[0], row.reference, name) for row, name in told), more)


def _line(city: City, item: WorkItemRow, reference: str, applicant: str) -> InboxItem:
    event = city.life_event(item.life_event)
    name = timeline.task_name(city, event, item.task_id) if event and item.task_id else say("supplement.title")
    return InboxItem(
        item.id, item.case_id, reference, mask_name(applicant), ItemKind(item.kind), item.life_event, item.service, name,
        item.agency, item.opened_at, item.due_at, item.due_at < now(), item.assignee,
        str(item.content.get("code", "")), item.decision, item.version,
        supplemented=item.status == ItemStatus.OPEN and item.reason is not None,
    )  # fmt: skip


def work_item(session: Session, principal: Principal, item_id: str) -> WorkItemView:
    """Findings, evidence with origins, law and history of one item. Noted as a look; call inside `db.transaction()`.

    An officer is given the evidence and the papers that her agency's part rests on or that a finding names; auditors all of it."""
    city = get_city()
    found = session.execute(
        select(WorkItemRow, CaseRow)
        .join(CaseRow, CaseRow.id == WorkItemRow.case_id)
        .where(WorkItemRow.id == item_id, _hers(principal, acts.OPEN_ITEM))
    ).first()
    if found is None:
        raise Problem(ITEM_NOT_FOUND)
    item, case = found
    event = city.life_event(case.life_event)
    if event is None:
        raise Problem(ITEM_NOT_FOUND, detail="life event left the catalog")
    note_look(session, principal, case, f"work_item:{item.service or item.task_id}")
    service = event.service(item.service)
    log = events.of_stream(session, case.id)
    (name,) = applicant_names.plain(session, [case])
    findings = tuple(_findings(sealed_text.opened(session, case.subject_id, case.id, item.content)))
    evidence = _evidence(session, city, event, case.id, service.requires if service else ())
    papers = store.papers_of(session, case)
    if principal.role is Role.OFFICER:
        needed = needed_for(event, item.agency, findings) | supplements.asked_by(session, case.id, item.agency)
        evidence = [each for each in evidence if each.slot in needed]
        papers = needed_papers(event, item.agency, papers, needed)
    return WorkItemView(
        item=_line(city, item, case.reference, name),
        findings=findings, evidence=tuple(evidence),
        law=tuple({"cite": cite(g), "title": g.title, "article": g.article, "url": g.url} for g in (service.grounds if service else ())),
        history=timeline.tell(city, event, log),
        case=summary_of(city, principal, case, name),
        documents=papers, subject_id=case.subject_id,
        reason=sealed_text.opened_reason(session, case.subject_id, case.id, item.reason), decided_by=item.decided_by, decided_at=item.decided_at,
    )  # fmt: skip


def _findings(content: dict[str, Any]) -> list[Finding]:
    """What needs judgement first: rules that could not be decided or say no, then the reason of the referral."""
    code = str(content.get("code", ""))
    findings = [
        Finding(
            str(each["code"]), Text(**each["words"]), str(each.get("ground", "")), tuple(each.get("missing", ())),
            {"outcome": each.get("outcome"), "steps": each.get("trace", [])},
        )
        for each in content.get("findings", ())
    ]  # fmt: skip
    findings.sort(key=lambda finding: {"undecided": 0, "no": 1}.get((finding.trace or {}).get("outcome") or "", 2))
    why = say(f"referral.{code}") if f"referral.{code}" in say else timeline.waiting_for(code)
    told = any((finding.trace or {}).get("outcome") == "undecided" for finding in findings)
    if why and not told:
        findings.insert(0, Finding(code, why, facts=tuple(filter(None, [str(content.get("why", ""))]))))
    return findings


def _evidence(session: Session, city: City, event: LifeEvent, case_id: str, first: Sequence[str]) -> list[EvidenceView]:
    """All evidence of the case, what this service requires first."""
    rows = session.scalars(select(EvidenceRow).where(EvidenceRow.case_id == case_id))
    facts = store.facts_of(session, case_id)
    order = {slot: i for i, slot in enumerate(first)}
    views: list[EvidenceView] = []
    for row in sorted(rows, key=lambda row: (order.get(row.slot, len(order)), row.slot)):
        slot = event.slot(row.slot)
        kind = city.type_of(slot)
        name = (
            (slot.name if slot else None)
            or (kind.name if kind else None)
            or beyond.label(city, row.slot)
            or Text.same(row.slot)
        )
        views.append(EvidenceView(row.slot, name, facts[row.slot], row.origin, row.at))
    return views


def claim_item(
    session: Session, principal: Principal, item_id: str, *, release: bool = False, take_over: bool = False
) -> None:
    """Take an item into one's own hands, or give it back. Raises `WITH_COLLEAGUE` when a colleague has it (unless she says that she takes
    it over), `ITEM_DECIDED` when it is decided, `ITEM_NOT_FOUND` when it is not hers to take."""
    hers = _hers(principal, acts.CLAIM_ITEM)
    free = true() if take_over and not release else _free(principal)
    taken = session.execute(
        update(WorkItemRow)
        .where(WorkItemRow.id == item_id, hers, WorkItemRow.status == ItemStatus.OPEN, free)
        .values(assignee=None if release else principal.user_id)
        .execution_options(synchronize_session=False)
    )
    if not store.changed(taken):
        theirs = session.scalar(select(WorkItemRow.status).where(WorkItemRow.id == item_id, hers))
        raise Problem(
            ITEM_NOT_FOUND if theirs is None else WITH_COLLEAGUE if theirs == ItemStatus.OPEN else ITEM_DECIDED
        )


def _free(principal: Principal) -> Any:
    """In nobody's hands, or in hers."""
    return WorkItemRow.assignee.is_(None) | (WorkItemRow.assignee == principal.user_id)


def decide(
    session: Session,
    principal: Principal,
    item_id: str,
    decision: DecisionKind,
    reason: str = "",
    *,
    version: int | None = None,
    asks: Sequence[dict[str, Any]] = (),
) -> CaseStatus:
    """Decide an item. Of two officers who decide at once exactly one succeeds; the other gets `ITEM_DECIDED`,
    and who has decided it herself before `DECIDED_BY_YOU`; what a
    colleague has taken is hers (`WITH_COLLEAGUE`) until somebody takes it over.

    `version` is the item's as the officer saw it. `asks` (for `ask_supplement`): `{"kind": "upload" | "answer", "slot",
    "field"?, "document_type"?}`. Returns the case's status; the automatic part goes on as soon as the caller commits.
    """
    hers = _hers(principal, acts.DECIDE_ITEM)
    _must_say_why(decision, reason, asks)
    city = get_city()
    query = select(WorkItemRow.case_id).where(
        WorkItemRow.id == item_id, hers, WorkItemRow.kind != ItemKind.SUPPLEMENT.value
    )
    case_id = session.scalar(query)
    if case_id is None:
        raise Problem(ITEM_NOT_FOUND)
    course, busy = locked_course(session, city, case_id)
    _must_not_be_signed(course.event, asks if decision == "ask_supplement" else ())
    kept = sealed_text.sealed_reason(session, course.case.subject_id, course.case.id, reason.strip())
    item = _win(session, principal, item_id, decision, kept, version)
    row = course.tasks.get(item.task_id or "")
    if row is None:
        raise Problem(ITEM_NOT_FOUND, detail="the item has no task")
    about: TaskFrame = {
        **store.frame(course.case),
        "task": row.task_id,
        "agency": item.agency,
        "service": item.service,
        "code": None,
    }
    said = TaskDecided(**about, item=item_id, decision=decision)
    store.tell(session, course.case, said, principal.actor)
    if decision == "approve":
        row.status = TASK.move(row.status, TaskStatus.PLANNED)
        row.code, row.decision, row.retry_at = "", "approve", None
        if row.task_id.startswith("fetch:"):  # its agency put it right: every source is asked anew
            row.attempts, row.finished_at, row.decision, row.result = 0, None, "", {}
    elif decision == "refuse" and row.task_id.startswith("fetch:"):
        row.decision = "refuse"
    elif decision == "refuse":
        row.status = TASK.move(row.status, TaskStatus.REFUSED)
        row.code, row.decision, row.finished_at = "officer", "refuse", now()
        told = row.result | {"reason": reason.strip()}
        row.result = sealed_text.sealed(session, course.case.subject_id, course.case.id, told)
        about["code"] = "officer"
        store.tell(session, course.case, TaskFailed(**about, item=item_id), principal.actor)
    else:
        wanted = [
            {"field": None, "document_type": None, "reason": "", **ask, "by": "officer", "agency": item.agency}
            for ask in asks
        ]
        supplements.open_supplement(
            session, city, course.event, course.case, wanted, item.agency, reason.strip(), task_id=row.task_id
        )
    session.flush()
    return go_on(course, busy)


def _must_say_why(decision: DecisionKind, reason: str, asks: Sequence[dict[str, Any]]) -> None:
    if decision != "approve" and not reason.strip():
        raise Problem(REASON_MISSING)
    if decision == "ask_supplement" and not asks:
        raise Problem(ASKS_MISSING)


def _must_not_be_signed(event: LifeEvent, asks: Sequence[dict[str, Any]]) -> None:
    """What people have signed cannot be changed by one of them: they would have signed something else."""
    covered = signed_by_people(event)
    if any(ask.get("slot") in covered for ask in asks):
        raise Problem(SIGNED_CONTENT)


def _win(
    session: Session, principal: Principal, item_id: str, decision: DecisionKind, reason: str, version: int | None
) -> WorkItemRow:
    """Settle who decides, by compare-and-set."""
    status = ItemStatus.PAUSED if decision == "ask_supplement" else ItemStatus.DONE
    conditions = [WorkItemRow.id == item_id, WorkItemRow.status.in_(ITEM.into(status)), _free(principal)]
    if version is not None:
        conditions.append(WorkItemRow.version == version)
    won = session.execute(
        update(WorkItemRow)
        .where(*conditions)
        .values(
            status=status.value, decision=decision, reason=reason, decided_by=principal.actor,
            decided_at=now(), version=WorkItemRow.version + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if not store.changed(won):
        before = session.execute(
            select(WorkItemRow.decided_by, WorkItemRow.status, WorkItemRow.assignee).where(WorkItemRow.id == item_id)
        ).one()
        if before.status == ItemStatus.OPEN and before.assignee not in (None, principal.user_id):
            raise Problem(WITH_COLLEAGUE)
        raise Problem(DECIDED_BY_YOU if before.decided_by == principal.actor else ITEM_DECIDED)
    return session.scalars(
        select(WorkItemRow).where(WorkItemRow.id == item_id).execution_options(populate_existing=True)
    ).one()
