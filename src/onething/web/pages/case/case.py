"""The page of a case: where it stands, live; certificates; who looked; withdrawing."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from onething.casework import service as casework
from onething.casework.certificates import service as casework_certificates
from onething.casework.errors import CERTIFICATE_NOT_FOUND
from onething.casework.models import CaseStatus, CaseView, TaskStatus
from onething.catalog.service import get_city
from onething.core import events
from onething.core.db import get_database
from onething.core.dispositions import attachment
from onething.core.errors import Problem
from onething.core.processes.closing import closing
from onething.core.whole import whole
from onething.subjects.service import ids_of
from onething.web.http import sessions
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of
from onething.web.http.parts import Condition
from onething.web.pages.case.me import KINDS
from onething.web.view.certificate_rows import STATES
from onething.web.view.taskgraph import at_work, lay_out

router = page_router("/case/{case_id}")
LOOK_EVERY = 0.7
STREAM_SECONDS = 600.0
"""A stream ends after this long; the browser opens the next one by itself."""


def _looked(session: Session, page: Page, case: CaseView) -> list[casework.Look]:
    """Looks in this case, and those while its filing was prepared (they have no case yet)."""
    seen = events.accesses_to(session, page.actor.subject_id or "", also=ids_of(session, page.actor.subject_id or ""))
    mine = page.actor.actor
    return casework.looks_at(
        [look for look in seen if look.case_id == case.summary.id or (look.case_id is None and look.actor == mine)]
    )


def _explanations(page: Page, case: CaseView) -> list[tuple[str, list[Condition]]]:
    """Services that a rule decided or referred: one sentence, and the conditions as the page shows them."""
    return [
        (
            page.t("case.because", name=each.task.name, state=page.say(each.task.state)),
            [
                Condition(page.say(c.text), c.outcome, c.ground or None, page.say(c.looked_at) if c.looked_at else None)
                for c in each.conditions
            ],
        )
        for each in casework.explanations(case)
    ]


def _now(page: Page, case: CaseView) -> str:
    """What happens at this moment, in one sentence: who is at work, and how much has still to wait for that."""
    if case.supplement or case.summary.status is not CaseStatus.RUNNING:
        plain = (
            case.summary.status is CaseStatus.DONE and not case.certificates
        )  # nothing was issued: nothing to download
        return page.t(f"case.now.{'turn' if case.supplement else 'done_plain' if plain else case.summary.status}")
    agencies, later = at_work(case.tasks)
    if not agencies:
        return page.t("case.now.running")
    if len(agencies) == 1:
        said = page.t("case.now.one_at_work", agency=page.say(agencies[0]))
    else:
        said = page.t("case.now.at_work", n=len(agencies))
    return said + (page.t("case.now.later", n=later) if later else page.t("case.now.stop"))


def _shown(page: Page, session: Session, case: CaseView) -> dict[str, Any]:
    """What the templates of a case need."""
    city = get_city()
    lanes, graph = lay_out(case.tasks, [agency.id for agency in city.agencies])
    services = [task for task in case.tasks if task.kind == "service" and task.code != "not_needed"]
    return {
        "case": case,
        "has_checks": casework.last_run(session, case_id=case.summary.id) is not None,
        "over": case.summary.status.over,
        "now": _now(page, case),
        "status_kind": "turn" if case.supplement else KINDS[case.summary.status],
        "done": sum(task.status is TaskStatus.DONE for task in services),
        "total": len(services),
        "waiting": [task for task in case.tasks if task.status is TaskStatus.WAITING and task.explanation],
        "lanes": lanes,
        "graph": graph,
        "fetched": [task for task in case.tasks if task.kind == "fetch"],
        "contact_agencies": [agency for agency in city.agencies if agency.id in {task.agency for task in case.tasks}],
        "agency_names": {agency.id: agency.name for agency in city.agencies},
        "happenings": casework.story(case.timeline),
        "explanations": _explanations(page, case),
        "looks": _looked(session, page, case),
        "cards": _cards(session, case),
        "kinds": STATES,
        "help_phone": city.help_phone,
        "reminders": casework.reminders_of(session, page.actor, case.summary.id),
    }


def _cards(session: Session, case: CaseView) -> list[Any]:
    """What was issued; written refusals stand where the refusal is told."""
    written = {each.decision for each in case.refused}
    return casework_certificates.with_proofs(session, [each for each in case.certificates if each.id not in written])


@router.get("")
def case_page(page: Citizen, session: Unit, case_id: str) -> Response:
    return page.show("case/page.html", **_shown(page, session, casework.case_view(session, page.actor, case_id)))


@router.get("/live")
def live(page: Citizen, session: Unit, case_id: str) -> Response:
    """The moving part alone."""
    return page.show("case/live.html", **_shown(page, session, casework.case_view(session, page.actor, case_id)))


@router.get("/certificates")
def certificates(page: Citizen, session: Unit, case_id: str) -> Response:
    """The certificates alone, while their proofs are still being made."""
    case = casework.case_view(session, page.actor, case_id, timeline_limit=1)
    return page.show(
        "case/certificates.html",
        case=case,
        cards=_cards(session, case),
        kinds=STATES,
    )


def _newest(stream: str, token_hash: str) -> int | None:
    """The number of the newest event; None once the session is signed out of or has ended."""
    with get_database().reading() as session:
        return events.last_seq(session, stream) if sessions.still_open(session, token_hash) else None


def _case_id(page: Page, case_id: str) -> tuple[str, bool]:
    """The id behind an id or a reference, and whether the case is over. Raises when it may not be seen."""
    with get_database().reading() as session:
        summary = casework.case_view(session, page.actor, case_id, timeline_limit=1).summary
        return summary.id, summary.status.over


@router.get("/stream")
async def stream(page: Citizen, case_id: str, after: int = 0) -> Response:
    """Server-sent events: `changed` with the number of the newest event, `over` when the case has ended.

    The last number is the event id, so a browser that reconnects misses nothing.
    """
    real_id, _ = await run_in_threadpool(_case_id, page, case_id)
    last = page.request.headers.get("last-event-id", "")
    seen = whole(last, after)
    return StreamingResponse(
        _changes(page, real_id, seen), media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )  # fmt: skip


async def _changes(page: Page, case_id: str, seen: int) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    end, beat = time.monotonic() + STREAM_SECONDS, time.monotonic()
    while time.monotonic() < end and not closing() and not await page.request.is_disconnected():
        newest = await run_in_threadpool(_newest, case_id, page.session.token_hash if page.session else "")
        if newest is None:
            return  # signed out: the browser's next try leads to sign-in
        if newest > seen:
            seen = newest
            yield f"id: {seen}\nevent: changed\ndata: {seen}\n\n"
            _, over = await run_in_threadpool(_case_id, page, case_id)
            if over:
                yield f"id: {seen}\nevent: over\ndata: {seen}\n\n"
                return
        elif time.monotonic() - beat > 15:
            beat = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_EVERY)


@router.get("/certificates/{certificate_id}.pdf")
def certificate(page: Citizen, session: Unit, case_id: str, certificate_id: str) -> Response:
    case = casework.case_view(session, page.actor, case_id, timeline_limit=1)
    found = next((each for each in case.certificates if each.id == certificate_id), None)
    if found is None:
        raise Problem(CERTIFICATE_NOT_FOUND)
    view = casework_certificates.certificate_of(session, page.actor, certificate_id)
    session.close()  # drawing takes a while and needs no open view of the database
    content = casework_certificates.certificate_pdf(get_database(), page.actor, certificate_id, page.lang)
    name = attachment(casework_certificates.certificate_filename(view), fallback=view.evidence_type)
    return Response(content, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/withdraw")
def withdraw_page(page: Citizen, case_id: str) -> Response:
    """What withdrawing means, before it is done. The preview takes the case's lock for a moment and changes nothing."""
    with get_database().transaction() as session:
        case = casework.case_view(session, page.actor, case_id, timeline_limit=1)
        if not case.may_withdraw:
            return page.go(f"/case/{case_id}")
        preview = casework.withdrawal_preview(session, page.actor, case.summary.id)
    return page.show("case/withdraw.html", case=case, preview=preview)


@router.post("/withdraw")
def withdraw(page: Citizen, form: Form, session: Unit, case_id: str) -> Response:
    casework.withdraw(session, page.actor, case_id, text_of(form, "reason"))
    page.leave_note(session, "case.withdraw_started", "info")
    return page.go(f"/case/{case_id}")
