"""Cases as their applicant sees them: progress, supplements, withdrawal, certificates, who looked."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from onething.api.caller import Caller, Citizen, Doing, Traced, Unit
from onething.api.media import EventStream, PdfResponse
from onething.api.paging import Cursor, Items, page, up_to
from onething.api.refusals import refusals
from onething.casework import acts
from onething.casework import service as casework
from onething.casework.certificates import service as casework_certificates
from onething.casework.errors import (
    ANSWER_INCOMPLETE,
    CASE_NOT_FOUND,
    CASE_OVER,
    CERTIFICATE_NOT_FOUND,
    ITEM_NOT_FOUND,
    SUPPLEMENT_CLOSED,
)
from onething.casework.models import CaseStatus, CaseSummary, CaseView, CertificateView
from onething.core import events
from onething.core.access import Principal
from onething.core.db import get_database
from onething.core.dispositions import attachment
from onething.core.errors import NOT_FOUND
from onething.core.events import Access
from onething.core.i18n import Lang
from onething.core.processes.closing import closing
from onething.documents.errors import TEMPLATE_FAILED
from onething.exchange.service import Message, messages_about
from onething.intake import service as intake
from onething.intake.errors import FILING_CLOSED
from onething.intake.models import ConsentRequest
from onething.subjects.service import ids_of
from onething.trust.credentials.errors import NOT_READY
from onething.trust.errors import ERASED

router = APIRouter(tags=["cases"])
WATCH_SECONDS = 1.0
WATCH_MOST = 30 * 60


class Withdrawal(BaseModel):
    reason: str = Field(default="", max_length=500)


class WithdrawalConsequences(BaseModel):
    """What a withdrawal takes back, and what stays because its agency does not take it back."""

    takes_back: list[Any]
    stays: list[Any]


class SupplementAnswer(BaseModel):
    """`values`: slot → field → value, exactly for what was asked. `version`: the supplement's as it was read."""

    values: dict[str, dict[str, Any]] = Field(max_length=50)
    version: int | None = None


class ConsentAnswer(BaseModel):
    given: bool


class CaseStatusNow(BaseModel):
    status: CaseStatus


@router.get("/cases", responses=refusals(ERASED))
def list_cases(
    caller: Citizen, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(100)] = 20
) -> Items[CaseSummary]:
    """The caller's cases, newest first."""
    return Items[CaseSummary](**page(casework.cases_of(session, caller, cursor, limit)))


@router.get("/cases/search", responses=refusals(ERASED))
def search_cases(
    caller: Annotated[Principal, Doing(acts.OPEN_CASE)], session: Traced, q: Annotated[str, Query(min_length=2, max_length=60)],
    cursor: Cursor = None, limit: Annotated[int, up_to(100)] = 20,
) -> Items[CaseSummary]:  # fmt: skip
    """Search cases by number, id number or name, within what the caller may see; for officials."""
    return Items[CaseSummary](**page(casework.search(session, caller, q, cursor, limit)))


@router.get("/cases/{case_id}", responses=refusals(CASE_NOT_FOUND, ERASED))
def get_case(caller: Caller, session: Traced, case_id: str) -> CaseView:
    """One case: tasks by agency, timeline, predicted finish, certificates, open supplement. An official's look is recorded."""
    return casework.case_view(session, caller, case_id)


@router.get("/cases/{case_id}/events", response_class=EventStream, responses=refusals(CASE_NOT_FOUND, ERASED))
async def watch_case(caller: Caller, request: Request, case_id: str, after: int = 0) -> Response:
    """Watch a case: one server-sent `case` event with the last sequence number whenever something happened."""

    def last() -> int:
        with get_database().reading() as session:
            return events.last_seq(session, case_id)

    def allowed() -> None:
        with get_database().transaction() as session:  # raises where the caller may not see it
            casework.case_view(session, caller, case_id, 1)

    await asyncio.to_thread(allowed)

    async def stream() -> AsyncIterator[str]:
        seen, waited = after, 0.0
        while waited < WATCH_MOST and not closing() and not await request.is_disconnected():
            seq = await asyncio.to_thread(last)
            if seq > seen:
                seen = seq
                yield f"event: case\nid: {seq}\ndata: {seq}\n\n"
            elif waited % 15 == 0:
                yield ": still here\n\n"
            await asyncio.sleep(WATCH_SECONDS)
            waited += WATCH_SECONDS

    return EventStream(stream(), headers={"X-Accel-Buffering": "no"})


@router.get("/cases/{case_id}/withdrawal", responses=refusals(CASE_OVER, CASE_NOT_FOUND, ERASED))
def preview_withdrawal(caller: Citizen, session: Traced, case_id: str) -> WithdrawalConsequences:
    """What withdrawing would mean now."""
    outcome = casework.withdrawal_preview(session, caller, case_id)
    return WithdrawalConsequences(takes_back=list(outcome.takes_back), stays=list(outcome.stays))


@router.post("/cases/{case_id}/withdrawal", responses=refusals(CASE_OVER, CASE_NOT_FOUND, ERASED))
def withdraw_case(caller: Citizen, session: Unit, case_id: str, wanted: Withdrawal) -> WithdrawalConsequences:
    """Withdraw a case; what can be taken back is taken back in the background."""
    outcome = casework.withdraw(session, caller, case_id, wanted.reason)
    return WithdrawalConsequences(takes_back=list(outcome.takes_back), stays=list(outcome.stays))


@router.post(
    "/supplements/{item_id}",
    responses=refusals(ITEM_NOT_FOUND, SUPPLEMENT_CLOSED, CASE_OVER, ANSWER_INCOMPLETE, CASE_NOT_FOUND, ERASED),
)
def answer_supplement(caller: Citizen, session: Unit, item_id: str, answer: SupplementAnswer) -> CaseStatusNow:
    """Answer what an agency asked for; the case goes on at once."""
    origins = {slot: {"kind": "answer"} for slot in answer.values}
    status = casework.answer_supplement(
        session, caller, item_id, answer.values, origins=origins, version=answer.version
    )
    return CaseStatusNow(status=status)


@router.get("/certificates", responses=refusals(ERASED))
def list_certificates(
    caller: Citizen, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(100)] = 20
) -> Items[CertificateView]:
    """The caller's certificates, newest first."""
    return Items[CertificateView](**page(casework_certificates.certificates_of(session, caller, limit, cursor)))


@router.get(
    "/certificates/{certificate_id}.pdf",
    response_class=PdfResponse,
    responses=refusals(CERTIFICATE_NOT_FOUND, NOT_READY, TEMPLATE_FAILED, ERASED),
)
def get_certificate_pdf(caller: Caller, certificate_id: str, lang: Lang = "zh") -> Response:
    """One certificate as PDF."""
    database = get_database()
    with database.reading() as session:
        view = casework_certificates.certificate_of(session, caller, certificate_id)
    content = casework_certificates.certificate_pdf(database, caller, certificate_id, lang)
    name = attachment(casework_certificates.certificate_filename(view), fallback=view.evidence_type)
    return PdfResponse(content, headers={"Content-Disposition": name})


@router.get("/me/accesses")
def list_accesses(
    caller: Citizen, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(500)] = 100
) -> Items[Access]:
    """Who has looked at the caller's data, when and why."""
    return Items[Access](
        **page(
            events.accesses_to(
                session, caller.subject_id or "", limit, cursor, ids_of(session, caller.subject_id or "")
            )
        )
    )


@router.get("/me/consent-requests")
def list_consent_requests(
    caller: Citizen, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(100)] = 30
) -> Items[ConsentRequest]:
    """What others ask the caller to allow about herself, newest first, with what she answered."""
    return Items[ConsentRequest](**page(intake.requests_of(session, caller, limit=limit, after=cursor)))


@router.put("/me/consent-requests/{request_id}", status_code=204, responses=refusals(NOT_FOUND, FILING_CLOSED))
def answer_consent_request(caller: Citizen, session: Unit, request_id: str, wanted: ConsentAnswer) -> None:
    """Allow it, decline it, or take back what was allowed, while that filing is not submitted."""
    intake.answer_request(session, caller, request_id, wanted.given)


@router.get("/me/exchanges")
def list_exchanges(
    caller: Citizen, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(500)] = 100
) -> Items[Message]:
    """Which agency was asked about the caller, for what and on which ground, and how it answered; also in other people's filings
    and cases (`asked_for`), there without the case."""
    found = messages_about(session, subject_id=caller.subject_id or "", limit=limit, after=cursor)
    return Items[Message](**page(found))
