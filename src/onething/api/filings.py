"""Filings: begun, filled from photographs, answers and registries, reviewed, submitted once."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response, UploadFile
from pydantic import BaseModel, Field

from onething.api.caller import Around, Citizen, Unit
from onething.api.paging import Cursor, Items, page, up_to
from onething.api.refusals import refusals
from onething.casework.errors import DUPLICATE_CASE, FILED_BY_ANOTHER, VALUE_TAKEN
from onething.catalog.errors import NO_EVENT
from onething.core.db import get_database
from onething.core.i18n import Lang
from onething.documents import errors as documents
from onething.intake import service as intake
from onething.intake.errors import (
    DOCUMENT_NOT_FOUND,
    FILING_ABANDONED,
    FILING_CLOSED,
    FILING_NOT_FOUND,
    NOT_READY,
    STILL_READING,
    TOO_MANY_DOCUMENTS,
    TOO_MANY_DRAFTS,
    UNKNOWN_CHOICE,
)
from onething.intake.models import AtOnce, FilingSummary, FilingView, PrefillResult, Saved, Submitted
from onething.intake.service import Uploaded
from onething.review.models import Review
from onething.trust.errors import ERASED

router = APIRouter(prefix="/filings", tags=["filings"])
FILING = (FILING_NOT_FOUND, ERASED)
CHANGES = (*FILING, FILING_CLOSED, FILING_ABANDONED)
"""What every change of a filing may meet."""
UPLOADS = (
    documents.NOT_READABLE_TYPE, documents.TWO_KINDS, documents.EMPTY_FILE, documents.TOO_LARGE, documents.TOO_MANY_PIXELS,
    documents.TOO_SMALL, documents.DAMAGED, documents.ENCRYPTED_PDF, documents.EMPTY_PDF, documents.UNPACKS_TOO_LARGE,
    documents.TOO_MANY_PAGES,
)  # fmt: skip


class NewFiling(BaseModel):
    life_event: str = Field(max_length=60)
    lang: Lang = "zh"


class Answers(BaseModel):
    """`values`: `slot.field` → value. `base_version` is the version the client had read; what others changed since is told."""

    values: dict[str, Any] = Field(max_length=300)
    base_version: int | None = None
    source: Literal["typed", "corrected"] = "typed"
    """`corrected`: the values correct or confirm what was read from a photograph."""


class ConsentNames(BaseModel):
    """Registry operations (`police.resident`), agencies (`police`), or `*` for all. An agency and `*` cover only what needs no
    separate consent; what does (`separate` in the filing's consents) is named by its operation."""

    names: list[str] = Field(max_length=200)


class DocumentRole(BaseModel):
    """What a photograph is (`document_type`) and what it is for (`slot`)."""

    slot: str | None = None
    document_type: str | None = None


class DocumentCorrection(BaseModel):
    field: str = Field(max_length=130)
    value: Any


class FileAtOnce(BaseModel):
    """Everything in one call: facts by slot and field, what may and what must not be asked of agencies, services left out."""

    life_event: str = Field(max_length=60)
    facts: dict[str, dict[str, Any]] = Field(max_length=100)
    consents: list[str] = Field(default=[], max_length=200)
    declines: list[str] = Field(default=[], max_length=200)
    leave_out: list[str] = Field(default=[], max_length=100)
    lang: Lang = "zh"
    submit: bool = True


class FilingVersion(BaseModel):
    version: int


class ConsentsRequested(BaseModel):
    asked: int


@router.post("", status_code=201, responses=refusals(NO_EVENT, TOO_MANY_DRAFTS, ERASED))
def start_filing(caller: Citizen, session: Unit, wanted: NewFiling) -> FilingSummary:
    """Begin a filing."""
    return intake.start_filing(session, caller, wanted.life_event, wanted.lang)


@router.get("")
def list_filings(
    caller: Citizen, session: Unit, drafts_only: bool = True, cursor: Cursor = None, limit: Annotated[int, up_to(100)] = 20,
) -> Items[FilingSummary]:  # fmt: skip
    """The caller's filings, newest first."""
    return Items[FilingSummary](
        **page(intake.filings_of(session, caller, drafts_only=drafts_only, limit=limit, after=cursor))
    )


SUBMITTED: dict[int | str, dict[str, Any]] = {201: {"model": AtOnce}}


@router.post(
    "/at-once",
    responses=SUBMITTED
    | refusals(
        NO_EVENT, NOT_READY, UNKNOWN_CHOICE, STILL_READING, DUPLICATE_CASE, FILED_BY_ANOTHER, VALUE_TAKEN, *CHANGES
    ),
)
def file_at_once(
    caller: Citizen, session: Unit, wanted: FileAtOnce, response: Response,
    idempotency_key: Annotated[str, Header(min_length=8, max_length=200)],
) -> AtOnce:  # fmt: skip
    """File in one call. 201 with the case when it was submitted; 200 with findings when something stands in its way.

    The same `Idempotency-Key` is the same filing: repeated, it gives the case that was opened.
    """
    outcome = intake.file_at_once(session, caller, intake.AtOncePayload(key=idempotency_key, **wanted.model_dump()))
    if outcome.submitted is not None:
        response.status_code = 201
    return outcome


@router.get("/{filing_id}", responses=refusals(*FILING))
def get_filing(caller: Citizen, session: Unit, around: Around, filing_id: str) -> FilingView:
    """Everything about one filing: documents as read, facts with origins, questions, consents, findings, plan."""
    return intake.filing_view(session, caller, filing_id, down=around.exchange().down_agencies(), refusing=True)


@router.delete("/{filing_id}", status_code=204, responses=refusals(*CHANGES))
def abandon_filing(caller: Citizen, session: Unit, filing_id: str) -> None:
    """Give a draft up; what was entered is deleted."""
    intake.abandon(session, caller, filing_id)


@router.post(
    "/{filing_id}/uploads", status_code=201, responses=refusals(*UPLOADS, UNKNOWN_CHOICE, TOO_MANY_DOCUMENTS, *CHANGES)
)
def add_upload(
    caller: Citizen, around: Around, filing_id: str, file: UploadFile, slot: Annotated[str | None, Query()] = None
) -> Uploaded:
    """Send one photograph or PDF; it is read in the background (see `documents[].state` of the filing)."""
    content = file.file.read()
    with get_database().transaction() as session:
        done = intake.add_upload(session, caller, filing_id, content, file.filename or "upload", slot=slot)
    around.wake_reading()
    return done


@router.delete("/{filing_id}/uploads/{document_id}", responses=refusals(DOCUMENT_NOT_FOUND, *CHANGES))
def remove_upload(caller: Citizen, session: Unit, filing_id: str, document_id: str) -> FilingVersion:
    """Take a document out again."""
    return FilingVersion(version=intake.remove_upload(session, caller, filing_id, document_id))


@router.patch("/{filing_id}/uploads/{document_id}", responses=refusals(DOCUMENT_NOT_FOUND, UNKNOWN_CHOICE, *CHANGES))
def reclassify_upload(
    caller: Citizen, session: Unit, filing_id: str, document_id: str, wanted: DocumentRole
) -> FilingVersion:
    """Say what a document is, or whose."""
    version = intake.reclassify_upload(
        session, caller, filing_id, document_id, slot=wanted.slot, document_type=wanted.document_type
    )
    return FilingVersion(version=version)


@router.put("/{filing_id}/uploads/{document_id}/fields", responses=refusals(DOCUMENT_NOT_FOUND, *CHANGES))
def correct_upload(
    caller: Citizen, session: Unit, filing_id: str, document_id: str, wanted: DocumentCorrection
) -> Saved:
    """Correct what was read on a document that belongs to no slot yet (others: `PATCH answers`, `source: corrected`)."""
    return intake.correct_on_document(session, caller, filing_id, document_id, wanted.field, wanted.value)


@router.patch("/{filing_id}/answers", responses=refusals(*CHANGES))
def save_answers(caller: Citizen, session: Unit, filing_id: str, wanted: Answers) -> Saved:
    """Save answers. All are kept, also wrong ones, which come back with a message each."""
    return intake.set_answers(
        session, caller, filing_id, wanted.values, base_version=wanted.base_version, source=wanted.source
    )


@router.post("/{filing_id}/consents", responses=refusals(UNKNOWN_CHOICE, *CHANGES))
def give_consents(caller: Citizen, session: Unit, filing_id: str, wanted: ConsentNames) -> FilingVersion:
    """Agree that these registries are asked. What needs separate consent has to be named by its operation: `*` and an agency's
    name leave it undecided, and the review then says `consent_needed` of it."""
    return FilingVersion(version=intake.give_consents(session, caller, filing_id, wanted.names))


@router.delete("/{filing_id}/consents/{name}", responses=refusals(UNKNOWN_CHOICE, *CHANGES))
def withdraw_consent(caller: Citizen, session: Unit, filing_id: str, name: str) -> FilingVersion:
    """Withdraw a consent; what was fetched under it is forgotten."""
    return FilingVersion(version=intake.withdraw_consent(session, caller, filing_id, [name]))


@router.post("/{filing_id}/consents-of-others", responses=refusals(*CHANGES))
def request_consents(caller: Citizen, session: Unit, filing_id: str) -> ConsentsRequested:
    """Ask others for what only they may allow (`own_consents` of the filing); each is asked once, in her own account."""
    return ConsentsRequested(asked=intake.request_consents(session, caller, filing_id))


@router.post("/{filing_id}/prefill", responses=refusals(*FILING))
async def prefill_filing(caller: Citizen, around: Around, filing_id: str, again: bool = False) -> PrefillResult:
    """Ask the registries that the caller agreed to; returns when they have answered or the patience is over."""
    return await intake.prefill(get_database(), around.exchange(), caller, filing_id, again=again)


@router.get("/{filing_id}/review", responses=refusals(*FILING))
def review_filing(caller: Citizen, session: Unit, filing_id: str) -> Review:
    """The pre-review as things stand."""
    return intake.pre_review(session, caller, filing_id)


@router.post(
    "/{filing_id}/submit",
    status_code=201,
    responses=refusals(NOT_READY, STILL_READING, DUPLICATE_CASE, FILED_BY_ANOTHER, VALUE_TAKEN, *CHANGES),
)
def submit_filing(caller: Citizen, session: Unit, filing_id: str) -> Submitted:
    """Submit once. Again, or from another tab, it gives the same case."""
    return intake.submit(session, caller, filing_id)
