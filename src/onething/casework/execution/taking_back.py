"""Taking back: after a refusal what makes no sense without it, after a withdrawal everything that was carried out."""

from collections.abc import Iterable
from typing import Any

from onething.casework.cases.locked_case import Course
from onething.casework.items import supplements
from onething.casework.states import OPEN_TASKS, TASK, TaskStatus
from onething.casework.tables import TaskRow


def skip(course: Course, row: TaskRow, code: str, result: dict[str, Any] | None = None) -> None:
    """An open task that will not be done, with a code that says why."""
    row.status = TASK.move(row.status, TaskStatus.SKIPPED)
    row.code, row.finished_at, row.retry_at = code, course.at, None
    row.result = result or row.result


def compensate(course: Course) -> None:
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


def undone_by(course: Course, service_id: str) -> str | None:
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


def withdraw(course: Course) -> None:
    """The applicant changed her mind: everything that was carried out is taken back, the rest is left."""
    for row in course.with_status(*OPEN_TASKS):
        skip(course, row, "withdrawn")
    for row in course.with_status(TaskStatus.DONE):
        _undo(row)
    supplements.cancel_items(course.session, course.case.id)
