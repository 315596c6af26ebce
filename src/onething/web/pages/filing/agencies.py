"""Consents: which registry would be asked what and why; and how asking went."""

from collections.abc import Iterable

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from onething.core.db import get_database
from onething.core.i18n import Text
from onething.intake import service as intake
from onething.intake.models import ConsentView
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of, texts_of
from onething.web.pages.filing.overview import next_href, view

router = page_router("/filing/{filing_id}/agencies")
WAIT = 4.0


Groups = list[tuple[Text, list[ConsentView]]]


def _groups(consents: Iterable[ConsentView]) -> Groups:
    """By agency, in the order of the life event."""
    groups: dict[str, list[ConsentView]] = {}
    for consent in consents:
        groups.setdefault(consent.agency, []).append(consent)
    return [(items[0].agency_name, items) for items in groups.values()]


@router.get("")
def agencies(page: Citizen, session: Unit, filing_id: str, change: int = 0) -> Response:
    filing = intake.filing_view(session, page.actor, filing_id, down=page.helpers.down(), refusing=True)
    put = [consent for consent in filing.consents if change or consent.state == "needed"]
    stopped = next((finding for finding in filing.fix_now if finding.code == "nothing_left"), None)
    fell_away = [finding for finding in filing.notes if finding.code in {"consent_declined", "consent_not_allowed"}]
    return page.show(
        "filing/agencies.html", filing=filing, plain=_groups(each for each in put if not each.separate),
        separate=_groups(each for each in put if each.separate), open=bool(put), stopped=stopped, fell_away=fell_away,
        asking=filing.asking, start_asking=False, next_href=next_href(filing, "agencies"),
    )  # fmt: skip


@router.post("")
async def consent(page: Citizen, form: Form, filing_id: str) -> Response:
    """Keep what she agreed to, what she did not, and ask at once. The page waits a moment, so that most answers are there.

    "Agree to all" is for what needs no separate consent (个人信息保护法 第二十九条): of the others only those with a tick of their own are
    agreed to, and the rest stays open.
    """
    shown = set(texts_of(form, "shown"))
    ticked = set(texts_of(form, "given")) & shown
    await run_in_threadpool(_save, page, filing_id, shown, ticked, bool(text_of(form, "all")))
    await page.helpers.ask(page.actor, filing_id, wait=WAIT)
    return page.go(f"/filing/{filing_id}/agencies")


def _save(page: Page, filing_id: str, shown: set[str], ticked: set[str], together: bool) -> None:
    with get_database().transaction() as session:
        given, declined = ticked, shown - ticked
        if together:
            consents = view(page, session, filing_id).consents
            given = ticked | (shown & {consent.operation for consent in consents if not consent.separate})
            declined = set[str]()
        if given:
            intake.give_consents(session, page.actor, filing_id, sorted(given))
        if declined:
            intake.withdraw_consent(session, page.actor, filing_id, sorted(declined))


@router.post("/others")
def others(page: Citizen, session: Unit, filing_id: str) -> Response:
    """Ask those whom it concerns to allow what only they may allow."""
    asked = intake.request_consents(session, page.actor, filing_id)
    page.leave_note(
        session, "filing.others_asked" if asked else "filing.others_asked_before", "success" if asked else "info"
    )
    return page.go(f"/filing/{filing_id}/agencies")


@router.post("/again")
async def again(page: Citizen, filing_id: str) -> Response:
    """Ask once more those that did not answer."""
    await page.helpers.ask(page.actor, filing_id, wait=WAIT, again=True)
    return page.go(f"/filing/{filing_id}/agencies")


@router.get("/answers")
def answers(page: Citizen, session: Unit, filing_id: str) -> Response:
    """The list of answers alone, while they come in."""
    filing = view(page, session, filing_id)
    return page.show("filing/registries.html", filing=filing, asking=filing.asking, start_asking=False)
