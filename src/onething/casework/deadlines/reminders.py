"""What comes due after a case is finished: written when it ends, told in time, shown on its page until the day has passed.

Which they are is data: `reminders` of the life event (a tax return, an annual report), and what the city's industry-access
graph says is still needed for the scope that was registered (`permit_reminders`).
"""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.events import ReminderDue
from onething.casework.models import TaskStatus
from onething.casework.tables import CaseRow, ReminderRow, TaskRow
from onething.catalog.models import City, Due, LifeEvent
from onething.catalog.service import get_city
from onething.catalog.trades.service import follow_ups
from onething.core import events
from onething.core.access import Principal
from onething.core.clock import CHINA, WEEKENDS_OFF, WorkingCalendar, add_working_days, local, now
from onething.core.db import Database, upsert
from onething.core.i18n import Text, texts_of
from onething.planning.models import Facts
from onething.planning.service import evaluate, holds, with_derived

say = texts_of(__name__)

NINE = time(9, 0)


@dataclass(frozen=True, slots=True)
class Reminded:
    """One thing that comes due. `told`: the message has gone out."""

    key: str
    name: Text
    todo: Text
    authority: Text
    ground: str
    due_on: date
    told: bool = False
    before_days: int = 7


def due_day(due: Due, finished: date, calendar: WorkingCalendar = WEEKENDS_OFF) -> date:
    """The day meant, counted from the one on which the case was finished."""
    if due.days is not None:
        found = finished + timedelta(days=due.days)
    else:
        count = finished.month - 1 + due.months
        year, month = finished.year + due.years + count // 12, due.month or count % 12 + 1
        found = date(year, month, min(due.day or 1, monthrange(year, month)[1]))
    if due.working:
        found = add_working_days(datetime.combine(found - timedelta(days=1), NINE, CHINA), 1, calendar).date()
    return found


def reminders_for(
    city: City, event: LifeEvent, facts: Facts, finished: date, had: Collection[str] = ()
) -> list[Reminded]:
    """Everything that comes due after a case with these facts was finished on that day, the earliest first.

    `had`: permits that the case itself brought about; nobody is reminded of those.
    """
    known = with_derived(event, facts, finished)
    found = [
        Reminded(
            each.id, each.name, each.todo, each.authority, f"《{each.ground.title}》{each.ground.article}",
            due_day(each.due, finished, city.calendar), before_days=each.before_days,
        )
        for each in event.reminders
        if holds(each.when, known, finished) is not False
    ]  # fmt: skip
    return sorted([*found, *_permits(city, event, known, finished, had)], key=lambda each: (each.due_on, each.key))


def _permits(city: City, event: LifeEvent, known: Facts, finished: date, had: Collection[str]) -> Iterator[Reminded]:
    """Permits still needed, each begun when those it rests on can be there."""
    wanted = event.permit_reminders
    if wanted is None:
        return
    scope, trade = (str(evaluate(text, known, finished) or "") for text in (wanted.scope, wanted.trade))
    ready: dict[str, date] = {}
    for permit in (need.permit for need in follow_ups(city.trades, scope, trade) if need.permit.id not in had):
        begin = max([finished + timedelta(days=wanted.first_days), *(ready[p] for p in permit.after if p in ready)])
        start = datetime.combine(begin, NINE, CHINA)
        ready[permit.id] = add_working_days(start, permit.working_days or 0, city.calendar).date()
        before, needs = say("permit.before_opening"), [say("permit.needs", what=each) for each in permit.needs]
        todo = Text(
            zh=before.zh + "".join(each.zh for each in needs), en=before.en + " ".join(each.en for each in needs)
        )
        ground = f"《{permit.ground.title}》{permit.ground.article}"
        yield Reminded(f"permit:{permit.id}", permit.name, todo, permit.authority, ground, begin)


def write(session: Session, happened: events.Event) -> None:
    """Subscriber of `case.finished`: in the transaction that ends the case."""
    case = session.get(CaseRow, happened.stream)
    city = get_city()
    event = city.life_event(case.life_event) if case and case.city == city.id else None
    if case is None or event is None or not (event.reminders or event.permit_reminders):
        return
    facts = store.facts_of(session, case.id)
    had = _had(session, case, event)
    rows = [_row(case, each) for each in reminders_for(city, event, facts, local(happened.at).date(), had)]
    upsert(session, ReminderRow, rows)


def _had(session: Session, case: CaseRow, event: LifeEvent) -> set[str]:
    """Permits that services of this case brought about."""
    done = set(
        session.scalars(select(TaskRow.task_id).where(TaskRow.case_id == case.id, TaskRow.status == TaskStatus.DONE))
    )
    return {each.for_permit for each in event.services if each.for_permit and f"service:{each.id}" in done}


def _row(case: CaseRow, each: Reminded) -> dict[str, Any]:
    words = {"name": each.name.model_dump(), "todo": each.todo.model_dump(), "authority": each.authority.model_dump()}
    tell_at = datetime.combine(each.due_on - timedelta(days=each.before_days), NINE, CHINA)
    return {
        "case_id": case.id, "key": each.key, "due_on": each.due_on, "tell_at": tell_at, "words": words | {"ground": each.ground},
    }  # fmt: skip


def remind(db: Database, limit: int = 200) -> int:
    """Tell what is due to be told; each once, whoever else tries. Returns how many were told."""
    due = select(ReminderRow.case_id, ReminderRow.key).where(ReminderRow.tell_at <= now()).order_by(ReminderRow.tell_at)
    with db.reading() as session:
        found = list(session.execute(due.limit(limit)))
    told = 0
    for case_id, key in found:
        with db.transaction() as session:
            told += _tell(session, case_id, key)
    return told


def _tell(session: Session, case_id: str, key: str) -> int:
    taken = update(ReminderRow).where(
        ReminderRow.case_id == case_id, ReminderRow.key == key, ReminderRow.tell_at.is_not(None)
    )
    if not store.changed(session.execute(taken.values(tell_at=None).execution_options(synchronize_session=False))):
        return 0
    row, case = session.get_one(ReminderRow, (case_id, key)), session.get_one(CaseRow, case_id)
    name: dict[str, str] = row.words["name"]
    said = ReminderDue(**store.frame(case), reminder=key, name_zh=name["zh"], name_en=name["en"], day=row.due_on)
    store.tell(session, case, said)
    return 1


def reminders_of(session: Session, actor: Principal, case_id: str) -> list[Reminded]:
    """What comes due after the actor's own case, the earliest first; somebody else's case has none to show."""
    query = (
        select(ReminderRow).join(CaseRow, CaseRow.id == ReminderRow.case_id)
        .where(ReminderRow.case_id == case_id, CaseRow.subject_id == actor.subject_id)
        .order_by(ReminderRow.due_on, ReminderRow.key).limit(100)
    )  # fmt: skip
    return [
        Reminded(
            row.key, Text(**row.words["name"]), Text(**row.words["todo"]), Text(**row.words["authority"]), row.words["ground"],
            row.due_on, row.tell_at is None,
        )
        for row in session.scalars(query)
    ]  # fmt: skip
