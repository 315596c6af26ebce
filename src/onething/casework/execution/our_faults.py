"""A task that a fault of ours or of the city package holds up: what is told the operator, and what needs an unknown value."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from onething.casework.cases.case_work import CaseWork, names_in
from onething.casework.models import OPEN_TASKS, OUR_FAULT, Pace, TaskResult, TaskStatus
from onething.core.clock import now
from onething.exchange.models import Answer


@dataclass(frozen=True, slots=True)
class Fault:
    """What an operator has to mend: a code, what it happened with, and which field or rule it is about (no values)."""

    code: str
    about: str
    detail: str


def fault_of(task_id: str, fault: Fault, pace: Pace, kept: dict[str, Any], *, undoing: bool = False) -> TaskResult:
    """A task held up by a fault of ours: tried again after a long pause, or when an operator says so.

    `kept`: its result so far, of which a task that is being taken back keeps all.
    """
    told = {"code": fault.code or "fault", "about": fault.about, "detail": fault.detail[:300]}
    rest = kept if undoing else {name: value for name, value in kept.items() if name in ("faulty", "source")}
    return TaskResult(
        task_id, TaskStatus.UNDOING if undoing else TaskStatus.WAITING, OUR_FAULT,
        retry_at=now() + timedelta(seconds=pace.fault_pause), result=rest | {"fault": told},
        from_statuses=(TaskStatus.UNDOING,) if undoing else OPEN_TASKS,
    )  # fmt: skip


def unknown_of(answer: Answer) -> dict[str, Any]:
    return {"unknown": list(answer.unknown)} if answer.unknown else {}


def lacking(mapping: dict[str, str], params: dict[str, Any], work: CaseWork) -> str:
    """The parameters that cannot be told because an agency's value has no words in the city package; empty when none."""
    unknown = {f"{slot}.{name}" for slot, names in work.unknown.items() for name in names}
    if not unknown:
        return ""
    return ", ".join(sorted(
        name for param, text in mapping.items() if params.get(param) is None for name in names_in(text) & unknown
    ))  # fmt: skip
