"""What companies say and what officials answer: suggestions grouped by meaning, and values that a company calls wrong."""

from fastapi import Response

from onething.core.access import Role
from onething.core.errors import Problem
from onething.policy.feedback import service as feedback
from onething.web.page import Form, Official, Unit, page_router, text_of, texts_of
from onething.web.policy_desk import name_of, policy_desk

router = page_router("/console/benefits")


@router.get("/suggestions")
def suggestions(page: Official, session: Unit, state: str = "open") -> Response:
    desk = policy_desk()
    book = desk.book(session)
    listed = feedback.listing(session, page.actor, state)
    names = {each.target: name_of(book.find(each.target), each.target) for each in listed}
    return page.show(
        "benefits/suggestions.html", groups=feedback.clusters_of(listed), names=names, desk=desk, state=state, loop=feedback.loop(session),
        may_answer=page.actor.role is Role.OFFICER, here="benefits",
    )  # fmt: skip


@router.post("/suggestions")
def answer(page: Official, form: Form, session: Unit) -> Response:
    try:
        count = feedback.answer(session, page.actor, texts_of(form, "id"), text_of(form, "state"), text_of(form, "words"), text_of(form, "version"))  # fmt: skip
    except Problem as problem:
        page.leave_problem(session, problem)
        return page.go("/console/benefits/suggestions")
    page.leave_note(session, "benefits.answered", n=count)
    return page.go("/console/benefits/suggestions")
