"""After a segment: what now? Plan again, take back, ask the applicant, wait, go on, or end. One transaction, case locked."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.cases.case_work import Fence, order_of
from onething.casework.cases.locked_case import Course, courses_of
from onething.casework.decisions import refusal_decisions, reservations
from onething.casework.events import CaseFinished, CaseRefused, CaseWithdrawn, TaskBlocked, TaskReferred
from onething.casework.execution.task_results import LostSegmentError
from onething.casework.items import faulty_registries, referrals, supplements
from onething.casework.items.referrals import open_item
from onething.casework.models import Pace, TaskResult
from onething.casework.states import (
    CASE,
    LIVE_ITEMS,
    OPEN_TASKS,
    SEGMENT,
    TASK,
    CaseStatus,
    ItemStatus,
    SegmentState,
    TaskStatus,
)
from onething.casework.tables import SegmentRow, TaskRow, WorkItemRow
from onething.catalog.models import City
from onething.core import events, faults
from onething.core.clock import now
from onething.planning.service import Cause, make_plan, to_text

RETRIES_A_SECOND = 20
"""An agency that comes back is not run over: waiting cases return to it at most at this rate."""

STALL_PAUSE = 15.0
"""Seconds before a segment that failed for reasons of our own (a full disk, a lost database) is tried again."""


def settle(session: Session, city: City, ended: Sequence[tuple[Fence, bool]], pace: Pace) -> list[CaseStatus]:
    """Close segments and decide how their cases go on. Raises `LostSegmentError` when one of them is no longer ours.

    `ended`: (segment, stalled). A stalled one could do nothing for reasons of our own; its case is tried again after a pause.
    """
    fences = [fence for fence, _ in ended]
    cases = store.lock_cases(session, [fence.case_id for fence in fences])
    closed = _closed(session, fences)
    for fence in fences:
        if fence.case_id not in closed or fence.case_id not in cases:
            raise LostSegmentError(fence.case_id)
    courses = courses_of(session, city, [cases[fence.case_id] for fence in fences], pace)
    busy = _with_items(session, cases)
    with events.gathered(session), session.no_autoflush:
        for course, (_, stalled) in zip(courses, ended, strict=True):
            course.stalled, course.no_items = stalled, course.case.id not in busy
            _decide(course)
    session.flush()
    return [CaseStatus(course.case.status) for course in courses]


def _closed(session: Session, fences: Sequence[Fence]) -> set[str]:
    """Cases whose segments were still ours, and are done now."""
    ours = tuple_(SegmentRow.case_id, SegmentRow.k, SegmentRow.epoch, SegmentRow.worker_id)
    done = session.scalars(
        update(SegmentRow)
        .where(
            ours.in_([(fence.case_id, fence.k, fence.epoch, fence.worker_id) for fence in fences]),
            SegmentRow.state.in_(SEGMENT.into(SegmentState.DONE)),
        )
        .values(state=SegmentState.DONE.value, done_at=now())
        .returning(SegmentRow.case_id)
        .execution_options(synchronize_session=False)
    )
    return set(done)


def _with_items(session: Session, case_ids: Iterable[str]) -> set[str]:
    """Those of the cases for which somebody has something to do."""
    query = select(WorkItemRow.case_id).where(
        WorkItemRow.case_id.in_(list(case_ids)), WorkItemRow.status.in_(LIVE_ITEMS)
    )
    return set(session.scalars(query))


def proceed(course: Course) -> CaseStatus:
    """Decide how a locked case goes on, after a decision or an answer."""
    with events.gathered(course.session), course.session.no_autoflush:
        _decide(course)
    course.session.flush()
    return CaseStatus(course.case.status)


def _decide(course: Course) -> None:
    case = course.case
    if CaseStatus(case.status).over:
        return
    if case.status == CaseStatus.WITHDRAWING:
        _withdraw(course)
    else:
        _compensate(course)
        if _should_replan(course):
            replan(course)
        refusal_decisions.write_decisions(course)
    _queue_next(course)


# -- planning again


def _gave_up(course: Course) -> tuple[set[str], set[str], set[str]]:
    """Sources that have no record, tasks that failed for good, and agencies that have been down for long."""
    absent, failed, down = set(course.case.absent), set[str](), set[str]()
    for row in course.tasks.values():
        source = f"#{row.result.get('source', 0)}"
        failed |= faulty_registries.failed_sources(row)
        if row.status == TaskStatus.SKIPPED and row.code == "absent":
            if row.result.get("why") != "nonsense":
                absent.add(f"{row.task_id.removeprefix('fetch:')}{source}")
        elif row.status in (TaskStatus.REFUSED, TaskStatus.UNDOING, TaskStatus.UNDONE) or row.code == "needs_refused":
            failed.add(row.task_id)
        elif row.code == "agency_down" and row.task_id.startswith("fetch:") and row.attempts >= course.pace.ask_after:
            down.add(row.agency)
    return absent, failed, down


def _should_replan(course: Course) -> bool:
    asked = any(ask.slot not in course.facts or ask.field for ask in course.plan.asks)
    pending = any(
        row.status == TaskStatus.PLANNED or row.code == "agency_down" for row in course.with_status(*OPEN_TASKS)
    )
    return pending or asked


def replan(course: Course) -> None:
    """Make the plan again from what is known now and bring the task rows into line with it."""
    absent, failed, down = _gave_up(course)
    done = {row.task_id for row in course.with_status(TaskStatus.DONE) if row.task_id.startswith("service:")}
    done |= set(course.case.filing.get("done_before", ()))
    course.plan = make_plan(
        course.city, course.event, course.facts, down=down, failed=failed, absent=absent,
        leave_out=course.case.filing.get("leave_out", ()), done=done,
    )  # fmt: skip
    if sorted(absent) != course.case.absent:
        course.case.absent = sorted(absent)
    digest = store.save_plan(course.session, course.plan)
    if digest != course.case.plan_digest:
        course.case.plan_digest = digest
    _add_tasks(course)
    planned = {task.id for task in course.plan.tasks}
    for row in course.with_status(*OPEN_TASKS):
        if row.task_id not in planned:
            _not_planned(course, row)
    if course.plan.asks or any(row.result.get("faulty") for row in course.tasks.values()):
        course.no_items = False
    if course.no_items:
        return
    course.session.flush()
    supplements.sync(course.session, course.city, course.event, course.case, course.plan, course.facts)
    faulty_registries.sync(
        course.session, course.city, course.event, course.case, course.plan, course.tasks, course.facts
    )


def _add_tasks(course: Course) -> None:
    """Rows for tasks that are new; a fetch that gave up on one source starts again with the next."""
    position = max((row.position for row in course.tasks.values()), default=-1)
    values: list[dict[str, Any]] = []
    for task in course.plan.tasks:
        row = course.tasks.get(task.id)
        if row is not None and not set(task.after) <= set(row.after):
            row.after = sorted({*row.after, *task.after})
        if row is None:
            position += 1
            values.append(store.task_values(course.case.id, task, position, course.case.submitted_at, course.city))
        elif row.status == TaskStatus.SKIPPED or (row.status == TaskStatus.WAITING and row.agency != task.agency):
            if row.agency != task.agency:
                referrals.cancel(course.session, course.case.id, row.task_id)
            row.status = TASK.move(row.status, TaskStatus.PLANNED)
            row.code, row.agency, row.attempts = "", task.agency, 0
            row.retry_at, row.finished_at = None, None
            row.result = {name: value for name, value in row.result.items() if name == "faulty"}
    store.insert_tasks(course.session, values)
    if values:
        fresh = select(TaskRow).where(
            TaskRow.case_id == course.case.id, TaskRow.task_id.in_([value["task_id"] for value in values])
        )
        course.tasks |= {row.task_id: row for row in course.session.scalars(fresh)}


def _not_planned(course: Course, row: TaskRow) -> None:
    """An open task that the new plan does without: not needed, impossible after a refusal, or for an officer."""
    kind, _, name = row.task_id.partition(":")
    if row.status == TaskStatus.WAITING and row.code != "agency_down":
        return  # somebody is dealing with it
    if row.decision == "approve":
        return
    if kind == "fetch":
        if row.code == "agency_down" and any(ask.slot == name for ask in course.plan.asks):
            return  # the applicant is asked, and the registry too as soon as it is back
        refused = _refused_behind(course, name) if name in course.plan.unreachable else None
        _block(course, row, refused) if refused else _skip(course, row, "not_needed")
    elif name in course.plan.unreachable:
        refused = _refused_behind(course, name)
        _block(course, row, refused) if refused else _refer(course, row)
    else:
        _skip(course, row, "not_needed")


def _skip(course: Course, row: TaskRow, code: str, result: dict[str, Any] | None = None) -> None:
    row.status = TASK.move(row.status, TaskStatus.SKIPPED)
    row.code, row.finished_at, row.retry_at = code, course.at, None
    row.result = result or row.result


def _block(course: Course, row: TaskRow, refused: str) -> None:
    """It cannot be done, because what it needs was refused; a service's applicant is told which."""
    _skip(course, row, "needs_refused", {"because": refused})
    service = course.service(row)
    if service is not None:
        said = TaskBlocked(
            **store.frame(course.case),
            task=row.task_id,
            agency=row.agency,
            service=service.id,
            code=row.code,
            because=refused,
        )
        store.tell(course.session, course.case, said)


def _refused_behind(course: Course, name: str) -> str | None:
    """The refused service because of which a service or slot cannot be had."""
    todo, seen = [name], set[str]()
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        status = course.status(f"service:{one}")
        if status is TaskStatus.REFUSED:
            return one
        if status in (TaskStatus.UNDOING, TaskStatus.UNDONE):
            return _undone_by(course, one) or one
        for why in course.plan.unreachable.get(one, ()):
            todo += why.about if why.cause is Cause.NEEDS else ()
        todo += [service.id for service in course.event.services if one in service.outputs]
    return None


def _refer(course: Course, row: TaskRow) -> None:
    """Evidence cannot be had from anywhere: an officer judges with what there is."""
    why = to_text(course.plan.unreachable.get(row.task_id.removeprefix("service:"), ()))
    result = TaskResult(row.task_id, TaskStatus.WAITING, "evidence_missing", result={"findings": [], "why": why})
    row.status = TASK.move(row.status, TaskStatus.WAITING)
    row.code, row.result = result.code, result.result
    work = course.work()
    planned = work.planned(course.event, row.task_id)
    open_item(course.session, course.city, work, planned, result, row.due_at)
    course.no_items = False
    service = row.task_id.partition(":")[2]
    said = TaskReferred(**store.frame(course.case), task=row.task_id, agency=row.agency, service=service, code=row.code)
    store.tell(course.session, course.case, said)


# -- taking back


def _compensate(course: Course) -> None:
    """After a refusal: what was carried out and makes no sense without it is taken back, with all that rests on it."""
    for row in course.with_status(TaskStatus.REFUSED):
        service = course.service(row)
        wanted = set(service.refusal_undoes) if service else set[str]()
        for done in _resting_on(course, wanted):
            _undo(done)


def _resting_on(course: Course, services: Iterable[str]) -> list[TaskRow]:
    """Finished tasks of these services and of every service that used what they gave."""
    wanted = _with_all_that_rests_on(course, services)
    return [row for row in course.with_status(TaskStatus.DONE) if row.task_id.removeprefix("service:") in wanted]


def _with_all_that_rests_on(course: Course, services: Iterable[str]) -> set[str]:
    """These services, and those that used what they gave."""
    carried_out = (TaskStatus.DONE, TaskStatus.UNDOING, TaskStatus.UNDONE)
    wanted = set(services)
    while True:
        outputs = {slot for service in course.event.services if service.id in wanted for slot in service.outputs}
        more = {
            service.id
            for service in course.event.services
            if outputs & set(service.requires) and course.status(f"service:{service.id}") in carried_out
        }
        if more <= wanted:
            return wanted
        wanted |= more


def _undone_by(course: Course, service_id: str) -> str | None:
    """The refused service because of which this one was taken back."""
    for row in course.with_status(TaskStatus.REFUSED):
        service = course.service(row)
        undoes = set(service.refusal_undoes) if service else set[str]()
        if service and any(service_id == each for each in _with_all_that_rests_on(course, undoes)):
            return service.id
    return None


def _undo(row: TaskRow) -> None:
    if row.code == "not_undoable" or not row.task_id.startswith("service:"):
        return
    row.status = TASK.move(row.status, TaskStatus.UNDOING)
    row.attempts, row.retry_at = 0, None


def _withdraw(course: Course) -> None:
    """The applicant changed her mind: everything that was carried out is taken back, the rest is left."""
    for row in course.with_status(*OPEN_TASKS):
        _skip(course, row, "withdrawn")
    for row in course.with_status(TaskStatus.DONE):
        _undo(row)
    supplements.cancel_items(course.session, course.case.id)


# -- what next


def _queue_next(course: Course) -> None:
    """Start the next segment now or later, wait, or end the case."""
    case, session = course.case, course.session
    undoing = course.with_status(TaskStatus.UNDOING)
    later = [row for row in (*undoing, *course.with_status(TaskStatus.WAITING)) if row.retry_at is not None]
    if any(row.retry_at is None for row in undoing) or (not undoing and order_of(course.work(), course.event)):
        _go_to(course, CaseStatus.RUNNING)
        pause = course.at + timedelta(seconds=STALL_PAUSE) if course.stalled else None
        store.ensure_segment(session, case.id, "undo" if undoing else "continue", pause)
    elif later:
        first = min(later, key=lambda row: row.retry_at or course.at)
        crowd = _crowd(session, first.agency) / RETRIES_A_SECOND if first.code == "agency_down" else 0.0
        store.ensure_segment(
            session, case.id, "retry", (first.retry_at or course.at) + timedelta(seconds=crowd),
            first.agency if first.code == "agency_down" else None,
        )  # fmt: skip
        _go_to(course, CaseStatus.WAITING)
    elif case.status == CaseStatus.WITHDRAWING or not _anything_open(course):
        _end(course)
    else:
        _go_to(course, CaseStatus.WAITING)


def _go_to(course: Course, status: CaseStatus) -> None:
    """A case that is being withdrawn stays that until all is taken back."""
    if course.case.status != CaseStatus.WITHDRAWING:
        course.case.status = CASE.move(course.case.status, status)


def _anything_open(course: Course) -> bool:
    if course.with_status(*OPEN_TASKS):
        return True
    if course.no_items:
        return False
    course.session.flush()
    query = select(WorkItemRow.id).where(
        WorkItemRow.case_id == course.case.id,
        WorkItemRow.status == ItemStatus.OPEN,
        WorkItemRow.task_id.is_(None) | ~WorkItemRow.task_id.startswith("fetch:"),
    )
    return course.session.scalar(query.limit(1)) is not None


def _crowd(session: Session, agency: str) -> int:
    """How many cases wait for an agency, as far as it matters."""
    waiting = select(SegmentRow.case_id).where(SegmentRow.waiting_on == agency, SegmentRow.state == SegmentState.READY)
    return session.scalar(select(func.count()).select_from(waiting.limit(6_000).subquery())) or 0


def _end(course: Course) -> None:
    """All is over: say how it went."""
    case = course.case
    services = [row for row in course.tasks.values() if row.task_id.startswith("service:")]
    done = [row for row in services if row.status == TaskStatus.DONE]
    bad = [
        row for row in services if row.status in (TaskStatus.REFUSED, TaskStatus.UNDONE) or row.code == "needs_refused"
    ]
    for row in done:
        if row.code == "not_undoable":
            service = course.service(row)
            zh, en = (service.name.zh, service.name.en) if service else (row.task_id, row.task_id)
            course.note(
                "not_undoable",
                f"“{zh}”已经办好,依规定不能撤回。",
                f"“{en}” has been completed and cannot be taken back.",
            )
    if case.status == CaseStatus.WITHDRAWING:
        outcome, kind = CaseStatus.WITHDRAWN, CaseWithdrawn
    elif not bad:
        outcome, kind = CaseStatus.DONE, CaseFinished
    elif done:
        outcome, kind = CaseStatus.PARTLY_DONE, CaseFinished
    else:
        outcome, kind = CaseStatus.REFUSED, CaseRefused
    case.status, case.finished_at = CASE.move(case.status, outcome), course.at
    if not course.no_items:
        faulty_registries.cancel(course.session, case.id)
    faults.close_all_of(course.session, case.id)
    if outcome in (CaseStatus.REFUSED, CaseStatus.WITHDRAWN) and not done and not case.filing.get("done_before"):
        # Nothing stands: anybody may file it. Where something does, its applicant goes on from it (`opening`).
        case.fingerprint = None
        reservations.release(course.session, case.id)
    store.tell(course.session, case, kind(**store.frame(case), outcome=outcome.value))
