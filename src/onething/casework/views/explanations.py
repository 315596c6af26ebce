"""Why a service was decided as it was, for its applicant: the conditions that were tried, each with its outcome, its law, and what
was looked at. How a rule is written is for officers (the findings of an item); values are not repeated, some are of others.
"""

from dataclasses import dataclass
from typing import Any, Literal, cast

from onething.casework.models import CaseView, TaskView
from onething.catalog.models import City, LifeEvent
from onething.catalog.service import fact_name, get_city, spec_of
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)

Outcome = Literal["yes", "no", "undecided"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: met, not met or not known, with the law and what was looked at; both empty where nobody kept them."""

    text: Text
    outcome: Outcome
    ground: str
    looked_at: Text | None


@dataclass(frozen=True, slots=True)
class Explanation:
    task: TaskView
    conditions: tuple[Condition, ...]


def explanations(case: CaseView) -> list[Explanation]:
    """The services of a case that a rule decided or referred; those without conditions are left out."""
    city = get_city()
    event = city.life_event(case.summary.life_event)
    found = (
        Explanation(task, tuple(_condition(city, event, each) for each in task.result.get("findings", ())))
        for task in case.tasks
    )
    return [each for each in found if each.conditions]


def _condition(city: City, event: LifeEvent | None, kept: dict[str, Any]) -> Condition:
    outcome = cast("Outcome", kept.get("outcome") or "undecided")
    steps = [words for step in kept.get("trace") or () if (words := _step(city, event, step))]
    joined = Text(zh="；".join(each.zh for each in steps), en="; ".join(each.en for each in steps)) if steps else None
    return Condition(Text(**kept["words"]), outcome, str(kept.get("ground") or ""), joined)


def _step(city: City, event: LifeEvent | None, step: Any) -> Text | None:
    """One step in words: what of her papers and the registers it looked at, and what came of it. None where it names nothing that
    people have a word for."""
    if not isinstance(step, dict) or event is None:
        return None
    known = cast("dict[str, Any]", step)
    names = [
        fact_name(city, event, name)
        for name in cast("dict[str, Any]", known.get("values") or {})
        if spec_of(city, event, *name.partition(".")[::2]) is not None
    ]
    if not names:
        return None
    came = {True: "met", False: "not_met"}.get(cast("bool", known.get("outcome")), "not_known")
    return say(f"looked_at.{came}", names=Text.joined(dict.fromkeys(names)))
