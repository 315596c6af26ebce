"""What a refusal would mean for the applicant, shown to the officer before she presses a second time."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.cases.locked_case import Course, course_of
from onething.casework.errors import DECIDED_BY_YOU, ITEM_DECIDED, ITEM_NOT_FOUND
from onething.casework.models import ItemKind, Pace, WayOut
from onething.casework.officers.inbox import may_see_items
from onething.casework.states import OPEN_TASKS, ItemStatus, TaskStatus
from onething.casework.tables import CaseRow, WorkItemRow
from onething.casework.views.outcomes import ways_out
from onething.catalog.service import get_city
from onething.core.access import Principal
from onething.core.clock import today
from onething.core.errors import Problem
from onething.core.i18n import Text


@dataclass(frozen=True, slots=True)
class RefusalPreview:
    """`holds_up`: services that then cannot be done; `takes_back`: done already, to be taken back; `ways_out`: what the
    applicant is told she can do."""

    name: Text
    holds_up: tuple[Text, ...]
    takes_back: tuple[Text, ...]
    ways_out: tuple[WayOut, ...]


def refusal_preview(session: Session, principal: Principal, item_id: str) -> RefusalPreview:
    """Changes nothing. Raises `Problem(ITEM_NOT_FOUND | ITEM_DECIDED | DECIDED_BY_YOU)`."""
    item = session.scalars(
        select(WorkItemRow).where(
            WorkItemRow.id == item_id, may_see_items(principal), WorkItemRow.kind != ItemKind.SUPPLEMENT.value
        )
    ).one_or_none()
    if item is None:
        raise Problem(ITEM_NOT_FOUND)
    if item.status != ItemStatus.OPEN:
        raise Problem(DECIDED_BY_YOU if item.decided_by == principal.actor else ITEM_DECIDED)
    city = get_city()
    course = course_of(session, city, session.get_one(CaseRow, item.case_id), Pace())
    service = course.event.service(item.service)
    if service is None:  # a faulty registry: saying that it cannot be put right refuses the applicant nothing
        return RefusalPreview(Text.same(item.task_id or ""), (), (), ())
    hanging = _rest_on(course, set(service.outputs))
    undone = _rest_on(course, set[str](), set(service.refusal_undoes)) | set(service.refusal_undoes)
    named = {each.id: each.name for each in course.event.services}
    return RefusalPreview(
        service.name,
        tuple(name for one, name in named.items() if one in hanging and course.status(f"service:{one}") in OPEN_TASKS),
        tuple(
            name for one, name in named.items() if one in undone and course.status(f"service:{one}") is TaskStatus.DONE
        ),
        ways_out(city, today()),
    )


def _rest_on(course: Course, slots: set[str], services: set[str] | None = None) -> set[str]:
    """Services that need these slots or what these services give, and all that needs what those give."""
    found = set(services or ())
    given = set(slots) | {slot for each in course.event.services if each.id in found for slot in each.outputs}
    while True:
        more = {each.id for each in course.event.services if given & set(each.requires)} - found
        if not more:
            return found
        found |= more
        given |= {slot for each in course.event.services if each.id in more for slot in each.outputs}
