"""Questions, one to a page: choices first, a proposal already filled in, everything kept whatever it is."""

from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from onething.catalog.service import find_event, get_city, spec_of
from onething.core.db import get_database
from onething.core.persons.numbers import PersonDocument
from onething.core.whole import whole
from onething.intake import service as intake
from onething.intake.models import FilingView, QuestionView
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of
from onething.web.http.parts import Choice
from onething.web.http.templating import component
from onething.web.pages.filing.overview import next_href, open_question, view

router = page_router("/filing/{filing_id}/questions")
KINDS = {
    "date": "date",
    "phone": "tel",
    "citizen_id": "id",
    "person_id": "paper",
    "bank_account": "id",
    "bank_card": "id",
    "number": "short",
    "money": "short",
    "address": "long",
}
AUTOCOMPLETE = {"address": "street-address", "phone": "tel"}
WAIT = 2.5


def _one(filing: FilingView, name: str) -> QuestionView | None:
    """None for what is not asked, or not any more: another answer has settled it, and an old address still leads here."""
    return next((question for question in filing.questions if question.name == name), None)


@router.get("")
def first(page: Citizen, session: Unit, filing_id: str) -> Response:
    """To the first open question; when all are answered, to the first; when there is none, on."""
    filing = view(page, session, filing_id)
    question = open_question(filing) or next(iter(filing.questions), None)
    if question is None:
        return page.go(next_href(filing, "answers"))
    return page.go(f"/filing/{filing_id}/questions/{question.name}")


def _choices(page: Page, filing: FilingView, question: QuestionView) -> list[Choice]:
    if question.options:
        return [Choice(value, page.say(text)) for value, text in question.options]
    city = get_city()
    spec = spec_of(city, find_event(city, filing.summary.life_event), question.slot, question.field)
    if question.type == "bool" or (spec is not None and spec.type == "bool"):
        return [Choice("true", page.t("filing.yes_value")), Choice("false", page.t("filing.no_value"))]
    return []


def _papers(filing: FilingView, question: QuestionView) -> tuple[PersonDocument, ...]:
    """Of a person's number: the papers that it may be of."""
    city = get_city()
    spec = spec_of(city, find_event(city, filing.summary.life_event), question.slot, question.field)
    return spec.papers if spec is not None and spec.type == "person_id" else ()


def _plain(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _question_page(page: Page, filing: FilingView, name: str, then: str, wrong: str) -> Response:
    """`wrong`: what was sent is not good (`value`), or nothing was sent (`missing`)."""
    question = _one(filing, name)
    if question is None:
        return page.go(f"/filing/{filing.summary.id}/questions")
    choices = _choices(page, filing, question)
    error = page.t("filing.choose_one" if choices else "filing.fill_in") if wrong == "missing" else None
    anchor = name.replace(".", "-")
    value = _plain(question.value if question.value is not None else question.prefill)
    origin = None
    if question.value is None and question.prefill is not None:
        origin = component(page, "origin", "derived", page.t("filing.proposed"))
    message = error or (page.say(question.message) if question.message and wrong else None)
    names = [each.name for each in filing.questions]
    return page.show(
        "filing/question.html", 422 if message else 200, filing=filing, question=question, value=value, origin=origin, error=message,
        errors=[(anchor, message)] if message else [], choices=choices,
        kind=KINDS.get(question.type, "text"), papers=_papers(filing, question),
        autocomplete=AUTOCOMPLETE.get(question.type), number=names.index(name) + 1, total=len(names),
        back_to_check=then == "check",
    )  # fmt: skip


@router.get("/{name}")
def question(page: Citizen, session: Unit, filing_id: str, name: str, then: str = "", wrong: str = "") -> Response:
    return _question_page(page, view(page, session, filing_id), name, then, wrong)


@router.post("/{name}")
async def answer(page: Citizen, form: Form, filing_id: str, name: str) -> Response:
    """What was sent is kept, right or wrong; what is wrong is shown at the question's own address."""
    wrong = await run_in_threadpool(_save, page, form, filing_id, name)
    if wrong:
        return page.go(
            f"/filing/{filing_id}/questions/{name}?{urlencode({'then': text_of(form, 'then'), 'wrong': wrong})}"
        )
    await page.helpers.ask(page.actor, filing_id, wait=WAIT)
    return await run_in_threadpool(_onward, page, filing_id, name, text_of(form, "then"))


def _save(page: Page, form: FormData, filing_id: str, name: str) -> str:
    """Empty when all is well."""
    with get_database().transaction() as session:
        filing = view(page, session, filing_id)
        asked = _one(filing, name)
        if asked is None:
            return ""
        value: Any = text_of(form, name)
        if not value and asked.required:
            return "missing"
        if asked.type == "bool" and value in {"true", "false"}:
            value = value == "true"
        version = text_of(form, "version")
        base = whole(version)
        saved = intake.set_answers(session, page.actor, filing_id, {name: value}, base_version=base)
        if saved.messages:
            return "value"
        if name in saved.overwritten:
            page.leave_note(session, "filing.other_tab", "info")
    return ""


def _onward(page: Page, filing_id: str, name: str, then: str) -> Response:
    """To the next open question; back to the check page when that is where she came from and nothing is open."""
    with get_database().reading() as session:
        filing = view(page, session, filing_id)
    following = open_question(filing, after=name)
    if following is not None:
        return page.go(f"/filing/{filing_id}/questions/{following.name}{'?then=check' if then == 'check' else ''}")
    return page.go(f"/filing/{filing_id}/check" if then == "check" else next_href(filing, "answers"))
