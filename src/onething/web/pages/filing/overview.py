"""A filing: the list of its parts, checking everything, submitting once, giving it up."""

from collections.abc import Iterator
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from onething.casework.errors import DUPLICATE_CASE, FILED_BY_ANOTHER, VALUE_TAKEN
from onething.catalog.service import find_event, get_city
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.intake import service as intake
from onething.intake.errors import NOT_READY, STILL_READING
from onething.intake.models import FilingView, QuestionView
from onething.intake.states import FilingStatus
from onething.review.models import Finding
from onething.subjects import service as subjects
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of, texts_of
from onething.web.http.parts import Status, TaskItem
from onething.web.pages.filing.before import why_again
from onething.web.pages.filing.check_groups import fact_groups, finding_links, record_value

router = page_router("/filing")
PATHS = {"documents": "documents", "agencies": "agencies", "answers": "questions", "sign": "sign", "check": "check"}
CLOSED = frozenset({"done", "empty"})
"""States of a step in which nothing waits for it."""


def view(page: Page, session: Any, filing_id: str) -> FilingView:
    """The filing, planned around the agencies that are down at this moment."""
    return intake.filing_view(session, page.actor, filing_id, down=page.helpers.down())


def base(filing: FilingView) -> str:
    return f"/filing/{filing.summary.id}"


def open_question(filing: FilingView, after: str | None = None) -> QuestionView | None:
    """The next question without an answer: behind `after` first, then from the start."""
    names = [question.name for question in filing.questions]
    start = names.index(after) + 1 if after in names else 0
    ordered = [*filing.questions[start:], *filing.questions[:start]]
    return next((question for question in ordered if question.is_open), None)


def question_href(filing: FilingView, question: QuestionView) -> str:
    """A question has a page of its own, or stands on a page of the guided form."""
    if question.page in find_event(get_city(), filing.summary.life_event).pages:
        return f"{base(filing)}/form/{question.page}"
    return f"{base(filing)}/questions/{question.name}"


def next_href(filing: FilingView, beyond: str = "") -> str:
    """Where "continue" leads: the first part that is not done, behind the part `beyond` if one is named."""
    order = [step.id for step in filing.steps]
    start = next((number for number, name in enumerate(order, 1) if name == beyond), 0)
    for place, step in enumerate(filing.steps):
        if place < start or (step.state in CLOSED and step.id != "check"):
            continue
        if step.id == "answers":
            question = open_question(filing)
            if question is None:
                continue
            return question_href(filing, question)
        return f"{base(filing)}/{PATHS[step.id]}"
    return f"{base(filing)}/check"


def _items(page: Page, filing: FilingView) -> list[TaskItem]:
    items: list[TaskItem] = []
    before_done = True
    ready = all(step.state in CLOSED for step in filing.steps if step.id != "check")
    for step in filing.steps:
        status: Status = "done" if step.state == "done" else "turn"
        label = page.t(f"filing.status.{step.state}")
        hint = (
            page.t(f"filing.step_hint.{step.id}", done=step.done, total=step.total)
            if step.id != "check"
            else page.t("filing.step_hint.check")
        )
        href = f"{base(filing)}/{PATHS[step.id]}"
        if step.id == "answers" and (pages := _page_items(page, filing)):
            items += pages
            continue
        if (
            step.id == "agencies"
            and step.state not in CLOSED
            and step.total
            and all(c.state != "needed" for c in filing.consents)
        ):
            label, status = page.t("filing.status.asking"), "running"
            hint = page.t("filing.step_hint.agencies_asked", n=step.total - step.done)
        if step.id == "documents":
            if not filing.documents:
                names = Text.joined(dict.fromkeys(ask.name for ask in filing.wanted))
                hint = page.t("filing.step_hint.documents_todo", names=names)
            if step.total == 0:  # nothing to photograph is not a photograph taken
                status, label, hint = (
                    "wait",
                    page.t("filing.status.optional"),
                    page.t("filing.step_hint.documents_none"),
                )
            if filing.reading:
                status, label = "running", page.t("filing.status.reading")
        elif step.total == 0:
            label = "empty" if before_done else "not_yet"
            status, hint = (
                "wait",
                page.t("filing.step_hint.agencies_none") if step.id == "agencies" and before_done else "",
            )
            label = page.t(f"filing.status.{label}")
        elif step.id == "check":
            status, label = (
                ("turn", page.t("filing.status.todo")) if ready else ("wait", page.t("filing.status.not_yet"))
            )
        items.append(TaskItem(page.t(f"filing.step.{step.id}"), status, label, href, hint or None))
        before_done = before_done and step.state in CLOSED
    return items


def _page_items(page: Page, filing: FilingView) -> list[TaskItem]:
    """The pages of a guided form, each a line of its own."""
    items: list[TaskItem] = []
    for name, title in find_event(get_city(), filing.summary.life_event).pages.items():
        asked = [question for question in filing.questions if question.page == name]
        needed = [question for question in asked if question.wanted]
        done = sum(question.answered for question in needed)
        state = "done" if done == len(needed) else "started" if done else "todo"
        if any(question.asked_again for question in asked):
            state = "again"
        status: Status = "done" if state == "done" else "turn"
        items.append(
            TaskItem(page.say(title), status, page.t(f"filing.status.{state}"), f"{base(filing)}/form/{name}", None)
        )
    return items


@router.get("/{filing_id}")
def tasks(page: Citizen, session: Unit, filing_id: str) -> Response:
    filing = view(page, session, filing_id)
    if filing.summary.status is FilingStatus.SUBMITTED:
        return page.go(f"/case/{filing.summary.case_id}")
    return page.show(
        "filing/tasks.html", filing=filing, items=_items(page, filing), next_href=next_href(filing), before=why_again(page, session, filing),
    )  # fmt: skip


@router.post("/{filing_id}/abandon")
def abandon(page: Citizen, session: Unit, filing_id: str) -> Response:
    intake.abandon(session, page.actor, filing_id)
    page.leave_note(session, "filing.given_up")
    return page.go("/me")


def _findings(filing: FilingView, group: str) -> Iterator[tuple[Finding, str | None, str]]:
    """What is to be said, each thing once: with the way to change it (nobody changes what an agency will be asked), and the
    register's value where one tap can take it."""
    seen: set[tuple[str, str]] = set()
    for finding in getattr(filing, group):
        mark = (finding.what.zh, finding.todo.zh)
        if mark in seen:
            continue
        seen.add(mark)
        href = finding_links(filing, finding) if group != "ask_agency" else None
        yield finding, href, record_value(filing, finding) if href else ""


def _by_sms(page: Page, session: Session) -> bool:
    """Whether text messages reach her: no page promises one that nobody can send."""
    person = subjects.person(session, page.actor.subject_id or "")
    return person.phone is not None and person.sms_opt_in


def _check_page(page: Page, session: Session, filing: FilingView) -> Response:
    """Everything once more; after a submission that was not possible, with what stands in its way."""
    city, problem = get_city(), page.problem
    event = find_event(city, filing.summary.life_event)
    findings = {group: list(_findings(filing, group)) for group in ("fix_now", "ask_agency", "officer", "notes")}
    errors = [
        (f"finding-fix_now-{number}", page.say(finding.what)) for number, (finding, _, _) in enumerate(findings["fix_now"], 1)
    ] if problem is not None else []  # fmt: skip
    if problem is not None and not errors:
        errors = [("main", f"{page.say(problem.what)} {page.say(problem.next)}")]
    return page.show(
        "filing/check.html", page.status, filing=filing, findings=findings, errors=errors, by_sms=_by_sms(page, session), before=why_again(page, session, filing),
        groups=fact_groups(page, city, event, filing), has_checks=bool(event.checks),
    )  # fmt: skip


@router.get("/{filing_id}/check")
def check(page: Citizen, session: Unit, filing_id: str) -> Response:
    return _check_page(page, session, view(page, session, filing_id))


@router.post("/{filing_id}/record")
def use_record(page: Citizen, form: Form, session: Unit, filing_id: str) -> Response:
    """Take the register's value for one field."""
    intake.take_record(session, page.actor, filing_id, text_of(form, "name"))
    page.leave_note(session, "filing.record_used")
    return page.go(f"/filing/{filing_id}/check")


@router.post("/{filing_id}/services")
def services(page: Citizen, form: Form, session: Unit, filing_id: str) -> Response:
    """Optional services: those without a tick are left out."""
    filing = view(page, session, filing_id)
    kept = set(texts_of(form, "service"))
    out = [service for service, _, _ in filing.optional_services if service not in kept]
    intake.leave_out(session, page.actor, filing_id, out)
    page.leave_note(session, "filing.services_saved")
    return page.go(f"/filing/{filing_id}/check")


@router.post("/{filing_id}/submit")
async def submit(page: Citizen, form: Form, filing_id: str) -> Response:
    """Once: a second tab or a second press ends at the same case."""
    return await run_in_threadpool(_submit, page, filing_id, text_of(form, "version"))


def _submit(page: Page, filing_id: str, version: str) -> Response:
    database = get_database()
    try:
        with database.transaction() as session:
            done = intake.submit(session, page.actor, filing_id, key=version)
    except Problem as problem:
        if problem.kind is DUPLICATE_CASE:
            return page.go(f"/filing/{filing_id}/done?again={problem.values.get('reference', '')}")
        if problem.kind not in {NOT_READY, STILL_READING, VALUE_TAKEN, FILED_BY_ANOTHER}:
            raise
        if problem.kind is NOT_READY:
            with database.transaction() as session:
                intake.keep_refusal(session, page.actor, filing_id)
        with database.transaction() as session:
            return page.again(session, f"/filing/{filing_id}/check", problem=problem)
    return page.go(f"/filing/{filing_id}/done" + ("?again=1" if done.already_there else ""))


@router.get("/{filing_id}/done")
def done(page: Citizen, session: Unit, filing_id: str, again: str = "") -> Response:
    """The confirmation. `again` is the reference of the case that was there before."""
    filing = view(page, session, filing_id)
    reference = filing.summary.case_reference or again
    if not reference.startswith("CS"):
        return page.go(f"/filing/{filing_id}")
    return page.show(
        "filing/done.html", filing=filing.summary, reference=reference, again=bool(again),
        case_id=filing.summary.case_id or reference, by_sms=_by_sms(page, session),
    )  # fmt: skip
