"""The city's view of its policies: who is reached, where the money goes, what would happen if, what companies say."""

from typing import Annotated

from fastapi import Response

from onething.core.i18n import Text
from onething.core.rights.service import Decision, require
from onething.policy import acts
from onething.policy.feedback import service as feedback
from onething.policy.fulfilment import service as benefits
from onething.policy.matching import service as matching
from onething.web.http.charts import chart, library
from onething.web.http.page import Doing, Form, Page, Unit, page_router, text_of
from onething.web.view.tile_map import tile_map

router = page_router("/console/benefits")


@router.get("")
def overview(page: Annotated[Page, Doing(acts.FIGURES)], session: Unit) -> Response:
    served, store = benefits.served(), benefits.column_store()
    book = served.book(session)
    by_district = benefits.districts(session, store, served.spec)
    funnel = benefits.funnel(session)
    steps = [(page.t(f"benefits.step_{name}"), getattr(funnel, name)) for name in ("found", "told", "opened", "paid")]
    names = [served.option("district", each.code, page.lang) or page.t("benefits.no_value") for each in by_district]
    places = served.spec.by_id.get("district")
    return page.show(
        "benefits/overview.html", map=tile_map(places.values if places else (), by_district, page.lang), funnel=funnel, steps=steps, loop=feedback.loop(session), districts=list(zip(names, by_district, strict=True)),
        district_chart=chart(names, (page.t("benefits.reached"), [e.reached for e in by_district]), (page.t("benefits.paid_companies"), [e.paid for e in by_district])),
        funnel_chart=chart([name for name, _ in steps], (page.t("benefits.benefits"), [float(n) for _, n in steps])),
        purses=[(line, [matching.clause_name(book.find(c), c) for c in line.clauses]) for line in benefits.purses(session, book)], library=library(),
        clauses=[(c.id, matching.clause_name(c, c.id), served.agency(c.clause.agency)) for c in book.clauses if c.is_money],
        overpaid=_overpaid(page, session, served) , here="benefits", last=benefits.last_scan(session),
    )  # fmt: skip


def _overpaid(page: Page, session: Unit, served: benefits.Served) -> list[tuple[benefits.Award, Text, int, Decision]]:
    book = served.book(session)
    return [(each, matching.clause_name(book.find(each.clause_id), each.clause_id), benefits.over_of(session, each.id), page.may(acts.DECIDE_AWARD, benefits.agency_scope(each.agency))) for each in benefits.in_state(session, page.actor, benefits.AwardState.OVERPAID)]  # fmt: skip


@router.post("/overpaid/{award_id}")
def decide_overpaid(
    page: Annotated[Page, Doing(acts.DECIDE_AWARD)], form: Form, session: Unit, award_id: str
) -> Response:
    """The officer of the agency that granted it claims back or leaves it."""
    award = benefits.award(session, award_id)
    require(page.actor, acts.DECIDE_AWARD, benefits.agency_scope(award.agency))
    words = text_of(form, "words")
    if not words:
        page.leave_note(session, "benefits.words_needed", "warning")
        return page.go("/console/benefits#overpaid")
    decide = benefits.claim_back if text_of(form, "decision") == "claim" else benefits.keep
    decide(session, page.actor, award_id, words)
    page.leave_note(session, "benefits.decided")
    return page.go("/console/benefits#overpaid")
