"""The door of intake: a filing from its first photo to the case it becomes.

Functions that take a session work inside the caller's transaction (one request, one transaction); `prefill` and
`ReadingQueue` make their own, because they wait for others. Rights are in every query: a citizen sees her own
filings, any other is intake.filing_not_found; who is no citizen has none (core.forbidden). One that was submitted or
given up takes no changes.

The filing:
`start_filing`: begins one for the signed-in person, on request with what she gave in an earlier case of hers; catalog.no_such_life_event, intake.too_many_drafts.
`filing_view`: all that its pages show; agencies that are down can be named; with what each refused question would do if wanted.
`filings_of`: the person's filings, newest first, a page at a time.
`abandon`: gives a draft up and deletes what was entered and read; that consents were given stays on record.

Answers:
`set_answers`: saves many fields at once; what is wrong is kept too, with a message beside it; empty takes an answer
    back. One that was made from something (a proposal, a paper, a choice among people) counts while that is there, and
    is asked again when it is not.
`correct_field`: corrects or confirms one value read from a photograph; the reading stays on record.
    intake.unknown_choice.
`take_record`: puts what an agency has on record in its place; intake.unknown_choice where none has it.
`correct_on_document`: the same on a document that has no slot yet.
`leave_out`: which optional services are not wanted (the whole list) → the version; intake.unknown_choice.

Uploads:
`add_upload`: takes in one file and queues it for reading; the Problems of the documents' check of uploads, before
    anything is changed; intake.too_many_documents. Wake the `ReadingQueue` after the commit.
`document_of`: one document of one's own filing; intake.document_not_found.
`reclassify_upload`: says whose it is or what it is → the version; intake.unknown_choice.
`remove_upload`: takes it back with all that was read from it → the version.
`retry_upload`: reads again a file that could not be read → the version.
`marks_of`: codes and seals of a page, as rows keep them.
`text_of_files`: (name, content) of pages → their text, and whether any was read off a picture; intake.no_text_file,
    intake.no_text_in_file, intake.text_too_long, and what the readers refuse.
`ReadingQueue`: reads what is queued, one document a step; in a with block it does so in a thread.

Registries:
`give_consents`: allows operations or whole agencies to be asked → the version; intake.unknown_choice.
`withdraw_consent`: declines or withdraws; what the registry had answered is removed → the version.
`request_consents`: asks others for what only they may allow, once each → how many.
`requests_of`: what the signed-in person was asked to allow about herself, for others' filings; who asks is masked.
`answer_request`: she allows, declines or takes back; core.not_found, intake.filing_closed.
`prefill`: asks what may be asked and comes back within the patience given; only one tab asks at a time.

Signatures of a group:
`signing`: how far the signatures of a filing are; None where nobody signs.
`signed_slots`: slots that signatures fill, with their source.
`content_of`: what is shown and signed: the facts of the covered slots.
`content_groups`: such facts slot by slot in words; `LONG`: longer fields are texts to be read in full.
`named_words`: an id number with the name of whoever has it.
`invite`: invites everybody who has not signed what stands there now → how many; intake.nothing_to_sign.
`invitation`: what the signed-in person was invited to; intake.invitation_not_found, intake.invitation_over.
`confirm`: she signs; False when the code is wrong (commit the try); intake.content_changed, intake.invitation_over.
`decline`: she says no, or takes it back while nothing is submitted; only a new invitation undoes it.
`sign_own`: the applicant signs herself; intake.content_changed, intake.nothing_to_sign.

Review and submission:
`pre_review`: what is missing or wrong at this moment.
`check_filing`: every check as things stand, in order; [] for life events without checks.
`keep_refusal`: keeps the run that stood in the way of a submission → its id, or None; the filing stays a draft.
`submit`: submits; again, from any tab, gives the same case. Refused when not ready (findings in its extra), while
    reading (intake.still_reading), or as casework.duplicate_case with the reference.
`file_at_once`: facts and consents in one call → a case, or a draft with the findings that stand in its way.

For casework:
`papers_of_case`: one view for each of a case's documents, in the order given; the right to the work item is the
    caller's.
`paper_of`: one of them beside the evidence of its case: certainty, corrections, what registers say.
`mended_words`: why a reading was changed.

Nouns: `AtOnce`, `AtOncePayload`, `ContentGroup`, `ContentRow`, `FilingView`, `Paper`, `PrefillResult`, `Submitted`,
    `Uploaded`.
"""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from onething.catalog.service import find_event, get_city
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.i18n import Lang, Text
from onething.core.paging import Order, Page, bounded
from onething.intake.consents.consents import give_consents, withdraw_consent, withdraw_rows
from onething.intake.errors import TOO_MANY_DRAFTS
from onething.intake.evidence.ocr_queue import ReadingQueue, marks_of
from onething.intake.evidence.own_texts import text_of_files
from onething.intake.evidence.uploads import (
    Uploaded,
    add_upload,
    document_of,
    reclassify_upload,
    remove_upload,
    retry_upload,
)
from onething.intake.filing.again import take_along
from onething.intake.filing.answers import correct_field, correct_on_document, leave_out, set_answers
from onething.intake.filing.bulk_filing import AtOncePayload, file_at_once
from onething.intake.filing.filing_checks import check_filing, keep_refusal
from onething.intake.filing.prefill import prefill
from onething.intake.filing.records import take_record
from onething.intake.filing.signed_content import content_of, signed_slots
from onething.intake.filing.submitting import pre_review, submit
from onething.intake.models import AtOnce, FilingSummary, FilingView, PrefillResult, Submitted
from onething.intake.sealing import welcome_back
from onething.intake.signing.consent_requests import answer_request, request_consents, requests_of
from onething.intake.signing.group_signing import (
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
from onething.intake.view.content_words import LONG, ContentGroup, ContentRow, content_groups, named_words
from onething.intake.view.filing_view import filing_view, summary_of
from onething.intake.view.paper_records import Paper, paper_of
from onething.intake.view.paper_words import mended_words

__all__ = [
    "LONG",
    "AtOnce",
    "AtOncePayload",
    "ContentGroup",
    "ContentRow",
    "FilingView",
    "Paper",
    "PrefillResult",
    "ReadingQueue",
    "Submitted",
    "Uploaded",
    "abandon",
    "add_upload",
    "answer_request",
    "check_filing",
    "confirm",
    "content_groups",
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
    "mended_words",
    "named_words",
    "paper_of",
    "papers_of_case",
    "pre_review",
    "prefill",
    "reclassify_upload",
    "remove_upload",
    "request_consents",
    "requests_of",
    "retry_upload",
    "set_answers",
    "sign_own",
    "signed_slots",
    "signing",
    "start_filing",
    "submit",
    "take_record",
    "text_of_files",
    "withdraw_consent",
]

MOST_DRAFTS = 20


def start_filing(
    session: Session, principal: Principal, life_event: str, lang: Lang = "zh", *, again: str = ""
) -> FilingSummary:
    """Begin a filing for the signed-in person; `again`: a case of hers whose papers and answers come along. Raises the catalog's
    `Problem` for a life event that is not here, casework's for a case that is not hers."""
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
    if again:
        take_along(session, principal, row, again)
        session.flush()
    return summary_of(row, event.name)


NEWEST = Order("filings", (FilingRow.id,), (str,))


def filings_of(
    session: Session, principal: Principal, *, drafts_only: bool = True, limit: int = 20, after: str | None = None
) -> Page[FilingSummary]:
    """The person's filings, newest first (ids sort by time); `after` is the cursor of a page before."""
    query = select(FilingRow).where(FilingRow.subject_id == subject_of(principal))
    if drafts_only:
        query = query.where(FilingRow.status == FilingStatus.DRAFT)
    city = get_city()
    names = {event.id: event.name for event in city.life_events}
    size = bounded(limit, 100)
    rows = session.scalars(query.where(NEWEST.behind(after)).order_by(*NEWEST.by).limit(size + 1)).all()
    shown, more = NEWEST.page(rows, size, lambda row: (row.id,))
    lines = (summary_of(row, names.get(row.life_event, Text.same(row.life_event))) for row in shown)
    return Page(tuple(lines), more)


def abandon(session: Session, principal: Principal, filing_id: str) -> None:
    """Give a draft up. What was entered and read is deleted with it (个人信息保护法 第四十七条); that consents were given,
    and withdrawn now, stays on record."""
    change(session, principal, filing_id, status=FILING.move(FilingStatus.DRAFT, FilingStatus.ABANDONED))
    withdraw_rows(session, filing_id, None)
    for table in (DocumentRow, AnswerRow, RegistryAnswerRow):
        session.execute(delete(table).where(table.filing_id == filing_id).execution_options(synchronize_session=False))
