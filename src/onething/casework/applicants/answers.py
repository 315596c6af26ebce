"""The applicant answers a supplement: everything that was asked for, nothing else, and officers have their items back."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.casework.applicants.changed_facts import let_fall
from onething.casework.cases import store
from onething.casework.cases.locked_case import Course
from onething.casework.errors import ANSWER_INCOMPLETE, ANSWER_WRONG, ITEM_NOT_FOUND, SUPPLEMENT_CLOSED
from onething.casework.events import SupplementAnswered
from onething.casework.execution.resumption import go_on, locked_course
from onething.casework.items import supplements
from onething.casework.models import ItemKind
from onething.casework.states import ITEM, CaseStatus, ItemStatus
from onething.casework.tables import CaseRow, WorkItemRow
from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.clock import now, today
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.planning.models import Facts
from onething.review.service import check_value


def answer_supplement(
    session: Session,
    principal: Principal,
    item_id: str,
    values: Facts,
    *,
    origins: dict[str, dict[str, Any]] | None = None,
    documents: Sequence[dict[str, Any]] = (),
    version: int | None = None,
) -> CaseStatus:
    """Answer everything that a supplement asks for. Only what was asked is taken; nothing a registry said is replaced.

    `values`: slot → field → value, from answers or read from uploads. Raises `ANSWER_INCOMPLETE` naming what is missing,
    `SUPPLEMENT_CLOSED` when it was answered or withdrawn meanwhile (two tabs).
    """
    city = get_city()
    own = CaseRow.subject_id == (principal.subject_id or "")
    found = session.execute(
        select(WorkItemRow.case_id)
        .join(CaseRow, CaseRow.id == WorkItemRow.case_id)
        .where(WorkItemRow.id == item_id, WorkItemRow.kind == ItemKind.SUPPLEMENT.value, own)
    ).first()
    if found is None or principal.role is not Role.CITIZEN:
        raise Problem(ITEM_NOT_FOUND)
    course, busy = locked_course(session, city, found.case_id)
    item = session.scalars(
        select(WorkItemRow).where(WorkItemRow.id == item_id).execution_options(populate_existing=True)
    ).one()
    if item.status != ItemStatus.OPEN or (version is not None and item.version != version):
        raise Problem(SUPPLEMENT_CLOSED)
    facts = _asked_only(item.content["asks"], values, course.facts)
    _must_be_complete(course, item, facts)
    _must_be_possible(course, item.content["asks"], facts)
    kinds = {ask["slot"]: {"kind": "upload" if ask["kind"] == "upload" else "answer"} for ask in item.content["asks"]}
    store.put_evidence(session, course.case.id, course.case.subject_id, facts, kinds | (origins or {}))
    before = course.facts
    course.facts = before | facts
    anew = let_fall(course, before, facts)
    if documents:
        filing = course.case.filing
        papers = store.sealed_papers(session, course.case.subject_id, course.case.id, documents)
        course.case.filing = {**filing, "documents": [*filing.get("documents", ()), *papers]}
    item.status = ITEM.move(item.status, ItemStatus.DONE)
    item.decided_at, item.decided_by, item.version = now(), principal.actor, item.version + 1
    _reopen(session, course.case.id, anew)
    said = SupplementAnswered(**store.frame(course.case), item=item_id, slots=tuple(sorted(facts)))
    store.tell(session, course.case, said, principal.actor)
    session.flush()
    return go_on(course, busy)


def _must_be_complete(course: Course, item: WorkItemRow, facts: Facts) -> None:
    """Raises `ANSWER_INCOMPLETE` naming what is not answered."""
    missing = supplements.missing_from(item.content["asks"], facts)
    if not missing:
        return
    lacks = {(ask["slot"], ask.get("field")) for ask in missing}
    view = supplements.view(course.session, course.city, course.event, course.case, item)
    names = [ask.name for ask in view.asks if (ask.slot, ask.field) in lacks]
    words = Text.joined(names)
    raise Problem(ANSWER_INCOMPLETE, missing=words, extra={"missing": missing})


def _must_be_possible(course: Course, asks: Sequence[dict[str, Any]], facts: Facts) -> None:
    """What she types here is looked at as in a filing. Raises `ANSWER_WRONG` for the first value that cannot be right."""
    for ask in asks:
        kind, field = course.city.type_of(course.event.slot(ask["slot"])), ask.get("field")
        spec = kind.field(field) if kind and field else None
        bad = check_value(spec, facts.get(ask["slot"], {}).get(field), today()) if spec and field else None
        if bad is not None:
            raise Problem(
                ANSWER_WRONG,
                what=bad.what,
                todo=bad.todo,
                extra={"slot": ask["slot"], "field": field, "code": bad.code},
            )


def _asked_only(asks: Sequence[dict[str, Any]], values: Facts, known: Facts) -> Facts:
    """The answers to what was asked, on top of what is known of those slots."""
    facts: Facts = {}
    for ask in asks:
        slot, field = ask["slot"], ask.get("field")
        given = values.get(slot, {})
        taken = {field: given[field]} if field and given.get(field) not in (None, "") else {} if field else dict(given)
        if taken:
            facts[slot] = {**known.get(slot, {}), **facts.get(slot, {}), **taken}
    return facts


def _reopen(session: Session, case_id: str, anew: Collection[str]) -> None:
    """Officers who asked for more have their items back, with the answer and the words they asked with; those of tasks that
    are judged `anew` as soon as that is done."""
    session.execute(
        update(WorkItemRow)
        .where(
            WorkItemRow.case_id == case_id,
            WorkItemRow.status.in_(ITEM.into(ItemStatus.OPEN)),
            WorkItemRow.task_id.not_in(anew),
        )
        .values(
            status=ItemStatus.OPEN.value,
            decision=None,
            decided_at=None,
            decided_by=None,
            version=WorkItemRow.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
