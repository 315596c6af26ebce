"""Why a service was decided as it was: the conditions that its rules tried, each with its outcome, law and working."""

from dataclasses import dataclass
from typing import Any, Literal, cast

from onething.casework.models import CaseView, TaskView
from onething.core.i18n import Text

Outcome = Literal["yes", "no", "undecided"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: met, not met or not known, with the law and the working; both empty where nobody kept them."""

    text: Text
    outcome: Outcome
    ground: str
    trace: str


@dataclass(frozen=True, slots=True)
class Explanation:
    task: TaskView
    conditions: tuple[Condition, ...]


def explanations(case: CaseView) -> list[Explanation]:
    """The services of a case that a rule decided or referred; those without conditions are left out."""
    found = (Explanation(task, tuple(map(_condition, task.result.get("findings", ())))) for task in case.tasks)
    return [each for each in found if each.conditions]


def _condition(kept: dict[str, Any]) -> Condition:
    outcome = cast("Outcome", kept.get("outcome") or "undecided")
    working = "; ".join(_step(step) for step in kept.get("trace") or ())
    return Condition(Text(**kept["words"]), outcome, str(kept.get("ground") or ""), working)


def _step(step: Any) -> str:
    """One step of a rule's trace: the condition, and the values it was tried on."""
    if not isinstance(step, dict):
        return str(step)
    known = cast("dict[str, Any]", step)
    condition = str(known.get("condition", ""))
    values = cast("dict[str, Any]", known.get("values") or {})
    tried = ", ".join(f"{name} = {value if value is not None else '?'}" for name, value in values.items())
    return f"{condition} ({tried})" if tried else condition
