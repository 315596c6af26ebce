"""From draft to case, exactly once: two tabs, a double tap or a repeated request end with the same reference.

One transaction takes the draft by compare-and-set, reviews it and opens the case. Whatever goes wrong rolls all of it
back to the draft as it was; everything entered had been saved before.
"""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from onething.casework.models import CaseRef, Submission
from onething.casework.service import open_case
from onething.core import clock
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.intake.consents.consents import consent_states
from onething.intake.errors import NOT_READY, STILL_READING
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.models import Submitted
from onething.intake.states import FILING, UNREAD, FilingStatus
from onething.intake.store import closed, fill, find_row, load, subject_of
from onething.intake.tables import FilingRow
from onething.review.models import Review
from onething.review.service import best_facts


def pre_review(session: Session, principal: Principal, filing_id: str) -> Review:
    """What is missing or wrong at this moment."""
    return situation_of(load(session, principal, filing_id)).review


def submit(session: Session, principal: Principal, filing_id: str, key: str = "") -> Submitted:  # noqa: ARG001 - one filing is one case, whatever key a tab brings
    """Submit a filing. Submitting it again, from any tab and with any `key`, gives the same case.

    Raises `Problem(NOT_READY)` with the findings in `extra`, `STILL_READING`, or casework's `DUPLICATE_CASE` with the
    reference of the case that exists already (the same certificate filed before).
    """
    if not _claim(session, principal, filing_id):
        return submitted_before(session, principal, filing_id)
    filing = fill(session, find_row(session, principal, filing_id))
    if any(row.state in UNREAD for row in filing.documents):
        raise Problem(STILL_READING)
    situation = situation_of(filing)
    if not situation.review.may_submit:
        raise not_ready(situation.review)
    case = open_case(session, submission_of(situation, f"filing:{filing_id}"))
    _finish(session, filing_id, case)
    return Submitted(filing_id, case.id, case.reference, case.already_there)


def _claim(session: Session, principal: Principal, filing_id: str) -> bool:
    """Draft → submitting, by whoever is first. On PostgreSQL the second waits here for the first to commit."""
    taken = session.scalar(
        update(FilingRow)
        .where(FilingRow.id == filing_id, FilingRow.subject_id == subject_of(principal), FilingRow.status.in_(FILING.into(FilingStatus.SUBMITTING)))
        .values(status=FilingStatus.SUBMITTING.value, version=FilingRow.version + 1, updated_at=clock.now())
        .returning(FilingRow.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return taken is not None


def _finish(session: Session, filing_id: str, case: CaseRef) -> None:
    session.execute(
        update(FilingRow)
        .where(FilingRow.id == filing_id, FilingRow.status.in_(FILING.into(FilingStatus.SUBMITTED)))
        .values(status=FilingStatus.SUBMITTED.value, case_id=case.id, case_reference=case.reference)
        .execution_options(synchronize_session=False)
    )


def submitted_before(session: Session, principal: Principal, filing_id: str) -> Submitted:
    row = find_row(session, principal, filing_id)
    if row.status == FilingStatus.SUBMITTED and row.case_id and row.case_reference:
        return Submitted(filing_id, row.case_id, row.case_reference, already_there=True)
    raise closed(row)


def not_ready(review: Review) -> Problem:
    fix = review.group("fix_now")
    return Problem(NOT_READY, extra={"findings": [f.model_dump(mode="json") for f in fix]}, count=len(fix))


def submission_of(situation: Situation, key: str) -> Submission:
    """What casework gets: the facts that count, each slot's origin, consents and documents."""
    filing = situation.filing
    placed = situation.gathered.placed.slots
    return Submission(
        key=key,
        city=filing.row.city,
        life_event=filing.row.life_event,
        subject_id=filing.row.subject_id,
        facts=situation.counted,
        origins=origins_of(situation),
        consents=tuple(operation for operation, given in consent_states(filing).items() if given),
        declined=tuple(sorted(situation.declined)),
        not_allowed=situation.not_allowed,
        documents=tuple(
            {
                "id": row.id, "digest": row.digest, "type": row.type, "filename": row.filename or "", "slot": placed.get(row.id),
                "preview": row.preview, "media_type": row.media_type,
            }
            for row in filing.documents
        ),
        leave_out=tuple(filing.row.leave_out),
        absent=situation.absent,
        channel=filing.row.channel,
        lang=filing.row.lang,
    )  # fmt: skip


def origins_of(situation: Situation) -> dict[str, dict[str, Any]]:
    """Slot → its main origin, and the fields that came from elsewhere."""
    digests = {row.id: row.digest for row in situation.filing.documents}
    origins: dict[str, dict[str, Any]] = {}
    for (slot, name), fact in best_facts(situation.settled).items():
        if slot not in situation.counted:
            continue
        one: dict[str, Any] = {"kind": fact.origin.kind, "ref": fact.origin.ref, "at": fact.origin.at}
        if fact.origin.how:
            one["how"] = fact.origin.how
        if fact.origin.kind == "upload":
            one |= {"document": digests.get(fact.origin.ref), "certain": fact.origin.certain}
        main = origins.setdefault(slot, {**one, "fields": {}})
        if any(one.get(key) != main.get(key) for key in ("ref", "certain", "how")):
            main["fields"][name] = one
    return origins
