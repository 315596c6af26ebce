"""A settled choice of sources → the plan: tasks with their edges and times, what to ask the applicant, what is left out."""

from collections.abc import Iterator
from typing import Literal

from onething.catalog.models import LifeEvent, OperationRef, Service
from onething.planning.conditions import slots_of
from onething.planning.effort import effort_of, timed
from onething.planning.models import Ask, Plan, PlannedTask
from onething.planning.reasons import Why
from onething.planning.schedule import Schedule
from onething.planning.source_selection import Settled, Settlement
from onething.planning.sources import Candidate, Situation


def plan_of(situation: Situation) -> Plan:
    """The plan for one situation. Raises `CircleError` when services wait for each other."""
    settlement = Settlement(situation)
    builder = _Builder(situation, settlement)
    tasks = builder.tasks()
    times = timed(tasks)
    asks = tuple(builder.asks())
    return Plan(
        life_event=situation.event.id,
        city=situation.city.id,
        catalog_version=situation.city.version,
        tasks=tuple(_timed(task, times) for task in sorted(tasks, key=lambda task: times.order.index(task.id))),
        asks=asks,
        filled=tuple(slot for slot, found in settlement.slots.items() if found.state == "filled"),
        left_out=dict(builder.named("unneeded", "absent", "out")),
        unreachable=dict(builder.named("unreachable")),
        effort=effort_of(tasks, asks, sum(service.visits for service in builder.active), times),
    )


def _timed(task: PlannedTask, times: Schedule) -> PlannedTask:
    return task.model_copy(
        update={
            "start": round(times.start[task.id], 6),
            "slack": round(times.slack[task.id], 6),
            "remaining": round(times.remaining[task.id], 6),
        }
    )


class _Builder:
    """Walks back from the services that will run to everything that they really use."""

    def __init__(self, situation: Situation, settlement: Settlement) -> None:
        self.now, self.settled = situation, settlement
        self.active: list[Service] = [
            service for service in situation.event.services if settlement.services[service.id].state == "chosen"
        ]
        self.used: dict[str, Settled] = {}
        for service in self.active:
            for slot in (*sorted(settlement.hard[service.id]), *sorted(settlement.soft[service.id]), *service.outputs):
                self._use(slot)
        for slot in sorted(_read_by_questions(situation.event, set(self.used))):
            self._use(slot)

    def _use(self, slot: str) -> None:
        found = self.settled.slots.get(slot)
        if found is None or slot in self.used:
            return
        self.used[slot] = found
        if found.choice is not None:
            for name in sorted(found.choice.inputs):
                self._use(name)

    def named(self, *states: str) -> Iterator[tuple[str, tuple[Why, ...]]]:
        """Services and the slots that matter, in these states, with the reason."""
        for service, found in self.settled.services.items():
            if found.state in states:
                yield service, found.why
        for slot, found in self.settled.slots.items():
            if found.state in states:
                yield slot, found.why

    def tasks(self) -> list[PlannedTask]:
        fetches = [
            self._fetch(slot, found.choice)
            for slot, found in self.used.items()
            if found.choice is not None and found.choice.operation is not None
        ]
        return fetches + [self._service(service) for service in self.active]

    def _fetch(self, slot: str, choice: Candidate) -> PlannedTask:
        operation = choice.operation or ""
        return PlannedTask(
            id=f"fetch:{slot}",
            kind="fetch",
            agency=OperationRef.parse(operation).agency,
            slot=slot,
            operation=operation,
            source_index=choice.index,
            needs=tuple(sorted(choice.inputs)),
            gives=(slot,),
            after=self._after(choice.inputs),
            hours=choice.hours,
            held=choice.held,
        )

    def _service(self, service: Service) -> PlannedTask:
        task_id = f"service:{service.id}"
        unseen = self.settled.unseen.get(service.id, frozenset())
        wanted = self.settled.hard[service.id] | (self.settled.soft[service.id] - unseen)
        needs = [slot for slot in wanted if self.settled.slots[slot].state in ("filled", "chosen")]
        mode = self._mode(service)
        durations = self.now.durations
        usual = service.officer_hours if mode == "officer" else service.predicted_hours
        before = {f"service:{name}" for name in service.needs_before} & {f"service:{one.id}" for one in self.active}
        return PlannedTask(
            id=task_id,
            kind="service",
            agency=service.agency,
            service=service.id,
            operation=service.handling.operation,
            needs=tuple(sorted(needs)),
            gives=service.outputs,
            after=tuple(sorted({*self._after(frozenset(needs)), *before} - {task_id})),
            mode=mode,
            hours=durations.get(task_id, durations.get(service.id, usual)),
            due_working_days=service.working_days,
            conditional=self._conditional(service),
            held=service.agency in self.now.down or (service.handling.operation or "") in self.now.down,
        )

    def _conditional(self, service: Service) -> bool:
        unsure = [slot for slot in self.now.event.slots if slot.may_be_absent and self._is_coming(slot.id)]
        wanted = self.settled.hard[service.id]
        return self.now.holds(service.when) is None or any(slot.id in wanted for slot in unsure)

    def _mode(self, service: Service) -> Literal["automatic", "officer", "robot"]:
        """Who does it: an officer too when the condition for one holds, or cannot be told although all is in."""
        handling = service.handling
        if handling.mode != "automatic" or handling.refer_when is None:
            return handling.mode
        holds = self.now.holds(handling.refer_when)
        if holds is None:
            waits = any(self._is_coming(slot) for slot in slots_of(handling.refer_when))
            return "automatic" if waits else "officer"
        return "officer" if holds else "automatic"

    def _is_coming(self, slot: str) -> bool:
        found = self.settled.slots.get(slot)
        return found is not None and found.state == "chosen"

    def _after(self, slots: frozenset[str]) -> tuple[str, ...]:
        return tuple(sorted({task for slot in slots for task in self._givers(slot)}))

    def _givers(self, slot: str) -> Iterator[str]:
        """Tasks that fill a slot; what the applicant gives is there from the start, what is derived comes with its inputs."""
        choice = self.settled.slots[slot].choice
        if choice is None:
            return
        if choice.kind == "fetch":
            yield f"fetch:{slot}"
        elif choice.kind == "service" and choice.service is not None:
            if self.settled.services[choice.service.id].state == "chosen":
                yield f"service:{choice.service.id}"
        elif choice.kind == "derive":
            for name in choice.inputs:
                yield from self._givers(name)

    def asks(self) -> Iterator[Ask]:
        chosen = [
            (slot, found.choice) for slot in self.now.event.slots if (found := self.used.get(slot.id)) and found.choice
        ]
        papers: dict[tuple[str, str], list[str]] = {}
        for slot, choice in chosen:
            if choice.document_type is not None:
                papers.setdefault((choice.document_type, slot.of), []).append(slot.id)
        for slot, choice in chosen:
            if choice.document_type is not None:
                same = papers[choice.document_type, slot.of]
                if slot.id == same[0]:
                    paper, also = choice.document_type, tuple(same[1:])
                    yield Ask(kind="upload", slot=slot.id, document_type=paper, reason=choice.reason, also=also)
            for field in choice.fields:
                yield Ask(kind="answer", slot=slot.id, field=field, reason=choice.reason)


def _read_by_questions(event: LifeEvent, used: set[str]) -> set[str]:
    """Slots from which the defaults of questions that will be asked are taken."""
    out: set[str] = set()
    for question in event.questions:
        if question.field.partition(".")[0] in used:
            for text in (question.default, question.options_from):
                out |= slots_of(text)
    return out
