"""What a plan costs the applicant, and how long it takes: the one place from which pages, commands, the API and the case take
these figures.

Looking something up is no work of an agency's: what is counted as "done side by side" are services. What may turn out not to
be needed, and would be an officer's, is left out of the usual time and told as the longest.
"""

from collections.abc import Iterable, Mapping, Sequence

from onething.core.i18n import Text, texts_of
from onething.planning.models import Ask, PlanEffort, PlannedTask
from onething.planning.schedule import Node, Schedule, schedule

say = texts_of(__name__)


def timed(tasks: Iterable[PlannedTask]) -> Schedule:
    """When each task would begin. Raises `CircleError`."""
    kept = {task.id: task for task in tasks}
    return schedule(
        {
            task.id: Node(
                frozenset(before for before in task.after if before in kept), task.hours, task.due_working_days
            )
            for task in kept.values()
        }
    )


def effort_of(tasks: Sequence[PlannedTask], asks: Sequence[Ask], visits: int, whole: Schedule) -> PlanEffort:
    """`whole` is the schedule of all `tasks`."""
    likely = [task for task in tasks if not (task.conditional and task.mode == "officer")]
    if not any(task.kind == "service" for task in likely):  # nothing but what may turn out not to be needed
        likely = list(tasks)
    usual = whole if len(likely) == len(tasks) else timed(likely)
    services = [task for task in likely if task.kind == "service"]
    after_services = _behind_services(likely)
    return PlanEffort(
        documents=sum(1 for ask in asks if ask.kind == "upload"),
        fields=sum(1 for ask in asks if ask.kind == "answer"),
        visits=visits,
        hours=round(usual.hours, 6),
        longest=round(whole.hours, 6),
        services=len(services),
        at_once=sum(1 for task in services if task.id not in after_services),
        width=_most_together({task.id: (usual.start[task.id], task.hours) for task in services}),
        critical_path=usual.critical_path,
    )


def _behind_services(tasks: Sequence[PlannedTask]) -> frozenset[str]:
    """Tasks that wait for a service, however many steps before."""
    behind: set[str] = set()
    services = {task.id for task in tasks if task.kind == "service"}
    while more := {t.id for t in tasks if t.id not in behind and any(b in services or b in behind for b in t.after)}:
        behind |= more
    return frozenset(behind)


def _most_together(spans: Mapping[str, tuple[float, float]]) -> int:
    """Most that are at work at one time (one without duration is at work at its own moment)."""
    begins = [start for start, _ in spans.values()]
    return max((sum(1 for a, hours in spans.values() if a <= now < a + hours or a == now) for now in begins), default=0)


def duration_words(hours: float) -> Text:
    """A length of time as people say it: 不到1分钟, 25分钟, 3小时, 2天."""
    minutes = hours * 60
    if minutes < 1:
        return say("duration.under_a_minute")
    if minutes < 90:
        return say("duration.minutes", n=round(minutes))
    if hours < 36:
        return say("duration.hours", n=round(hours))
    return say("duration.days", n=round(hours / 24))
