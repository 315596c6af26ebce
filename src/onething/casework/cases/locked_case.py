"""A case as it is decided on: locked, with its plan, its tasks and all that is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.cases.case_work import CaseWork, Fence, TaskState
from onething.casework.models import CaseStatus, Pace, TaskStatus
from onething.casework.tables import CaseRow, TaskRow
from onething.catalog.models import City, LifeEvent, Service
from onething.core.clock import local, now
from onething.planning.models import Facts, Plan


@dataclass(slots=True)
class Course:
    """A case, locked, with all that decides how it goes on."""

    session: Session
    city: City
    case: CaseRow
    event: LifeEvent
    plan: Plan
    tasks: dict[str, TaskRow]
    facts: Facts
    pace: Pace
    stalled: bool = False
    """The segment that just ended changed nothing; the next one must not follow at once."""
    no_items: bool = False
    """It is known that the case has no live work item, so that none need be looked for."""
    at: datetime = field(default_factory=now)

    def status(self, task_id: str) -> TaskStatus | None:
        row = self.tasks.get(task_id)
        return TaskStatus(row.status) if row else None

    def with_status(self, *statuses: TaskStatus) -> list[TaskRow]:
        return [row for row in self.tasks.values() if row.status in statuses]

    def service(self, row: TaskRow) -> Service | None:
        return self.event.service(row.task_id.removeprefix("service:")) if row.task_id.startswith("service:") else None

    def work(self) -> CaseWork:
        """The same as the worker will see it."""
        states = {task_id: TaskState.of(row) for task_id, row in self.tasks.items()}
        return CaseWork(
            self.case.id, self.case.reference, self.case.subject_id, self.case.life_event, CaseStatus(self.case.status),
            self.plan, self.facts, states, (), Fence(self.case.id, 0, "", 0), filed_on=local(self.case.submitted_at).date(),
        )  # fmt: skip

    def note(self, code: str, zh: str, en: str, **more: Any) -> None:
        """Remember a reason for the applicant; the same one only once."""
        entry = {"code": code, "zh": zh, "en": en, **more}
        if entry not in self.case.reasons:
            self.case.reasons = [*self.case.reasons, entry]


def course_of(session: Session, city: City, case: CaseRow, pace: Pace) -> Course:
    """Everything about a case that was locked by the caller."""
    return courses_of(session, city, [case], pace)[0]


def courses_of(session: Session, city: City, cases: Sequence[CaseRow], pace: Pace) -> list[Course]:
    """Everything about cases that were locked by the caller, in their order; a handful of queries for all."""
    ids = [case.id for case in cases]
    query = select(TaskRow).where(TaskRow.case_id.in_(ids)).order_by(TaskRow.case_id, TaskRow.position)
    tasks: dict[str, dict[str, TaskRow]] = {case_id: {} for case_id in ids}
    for row in session.scalars(query.execution_options(populate_existing=True)):
        tasks[row.case_id][row.task_id] = row
    plans = store.load_plans(session, [case.plan_digest for case in cases])
    facts = store.facts_of_many(session, {case.id: case.subject_id for case in cases})
    return [
        Course(
            session, city, case, _event_of(city, case), plans[case.plan_digest], tasks[case.id], facts[case.id], pace
        )
        for case in cases
    ]


def _event_of(city: City, case: CaseRow) -> LifeEvent:
    event = city.life_event(case.life_event)
    if event is None:
        raise LookupError(f"life event {case.life_event} left the catalog")
    return event
