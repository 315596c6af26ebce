"""What companies say and what officials answer: suggestions grouped by meaning, and values that a company calls wrong."""

from fastapi import Response

from onething.core.access import Role
from onething.core.errors import FORBIDDEN, Problem
from onething.core.i18n import Text
from onething.policy.feedback import service as feedback
from onething.policy.feedback.service import Suggestion
from onething.policy.fulfilment import service as benefits
from onething.policy.matching import service as matching
from onething.subjects import service as subjects
from onething.subjects.profiles import service
from onething.subjects.profiles.models import Dispute
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Form, Official, Unit, page_router, text_of, texts_of
from onething.web.view.page_names import page_name

router = page_router("/console/benefits")


@router.get("/suggestions")
def suggestions(page: Official, session: Unit, state: str = "open") -> Response:
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
        served=served, state=state, loop=feedback.loop(session), may_answer=page.actor.role is Role.OFFICER, here="benefits",
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
def answer(page: Official, form: Form, session: Unit) -> Response:
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
def disputes(page: Official, session: Unit) -> Response:
    """Values that companies call wrong, at the agency they came from."""
    served, errors = benefits.served(), dict(page.errors)
    agency = page.actor.agency_id if page.actor.role is Role.OFFICER else None
    lines: list[tuple[Dispute, str, Text, str]] = []
    for each in service.disputes_at(session, agency):
        dimension = served.spec.by_id.get(each.dimension)
        value = next((v for v in service.profile_of(session, served.spec, each.subject_id).values if v.dimension.id == each.dimension), None)  # fmt: skip
        shown = served.shown(value, page.lang) if value else ""
        company = subjects.person(session, each.subject_id).name
        lines.append((each, company, dimension.name if dimension else Text.same(each.dimension), shown))  # fmt: skip
    return page.show(
        "benefits/disputes.html", page.status, lines=lines, errors=errors, served=served, here="benefits",
        may_answer=page.actor.role is Role.OFFICER,
    )  # fmt: skip


@router.post("/disputes/{dispute_id}")
def answer_dispute(page: Official, form: Form, session: Unit, dispute_id: str) -> Response:
    """Corrected or upheld, with words; a corrected value itself comes with the agency's next delivery."""
    if page.actor.role is not Role.OFFICER or not page.actor.agency_id:
        raise Problem(FORBIDDEN)
    words = text_of(form, "words")
    if not words:
        missing = [(dispute_id, MESSAGES("benefits.words_needed"))]
        return page.again(session, "/console/benefits/disputes", errors=missing)
    service.answer_dispute(session, dispute_id, page.actor.agency_id, page.actor.actor, corrected=text_of(form, "decision") == "corrected", answer=words)  # fmt: skip
    page.leave_note(session, "benefits.dispute_answered")
    return page.go("/console/benefits/disputes")
