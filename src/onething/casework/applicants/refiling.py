"""Filing again what was not done: the new case goes on from what the earlier one did, so that nothing is done twice.

An earlier case of the same thing (`one_per`, or a value that it reserved) by the same applicant that ended with something
refused, withdrawn or taken back hands over what it was given by services that stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.casework.cases import store
from onething.casework.decisions import reservations
from onething.casework.models import Submission
from onething.casework.states import CaseStatus, TaskStatus
from onething.casework.tables import CaseRow, EvidenceRow, ReservationRow, TaskRow
from onething.catalog.models import City, LifeEvent
from onething.core.clock import today
from onething.core.private import keyed_hash
from onething.planning.models import Facts
from onething.planning.service import order_marks, with_derived

HAVE_MORE_TO_DO = (CaseStatus.PARTLY_DONE, CaseStatus.REFUSED, CaseStatus.WITHDRAWN)
_MOST = 20


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier case of the same thing leaves to be gone on from."""

    case_id: str
    reference: str
    marks: frozenset[str]
    """By which a filing of the same thing is known."""
    done: tuple[str, ...]
    """Tasks of services that were carried out and stand, there or before."""
    facts: Facts = field(default_factory=Facts)
    origins: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    orders: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Service that was carried out → parameter → mark of what it was ordered with. Filed again with anything else, what it
    gave would stand beside facts that it was not given for."""


def fingerprint(event: LifeEvent, city: str, facts: Facts) -> str | None:
    """What two filings of the same thing have in common; None when the event allows several or a fact is missing."""
    values: list[str] = []
    for path in event.one_per:
        slot, _, name = path.partition(".")
        value = facts.get(slot, {}).get(name)
        if value in (None, ""):
            return None
        values.append(str(value))
    return keyed_hash("one_per", "\x1f".join([city, event.id, *values])) if values else None


def earlier_cases(session: Session, event: LifeEvent, subject_id: str) -> list[Earlier]:
    """The applicant's own cases of this event that ended with something not done and something that stands, newest first."""
    if not event.one_per and not event.reserves:
        return []
    query = select(CaseRow).where(
        CaseRow.subject_id == subject_id, CaseRow.life_event == event.id, CaseRow.status.in_(HAVE_MORE_TO_DO)
    )
    cases = session.scalars(query.order_by(CaseRow.submitted_at.desc()).limit(_MOST))
    return [found for case in cases if (found := _left_by(session, event, case)) is not None]


def going_on_from(earlier: Iterable[Earlier], city: City, event: LifeEvent, facts: Facts) -> Earlier | None:
    """The one of them that a filing with these facts goes on from; None when it is of something else."""
    found = list(earlier)
    if not found:
        return None
    own = fingerprint(event, city.id, facts)
    marks = {*reservations.marks_of(city, event, facts), *([own] if own else [])}
    return next((each for each in found if each.marks & marks), None)


def _left_by(session: Session, event: LifeEvent, case: CaseRow) -> Earlier | None:
    """None where nothing is known of it any more by which it would be found: nothing stands, or a later one took it over."""
    reserved: set[str] = set(session.scalars(select(ReservationRow.mark).where(ReservationRow.case_id == case.id)))
    marks = frozenset(reserved | ({case.fingerprint} if case.fingerprint else set[str]()))
    if not marks:
        return None
    query = select(TaskRow.task_id).where(
        TaskRow.case_id == case.id, TaskRow.status == TaskStatus.DONE, TaskRow.task_id.startswith("service:")
    )
    done = tuple(dict.fromkeys([*case.filing.get("done_before", ()), *session.scalars(query)]))
    given = {slot for each in event.services if f"service:{each.id}" in done for slot in each.outputs}
    known = store.facts_of(session, case.id)
    rows = session.execute(select(EvidenceRow.slot, EvidenceRow.origin).where(EvidenceRow.case_id == case.id))
    origins = {row.slot: row.origin for row in rows if row.slot in given}
    facts = {slot: data for slot, data in known.items() if slot in given}
    day = today()
    whole = with_derived(event, known, day)
    orders = {each.id: order_marks(each, whole, day) for each in event.services if f"service:{each.id}" in done}
    return Earlier(case.id, case.reference, marks, done, facts, origins, orders)


def taken_up(submission: Submission, earlier: Earlier) -> Submission:
    """The submission with what agencies gave in the earlier case; that is not answered anew."""
    return replace(submission, facts=submission.facts | earlier.facts, origins=submission.origins | earlier.origins)


def hand_over(session: Session, earlier: Earlier, case_id: str) -> None:
    """The new case takes the place of the earlier one: what only one case may be or have is its own now."""
    session.execute(
        update(ReservationRow)
        .where(ReservationRow.case_id == earlier.case_id)
        .values(case_id=case_id)
        .execution_options(synchronize_session=False)
    )


def give_up_mark(session: Session, earlier: Earlier) -> None:
    session.execute(
        update(CaseRow)
        .where(CaseRow.id == earlier.case_id)
        .values(fingerprint=None)
        .execution_options(synchronize_session=False)
    )
