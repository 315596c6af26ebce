"""Cases as people see them: one case whole, lists page by page, search. Rights are part of every query."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from onething.casework.cases import applicant_names, store, timeline
from onething.casework.cases.access import may_see, note_look
from onething.casework.cases.need import needed_papers, needed_slots
from onething.casework.certificates import issuance
from onething.casework.decisions import sealed_text
from onething.casework.errors import CASE_NOT_FOUND
from onething.casework.items import supplements
from onething.casework.models import (
    OPEN_TASKS,
    AccessView,
    CaseStatus,
    CaseSummary,
    CaseView,
    Given,
    ItemKind,
    TaskStatus,
    TaskView,
)
from onething.casework.states import ItemStatus
from onething.casework.tables import CaseNameRow, CaseRow, CertificateRow, TaskRow, WorkItemRow
from onething.casework.views import outcomes
from onething.catalog.models import City, LifeEvent
from onething.catalog.service import get_city
from onething.core import events
from onething.core.access import Principal, Role
from onething.core.errors import Problem
from onething.core.i18n import Text, texts_of
from onething.core.identifiers import mask_name
from onething.core.paging import Order, Page, bounded
from onething.core.persons.numbers import as_person_number, numbers_meant
from onething.planning.models import Facts
from onething.subjects.service import find_people

say = texts_of(__name__)

Line = tuple[str, str, str, str, str, str, datetime, datetime | None, datetime | None]
LINE = (
    CaseRow.id, CaseRow.reference, CaseRow.life_event, CaseRow.subject_id, CaseRow.applicant_name, CaseRow.status,
    CaseRow.submitted_at, CaseRow.due_at, CaseRow.finished_at,
)  # fmt: skip

NEWEST = Order("cases", (CaseRow.submitted_at, CaseRow.id), (datetime, str))
BY_NAME = Order("cases_by_name", (CaseNameRow.case_id,), (str,))


def summary_of(city: City, principal: Principal, row: Any, plain_name: str) -> CaseSummary:
    """A line of a list from the columns of `LINE` (or a whole row) and the applicant's name."""
    event = city.life_event(row.life_event)
    name = event.name if event else Text.same(row.life_event)
    own = principal.role is Role.CITIZEN and principal.subject_id == row.subject_id
    applicant = plain_name if own else mask_name(plain_name)
    return CaseSummary(
        row.id, row.reference, row.life_event, name, applicant, CaseStatus(row.status), row.submitted_at, row.due_at,
        row.finished_at,
    )  # fmt: skip


def cases_of(session: Session, principal: Principal, after: str | None = None, limit: int = 20) -> Page[CaseSummary]:
    """The signed-in citizen's cases, newest first, each with what tells it apart (the child's name)."""
    mine = CaseRow.subject_id == (principal.subject_id or "")
    found = _page(session, principal, mine, after, limit)
    facts = store.facts_of_many(session, {case.id: principal.subject_id or "" for case in found.items})
    city, asked = get_city(), supplements.waiting_for_applicants(session, [case.id for case in found.items])
    return replace(
        found,
        items=tuple(
            replace(case, about=_about(city, case, facts[case.id]), your_turn=case.id in asked) for case in found.items
        ),
    )


def _about(city: City, case: CaseSummary, facts: Facts) -> str:
    event = city.life_event(case.life_event)
    slot, _, field = (event.told_apart_by if event else "").partition(".")
    return str(facts.get(slot, {}).get(field) or "")


def newest(session: Session, principal: Principal, after: str | None = None, limit: int = 20) -> Page[CaseSummary]:
    """All cases that this person may see, newest first."""
    return _page(session, principal, true(), after, limit)


def _page(session: Session, principal: Principal, condition: Any, after: str | None, limit: int) -> Page[CaseSummary]:
    size = bounded(limit)
    query = (
        select(*LINE).where(may_see(principal), condition, NEWEST.behind(after)).order_by(*NEWEST.by).limit(size + 1)
    )
    rows = session.execute(query).all()
    shown, more = NEWEST.page(rows, size, lambda row: (row.submitted_at, row.id))
    return Page(_lines(session, principal, shown), more)


def _lines(session: Session, principal: Principal, rows: Sequence[Any]) -> tuple[CaseSummary, ...]:
    city = get_city()
    told = zip(rows, applicant_names.plain(session, rows), strict=True)
    return tuple(summary_of(city, principal, row, name) for row, name in told)


def search(
    session: Session, principal: Principal, text: str, after: str | None = None, limit: int = 20
) -> Page[CaseSummary]:
    """Cases by reference, by the number of the applicant's paper, or by the beginning (two characters or more) of her name."""
    wanted = text.strip()
    if not wanted:
        return Page((), None)
    if wanted.upper().startswith("CS") and any(c.isdigit() for c in wanted):
        return _page(session, principal, CaseRow.reference == wanted.upper(), after, limit)
    people = [person.id for person in find_people(session, numbers_meant(wanted))]
    if people:
        return _page(session, principal, CaseRow.subject_id.in_(people), after, limit)
    mark = None if as_person_number(wanted) else applicant_names.mark_of(wanted)
    return _by_name(session, principal, mark, after, limit) if mark else Page((), None)


def _by_name(session: Session, principal: Principal, mark: str, after: str | None, limit: int) -> Page[CaseSummary]:
    """The newest first, by the ids of cases, which sort by time."""
    size = bounded(limit)
    query = applicant_names.found_by(select(*LINE), mark).where(may_see(principal))
    rows = session.execute(query.where(BY_NAME.behind(after)).order_by(*BY_NAME.by).limit(size + 1)).all()
    shown, more = BY_NAME.page(rows, size, lambda row: (row.id,))
    return Page(_lines(session, principal, shown), more)


def find_case(session: Session, principal: Principal, case_id: str) -> CaseRow:
    """A case by id or reference; raises `Problem(CASE_NOT_FOUND)` for what may not be seen, too."""
    key = CaseRow.reference == case_id if case_id.startswith("CS") else CaseRow.id == case_id
    row = session.scalars(select(CaseRow).where(key, may_see(principal))).one_or_none()
    if row is None:
        raise Problem(CASE_NOT_FOUND)
    return row


def case_view(session: Session, principal: Principal, case_id: str, timeline_limit: int = 200) -> CaseView:
    """The page of a case. An official's look is noted, so call it inside `db.transaction()` for them.

    An officer is given the certificates and papers that her agency's part rests on, and of other agencies' tasks how far they
    are, not what they found; auditors are given all of it."""
    city = get_city()
    case = find_case(session, principal, case_id)
    note_look(session, principal, case, "case")
    event = city.life_event(case.life_event)
    if event is None:
        raise Problem(CASE_NOT_FOUND, detail=f"life event {case.life_event} left the catalog")
    plan = store.load_plan(session, case.plan_digest)
    tasks = task_views(session, city, event, case)
    log = events.of_stream(session, case.id, limit=timeline_limit)
    issued = session.scalars(
        select(CertificateRow)
        .where(CertificateRow.case_id == case.id, issuance.may_see(principal))
        .order_by(CertificateRow.issued_at)
        .limit(100)
    )
    papers = store.papers_of(session, case)
    if principal.role is Role.OFFICER:
        papers = _papers_of(session, principal, event, case, papers)
        own = principal.agencies
        tasks = {name: each if each.agency in own else replace(each, result={}) for name, each in tasks.items()}
    item = session.scalars(
        select(WorkItemRow)
        .where(
            WorkItemRow.case_id == case.id,
            WorkItemRow.status == ItemStatus.OPEN,
            WorkItemRow.kind == ItemKind.SUPPLEMENT,
        )
        .limit(1)
    ).first()
    if item is not None:
        waits = supplements.tasks_held_up(event, item)
        turn = say("by_applicant.you") if principal.role is Role.CITIZEN else say("by_applicant.her")
        tasks = {
            name: replace(each, explanation=turn, state=turn) if each.status in OPEN_TASKS and waits(each) else each
            for name, each in tasks.items()
        }
    looks = [look for look in events.accesses_to(session, case.subject_id) if look.case_id == case.id]
    over = CaseStatus(case.status).over
    certificates = issued.all()
    shown = tuple(issuance.views(session, certificates))
    written = {each.task_id: each.id for each in certificates if each.slot == issuance.REFUSAL}
    return CaseView(
        summary=summary_of(city, principal, case, applicant_names.plain(session, [case])[0]),
        tasks=tuple(tasks.values()),
        timeline=timeline.tell(city, event, log),
        last_seq=log[-1].seq if log else 0,
        prediction=timeline.predict(event, plan, tasks, item is not None, over),
        certificates=shown,
        supplement=supplements.view(session, city, event, case, item) if item else None,
        looked=tuple(AccessView(look.at, look.actor, look.what, look.ground) for look in looks),
        reasons=tuple(Text(zh=reason["zh"], en=reason["en"]) for reason in case.reasons) + refusals(tasks),
        documents=papers,
        may_withdraw=principal.role is Role.CITIZEN and not over and case.status != CaseStatus.WITHDRAWING,
        refused=outcomes.refused(city, tasks, shown, written),
        given=_given(session, principal, city, event, case, tasks, {each.slot for each in certificates}),
        may_file_again=principal.role is Role.CITIZEN and outcomes.may_file_again(CaseStatus(case.status)),
        follows=case.filing.get("follows"),
    )


def _papers_of(
    session: Session, principal: Principal, event: LifeEvent, case: CaseRow, papers: Sequence[dict[str, Any]]
) -> tuple[dict[str, Any], ...]:
    """The papers that the part of an officer's agencies rests on, each once and in their order."""
    needed: list[dict[str, Any]] = []
    for agency in principal.agencies:
        asked = supplements.asked_by(session, case.id, agency)
        needed += needed_papers(event, agency, papers, needed_slots(event, agency) | asked)
    return tuple(each for each in papers if each in needed)


def _given(
    session: Session, principal: Principal, city: City, event: LifeEvent, case: CaseRow, tasks: dict[str, TaskView], certified: set[str]
) -> tuple[Given, ...]:  # fmt: skip
    """To the applicant alone; what she was given is opened only where a service has given something that is no certificate."""
    outputs = [
        slot
        for task in tasks.values()
        if task.status is TaskStatus.DONE and (service := event.service(task.service or "")) is not None
        for slot in service.outputs
    ]
    if principal.role is not Role.CITIZEN or not set(outputs) - certified:
        return ()
    return outcomes.given(city, event, tasks, store.facts_of(session, case.id), certified)


def refusals(tasks: dict[str, TaskView]) -> tuple[Text, ...]:
    """Why services were refused, in the words of the rule, the agency or the officer."""
    return tuple(
        say("refused.because", task=task.name, reason=reason)
        for task in tasks.values()
        if task.status is TaskStatus.REFUSED
        for reason in outcomes.reasons_of(task.result)
    )


def task_views(session: Session, city: City, event: LifeEvent, case: CaseRow) -> dict[str, TaskView]:
    """Tasks in the plan's order, with names and reasons in words; a task whose inputs are all there shows as running."""
    rows = session.scalars(select(TaskRow).where(TaskRow.case_id == case.id).order_by(TaskRow.position)).all()
    done = {row.task_id for row in rows if row.status in (TaskStatus.DONE, TaskStatus.SKIPPED)}
    results = sealed_text.opened_all(session, case.subject_id, case.id, [row.result for row in rows])
    views: dict[str, TaskView] = {}
    for row, result in zip(rows, results, strict=True):
        after = tuple(row.after)
        status = TaskStatus(row.status)
        if status is TaskStatus.PLANNED and case.status == CaseStatus.RUNNING and all(each in done for each in after):
            status = TaskStatus.RUNNING
        kind, _, name = row.task_id.partition(":")
        views[row.task_id] = TaskView(
            id=row.task_id, kind="service" if kind == "service" else "fetch",
            name=timeline.task_name(city, event, row.task_id), agency=row.agency,
            agency_name=city.short_label_of(row.agency), service=name if kind == "service" else None,
            slot=name if kind == "fetch" else None, status=status, code=row.code,
            explanation=_explained(city, event, row.code, result), state=outcomes.state_of(status, row.code), after=after, attempts=row.attempts, started_at=row.started_at,
            finished_at=row.finished_at, due_at=row.due_at if status in OPEN_TASKS else None, result=result,
        )  # fmt: skip
    return views


def _explained(city: City, event: LifeEvent, code: str, result: dict[str, Any]) -> Text | None:
    """What a task waits for or why it ended; of one that was held up, which refusal holds it."""
    if code == "needs_refused" and result.get("because"):
        return say("waiting.needs_refused_by", because=timeline.task_name(city, event, f"service:{result['because']}"))
    return timeline.waiting_for(code)
