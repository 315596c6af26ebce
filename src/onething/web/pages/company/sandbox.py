"""A company's sandbox: other values for a moment, what that would bring; and its say about policies."""

from fastapi import Response

from onething.core.errors import Problem
from onething.policy.feedback import service as feedback
from onething.policy.fulfilment import service as benefits
from onething.policy.matching import service as matching
from onething.policy.matching.service import show_value
from onething.policy.whatif import service as whatif
from onething.subjects.profiles import service
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of
from onething.web.view.page_names import PAGES, page_name

router = page_router("/company")
USUAL = ("employees", "graduates_hired", "rd_expense", "revenue_last_year", "exports", "patents_new", "high_tech", "layoff_rate", "tech_investment", "solar")  # fmt: skip
"""What companies try first, as far as the city has these dimensions."""


@router.get("/try")
def try_page(page: Citizen, session: Unit, clause: str = "") -> Response:
    """The form and, once values are given, the result: a GET, so that a what-if can be kept as a link."""
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    book, facts = served.book(session), service.facts_of(session, served.spec, company.id)
    chosen = book.find(clause)
    names = (
        [name.removeprefix("company.") for name in sorted(chosen.names)]
        if chosen
        else [n for n in USUAL if n in served.spec.by_id]
    )
    wanted = {
        name: value for name, value in page.request.query_params.items() if name in served.spec.by_id and value.strip()
    }
    then, wrong = whatif.changed_facts(served.spec, facts, wanted)
    differences = whatif.would(book, served.spec, facts, then) if wanted and not wrong else []
    fields = [
        (served.spec.by_id[name], _now(page, facts, name), wanted.get(name, ""))
        for name in dict.fromkeys((*names, *wanted))
    ]
    return page.show(
        "company/try.html", 422 if wrong else 200, company=company, fields=fields, tried=bool(wanted), differences=differences,
        names={d.clause_id: matching.clause_name(book.find(d.clause_id), d.clause_id) for d in differences}, gain=sum(d.gain for d in differences),
        errors=[(name, page.t("company.try_wrong", name=page.say(served.spec.by_id[name].name))) for name in wrong], clause=clause,
        chosen=matching.clause_name(chosen, "") if chosen else None, here="try",
    )  # fmt: skip


def _now(page: Page, facts: dict[str, dict[str, object]], name: str) -> str:
    value = facts["company"].get(name)
    return show_value(value, benefits.served().spec.by_id[name], page.lang) or page.t("company.nothing")


@router.get("/say")
def say_page(page: Citizen, session: Unit, clause: str = "", about: str = "") -> Response:
    """`clause` or `about` (the address of a page): what the suggestion is attached to."""
    target, words, errors = page.typed_text("clause") or clause or about, page.typed_text("words"), page.errors
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    book = served.book(session)
    mine = feedback.mine(session, company.id)
    names = {each.target: matching.clause_name(book.find(each.target), each.target) if each.target_kind == "clause" else page_name(each.target) for each in mine}  # fmt: skip
    clauses = sorted(((c.id, matching.clause_name(c, c.id)) for c in book.clauses), key=lambda pair: page.say(pair[1]))
    return page.show(
        "company/say.html", page.status, company=company, target=target, words=words, clauses=clauses, mine=mine, names=names,
        served=served, errors=errors, here="say", pages=[(path, page_name(path)) for path in PAGES], in_force={c.id: c.clause.version for c in book.clauses},
    )  # fmt: skip


@router.post("/say")
def say(page: Citizen, form: Form, session: Unit) -> Response:
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    target, words = text_of(form, "clause"), text_of(form, "words")
    clause = served.book(session).find(target)
    lead = feedback.load_words(benefits.policy_folder()).pages_to or served.agencies[0][0]
    try:
        feedback.suggest(
            session, company.id, benefits.company_actor(page.actor, company), "clause" if clause else "page", target if clause or target in PAGES else "/company",
            clause.clause.agency if clause else lead, words,
        )  # fmt: skip
    except Problem as problem:
        typed = {"clause": target, "words": words}
        return page.again(session, "/company/say", errors=[("words", problem.what)], typed=typed)
    page.leave_note(session, "company.say_note")
    return page.go("/company/say")
