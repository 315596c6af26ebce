"""One segment's work in memory: the case as it was when the segment was claimed, growing as tasks bring facts."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.events import CaseFrame
from onething.casework.models import OPEN_TASKS, CaseStatus, TaskStatus
from onething.casework.tables import CaseRow, TaskRow
from onething.catalog.models import FromFacts, LifeEvent
from onething.core.clock import local, now
from onething.exchange.models import Note
from onething.planning.models import Facts, Plan, PlannedTask
from onething.planning.service import with_derived
from onething.rules.service import compile_expression, with_origins
from onething.trust.sealing.service import Wrapped, key_beside, remember, with_key

UNDO = "undo:"


@dataclass(slots=True)
class TaskState:
    """What is stored of a task."""

    status: TaskStatus
    code: str = ""
    decision: str = ""
    attempts: int = 0
    retry_at: datetime | None = None
    due_at: datetime | None = None
    result: dict[str, Any] = field(default_factory=dict[str, Any])
    position: int = 0
    agency: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @classmethod
    def of(cls, row: TaskRow) -> "TaskState":
        return cls(
            TaskStatus(row.status), row.code, row.decision, row.attempts, row.retry_at, row.due_at, row.result,
            row.position, row.agency, row.started_at, row.finished_at,
        )  # fmt: skip


@dataclass(slots=True)
class Fence:
    """Who may write for a segment: the holder of its newest epoch."""

    case_id: str
    k: int
    worker_id: str
    epoch: int
    trace: str | None = None
    """`traceparent` of what made the segment necessary."""


@dataclass(slots=True)
class CaseWork:
    """A case under way in this process."""

    case_id: str
    reference: str
    subject_id: str
    life_event: str
    status: CaseStatus
    plan: Plan
    facts: Facts
    tasks: dict[str, TaskState]
    consents: tuple[str, ...]
    fence: Fence
    ended: dict[str, "asyncio.Future[TaskStatus]"] = field(default_factory=dict[str, "asyncio.Future[TaskStatus]"])
    """Per task of this segment: how it ended, for those that wait for it."""
    key: Wrapped | None = None
    """Of its person, as it is stored. She cannot be erased while her case is under way, so it need not be asked for again."""
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Slot → fields that an agency gave in a way the city package has no words for: what needs them waits."""
    filed_on: date | None = None
    """The law of this day judges the case, whatever is enacted while it is under way."""
    unlogged: dict[str, list[Note]] = field(default_factory=dict[str, list[Note]])
    """Per task: its conversations with agencies that are to be written into the message log with what became of it."""

    origins: dict[str, str] = field(default_factory=dict[str, str])
    """How evidence came, as `origin(…)` in rules asks for it."""

    _derived: tuple[date, Facts] | None = None

    def learn(self, facts: Facts, origin: Mapping[str, Any] | None = None) -> None:
        """A task has brought these, all from one place."""
        self.facts |= facts
        for slot in facts:
            self.origins |= store.kinds_of(slot, origin or {})
        self._derived = None

    def with_derived(self, event: LifeEvent, day: date) -> Facts:
        """All that is known with what follows from it, to be read and not changed; worked out once until more is learnt."""
        if self._derived is None or self._derived[0] != day:
            known = with_derived(event, with_origins(self.facts, self.origins), day)
            made = {slot: "derived" for slot in known if event.slot(slot) and slot not in self.facts}
            self._derived = (day, with_origins(known, {**made, **self.origins}))
        return self._derived[1]

    def frame(self) -> CaseFrame:
        """What every event of this case says of it."""
        return {"subject_id": self.subject_id, "life_event": self.life_event, "reference": self.reference}

    def begin(self, order: list[str]) -> None:
        loop = asyncio.get_running_loop()
        self.ended = {task_id: loop.create_future() for task_id in order}

    def planned_tasks(self, event: LifeEvent) -> list[PlannedTask]:
        """The plan's tasks in its order, then those of earlier plans that are still open."""
        known = {task.id for task in self.plan.tasks}
        older = [
            task_id for task_id, state in self.tasks.items() if task_id not in known and state.status in OPEN_TASKS
        ]
        return [*self.plan.tasks, *(task for task_id in older if (task := self.planned(event, task_id)))]

    def planned(self, event: LifeEvent, task_id: str) -> PlannedTask | None:
        """A task as planned; one that the present plan no longer has is made again from the catalog."""
        found = self.plan.task(task_id)
        if found is not None:
            return found
        kind, _, name = task_id.partition(":")
        state = self.tasks.get(task_id)
        service = event.service(name) if kind == "service" else None
        slot = event.slot(name) if kind == "fetch" else None
        if state is None or (service is None and slot is None):
            return None
        return PlannedTask(
            id=task_id, kind="service" if service else "fetch", agency=state.agency,
            service=service.id if service else None, slot=slot.id if slot else None,
            source_index=int(state.result.get("source", 0)), needs=service.requires if service else (),
            gives=service.outputs if service else (name,), after=(), hours=service.predicted_hours if service else 0.001,
        )  # fmt: skip

    def bring_key(self, session: Session) -> None:
        """Let a transaction about this case know its person's key."""
        if self.key is not None:
            remember(session, {self.subject_id: self.key})

    def status_of(self, task_id: str) -> TaskStatus | None:
        state = self.tasks.get(task_id)
        return state.status if state else None


def load(session: Session, fences: list[Fence]) -> dict[str, CaseWork]:
    """The cases of claimed segments, all in a handful of queries, by case id."""
    ids = [fence.case_id for fence in fences]
    query = select(
        CaseRow.id, CaseRow.reference, CaseRow.subject_id, CaseRow.life_event, CaseRow.status, CaseRow.plan_digest,
        CaseRow.filing, CaseRow.submitted_at,
    ).where(CaseRow.id.in_(ids))  # fmt: skip
    cases = session.execute(with_key(query, CaseRow.subject_id)).all()
    keys = {case.id: key_beside(case) for case in cases}
    remember(session, {case.subject_id: key for case in cases if (key := keys[case.id])})
    plans = store.load_plans(session, [case.plan_digest for case in cases])
    known = store.known_of_many(session, {case.id: case.subject_id for case in cases})
    tasks: dict[str, dict[str, TaskState]] = {}
    columns = (
        TaskRow.case_id, TaskRow.task_id, TaskRow.status, TaskRow.code, TaskRow.decision, TaskRow.attempts,
        TaskRow.retry_at, TaskRow.due_at, TaskRow.result, TaskRow.position, TaskRow.agency, TaskRow.started_at,
    )  # fmt: skip
    for row in session.execute(select(*columns).where(TaskRow.case_id.in_(ids))):
        state = TaskState(
            TaskStatus(row.status), row.code, row.decision, row.attempts, row.retry_at, row.due_at, row.result,
            row.position, row.agency, row.started_at,
        )  # fmt: skip
        tasks.setdefault(row.case_id, {})[row.task_id] = state
    by_id = {fence.case_id: fence for fence in fences}
    return {
        case.id: CaseWork(
            case.id, case.reference, case.subject_id, case.life_event, CaseStatus(case.status),
            plans[case.plan_digest], known[case.id].facts, tasks.get(case.id, {}),
            tuple(case.filing.get("consents", ())), by_id[case.id], key=keys[case.id],
            unknown=known[case.id].unknown, origins=known[case.id].origins, filed_on=local(case.submitted_at).date(),
        )
        for case in cases
    }  # fmt: skip


def order_of(work: CaseWork, event: LifeEvent) -> list[str]:
    """The tasks that this segment can run, in the plan's order; those that wait for people are left out.

    When something must be taken back, that is all the segment does, newest first.
    """
    moment = now()
    undo = [
        (state.started_at or moment, state.position, task_id)
        for task_id, state in work.tasks.items()
        if state.status is TaskStatus.UNDOING
    ]
    if undo:
        return [f"{UNDO}{task_id}" for *_, task_id in sorted(undo, reverse=True)]
    if work.status is CaseStatus.WITHDRAWING:
        return []
    chosen = dict[str, None]()
    asked = {ask.slot for ask in work.plan.asks if ask.slot not in work.facts}
    for task in work.planned_tasks(event):
        state = work.tasks.get(task.id)
        if state is None or state.status not in OPEN_TASKS or not _due(state, moment):
            continue
        if state.decision != "approve" and asked & inputs_of(event, task):
            continue
        if all(_ended_or_coming(work, needed, chosen) for needed in task.after):
            chosen[task.id] = None
    return list(chosen)


def _ended_or_coming(work: CaseWork, needed: str, chosen: Collection[str]) -> bool:
    """A predecessor that is done, that runs in this segment, or that belongs to an older plan and is over."""
    status = work.status_of(needed)
    return status is TaskStatus.DONE or needed in chosen or status is TaskStatus.SKIPPED


def inputs_of(event: LifeEvent, task: PlannedTask) -> set[str]:
    """Slots a task needs, with those that derived slots are worked out from."""
    found, todo = set[str](), list(task.needs)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        slot = event.slot(name)
        for source in slot.sources if slot else ():
            if isinstance(source, FromFacts):
                todo += [part.partition(".")[0] for part in source.reads]
    return found


@lru_cache(maxsize=2048)
def names_in(expression: str) -> frozenset[str]:
    return compile_expression(expression).names


def _due(state: TaskState, moment: datetime) -> bool:
    """Waiting tasks run again only when they wait for an agency and it is time to ask again."""
    if state.status is not TaskStatus.WAITING:
        return True
    return state.retry_at is not None and (state.retry_at - moment).total_seconds() <= 0.5
