"""Signing a filing: the applicant's page (who has signed, invite, sign herself) and the page of an invited person."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Response

from onething.catalog.models import LifeEvent
from onething.catalog.service import find_event, get_city
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.intake import service as intake
from onething.intake.errors import CONTENT_CHANGED, WRONG_CODE
from onething.intake.service import content_of, signed_slots
from onething.intake.states import SignatureState
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of
from onething.web.http.parts import Row
from onething.web.pages.filing.overview import open_question, question_href, view

router = page_router("/filing/{filing_id}/sign")
invited = page_router("/sign/{signature_id}")
KINDS = {"signed": "done", "invited": "running", "none": "wait", "stale": "turn", "declined": "bad"}


def _groups(page: Page, event: LifeEvent, content: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is signed, slot by slot, as the template lays it out."""

    def rows(given: Iterable[intake.ContentRow]) -> list[Row]:
        return [Row(page.say(each.name), page.say(each.value)) for each in given]

    return [
        {"name": each.name, "rows": rows(each.rows), "people": [rows(card) for card in each.people], "long": each.long}
        for each in intake.content_groups(get_city(), event, content)
    ]


@router.get("")
def signing(page: Citizen, session: Unit, filing_id: str) -> Response:
    filing, found = view(page, session, filing_id), intake.signing(session, page.actor, filing_id)
    if found is None:
        raise Problem(NOT_FOUND, detail="nothing is signed in this life event")
    event = find_event(get_city(), filing.summary.life_event)
    missing = open_question(filing)
    facts: dict[str, dict[str, object]] = {}
    for fact in filing.facts:
        facts.setdefault(fact.slot, {})[fact.field] = fact.value
    source = signed_slots(event)[0][1]
    return page.show(
        "filing/sign.html", filing=filing, found=found, kinds=KINDS, groups=_groups(page, event, content_of(event, source, facts)),
        missing=question_href(filing, missing) if missing else "",
        waiting=[each for each in found.people if each.state != SignatureState.SIGNED and each is not found.mine],
    )  # fmt: skip


@router.post("/invite")
def invite(page: Citizen, session: Unit, filing_id: str) -> Response:
    sent = intake.invite(session, page.actor, filing_id)
    page.leave_note(session, "startup.invited", n=sent)
    return page.go(f"/filing/{filing_id}/sign")


@router.post("")
def sign(page: Citizen, form: Form, session: Unit, filing_id: str) -> Response:
    """The applicant signs what she was shown."""
    intake.sign_own(session, page.actor, filing_id, text_of(form, "digest"))
    page.leave_note(session, "startup.you_signed")
    return page.go(f"/filing/{filing_id}/sign")


@invited.get("")
def invitation(page: Citizen, session: Unit, signature_id: str) -> Response:
    """Exactly what would be signed; only for the person who was invited."""
    found = intake.invitation(session, page.actor, signature_id)
    groups = _groups(page, found.event, found.content)
    wrong = page.problem
    error = f"{page.say(wrong.what)} {page.say(wrong.next)}" if wrong else ""
    return page.show("filing/invited.html", 422 if error else 200, found=found, groups=groups, error=error)


@invited.post("")
def confirm(page: Citizen, form: Form, signature_id: str) -> Response:
    """Sign with the code of the message. A wrong code is counted, whatever else happens."""
    try:
        with get_database().transaction() as session:
            right = intake.confirm(session, page.actor, signature_id, text_of(form, "code"), text_of(form, "digest"))
            if right:
                page.leave_note(session, "startup.you_signed")
    except Problem as problem:
        if problem.kind is not CONTENT_CHANGED:
            raise
        wrong = problem
    else:
        wrong = None if right else Problem(WRONG_CODE)
    if wrong is None:
        return page.go(f"/sign/{signature_id}")
    with get_database().transaction() as session:
        return page.again(session, f"/sign/{signature_id}", problem=wrong)


@invited.post("/decline")
def decline(page: Citizen, session: Unit, signature_id: str) -> Response:
    intake.decline(session, page.actor, signature_id)
    page.leave_note(session, "startup.you_declined", "info")
    return page.go(f"/sign/{signature_id}")
