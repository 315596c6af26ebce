"""The door of intake: a filing from its first photo to the case it becomes.

Functions that take a `session` work inside the caller's transaction (one request, one transaction); `prefill` and
`ReadingQueue` make their own, because they wait for others. Rights are in every query: a citizen sees her own filings.
"""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from onething.catalog.service import find_event, get_city
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.i18n import Lang, Text
from onething.intake.consents.consents import give_consents, withdraw_consent, withdraw_rows
from onething.intake.errors import TOO_MANY_DRAFTS
from onething.intake.evidence.ocr_queue import ReadingQueue, marks_of, progress
from onething.intake.evidence.own_texts import text_of_files
from onething.intake.evidence.uploads import (
    Uploaded,
    add_upload,
    document_of,
    reclassify_upload,
    remove_upload,
    retry_upload,
)
from onething.intake.filing.answers import correct_field, correct_on_document, leave_out, set_answers, set_lang
from onething.intake.filing.bulk_filing import AtOncePayload, file_at_once
from onething.intake.filing.filing_checks import check_filing, keep_refusal
from onething.intake.filing.prefill import prefill
from onething.intake.filing.signed_content import content_of, signed_slots
from onething.intake.filing.submitting import pre_review, submit
from onething.intake.models import AtOnce, FilingSummary, FilingView, PrefillResult, Saved, Submitted
from onething.intake.sealing import welcome_back
from onething.intake.signing.group_signing import (
    Invitation,
    Signing,
    confirm,
    decline,
    invitation,
    invite,
    sign_own,
    signing,
)
from onething.intake.states import FILING, FilingStatus
from onething.intake.store import change, new_row, subject_of
from onething.intake.tables import AnswerRow, DocumentRow, FilingRow, RegistryAnswerRow
from onething.intake.view.case_papers import papers_of_case
from onething.intake.view.filing_view import filing_view, summary_of

__all__ = [
    "AtOnce",
    "AtOncePayload",
    "FilingSummary",
    "FilingView",
    "Invitation",
    "PrefillResult",
    "ReadingQueue",
    "Saved",
    "Signing",
    "Submitted",
    "Uploaded",
    "abandon",
    "add_upload",
    "check_filing",
    "confirm",
    "content_of",
    "correct_field",
    "correct_on_document",
    "decline",
    "document_of",
    "file_at_once",
    "filing_view",
    "filings_of",
    "give_consents",
    "invitation",
    "invite",
    "keep_refusal",
    "leave_out",
    "marks_of",
    "papers_of_case",
    "pre_review",
    "prefill",
    "progress",
    "reclassify_upload",
    "remove_upload",
    "retry_upload",
    "set_answers",
    "set_lang",
    "sign_own",
    "signed_slots",
    "signing",
    "start_filing",
    "submit",
    "text_of_files",
    "withdraw_consent",
]  # fmt: skip

MOST_DRAFTS = 20


def start_filing(session: Session, principal: Principal, life_event: str, lang: Lang = "zh") -> FilingSummary:
    """Begin a filing for the signed-in person. Raises the catalog's `Problem` for a life event that is not here."""
    city = get_city()
    event = find_event(city, life_event)
    drafts = select(func.count()).select_from(FilingRow)
    mine = (FilingRow.subject_id == subject_of(principal)) & (FilingRow.status == FilingStatus.DRAFT)
    if (session.scalar(drafts.where(mine)) or 0) >= MOST_DRAFTS:
        raise Problem(TOO_MANY_DRAFTS, most=MOST_DRAFTS)
    row = new_row(principal, city, event, lang, channel="web")
    welcome_back(session, row.subject_id)
    session.add(row)
    session.flush()
    return summary_of(row, event.name)


def filings_of(
    session: Session, principal: Principal, *, drafts_only: bool = True, limit: int = 20, before: str | None = None
) -> list[FilingSummary]:
    """The person's filings, newest first; `before` is the id of the last one seen (ids sort by time)."""
    query = select(FilingRow).where(FilingRow.subject_id == subject_of(principal))
    if drafts_only:
        query = query.where(FilingRow.status == FilingStatus.DRAFT)
    if before is not None:
        query = query.where(FilingRow.id < before)
    city = get_city()
    names = {event.id: event.name for event in city.life_events}
    rows = session.scalars(query.order_by(FilingRow.id.desc()).limit(min(max(limit, 1), 100)))
    return [summary_of(row, names.get(row.life_event, Text(zh=row.life_event, en=row.life_event))) for row in rows]


def abandon(session: Session, principal: Principal, filing_id: str) -> None:
    """Give a draft up. What was entered and read is deleted with it (个人信息保护法 第四十七条); that consents were given,
    and withdrawn now, stays on record."""
    change(session, principal, filing_id, status=FILING.move(FilingStatus.DRAFT, FilingStatus.ABANDONED))
    withdraw_rows(session, filing_id, None)
    for table in (DocumentRow, AnswerRow, RegistryAnswerRow):
        session.execute(delete(table).where(table.filing_id == filing_id).execution_options(synchronize_session=False))
