"""What falls in a case when its applicant changes a fact: answers of agencies to another question, records said not to be
there, judgements and approvals that rested on what was. Each is asked or judged anew; what was carried out stays.
"""

from collections.abc import Collection

from sqlalchemy import select, update

from onething.casework.cases import store
from onething.casework.cases.case_work import inputs_of
from onething.casework.cases.locked_case import Course
from onething.casework.models import JUDGED_ANEW
from onething.casework.states import ITEM, TASK, ItemStatus, TaskStatus
from onething.casework.tables import EvidenceRow, TaskRow, WorkItemRow
from onething.core.clock import today
from onething.planning.models import Facts
from onething.planning.service import questions_of, with_derived

JUDGEMENTS = frozenset({"checks", "risk", "undecided", "officer_when", "officer", "evidence_missing"})
"""Codes of tasks that wait for an officer's judgement of the facts."""


def let_fall(course: Course, before: Facts, given: Collection[str]) -> frozenset[str]:
    """`course.facts` has what was given; `before` is what was known. Returns the tasks that are judged anew: their officers
    have them back with what is found then."""
    stale = _asked_about_what_was(course, before, given)
    _ask_again(course, stale)
    changed = {slot for slot in {*before, *course.facts} if before.get(slot) != course.facts.get(slot)}
    anew = frozenset(
        row.task_id for row in course.tasks.values() if _rests_on(course, row, changed) and _judge_again(row)
    )
    _pause(course, anew)
    return anew


def _asked_about_what_was(course: Course, before: Facts, given: Collection[str]) -> set[str]:
    """Slots whose registries would be asked another question now. Their answers are forgotten, and what rested on these."""
    event, day = course.event, today()
    asked = questions_of(event, with_derived(event, before, day), day)
    origins = select(EvidenceRow.slot, EvidenceRow.origin).where(EvidenceRow.case_id == course.case.id)
    fetched = {slot for slot, origin in course.session.execute(origins) if origin.get("kind") == "registry"}
    fallen: set[str] = set()
    while True:
        now_ = questions_of(event, with_derived(event, course.facts, day), day)
        stale = {slot for (slot, index), mark in now_.items() if mark != asked[slot, index]}
        more = (stale & fetched) - fallen - set(given)
        if not more:
            break
        course.facts = {slot: fields for slot, fields in course.facts.items() if slot not in more}
        fallen |= more
    if fallen:
        store.forget_evidence(course.session, course.case.id, fallen)
    return stale


def _ask_again(course: Course, stale: Collection[str]) -> None:
    absent = [each for each in course.case.absent if each.partition("#")[0] not in stale]
    if absent != course.case.absent:
        course.case.absent = absent
    for slot in stale:
        row = course.tasks.get(f"fetch:{slot}")
        if row is not None and (
            row.status == TaskStatus.DONE or (row.status, row.code) == (TaskStatus.SKIPPED, "absent")
        ):
            row.status = TASK.move(row.status, TaskStatus.PLANNED)
            row.code, row.attempts, row.finished_at, row.retry_at, row.result = "", 0, None, None, {}


def _rests_on(course: Course, row: TaskRow, changed: Collection[str]) -> bool:
    planned = course.work().planned(course.event, row.task_id) if row.task_id.startswith("service:") else None
    return planned is not None and not inputs_of(course.event, planned).isdisjoint(changed)


def _judge_again(row: TaskRow) -> bool:
    """A referral to an officer, or an approval that was not carried out yet, stood on what was."""
    waits = row.status == TaskStatus.WAITING and row.code in JUDGEMENTS
    if not waits and not (row.status in (TaskStatus.PLANNED, TaskStatus.WAITING) and row.decision == "approve"):
        return False
    row.status = TASK.move(row.status, TaskStatus.PLANNED) if row.status != TaskStatus.PLANNED else row.status
    row.code, row.decision, row.retry_at, row.result = JUDGED_ANEW, "", None, {}
    return True


def _pause(course: Course, tasks: Collection[str]) -> None:
    """Nobody decides meanwhile on what was found before."""
    if tasks:
        course.session.execute(
            update(WorkItemRow)
            .where(
                WorkItemRow.case_id == course.case.id, WorkItemRow.task_id.in_(tasks), WorkItemRow.status.in_(ITEM.into(ItemStatus.PAUSED))
            )
            .values(status=ItemStatus.PAUSED.value, version=WorkItemRow.version + 1)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
