"""Carrying out one task: fetch an evidence or perform a service, and say what became of it. Nothing is written here."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from random import random
from typing import Any

from onething.casework.cases.case_work import CaseWork, TaskState
from onething.casework.certificates import completeness
from onething.casework.decisions import agency_words, checks, law, risk_assessment
from onething.casework.execution.given_values import as_fact
from onething.casework.execution.our_faults import Fault, fault_of, lacking, unknown_of
from onething.casework.models import ItemKind, Pace, TaskResult, TaskStatus
from onething.catalog.models import City, FromRegistry, LegalGround, LifeEvent, OperationRef, Service
from onething.core.clock import now, today
from onething.core.db import Database
from onething.core.logs import get_logger
from onething.exchange.models import DONE_BEFORE, Answer, Call, Outcome
from onething.planning.models import Facts, PlannedTask
from onething.planning.service import question_mark, resolve_params, unasked

log = get_logger("casework.execution")
Ask = Callable[[Call], Awaitable[Answer]]


def _law_day(work: CaseWork) -> date:
    """The day whose law judges a case: the day it was filed (法不溯及既往: 立法法 第一百零四条)."""
    return work.filed_on or today()


class Performer:
    """Knows the city and how to ask its agencies."""

    def __init__(self, city: City, ask: Ask, pace: Pace | None = None, db: Database | None = None) -> None:
        """`db` is where risks are looked up and kept; without one no risk is looked at."""
        self.city = city
        self.db = db
        self.pace = pace or Pace()
        self._ask = ask

    async def perform(self, work: CaseWork, task: PlannedTask) -> TaskResult:
        """One attempt at a planned task, from the facts at hand."""
        event = self.city.life_event(work.life_event)
        state = work.tasks[task.id]
        started = now()
        if event is None:
            result = _refer(task.id, "not_in_catalog", [])
        elif task.kind == "fetch":
            result = await self._fetch(work, event, task, state)
        else:
            version = law.version_on(self.city, event, event.service(task.service or ""), _law_day(work))
            result = await self._serve(work, event, task, state)
            if version and result.status is TaskStatus.DONE:
                result.origin = result.origin | {"rules": version}
        result.started_at = started
        return result

    # -- evidence

    async def _fetch(self, work: CaseWork, event: LifeEvent, task: PlannedTask, state: TaskState) -> TaskResult:
        slot = event.slot(task.slot or "")
        if slot is None or task.source_index >= len(slot.sources):
            return TaskResult(task.id, TaskStatus.SKIPPED, "not_in_catalog")
        if law.holds(slot.when, work.with_derived(event, today()), today()) is False:
            return TaskResult(task.id, TaskStatus.SKIPPED, "not_needed")
        source = slot.sources[task.source_index]
        if not isinstance(source, FromRegistry):
            return TaskResult(task.id, TaskStatus.SKIPPED, "not_a_registry")
        params = self._params(event, source.with_, work)
        if wanting := lacking(source.with_, params, work):
            return self._fault(task.id, "unknown_value", source.registry, wanting, state, task.source_index)
        if any(value is None for value in params.values()):
            return TaskResult(
                task.id, TaskStatus.SKIPPED, "absent", result={"why": "missing_input", "source": task.source_index}
            )
        answer = await self._call(
            work,
            source.registry,
            params,
            task.id,
            source.ground,
            source.about_others == "own_consent",
            question_mark(source.registry, params)[:16],
        )
        origin = {"kind": "registry", "operation": source.registry, "message": answer.message_id} | unknown_of(answer)
        if answer.outcome is Outcome.OK:
            return TaskResult(task.id, TaskStatus.DONE, facts={slot.id: answer.data}, origin=origin)
        if answer.outcome in (Outcome.NOT_FOUND, Outcome.REFUSED):
            told = _gave_up(task, state, answer.code) | {"outcome": answer.outcome.value}
            return TaskResult(task.id, TaskStatus.SKIPPED, "absent", result=told)
        return self._trouble(task, state, answer)

    # -- services

    async def _serve(self, work: CaseWork, event: LifeEvent, task: PlannedTask, state: TaskState) -> TaskResult:
        service = event.service(task.service or "")
        if service is None:
            return _refer(task.id, "not_in_catalog", [])
        if law.holds(service.when, work.with_derived(event, today()), today()) is False:
            return TaskResult(task.id, TaskStatus.SKIPPED, "not_needed")
        checked: dict[str, Any] | None = None
        if state.decision != "approve":
            referred = await self._check(work, event, task, state) if service.handling.checks else None
            checked = referred.checked if referred else None
            if referred is None or referred.status is TaskStatus.DONE:
                referred = self._judge(work, event, service, task)
            if referred is not None:
                referred.checked = checked
                return referred
        if wants := completeness.wanting_before(self.city, event, service, work.facts):
            return self._incomplete(work, task, wants, checked)
        if service.handling.operation is None:
            data = self._made(event, service, work)
            missing = self._not_given(event, service, data)
            if missing and state.decision != "approve":
                return _refer(task.id, "undecided", [], missing)
            result = _done(service, task, self._outputs(event, service, data), {"kind": "decision"})
        else:
            result = await self._order(work, event, service, task, state)
        if result.status is TaskStatus.DONE and (
            wants := completeness.wanting_after(self.city, event, work.facts, result.facts)
        ):
            return self._incomplete(work, task, wants, checked)
        result.checked = checked
        if (
            service.handling.checks
            and result.status is TaskStatus.DONE
            and self.db is not None
            and event.risk is not None
        ):
            facts = work.facts | result.facts
            await asyncio.to_thread(risk_assessment.remember, self.db, self.city, event, facts, work.case_id, today())
        return result

    def _incomplete(
        self, work: CaseWork, task: PlannedTask, wants: list[completeness.Wanting], checked: dict[str, Any] | None
    ) -> TaskResult:
        """No certificate without what it certifies: an operator is told which value, and it is tried again by itself."""
        told = [each.as_json() for each in wants]
        log.error(
            "a certificate is held back: it would not say what it certifies",
            case=work.case_id,
            task=task.id,
            wants=told,
        )
        again = now() + timedelta(seconds=self.pace.incomplete_pause)
        return TaskResult(
            task.id, TaskStatus.WAITING, completeness.CODE, retry_at=again, result={"wants": told}, checked=checked
        )

    async def _check(self, work: CaseWork, event: LifeEvent, task: PlannedTask, state: TaskState) -> TaskResult:
        """The life event's checks; DONE when all pass. What they said goes with whatever becomes of the task."""
        day = today()
        results = await asyncio.to_thread(
            checks.check, self.city, event, work.with_derived(event, day), day, self.db, work.case_id, _unasked(work, event)
        )  # fmt: skip
        run = checks.run_row(
            self.city, event, results, day, subject_id=work.subject_id, case_id=work.case_id, task_id=task.id
        )
        broken = sorted(result.id for result in results if result.fired == "component")
        if broken and run["outcome"] != "refuse":  # ours, not a doubt about the case: no officer can mend it
            held_up = self._fault(task.id, "broken_check", event.id, ", ".join(broken), state)
            held_up.checked = run
            return held_up
        match run["outcome"]:
            case "refuse":
                said = {"findings": checks.findings_of(results, "refuse"), "checks": run["id"]}
                return TaskResult(task.id, TaskStatus.REFUSED, "checks", result=said, checked=run)
            case "refer" | "pending":
                referred = _refer(task.id, "checks", checks.findings_of(results, "refer", "pending"))
                referred.checked = run
                return referred
            case _:
                doubts = await self._risks(work, event, day)
                passed = _refer(task.id, "risk", doubts) if doubts else TaskResult(task.id, TaskStatus.DONE)
                passed.checked = run
                return passed

    async def _risks(self, work: CaseWork, event: LifeEvent, day: date) -> list[dict[str, Any]]:
        if self.db is None or event.risk is None:
            return []
        return await asyncio.to_thread(risk_assessment.look, self.db, self.city, event, work.facts, work.case_id, day)

    def _judge(self, work: CaseWork, event: LifeEvent, service: Service, task: PlannedTask) -> TaskResult | None:
        """None when the service may be carried out unattended; otherwise the refusal or the referral."""
        day, findings = today(), list[dict[str, Any]]()
        facts = work.with_derived(event, day)
        if service.rules:
            decision, version = law.decision_on(self.city, event, service, facts, _law_day(work))
            findings = law.findings_of(decision, version)
            if str(decision.outcome) == "no":
                return TaskResult(task.id, TaskStatus.REFUSED, "rules", result={"findings": findings})
            if str(decision.outcome) != "yes":
                missing = sorted(str(name) for name in decision.missing)
                return _refer(task.id, "undecided", findings, missing)
        handling = service.handling
        if handling.mode == "officer":
            return _refer(task.id, "officer", findings)
        if handling.mode == "robot":
            return _refer(task.id, "robot", findings, kind=ItemKind.ROBOT)
        doubts = law.referrals_of(service, facts, day)
        return _refer(task.id, "officer_when", [*doubts, *findings]) if doubts else None

    async def _order(
        self, work: CaseWork, event: LifeEvent, service: Service, task: PlannedTask, state: TaskState
    ) -> TaskResult:
        operation = service.handling.operation or ""
        params = self._params(event, service.handling.with_, work)
        if wanting := lacking(service.handling.with_, params, work):
            return self._fault(task.id, "unknown_value", operation, wanting, state)
        ground = service.grounds[0] if service.grounds else None
        answer = await self._call(work, operation, params, task.id, ground)
        if answer.outcome is Outcome.OK:
            origin = {"kind": "service", "operation": operation, "message": answer.message_id} | unknown_of(answer)
            done = _done(service, task, self._outputs(event, service, answer.data), origin)
            return replace(done, result={DONE_BEFORE: True}) if answer.code == DONE_BEFORE else done
        if answer.outcome in (Outcome.REFUSED, Outcome.NOT_FOUND):
            told = agency_words.told(self.city, event, operation, service.handling.with_, answer, work.origins)
            if told is None:
                return self._fault(task.id, f"not_taken_{answer.code}", operation, answer.reason, state)
            result = told.as_json() | {"answered": answer.reason, "agency_code": answer.code}
            return TaskResult(task.id, TaskStatus.REFUSED, "agency", result=result)
        return self._trouble(task, state, answer)

    def _params(self, event: LifeEvent, mapping: dict[str, str], work: CaseWork) -> dict[str, Any]:
        return resolve_params(mapping, work.with_derived(event, today()), today())

    def _made(self, event: LifeEvent, service: Service, work: CaseWork) -> dict[str, Any]:
        """What a service without an operation gives, each value as its field keeps it."""
        kinds = [kind for slot_id in service.outputs if (kind := self.city.type_of(event.slot(slot_id))) is not None]
        specs = {spec.id: spec for kind in kinds for spec in kind.fields}
        told = self._params(event, service.handling.with_, work)
        return {name: as_fact(specs.get(name), value) for name, value in told.items()}

    def _not_given(self, event: LifeEvent, service: Service, data: dict[str, Any]) -> list[str]:
        """What a service without an operation must give and nothing tells; [] for one that gives no more than a decision."""
        if not service.handling.with_:
            return []
        kinds = [(slot_id, self.city.type_of(event.slot(slot_id))) for slot_id in service.outputs]
        specs = [(slot_id, spec) for slot_id, kind in kinds for spec in (kind.fields if kind else ())]
        return [f"{slot_id}.{spec.id}" for slot_id, spec in specs if spec.required and data.get(spec.id) is None]

    def _outputs(self, event: LifeEvent, service: Service, data: dict[str, Any]) -> Facts:
        """The answer spread over the slots that the service fills, each with the fields of its evidence type."""
        if len(service.outputs) == 1:
            return dict.fromkeys(service.outputs, data)
        facts: Facts = {}
        for slot_id in service.outputs:
            slot = event.slot(slot_id)
            kind = self.city.type_of(slot)
            facts[slot_id] = {k: v for k, v in data.items() if kind is None or kind.field(k)}
        return facts

    def _fault(self, task_id: str, code: str, about: str, detail: str, state: TaskState, source: int = 0) -> TaskResult:
        """Ours or the city package's: it waits for an operator, and nobody has refused anything."""
        return fault_of(task_id, Fault(code, about, detail), self.pace, _faulty(state) | {"source": source})

    def _trouble(self, task: PlannedTask, state: TaskState, answer: Answer) -> TaskResult:
        """The agency is down or talks nonsense: ask again later, in the end let an officer look. A fault is an operator's."""
        if answer.outcome is Outcome.FAULT:
            return self._fault(
                task.id, answer.code, task.operation or task.agency, answer.reason, state, task.source_index
            )
        if answer.outcome is Outcome.NONSENSE:
            if state.attempts + 1 >= self.pace.nonsense_attempts:
                if task.kind == "fetch":  # another source, or the applicant, can still provide it
                    return TaskResult(
                        task.id,
                        TaskStatus.SKIPPED,
                        "absent",
                        result=_gave_up(task, state, "nonsense", task.source_index),
                    )
                return _refer(task.id, "nonsense", [])
            return TaskResult(
                task.id,
                TaskStatus.WAITING,
                "bad_answer",
                retry_at=now() + timedelta(seconds=self.pace.nonsense_pause * (1 + random())),
            )
        wait = timedelta(seconds=self.pace.wait(state.attempts + 1, answer.retry_after))
        result = _faulty(state) | {"source": task.source_index, "outage": answer.code}
        return TaskResult(task.id, TaskStatus.WAITING, "agency_down", retry_at=now() + wait, result=result)

    # -- taking back

    async def undo(self, work: CaseWork, task_id: str) -> TaskResult:
        """Compensate a service that was carried out; what cannot be taken back stays done and says so."""
        state = work.tasks[task_id]
        event = self.city.life_event(work.life_event)
        service = event.service(task_id.partition(":")[2]) if event else None
        operation = self._undo_of(service)
        undoing = (TaskStatus.UNDOING,)
        if (
            service is None or operation is None or state.result.get(DONE_BEFORE)
        ):  # another order's effect is not ours to undo
            return TaskResult(task_id, TaskStatus.DONE, "not_undoable", from_statuses=undoing)
        known: dict[str, Any] = {}
        for slot in (*service.requires, *service.outputs):
            known |= work.facts.get(slot, {})
        wanted = self._wanted(operation)
        params = {name: known.get(name) for name in wanted} if wanted else known
        answer = await self._call(work, operation, params, f"{task_id}:undo", None)
        if answer.outcome in (Outcome.OK, Outcome.NOT_FOUND):
            return TaskResult(task_id, TaskStatus.UNDONE, state.code, from_statuses=undoing)
        if answer.outcome is Outcome.REFUSED:
            result = {"reason": answer.reason}
            return TaskResult(task_id, TaskStatus.DONE, "not_undoable", result=result, from_statuses=undoing)
        if answer.outcome is Outcome.FAULT:
            wrong = Fault(answer.code, operation, answer.reason)
            return fault_of(task_id, wrong, self.pace, state.result, undoing=True)
        wait = timedelta(seconds=self.pace.wait(state.attempts + 1, answer.retry_after))
        return TaskResult(task_id, TaskStatus.UNDOING, "agency_down", retry_at=now() + wait, from_statuses=undoing)

    def _undo_of(self, service: Service | None) -> str | None:
        if service is None or not service.handling.operation:
            return None
        operation = self.city.operation(service.handling.operation)
        return (
            str(OperationRef.parse(service.handling.operation)._replace(name=operation.undone_by))
            if operation and operation.undone_by
            else None
        )

    def _wanted(self, operation: str) -> list[str]:
        """Our names of an operation's parameters."""
        found = self.city.operation(operation)
        return list(found.request.values()) if found else []

    async def _call(
        self,
        work: CaseWork,
        operation: str,
        params: dict[str, Any],
        step: str,
        ground: LegalGround | None,
        own_consent: bool = False,
        about: str = "",
    ) -> Answer:
        """`own_consent`: whoever else it is about has allowed it herself; else they are asked about on the law. `about` tells
        a question from the same one about something else, so that neither gets the other's answer."""
        allowed = f"consent:{work.reference}" if operation in work.consents else law.cite(ground)
        of_others = f"consent:{work.reference}:{operation}" if own_consent else law.cite(ground)
        answer = await self._ask(
            Call(
                operation=operation, params=params, purpose=step, ground=allowed or f"case:{work.reference}",
                key=f"{work.case_id}:{step}:{operation}" + (f":{about}" if about else ""), case_id=work.case_id, subject_id=work.subject_id, law=of_others,
            )
        )  # fmt: skip
        if answer.note is not None:
            work.unlogged.setdefault(step.removesuffix(":undo"), []).append(answer.note)
        return answer


def _faulty(state: TaskState, *more: int) -> dict[str, Any]:
    """The sources that answered nonsense so far: remembered, or two of them would be asked in turns for ever."""
    faulty = sorted({*state.result.get("faulty", ()), *more})
    return {"faulty": faulty} if faulty else {}


def _unasked(work: CaseWork, event: LifeEvent) -> frozenset[str]:
    """Slots about which no agency has answered: refused, silent, or never asked. No record is an answer."""
    answered = {task_id.removeprefix("fetch:") for task_id, state in work.tasks.items() if _has_no_record(state)}
    return unasked(event, work.plan, work.facts) - answered


def _has_no_record(state: TaskState) -> bool:
    gone = state.status is TaskStatus.SKIPPED and state.code == "absent"
    return gone and state.result.get("outcome", "not_found") == "not_found" and state.result.get("why") != "nonsense"


def _gave_up(task: PlannedTask, state: TaskState, why: str, *faulty: int) -> dict[str, Any]:
    return {"why": why, "source": task.source_index} | _faulty(state, *faulty)


def _done(service: Service, task: PlannedTask, facts: Facts, origin: dict[str, Any]) -> TaskResult:
    return TaskResult(task.id, TaskStatus.DONE, facts=facts, origin=origin | {"service": service.id})


def _refer(
    task_id: str,
    code: str,
    findings: list[dict[str, Any]],
    missing: list[str] | None = None,
    kind: ItemKind = ItemKind.DECIDE,
) -> TaskResult:
    result = {"findings": findings, "missing": missing or []}
    return TaskResult(task_id, TaskStatus.WAITING, code, result=result, refer=kind)
