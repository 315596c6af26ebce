"""The city's view of its policies: who is reached, where the money goes, what would happen if, what companies say."""

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import Response

from onething.core.access import Role
from onething.core.errors import FORBIDDEN, Problem
from onething.core.i18n import Text
from onething.core.settings import get_settings
from onething.policy.feedback import service as feedback
from onething.policy.fulfilment import figures
from onething.policy.fulfilment import service as benefits
from onething.policy.whatif import service as whatif
from onething.web.page import Form, Official, Page, Unit, found, page_router, text_of, texts_of
from onething.web.policy_desk import PolicyDesk, name_of, policy_desk
from onething.web.templating import get_assets

router = page_router("/console/benefits")
GROUP_NAMES = ("district", "size", "trade")


def chart(names: list[str], **series: Sequence[float]) -> str:
    """What the chart module draws; the keys of `series` are names as shown."""
    return json.dumps({"names": names, "series": [{"name": name, "values": values} for name, values in series.items()]}, ensure_ascii=False)  # fmt: skip


def _library() -> str:
    return get_assets().url("vendor/echarts.js")


@router.get("")
def overview(page: Official, session: Unit) -> Response:
    desk, store = policy_desk(), benefits.column_store(get_settings())
    book = desk.book(session)
    by_district = figures.districts(session, store, desk.spec)
    funnel = figures.funnel(session)
    steps = [(page.t(f"benefits.step_{name}"), getattr(funnel, name)) for name in ("found", "told", "opened", "paid")]
    names = [_code(page, desk, "district", each.code) for each in by_district]
    return page.show(
        "benefits/overview.html", funnel=funnel, steps=steps, loop=feedback.loop(session), districts=list(zip(names, by_district, strict=True)),
        district_chart=chart(names, **{page.t("benefits.reached"): [e.reached for e in by_district], page.t("benefits.paid_companies"): [e.paid for e in by_district]}),
        funnel_chart=chart([name for name, _ in steps], **{page.t("benefits.benefits"): [float(n) for _, n in steps]}),
        purses=[(line, [name_of(book.find(c), c) for c in line.clauses]) for line in figures.purses(session, book)], library=_library(),
        clauses=[(c.id, name_of(c, c.id), desk.agency(c.clause.agency)) for c in book.clauses if c.is_money],
        overpaid=_overpaid(page, session, desk) , here="benefits", last=benefits.last_scan(session),
    )  # fmt: skip


def _overpaid(page: Page, session: Unit, desk: PolicyDesk) -> list[tuple[benefits.Award, Text, int]]:
    agency = page.actor.agency_id if page.actor.role is Role.OFFICER else None
    book = desk.book(session)
    return [(each, name_of(book.find(each.clause_id), each.clause_id), benefits.over_of(session, each.id)) for each in benefits.in_state(session, benefits.AwardState.OVERPAID, agency)]  # fmt: skip


def _code(page: Page, desk: PolicyDesk, dimension: str, code: str) -> str:
    option = desk.spec.by_id[dimension].option(code) if dimension in desk.spec.by_id else None
    if option is None:
        return code or page.t("benefits.no_value")
    return option.zh if page.lang == "zh" else option.en


@router.post("/overpaid/{award_id}")
def decide_overpaid(page: Official, form: Form, session: Unit, award_id: str) -> Response:
    """The officer of the agency that granted it claims back or leaves it."""
    award = benefits.award(session, award_id)
    if page.actor.role is not Role.OFFICER or page.actor.agency_id != award.agency:
        raise Problem(FORBIDDEN)
    words = text_of(form, "words")
    if not words:
        page.leave_note(session, "benefits.words_needed", "warning")
        return page.go("/console/benefits#overpaid")
    decide = benefits.claim_back if text_of(form, "decision") == "claim" else benefits.keep
    decide(session, award_id, page.actor.actor, words)
    page.leave_note(session, "benefits.decided")
    return page.go("/console/benefits#overpaid")


@router.get("/clauses/{clause_id}")
def clause_page(page: Official, session: Unit, clause_id: str, name: str = "") -> Response:
    """Dials and, once turned, the effect: a GET, so that a what-if can be sent as a link."""
    desk = policy_desk()
    clause = found(desk.book(session).find(clause_id)).clause
    known = whatif.dials(clause, desk.spec)
    turns, errors = _turns(page, known, dict(page.request.query_params))
    effect = whatif.try_clause(session, benefits.column_store(get_settings()), desk.spec, clause, turns) if not errors else None  # fmt: skip
    return page.show(
        "benefits/clause.html", 422 if errors else 200, clause=clause, name=name_of(desk.book(session).find(clause_id), clause_id), dials=known,
        turns=turns, asked=dict(page.request.query_params), errors=errors, effect=effect, groups=_groups(page, desk, effect), library=_library(),
        kept=whatif.scenarios(session, clause_id), agency=desk.agency(clause.agency), scenario=name, here="benefits",
    )  # fmt: skip


def _turns(page: Page, known: list[whatif.Dial], asked: dict[str, Any]) -> tuple[dict[str, Decimal], list[tuple[str, str]]]:  # fmt: skip
    """Dials that stand elsewhere than the clause has them, and what could not be read."""
    turns: dict[str, Decimal] = {}
    errors: list[tuple[str, str]] = []
    for dial in known:
        raw = str(asked.get(dial.id, "")).replace(",", "").strip()
        if not raw:
            continue
        try:
            value = Decimal(raw)
        except InvalidOperation:
            value = Decimal(-1)
        if not value.is_finite() or not 0 <= value < 10**15:
            errors.append((dial.id.replace(".", "-"), page.t("benefits.not_a_number", name=page.say(dial.name))))
        elif value != dial.value:
            turns[dial.id] = value
    return turns, errors


def _groups(
    page: Page, desk: PolicyDesk, effect: whatif.Effect | None
) -> list[tuple[str, list[tuple[str, whatif.Line]], str]]:
    """(group, lines with their names, chart) for district, size and trade."""
    if effect is None:
        return []
    made: list[tuple[str, list[tuple[str, whatif.Line]], str]] = []
    for group in GROUP_NAMES:
        lines = [(_code(page, desk, group, line.code), line) for line in effect.groups.get(group, [])]
        names = [name for name, _ in lines]
        drawn = chart(names, **{page.t("benefits.now"): [x.yuan for _, x in lines], page.t("benefits.then"): [x.yuan_then for _, x in lines]})  # fmt: skip
        made.append((group, lines, drawn))
    return made


@router.post("/clauses/{clause_id}")
def keep(page: Official, form: Form, session: Unit, clause_id: str) -> Response:
    """Keep a scenario with its result of today."""
    desk = policy_desk()
    clause = found(desk.book(session).find(clause_id)).clause
    turns, errors = _turns(page, whatif.dials(clause, desk.spec), {key: value for key, value in form.items() if isinstance(value, str)})  # fmt: skip
    if errors:
        return page.go(f"/console/benefits/clauses/{clause_id}")
    effect = whatif.try_clause(session, benefits.column_store(get_settings()), desk.spec, clause, turns)
    whatif.keep(session, page.actor, text_of(form, "name"), clause_id, turns, effect)
    page.leave_note(session, "benefits.kept")
    return page.go(f"/console/benefits/clauses/{clause_id}#kept")


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
