"""What would happen if a clause were otherwise: companies and money by district, size and trade before anybody decides."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import Response

from onething.core.rights.service import require
from onething.payments import service as payments
from onething.policy import acts
from onething.policy.fulfilment import service as benefits
from onething.policy.matching import service as matching
from onething.policy.models import Clause
from onething.policy.whatif import service as whatif
from onething.web.http.charts import chart, library
from onething.web.http.page import Doing, Form, Page, Unit, found, page_router, text_of

router = page_router("/console/benefits/clauses")
GROUP_NAMES = ("district", "size", "trade")


@router.get("/{clause_id:path}/compare")
def compare(page: Annotated[Page, Doing(acts.FIGURES)], session: Unit, clause_id: str) -> Response:
    """Two to four kept scenarios beside today."""
    served = benefits.served()
    ids = page.request.query_params.getlist("s")
    if len(set(ids)) < 2:
        page.leave_note(session, "benefits.choose_two", "warning")
        return page.go(f"/console/benefits/clauses/{clause_id}#kept")
    kept = whatif.some(session, clause_id, ids)
    book = served.book(session)
    clause = book.find(clause_id)
    now = whatif.try_clause(session, benefits.column_store(), served.spec, book, clause.clause, {}) if clause else None
    made = whatif.compare([each.effect for each in kept], now)
    names = [page.t("benefits.today_name"), *(each.name for each in kept)]
    groups = [(group, _named(page, served, group, places), _side_by_side(page, served, group, names, places)) for group, places in made.groups.items()]  # fmt: skip
    whole = [made.whole.today, *made.whole.under]
    return page.show(
        "benefits/compare.html", kept=kept, made=made, groups=groups, whole=list(zip(names, whole, strict=True)), clause_id=clause_id, library=library(),
        dials=whatif.dials(clause.clause, served.spec) if clause else [], name=matching.clause_name(clause, clause_id), here="benefits", names=names,
        whole_chart=chart(names, (page.t("benefits.yuan"), [yuan for _, yuan in whole])),
    )  # fmt: skip


def _named(page: Page, served: benefits.Served, group: str, places: tuple[whatif.Place, ...]) -> list[tuple[str, whatif.Place]]:  # fmt: skip
    return [(served.option(group, place.code, page.lang) or page.t("benefits.no_value"), place) for place in places]


def _side_by_side(
    page: Page, served: benefits.Served, group: str, names: list[str], places: tuple[whatif.Place, ...]
) -> str:
    labels = [name for name, _ in _named(page, served, group, places)]
    columns = [[place.today[1] for place in places], *([place.under[n][1] for place in places] for n in range(len(names) - 1))]  # fmt: skip
    return chart(labels, *zip(names, columns, strict=True))


@router.get("/{clause_id:path}")
def clause_page(page: Annotated[Page, Doing(acts.FIGURES)], session: Unit, clause_id: str) -> Response:
    """Dials and, once turned, the effect: a GET, so that a what-if can be sent as a link."""
    served = benefits.served()
    ready = found(served.book(session).find(clause_id))
    clause = ready.clause
    known, asked = whatif.dials(clause, served.spec), dict(page.request.query_params)
    turns, errors = _turns(page, known, asked)
    book = served.book(session)
    effect = whatif.try_clause(session, benefits.column_store(), served.spec, book, clause, turns) if not errors else None  # fmt: skip
    return page.show(
        "benefits/clause.html", 422 if errors else 200, clause=clause, name=matching.clause_name(served.book(session).find(clause_id), clause_id), dials=known,
        turns=turns, asked=asked, errors=errors, effect=effect, groups=_groups(page, served, effect), library=library(),
        kept=whatif.scenarios(session, clause_id), agency=served.agency(clause.agency), here="benefits", purse=_purse(session, clause), may_draft=page.may(acts.DRAFT_CLAUSE, benefits.agency_scope(clause.agency)), may_keep=page.may(acts.KEEP_SCENARIO, benefits.city_scope()), booked=benefits.booked(session, ready),
    )  # fmt: skip


def _purse(session: Unit, clause: Clause) -> payments.Purse | None:
    """The money set aside for the clause, in fen."""
    return next(iter(payments.purses(session, [clause.budget.key])), None) if clause.budget else None


def _turns(page: Page, known: list[whatif.Dial], asked: dict[str, Any]) -> tuple[dict[str, Decimal], list[tuple[str, str]]]:  # fmt: skip
    """Dials that stand elsewhere than the clause has them, and what could not be read."""
    turns: dict[str, Decimal] = {}
    errors: list[tuple[str, str]] = []
    for dial in known:
        raw = str(asked.get(dial.id, "")).replace(",", "").replace("，", "").strip()
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


def _groups(page: Page, served: benefits.Served, effect: whatif.Effect | None) -> list[tuple[str, list[tuple[str, whatif.Line]], str, str]]:  # fmt: skip
    """(group, lines with their names, chart of money, chart of companies) for district, size and trade."""
    made: list[tuple[str, list[tuple[str, whatif.Line]], str, str]] = []
    now, then = page.t("benefits.now"), page.t("benefits.then")
    for group in GROUP_NAMES if effect is not None else ():
        known = effect.groups.get(group, []) if effect else []
        lines = [(served.option(group, line.code, page.lang) or page.t("benefits.no_value"), line) for line in known]
        names = [name for name, _ in lines]
        money = chart(names, (now, [x.yuan for x in known]), (then, [x.yuan_then for x in known]))
        companies = chart(names, (now, [x.companies for x in known]), (then, [x.companies_then for x in known]))
        made.append((group, lines, money, companies))
    return made


@router.post("/{clause_id:path}/draft")
def draft(page: Annotated[Page, Doing(acts.DRAFT_CLAUSE)], form: Form, session: Unit, clause_id: str) -> Response:
    """The turned numbers become a draft of the clause's next version, for somebody else to approve."""
    served = benefits.served()
    clause = found(served.book(session).find(clause_id)).clause
    require(page.actor, acts.DRAFT_CLAUSE, benefits.agency_scope(clause.agency))
    turns, errors = _turns(page, whatif.dials(clause, served.spec), _said(form))
    if errors or not turns:
        return page.go(f"/console/benefits/clauses/{clause_id}")
    version = whatif.propose(session, page.actor, clause, served.spec, turns, page.t("benefits.draft_reason"))
    page.leave_note(session, "benefits.drafted", "info")
    return page.go(f"/console/policy/clauses/{version}")


@router.post("/{clause_id:path}")
def keep(page: Annotated[Page, Doing(acts.KEEP_SCENARIO)], form: Form, session: Unit, clause_id: str) -> Response:
    """Keep a scenario with its result of today."""
    served = benefits.served()
    clause = found(served.book(session).find(clause_id)).clause
    require(page.actor, acts.KEEP_SCENARIO, benefits.city_scope())
    turns, errors = _turns(page, whatif.dials(clause, served.spec), _said(form))
    if errors:
        return page.go(f"/console/benefits/clauses/{clause_id}")
    effect = whatif.try_clause(session, benefits.column_store(), served.spec, served.book(session), clause, turns)
    whatif.keep(session, page.actor, text_of(form, "name"), clause_id, turns, effect)
    page.leave_note(session, "benefits.kept")
    return page.go(f"/console/benefits/clauses/{clause_id}#kept")


def _said(form: Form) -> dict[str, Any]:
    return {key: value for key, value in form.items() if isinstance(value, str)}
