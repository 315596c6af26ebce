"""What companies say and what officials answer: suggestions grouped by meaning, and values that a company calls wrong."""

from typing import Annotated

from fastapi import Response

from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.rights.service import Decision
from onething.policy import acts
from onething.policy.feedback import service as feedback
from onething.policy.feedback.service import Suggestion
from onething.policy.fulfilment import service as benefits
from onething.policy.matching import service as matching
from onething.subjects import acts as subject_acts
from onething.subjects import service as subjects
from onething.subjects.profiles import service
from onething.subjects.profiles.models import Dispute
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Doing, Form, Page, Unit, page_router, text_of, texts_of
from onething.web.view.page_names import page_name

router = page_router("/console/benefits")


@router.get("/suggestions")
def suggestions(page: Annotated[Page, Doing(acts.READ_SUGGESTIONS)], session: Unit, state: str = "open") -> Response:
    served = benefits.served()
    state = state if state in feedback.STATES else "open"
    listed = feedback.listing(session, page.actor, state)
    groups = feedback.clusters_of(listed, feedback.load_words(benefits.policy_folder()))
    versions = {
        target: feedback.versions_of(session, page.actor, target)
        for target in {each.target for each in listed if each.target_kind == "clause"}
    }
    return page.show(
        "benefits/suggestions.html", groups=[(group, those, _choices(those, versions)) for group, those in groups], names=_names(served, session, listed),
        served=served, state=state, loop=feedback.loop(session), may_answer=page.may(acts.ANSWER_SUGGESTION), here="benefits",
        others=[(id_, name) for id_, name in served.agencies if id_ != page.actor.agency_id], ids={v.name: v.id for vs in versions.values() for v in vs},
    )  # fmt: skip


def _names(served: benefits.Served, session: Unit, listed: list[Suggestion]) -> dict[str, Text]:
    book = served.book(session)
    return {
        each.target: matching.clause_name(book.find(each.target), each.target) if each.target_kind == "clause" else page_name(each.target)
        for each in listed
    }  # fmt: skip


def _choices(those: list[Suggestion], versions: dict[str, list[feedback.Version]]) -> list[feedback.Version]:
    """The versions that may have come of a group, clause by clause, newest first."""
    targets = dict.fromkeys(each.target for each in those if each.target_kind == "clause")
    return [version for target in targets for version in versions[target]]


@router.post("/suggestions")
def answer(page: Annotated[Page, Doing(acts.ANSWER_SUGGESTION)], form: Form, session: Unit) -> Response:
    """By the button: answer the ticked ones, pass them on, or name the version that came of them."""
    ids, action = texts_of(form, "id"), text_of(form, "action")
    try:
        if action == "pass":
            names = [id_ for id_, _ in benefits.served().agencies]
            count, note = feedback.pass_on(session, page.actor, ids, text_of(form, "agency"), names), "benefits.passed_on"  # fmt: skip
        elif action == "link":
            count, note = feedback.link(session, page.actor, ids, text_of(form, "version")), "benefits.linked"
        else:
            count = feedback.answer(session, page.actor, ids, text_of(form, "state"), text_of(form, "words"), text_of(form, "version"))  # fmt: skip
            note = "benefits.answered"
    except Problem as problem:
        page.leave_problem(session, problem)
        return page.go(f"/console/benefits/suggestions{'?state=adopted' if action == 'link' else ''}")
    page.leave_note(session, note, n=count)
    return page.go(f"/console/benefits/suggestions{'?state=adopted' if action == 'link' else ''}")


@router.get("/disputes")
def disputes(page: Annotated[Page, Doing(subject_acts.READ_DISPUTE)], session: Unit) -> Response:
    """Values that companies call wrong, at the agency they came from."""
    served, errors = benefits.served(), dict(page.errors)
    lines: list[tuple[Dispute, str, Text, str, Decision]] = []
    for each in service.disputes_at(session, page.actor, benefits.policy_city()):
        dimension = served.spec.by_id.get(each.dimension)
        value = next((v for v in service.profile_of(session, served.spec, each.subject_id).values if v.dimension.id == each.dimension), None)  # fmt: skip
        shown = served.shown(value, page.lang) if value else ""
        company = subjects.person(session, each.subject_id).name
        lines.append((each, company, dimension.name if dimension else Text.same(each.dimension), shown, page.may(subject_acts.ANSWER_DISPUTE, benefits.agency_scope(each.source))))  # fmt: skip
    return page.show(
        "benefits/disputes.html", page.status, lines=lines, errors=errors, served=served, here="benefits",
    )  # fmt: skip


@router.post("/disputes/{dispute_id}")
def answer_dispute(
    page: Annotated[Page, Doing(subject_acts.ANSWER_DISPUTE)], form: Form, session: Unit, dispute_id: str
) -> Response:
    """Corrected or upheld, with words; a corrected value itself comes with the agency's next delivery."""
    words = text_of(form, "words")
    if not words:
        missing = [(dispute_id, MESSAGES("benefits.words_needed"))]
        return page.again(session, "/console/benefits/disputes", errors=missing)
    service.answer_dispute(
        session, page.actor, dispute_id, corrected=text_of(form, "decision") == "corrected", answer=words, city=benefits.policy_city(),
        named=benefits.served().agency,
    )  # fmt: skip
    page.leave_note(session, "benefits.dispute_answered")
    return page.go("/console/benefits/disputes")
