"""What messages say of a case beyond codes: why something was refused, what was left undone, what stays. A part of notices.

Called in the transaction of the event, when a message wants one of these places; the words go sealed into the outbox of
the applicant, nowhere else.
"""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.cases.timeline import task_name
from onething.casework.decisions import sealed_text
from onething.casework.events import CaseFinished, CaseRefused, CaseWithdrawn, TaskBlocked, TaskFailed, TaskUndone
from onething.casework.states import CaseStatus, TaskStatus
from onething.casework.tables import CaseRow, TaskRow
from onething.casework.views.outcomes import reasons_of
from onething.catalog.models import City, LifeEvent
from onething.core.events import Event
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)
LONGEST = {"zh": 60, "en": 140}
"""Characters of a reason in a message; the whole stands on the page of the case."""
_NAMED = 1
"""So many services are named, the others counted."""


def places() -> tuple[str, ...]:
    """The places that `words` can fill."""
    return "reason", "because", "left", "stays"


def words(session: Session, happened: Event, city: City) -> dict[str, Text]:
    """Place → words, as far as this event has any: `reason`, `because`, `left`, `stays`."""
    event = city.life_event(str(happened.data.get("life_event", "")))
    case = session.get(CaseRow, happened.stream) if event else None
    if event is None or case is None:
        return {}
    told: Callable[[Session, City, LifeEvent, CaseRow, Event], dict[str, Text]] | None = _TOLD.get(happened.type)
    return told(session, city, event, case, happened) if told else {}


def _refused(session: Session, _city: City, _event: LifeEvent, case: CaseRow, happened: Event) -> dict[str, Text]:
    task = str(happened.data.get("task", ""))
    row = session.scalars(select(TaskRow).where(TaskRow.case_id == case.id, TaskRow.task_id == task)).one_or_none()
    if row is None:
        return {"reason": say("refused.plain")}
    reasons = reasons_of(sealed_text.opened(session, case.subject_id, case.id, row.result))
    return {"reason": Text(zh=_short("；".join(each.zh for each in reasons), "zh"), en=_short("; ".join(each.en for each in reasons), "en"))}  # fmt: skip


def _short(text: str, lang: str) -> str:
    """A reason that fits a message, without the stop that the message puts itself."""
    plain = " ".join(text.split()).rstrip("。.；; ")
    most = LONGEST[lang]
    return plain if len(plain) <= most else plain[: most - 1].rstrip("，,、 ") + "…"


def _blocked(_session: Session, city: City, event: LifeEvent, _case: CaseRow, happened: Event) -> dict[str, Text]:
    return {"because": task_name(city, event, f"service:{happened.data.get('because', '')}")}


def _undone(session: Session, city: City, event: LifeEvent, case: CaseRow, _happened: Event) -> dict[str, Text]:
    if case.status == CaseStatus.WITHDRAWING:
        return {"because": say("told.withdrew")}
    refused = _names(session, city, event, case, TaskStatus.REFUSED)
    return {"because": say("told.refused", name=_few(refused)) if refused else say("refused.plain")}


def _ended(session: Session, city: City, event: LifeEvent, case: CaseRow, _happened: Event) -> dict[str, Text]:
    rows = _services(session, case)
    not_done = [
        row for row in rows if row.status in (TaskStatus.REFUSED, TaskStatus.UNDONE) or row.code == "needs_refused"
    ]
    stays = [row for row in rows if row.status == TaskStatus.DONE]
    not_done.sort(key=lambda row: (row.status != TaskStatus.REFUSED, row.position))
    said = {"left": _few([task_name(city, event, row.task_id) for row in not_done]), "stays": Text(zh="", en="")}
    if stays and case.status == CaseStatus.WITHDRAWN:
        said["stays"] = say("told.stays", names=_few([task_name(city, event, row.task_id) for row in stays]))
    return said


def _services(session: Session, case: CaseRow) -> list[TaskRow]:
    query = select(TaskRow).where(TaskRow.case_id == case.id, TaskRow.task_id.startswith("service:"))
    return list(session.scalars(query.order_by(TaskRow.position)))


def _names(session: Session, city: City, event: LifeEvent, case: CaseRow, status: TaskStatus) -> list[Text]:
    return [task_name(city, event, row.task_id) for row in _services(session, case) if row.status == status]


def _few(names: list[Text]) -> Text:
    first = Text.joined(names[:_NAMED])
    return first if len(names) <= _NAMED else say("told.more", names=first, n=len(names))


_TOLD = {
    TaskFailed.NAME: _refused, TaskBlocked.NAME: _blocked, TaskUndone.NAME: _undone,
    CaseFinished.NAME: _ended, CaseRefused.NAME: _ended, CaseWithdrawn.NAME: _ended,
}  # fmt: skip
