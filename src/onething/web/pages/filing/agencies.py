"""Consents: which registry would be asked what and why; and how asking went."""

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from onething.core.db import get_database
from onething.core.i18n import Text
from onething.intake import service as intake
from onething.intake.models import ConsentView, FilingView
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of, texts_of
from onething.web.pages.filing.overview import next_href, view

router = page_router("/filing/{filing_id}/agencies")
WAIT = 4.0


def _groups(filing: FilingView) -> list[tuple[Text, list[ConsentView]]]:
    groups: dict[str, list[ConsentView]] = {}
    for consent in filing.consents:
        groups.setdefault(consent.agency, []).append(consent)
    return [(items[0].agency_name, items) for items in groups.values()]


@router.get("")
def agencies(page: Citizen, session: Unit, filing_id: str, change: int = 0) -> Response:
    filing = view(page, session, filing_id)
    undecided = any(consent.state == "needed" for consent in filing.consents)
    return page.show(
        "filing/agencies.html", filing=filing, groups=_groups(filing), open=bool(filing.consents) and (undecided or bool(change)),
        asking=filing.asking, start_asking=False, next_href=next_href(filing, "agencies"),
    )  # fmt: skip


@router.post("")
async def consent(page: Citizen, form: Form, filing_id: str) -> Response:
    """Keep what she agreed to, what she did not, and ask at once. The page waits a moment, so that most answers are there."""
    shown = set(texts_of(form, "shown"))
    given = shown if text_of(form, "all") else set(texts_of(form, "given")) & shown
    await run_in_threadpool(_save, page, filing_id, given, shown - given)
    await page.helpers.ask(page.actor, filing_id, wait=WAIT)
    return page.go(f"/filing/{filing_id}/agencies")


def _save(page: Page, filing_id: str, given: set[str], declined: set[str]) -> None:
    with get_database().transaction() as session:
        if given:
            intake.give_consents(session, page.actor, filing_id, sorted(given))
        if declined:
            intake.withdraw_consent(session, page.actor, filing_id, sorted(declined))


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
