"""Filings: begun, filled from photographs, answers and registries, reviewed, submitted once."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response, UploadFile
from pydantic import BaseModel, Field

from onething.api.caller import Around, Citizen, Unit
from onething.core.db import get_database
from onething.core.i18n import Lang
from onething.intake import service as intake
from onething.intake.models import AtOnce, FilingSummary, FilingView, PrefillResult, Saved, Submitted
from onething.intake.service import Uploaded
from onething.review.models import Review

router = APIRouter(prefix="/filings", tags=["filings"])


class Start(BaseModel):
    life_event: str = Field(max_length=60)
    lang: Lang = "zh"


class Answers(BaseModel):
    """`values`: `slot.field` → value. `base_version` is the version the client had read; what others changed since is told."""

    values: dict[str, Any] = Field(max_length=300)
    base_version: int | None = None
    source: Literal["typed", "corrected"] = "typed"
    """`corrected`: the values correct or confirm what was read from a photograph."""


class Names(BaseModel):
    """Registry operations (`police.resident`), agencies (`police`), or `*` for all."""

    names: list[str] = Field(max_length=200)


class Reclassify(BaseModel):
    """What a photograph is (`document_type`) and what it is for (`slot`)."""

    slot: str | None = None
    document_type: str | None = None


class Correction(BaseModel):
    field: str = Field(max_length=130)
    value: Any


class FileAtOnce(BaseModel):
    """Everything in one call: facts by slot and field, consents, services left out."""

    life_event: str = Field(max_length=60)
    facts: dict[str, dict[str, Any]] = Field(max_length=100)
    consents: list[str] = Field(default=[], max_length=200)
    leave_out: list[str] = Field(default=[], max_length=100)
    lang: Lang = "zh"
    submit: bool = True


class Version(BaseModel):
    version: int


@router.post("", status_code=201)
def start(caller: Citizen, session: Unit, wanted: Start) -> FilingSummary:
    """Begin a filing."""
    return intake.start_filing(session, caller, wanted.life_event, wanted.lang)


@router.get("")
def mine(
    caller: Citizen, session: Unit, drafts_only: bool = True, before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[FilingSummary]:  # fmt: skip
    """The caller's filings, newest first; `before` is the last id of the page before."""
    return intake.filings_of(session, caller, drafts_only=drafts_only, limit=limit, before=before)


@router.post("/at-once")
def at_once(
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


@router.get("/{filing_id}")
def view(caller: Citizen, session: Unit, around: Around, filing_id: str) -> FilingView:
    """Everything about one filing: documents as read, facts with origins, questions, consents, findings, plan."""
    return intake.filing_view(session, caller, filing_id, down=around.exchange().down_agencies())


@router.delete("/{filing_id}", status_code=204)
def abandon(caller: Citizen, session: Unit, filing_id: str) -> None:
    """Give a draft up; what was entered is deleted."""
    intake.abandon(session, caller, filing_id)


@router.post("/{filing_id}/uploads", status_code=201)
def upload(
    caller: Citizen, around: Around, filing_id: str, file: UploadFile, slot: Annotated[str | None, Query()] = None
) -> Uploaded:
    """Send one photograph or PDF; it is read in the background (see `documents[].state` of the filing)."""
    content = file.file.read()
    with get_database().transaction() as session:
        done = intake.add_upload(session, caller, filing_id, content, file.filename or "upload", slot=slot)
    around.wake_reading()
    return done


@router.delete("/{filing_id}/uploads/{document_id}")
def remove(caller: Citizen, session: Unit, filing_id: str, document_id: str) -> Version:
    """Take a document out again."""
    return Version(version=intake.remove_upload(session, caller, filing_id, document_id))


@router.patch("/{filing_id}/uploads/{document_id}")
def reclassify(caller: Citizen, session: Unit, filing_id: str, document_id: str, wanted: Reclassify) -> Version:
    """Say what a document is, or whose."""
    version = intake.reclassify_upload(
        session, caller, filing_id, document_id, slot=wanted.slot, document_type=wanted.document_type
    )
    return Version(version=version)


@router.put("/{filing_id}/uploads/{document_id}/fields")
def correct(caller: Citizen, session: Unit, filing_id: str, document_id: str, wanted: Correction) -> Saved:
    """Correct what was read on a document that belongs to no slot yet (others: `PATCH answers`, `source: corrected`)."""
    return intake.correct_on_document(session, caller, filing_id, document_id, wanted.field, wanted.value)


@router.patch("/{filing_id}/answers")
def answer(caller: Citizen, session: Unit, filing_id: str, wanted: Answers) -> Saved:
    """Save answers. All are kept, also wrong ones, which come back with a message each."""
    return intake.set_answers(
        session, caller, filing_id, wanted.values, base_version=wanted.base_version, source=wanted.source
    )


@router.post("/{filing_id}/consents")
def consent(caller: Citizen, session: Unit, filing_id: str, wanted: Names) -> Version:
    """Agree that these registries are asked."""
    return Version(version=intake.give_consents(session, caller, filing_id, wanted.names))


@router.delete("/{filing_id}/consents/{name}")
def withdraw_consent(caller: Citizen, session: Unit, filing_id: str, name: str) -> Version:
    """Withdraw a consent; what was fetched under it is forgotten."""
    return Version(version=intake.withdraw_consent(session, caller, filing_id, [name]))


@router.post("/{filing_id}/prefill")
async def prefill(caller: Citizen, around: Around, filing_id: str, again: bool = False) -> PrefillResult:
    """Ask the registries that the caller agreed to; returns when they have answered or the patience is over."""
    return await intake.prefill(get_database(), around.exchange(), caller, filing_id, again=again)


@router.get("/{filing_id}/review")
def review(caller: Citizen, session: Unit, filing_id: str) -> Review:
    """The pre-review as things stand."""
    return intake.pre_review(session, caller, filing_id)


@router.post("/{filing_id}/submit", status_code=201)
def submit(caller: Citizen, session: Unit, filing_id: str) -> Submitted:
    """Submit once. Again, or from another tab, it gives the same case."""
    return intake.submit(session, caller, filing_id)
