"""A guided form: the questions of one page together, saved as they are typed, rows added and taken out one by one."""

from urllib.parse import urlencode

from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from onething.catalog.service import find_event, get_city, spec_of
from onething.core.clock import local, now
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.intake import service as intake
from onething.intake.models import FilingView, QuestionView
from onething.web.http.form_fields import field_of, posted
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of
from onething.web.pages.filing.overview import next_href, view

router = page_router("/filing/{filing_id}/form")
WAIT = 2.5
"""Seconds the page waits for agencies; what they answer later is there on the next page."""


def _questions(filing: FilingView, name: str) -> list[QuestionView]:
    """Raises `Problem(NOT_FOUND)` for a page that is none."""
    if name not in find_event(get_city(), filing.summary.life_event).pages:
        raise Problem(NOT_FOUND, detail="no such page in this form")
    return [question for question in filing.questions if question.page == name]


def _show(
    page: Page,
    filing: FilingView,
    name: str,
    *,
    add: str = "",
    wanting: bool = False,
    then: str = "",
    taken: str = "",
) -> Response:
    city, problem = get_city(), page.problem
    event = find_event(city, filing.summary.life_event)
    fields = [
        field_of(page, each, spec_of(city, event, each.slot, each.field), add=1 if add == each.name else 0, wanting=wanting)
        for each in _questions(filing, name)
    ]  # fmt: skip
    names = list(event.pages)
    return page.show(
        "filing/form.html", page.status, problem=problem, taken=taken, filing=filing, name=name, title=event.pages[name], fields=fields, then=then,
        errors=[(field.id, field.message) for field in fields if field.message] if wanting else [],
        number=names.index(name) + 1, total=len(names),
    )  # fmt: skip


@router.get("/{name}")
def form_page(
    page: Citizen, session: Unit, filing_id: str, name: str, then: str = "", add: str = "", wanting: str = "", taken: str = ""
) -> Response:  # fmt: skip
    """`add`: a repeating group gets an empty row; `wanting`: say what is missing; `taken`: a text came from a file."""
    came = taken if taken in {"exact", "by_eye"} else ""
    return _show(page, view(page, session, filing_id), name, then=then, add=add, wanting=bool(wanting), taken=came)


@router.post("/{name}")
async def send(page: Citizen, form: Form, filing_id: str, name: str) -> Response:
    """Save; have agencies asked about what has changed, where consent allows it; then add or take out a row, propose phrases, show
    what is missing, or go on. Always to a page that can be loaded again: sending this form twice would bring back what has been
    changed since."""
    await run_in_threadpool(_save, page, form, filing_id, name)
    if not any(text_of(form, each) for each in ("add", "drop", "take", "find")):
        await page.helpers.ask(page.actor, filing_id, wait=WAIT)
    return await run_in_threadpool(_after_saving, page, form, filing_id, name)


def _after_saving(page: Page, form: FormData, filing_id: str, name: str) -> Response:
    with get_database().reading() as session:
        filing = view(page, session, filing_id)
    then = text_of(form, "then")
    if wanted := text_of(form, "take"):
        return _take(page, form, filing, name, wanted, then)
    if text_of(form, "add") or text_of(form, "drop") or text_of(form, "find"):
        return page.go(f"/filing/{filing_id}/form/{name}?{urlencode({'then': then, 'add': text_of(form, 'add')})}")
    asked = _questions(filing, name)
    if any(each.message is not None or each.is_open for each in asked):
        return page.go(f"/filing/{filing_id}/form/{name}?{urlencode({'then': then, 'wanting': '1'})}")
    return page.go(f"/filing/{filing_id}/check" if then == "check" else _next(filing, name))


@router.post("/{name}/save")
def save(page: Citizen, form: Form, filing_id: str, name: str) -> Response:
    """What was typed so far, right or wrong. Answers with when it was saved; where choices depend on it, with the page."""
    _save(page, form, filing_id, name)
    if not page.is_fragment:  # sent without script: there is no corner to swap anything into
        return page.go(f"/filing/{filing_id}/form/{name}")
    if form.get("renew"):
        with get_database().reading() as session:
            return _show(page, view(page, session, filing_id), name)
    return page.show("filing/form_saved.html", at=local(now()))


def _save(page: Page, form: FormData, filing_id: str, name: str) -> None:
    with get_database().transaction() as session:
        values = posted(form, _questions(view(page, session, filing_id), name))
        intake.set_answers(session, page.actor, filing_id, values)


def _take(page: Page, form: FormData, filing: FilingView, name: str, wanted: str, then: str) -> Response:
    """A text from files instead of the keyboard: it becomes the answer, for her to look through."""
    question = next((each for each in _questions(filing, name) if each.name == wanted), None)
    city = get_city()
    spec = (
        spec_of(city, find_event(city, filing.summary.life_event), question.slot, question.field) if question else None
    )
    if question is None or spec is None or spec.type != "text":
        raise Problem(NOT_FOUND, detail="no such text on this page")
    sent = [each for each in form.getlist(f"file:{wanted}") if isinstance(each, UploadFile) and each.filename]
    try:
        text, by_eye = intake.text_of_files([(each.filename or "", each.file.read()) for each in sent], spec.longest)
    except Problem as problem:
        with get_database().transaction() as session:
            return page.again(
                session, f"/filing/{filing.summary.id}/form/{name}?{urlencode({'then': then})}", problem=problem
            )
    with get_database().transaction() as session:
        intake.set_answers(session, page.actor, filing.summary.id, {wanted: text})
    came = urlencode({"then": then, "taken": "by_eye" if by_eye else "exact"})
    return page.go(f"/filing/{filing.summary.id}/form/{name}?{came}")


def _next(filing: FilingView, name: str) -> str:
    """The next page with something open, else whatever the filing needs next."""
    pages = list(find_event(get_city(), filing.summary.life_event).pages)
    for following in [*pages[pages.index(name) + 1 :], *pages[: pages.index(name)]]:
        if any(each.is_open for each in filing.questions if each.page == following):
            return f"/filing/{filing.summary.id}/form/{following}"
    return next_href(filing, "answers")
