"""Planning a case again from what is known now: which sources have given up, new tasks, and those the new plan does without."""

from typing import Any

from sqlalchemy import select

from onething.casework.cases import store
from onething.casework.cases.locked_case import Course
from onething.casework.events import TaskBlocked, TaskReferred
from onething.casework.execution.taking_back import skip, undone_by
from onething.casework.items import faulty_registries, referrals, supplements
from onething.casework.items.referrals import open_item
from onething.casework.models import TaskResult
from onething.casework.states import OPEN_TASKS, TASK, TaskStatus
from onething.casework.tables import TaskRow
from onething.planning.service import Cause, make_plan, to_text


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


def should_replan(course: Course) -> bool:
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
        declined=course.case.filing.get("declined", ()), not_allowed=course.case.filing.get("not_allowed", ()),
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
        _block(course, row, refused) if refused else skip(course, row, "not_needed")
    elif name in course.plan.unreachable:
        refused = _refused_behind(course, name)
        _block(course, row, refused) if refused else _refer(course, row)
    else:
        skip(course, row, "not_needed")


def _block(course: Course, row: TaskRow, refused: str) -> None:
    """It cannot be done, because what it needs was refused; a service's applicant is told which."""
    skip(course, row, "needs_refused", {"because": refused})
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
            return undone_by(course, one) or one
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
