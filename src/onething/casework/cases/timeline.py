"""What happened to a case, told in both languages from the event log, and when it is expected to end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from onething.casework.models import OPEN_TASKS, OUR_FAULT, Prediction, TaskStatus, TaskView, TimelineEntry
from onething.catalog.models import City, LifeEvent
from onething.core import formats
from onething.core.clock import local, now
from onething.core.events import Event
from onething.core.i18n import Text, texts_of
from onething.planning.models import Plan
from onething.planning.service import duration_words

say = texts_of(__name__)


def waiting_for(code: str) -> Text | None:
    """Why a task waits, by its code; None for a code that says nothing."""
    return say(f"waiting.{code}") if f"waiting.{code}" in say else None


def task_name(city: City, event: LifeEvent, task_id: str) -> Text:
    """The service's name, or `核验结婚证` for a fetch."""
    kind, _, name = task_id.partition(":")
    if kind == "service":
        service = event.service(name)
        return service.name if service else Text.same(name)
    slot = event.slot(name)
    evidence = city.type_of(slot)
    words = (slot.name if slot and slot.name else evidence.name if evidence else None) or Text.same(name)
    return say("checked", name=words)


def tell(city: City, event: LifeEvent, log: Sequence[Event]) -> tuple[TimelineEntry, ...]:
    """The timeline of a case; events this version does not know are left out."""
    entries: list[TimelineEntry] = []
    for happened in log:
        words = _words_of(happened)
        if words is None:
            continue
        task = happened.data.get("task")
        decided = str(happened.data.get("decision") or "")
        because = str(happened.data.get("because") or "")
        filled = say(
            f"timeline.{words}",
            agency=city.short_label_of(str(happened.data.get("agency", ""))),
            task=task_name(city, event, task) if task else "",
            because=task_name(city, event, f"service:{because}") if because else "",
            decision=say(f"decided.{decided}") if f"decided.{decided}" in say else "",
            name=Text(zh=str(happened.data.get("name_zh", "")), en=str(happened.data.get("name_en", ""))),
            day=str(happened.data.get("day", "")),
        )
        entries.append(
            TimelineEntry(happened.seq, happened.at, happened.type, filled, happened.actor, task, outcome_of(happened))
        )
    return tuple(entries)


def outcome_of(happened: Event) -> str:
    """What a case ended in or an officer decided; empty where the type says all."""
    return str(happened.data.get("outcome") or happened.data.get("decision") or "")


def _words_of(happened: Event) -> str | None:
    """The sentence for an event: its own for this outcome or reason, else the common one; None when nobody needs it."""
    for variant in (outcome_of(happened), str(happened.data.get("code") or "")):
        if variant and f"timeline.{happened.type}_{variant}" in say:
            return f"{happened.type}_{variant}"
    return happened.type if f"timeline.{happened.type}" in say else None


def predict(event: LifeEvent, plan: Plan, tasks: Mapping[str, TaskView], for_applicant: bool, over: bool) -> Prediction:
    """Remaining work along the longest path: as it usually goes, and as the city promises at worst.

    Of a case that has just begun this is the figure that its filing was shown, in the same words.
    """
    if over:
        return Prediction(None, None, say("expected.over"))
    if for_applicant:
        return Prediction(None, None, say("expected.your_turn"))
    usual, promised = _remaining(event, plan, tasks, promised=False), _remaining(event, plan, tasks, promised=True)
    at = now()
    earliest, latest = at + timedelta(hours=usual), at + timedelta(hours=max(usual, promised))
    return Prediction(earliest, latest, _words(usual, latest))


def _remaining(event: LifeEvent, plan: Plan, tasks: Mapping[str, TaskView], promised: bool) -> float:
    ends: dict[str, float] = {}
    for task in plan.tasks:
        view = tasks.get(task.id)
        if view is None or view.status not in OPEN_TASKS:
            ends[task.id] = 0.0
            continue
        unlikely = task.conditional and task.mode == "officer" and view.status is not TaskStatus.WAITING
        if unlikely and not promised:  # as in the figures of a plan: it may well not apply
            ends[task.id] = 0.0
            continue
        service = event.service(task.service) if task.service else None
        hours = task.hours
        if service is not None:
            people = view.status is TaskStatus.WAITING and view.code not in (
                "agency_down",
                "bad_answer",
                "certificate_incomplete",
                OUR_FAULT,
            )
            hours = service.promised_hours if promised else service.officer_hours if people else task.hours
        elif view.code == "agency_down":
            hours = 1.0 if promised else 0.1
        ends[task.id] = hours + max((ends.get(before, 0.0) for before in task.after), default=0.0)
    return max(ends.values(), default=0.0)


def _words(usual: float, latest: datetime) -> Text:
    """How much longer it usually takes; from tomorrow on also the day by which the city promises it."""
    last, still = local(latest), duration_words(usual)
    if last.date() == local(now()).date():
        return say("expected.still", time=still)
    return say("expected.still_until", time=still, last=formats.day(last))
