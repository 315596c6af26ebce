"""The citizen's own page: filings to finish, cases, messages, and who has looked at her data."""

from fastapi import Response

from onething.casework import service as casework
from onething.casework.models import CaseStatus
from onething.catalog.service import get_city
from onething.core import events
from onething.intake import service as intake
from onething.notices import service as notices
from onething.subjects import service as subjects
from onething.web.http.page import Citizen, Unit, page_router
from onething.web.http.parts import Status
from onething.web.view import inbox

router = page_router("/me")
KINDS: dict[CaseStatus, Status] = {
    CaseStatus.RUNNING: "running",
    CaseStatus.WAITING: "wait",
    CaseStatus.WITHDRAWING: "running",
    CaseStatus.DONE: "done",
    CaseStatus.PARTLY_DONE: "bad",
    CaseStatus.REFUSED: "bad",
    CaseStatus.WITHDRAWN: "wait",
}
FEW = 20


@router.get("")
def home(page: Citizen, session: Unit, after: str = "") -> Response:
    subject = page.actor.subject_id or ""
    if subjects.person(session, subject).kind == "organisation":
        return page.go("/company")
    cases = casework.cases_of(session, page.actor, after=after or None, limit=FEW)
    messages = notices.messages_for(session, subject, size=8, lang=page.lang, city_of=get_city)
    looks = casework.looks_at(events.accesses_to(session, subject, limit=FEW, also=subjects.ids_of(session, subject)))
    return page.show(
        "me/home.html", drafts=[] if after else intake.filings_of(session, page.actor), cases=cases.items,
        next=cases.next, after=after, messages=inbox.shown(messages.messages), looks=looks, status_kinds=KINDS,
    )  # fmt: skip
