"""Cases as their applicant sees them: progress, supplements, withdrawal, certificates, who looked."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from onething.api.caller import Caller, Citizen, Official, Traced, Unit
from onething.casework import service as casework
from onething.casework.certificates import service as casework_certificates
from onething.casework.models import CaseStatus, CaseSummary, CaseView, CertificateView
from onething.core import events
from onething.core.db import get_database
from onething.core.dispositions import attachment
from onething.core.events import Access
from onething.core.i18n import Lang
from onething.core.processes.closing import closing
from onething.exchange.service import Message, messages_about

router = APIRouter(tags=["cases"])
PDF = {200: {"content": {"application/pdf": {}}, "description": "The certificate as PDF"}}
WATCH_SECONDS = 1.0
WATCH_MOST = 30 * 60


class CasePage(BaseModel):
    items: list[CaseSummary]
    next: str | None
    """Give it as `after` to get the following page; null at the end."""


class Withdraw(BaseModel):
    reason: str = Field(default="", max_length=500)


class Consequences(BaseModel):
    """What a withdrawal takes back, and what stays because its agency does not take it back."""

    takes_back: list[Any]
    stays: list[Any]


class SupplementAnswer(BaseModel):
    """`values`: slot → field → value, exactly for what was asked. `version`: the supplement's as it was read."""

    values: dict[str, dict[str, Any]] = Field(max_length=50)
    version: int | None = None


class Status(BaseModel):
    status: CaseStatus


@router.get("/cases")
def mine(
    caller: Citizen, session: Unit, after: str | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> CasePage:
    """The caller's cases, newest first."""
    page = casework.cases_of(session, caller, after, limit)
    return CasePage(items=list(page.items), next=page.next)


@router.get("/cases/search")
def search(
    caller: Official, session: Traced, q: Annotated[str, Query(min_length=2, max_length=60)],
    after: str | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> CasePage:  # fmt: skip
    """For officials: by reference, id number or name, within what the caller may see."""
    page = casework.search(session, caller, q, after, limit)
    return CasePage(items=list(page.items), next=page.next)


@router.get("/cases/{case_id}")
def view(caller: Caller, session: Traced, case_id: str) -> CaseView:
    """Tasks by agency, timeline, predicted finish, certificates, open supplement. An official's look is recorded."""
    return casework.case_view(session, caller, case_id)


@router.get("/cases/{case_id}/events")
async def watch(caller: Caller, request: Request, case_id: str, after: int = 0) -> Response:
    """Server-sent events: one `case` event with the last sequence number whenever something happened."""

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

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.get("/cases/{case_id}/withdrawal")
def withdrawal(caller: Citizen, session: Traced, case_id: str) -> Consequences:
    """What withdrawing would mean now."""
    outcome = casework.withdrawal_preview(session, caller, case_id)
    return Consequences(takes_back=list(outcome.takes_back), stays=list(outcome.stays))


@router.post("/cases/{case_id}/withdrawal")
def withdraw(caller: Citizen, session: Unit, case_id: str, wanted: Withdraw) -> Consequences:
    """Withdraw a case; what can be taken back is taken back in the background."""
    outcome = casework.withdraw(session, caller, case_id, wanted.reason)
    return Consequences(takes_back=list(outcome.takes_back), stays=list(outcome.stays))


@router.post("/supplements/{item_id}")
def answer_supplement(caller: Citizen, session: Unit, item_id: str, answer: SupplementAnswer) -> Status:
    """Answer what an agency asked for; the case goes on at once."""
    origins = {slot: {"kind": "answer"} for slot in answer.values}
    status = casework.answer_supplement(
        session, caller, item_id, answer.values, origins=origins, version=answer.version
    )
    return Status(status=status)


@router.get("/certificates")
def certificates(caller: Citizen, session: Unit) -> list[CertificateView]:
    """The caller's certificates, newest first."""
    return casework_certificates.certificates_of(session, caller)


@router.get("/certificates/{certificate_id}.pdf", response_class=Response, responses=PDF)  # type: ignore[arg-type]
def certificate(caller: Caller, certificate_id: str, lang: Lang = "zh") -> Response:
    """One certificate as PDF."""
    database = get_database()
    with database.reading() as session:
        view = casework_certificates.certificate_of(session, caller, certificate_id)
    content = casework_certificates.certificate_pdf(database, caller, certificate_id, lang)
    name = attachment(casework_certificates.certificate_filename(view), fallback=view.evidence_type)
    return Response(content, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/me/accesses")
def accesses(caller: Citizen, session: Unit, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> list[Access]:
    """Who has looked at the caller's data, when and why."""
    return events.accesses_to(session, caller.subject_id or "", limit)


@router.get("/me/exchanges")
def exchanges(
    caller: Citizen,
    session: Unit,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> list[Message]:
    """Which agency was asked about the caller, for what and on which ground, and how it answered."""
    return list(messages_about(session, subject_id=caller.subject_id, limit=limit, offset=offset))
