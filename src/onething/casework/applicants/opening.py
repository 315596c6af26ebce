"""A submission becomes a case: checked for duplicates, planned, written and queued, all in the caller's transaction."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.casework.applicants import refiling
from onething.casework.applicants.refiling import Earlier
from onething.casework.cases import applicant_names, store
from onething.casework.decisions import reservations
from onething.casework.errors import DUPLICATE_CASE, FILED_BY_ANOTHER, WRONG_CITY
from onething.casework.events import CaseSubmitted
from onething.casework.models import CaseRef, CaseStatus, Submission
from onething.casework.tables import CaseRow
from onething.catalog.models import City, LifeEvent
from onething.catalog.service import get_city
from onething.core import events
from onething.core.clock import local, now
from onething.core.errors import Problem
from onething.core.events import Event
from onething.core.i18n import Text, texts_of
from onething.core.ids import new_id, new_reference
from onething.core.persons.numbers import person_numbers_in
from onething.planning.models import Facts, Plan
from onething.planning.service import make_plan
from onething.subjects.service import Matter, concern, ids_of, person

say = texts_of(__name__)


def open_case(session: Session, submission: Submission) -> CaseRef:
    """Open the case of a submission, once.

    The same key gives the same case again. What was refused, withdrawn or taken back in an earlier case of the same
    applicant may be filed again: the new case goes on from what was done. Any other filing of the same thing raises
    `Problem(DUPLICATE_CASE)` with the reference in `values`; one by somebody else `Problem(FILED_BY_ANOTHER)`, which says who and
    leads nowhere. The case is planned and its first segment queued; workers see it when the caller commits.
    """
    there = _by_key(session, submission.key)
    if there:
        return there
    city = get_city()
    event = city.life_event(submission.life_event) if city.id == submission.city else None
    if event is None:
        raise Problem(WRONG_CITY, life_event=submission.life_event)
    mark = refiling.fingerprint(event, city.id, submission.facts)
    known = refiling.earlier_cases(session, event, submission.subject_id)
    earlier = refiling.going_on_from(known, city, event, submission.facts)
    if earlier is not None:
        submission = refiling.taken_up(submission, earlier)
    elif mark:
        _refuse_duplicate(session, city, event, submission, mark)
    done = earlier.done if earlier else ()
    plan = make_plan(
        city, event, submission.facts, absent=submission.absent, leave_out=submission.leave_out, done=done,
        declined=submission.declined, not_allowed=submission.not_allowed,
    )  # fmt: skip
    try:
        with session.begin_nested():
            if earlier is not None:
                refiling.give_up_mark(session, earlier)
            ref = _write(session, submission, city, event, plan, mark, earlier)
            if earlier is not None:
                refiling.hand_over(session, earlier, ref.id)
            reservations.reserve(session, city, event, submission.facts, ref.id)
            return ref
    except IntegrityError:
        # Two tabs at once: the other one committed between our look and our insert.
        there = _by_key(session, submission.key)
        if there:
            return there
        if mark:
            _refuse_duplicate(session, city, event, submission, mark)
        raise


def _by_key(session: Session, key: str) -> CaseRef | None:
    row = session.scalars(select(CaseRow).where(CaseRow.key == key)).one_or_none()
    return row and CaseRef(row.id, row.reference, CaseStatus(row.status), row.submitted_at, already_there=True)


def _refuse_duplicate(session: Session, city: City, event: LifeEvent, submission: Submission, mark: str) -> None:
    """Her own case is named; of somebody else's she learns who has filed, and nothing by which it could be opened."""
    query = select(CaseRow.reference, CaseRow.id, CaseRow.subject_id).where(CaseRow.fingerprint == mark)
    found = session.execute(query).first()
    if found is None:
        return
    if found.subject_id in ids_of(session, submission.subject_id):
        raise Problem(DUPLICATE_CASE, reference=found.reference, extra={"reference": found.reference, "id": found.id})
    role = _role_of(event, submission.facts, person(session, found.subject_id).id_number)
    who = say("filed_by.role", role=role) if role else say("filed_by.somebody")
    raise Problem(FILED_BY_ANOTHER, who=who, phone=city.help_phone)


def _role_of(event: LifeEvent, facts: Facts, number: str | None) -> Text | None:
    """As whom a person stands in papers: by the slot that holds her number, or the name of its field (`father_id_number`)."""
    for slot in event.slots:
        for name, value in facts.get(slot.id, {}).items():
            if number and isinstance(value, str) and number in person_numbers_in(value):
                role = name.partition("_")[0]
                return event.roles.get(role) or event.roles.get(slot.of)
    return None


def _write(
    session: Session,
    submission: Submission,
    city: City,
    event: LifeEvent,
    plan: Plan,
    mark: str | None,
    earlier: Earlier | None,
) -> CaseRef:
    at = now()
    case_id, reference = new_id("case"), new_reference("CS", local(at).strftime("%Y%m%d"))
    name = str(submission.facts.get("applicant", {}).get("name", ""))
    tasks = [store.task_values(case_id, task, i, at, city) for i, task in enumerate(plan.tasks)]
    due = max((task["due_at"] for task in tasks if task["due_at"]), default=None)
    values: dict[str, Any] = {
        "id": case_id, "reference": reference, "key": submission.key, "city": city.id, "life_event": event.id,
        "catalog_version": city.version, "subject_id": submission.subject_id,
        "applicant_name": applicant_names.sealed(session, submission.subject_id, case_id, name),
        "status": CaseStatus.RUNNING.value, "plan_digest": store.save_plan(session, plan),
        "filing": _filing(session, submission, case_id, earlier), "absent": list(submission.absent), "reasons": [], "fingerprint": mark,
        "submitted_at": at, "due_at": due,
    }  # fmt: skip
    session.execute(insert(CaseRow), [values])
    applicant_names.write_marks(session, case_id, name)
    store.insert_tasks(session, tasks)
    store.put_evidence(session, case_id, submission.subject_id, submission.facts, submission.origins)
    actor = f"citizen:{submission.subject_id}"
    said = CaseSubmitted(subject_id=submission.subject_id, life_event=event.id, reference=reference)
    events.append(session, Event.of(case_id, said, actor, at))
    concern(session, [Matter(case_id, submission.subject_id, actor, person_numbers_in(submission.facts))])
    store.insert_segment(session, case_id, 1, "submitted", at)
    store.wake_workers(session)
    return CaseRef(case_id, reference, CaseStatus.RUNNING, at)


def _filing(session: Session, submission: Submission, case_id: str, earlier: Earlier | None) -> dict[str, Any]:
    papers = store.sealed_papers(session, submission.subject_id, case_id, submission.documents)
    return {
        "consents": list(submission.consents), "documents": papers,
        "declined": list(submission.declined), "not_allowed": list(submission.not_allowed),
        "leave_out": list(submission.leave_out), "channel": submission.channel, "lang": submission.lang,
        **({"follows": earlier.reference, "done_before": list(earlier.done)} if earlier else {}),
    }  # fmt: skip
