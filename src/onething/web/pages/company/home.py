"""A company's home: what it is given without applying, what it nearly has, what it received, and one tap for each answer."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from onething.catalog.service import get_city
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.notices import service as notices
from onething.payments import service as payments
from onething.policy.fulfilment import service as benefits
from onething.policy.matching import service as matching
from onething.subjects.models import Person
from onething.subjects.profiles import service
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Citizen, Form, Page, Unit, found, local_path, page_router, text_of
from onething.web.http.parts import Condition
from onething.web.view import inbox

router = page_router("/company")
KINDS = {
    "asked": "turn", "noticed": "running", "waiting": "wait", "scheduled": "wait", "ordered": "running", "paid": "done",
    "failed": "turn", "objected": "wait", "lapsed": "wait", "displaced": "wait", "overpaid": "done", "recovering": "turn",
    "recovered": "done",
}  # fmt: skip
FEW = 6


@dataclass(frozen=True, slots=True)
class Given:
    """A benefit on the company's pages: all its instalments together."""

    id: str
    name: Text
    agency: Text
    yuan: Decimal
    state: str
    code: str
    kind: str
    pay_after: datetime | None
    place: str
    parts: tuple[benefits.Award, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A clause that a company does not have (yet)."""

    id: str
    name: Text
    agency: Text
    yuan: Decimal | None
    short: Text | None
    condition: Text | None
    missing: tuple[Text, ...]
    until: date | None


def given(served: benefits.Served, session: Session, awards: list[benefits.Award]) -> list[Given]:
    """Awards with their instalments and supplements, whatever needs the company first."""
    book = served.book(session)
    groups: dict[tuple[str, str], list[benefits.Award]] = {}
    for each in sorted(awards, key=lambda award: award.part):
        groups.setdefault((each.clause_id, each.period), []).append(each)
    made: list[Given] = []
    for parts in groups.values():
        first, clause = parts[0], book.find(parts[0].clause_id)
        turn = next((part for part in parts if _kind(part) == "turn"), first)
        made.append(
            Given(
                first.id, matching.clause_name(clause, first.clause_id), served.agency(first.agency), sum((p.yuan for p in parts), Decimal(0)),
                turn.state.value, turn.code, _kind(turn), first.pay_after, str(clause.clause.place) if clause else "", tuple(parts),
            )
        )  # fmt: skip
    rank = {"turn": 0, "running": 1, "wait": 2, "done": 3, "bad": 2}
    return sorted(made, key=lambda each: (rank[each.kind], -each.yuan))


def _kind(award: benefits.Award) -> str:
    return "turn" if award.code == "no_account" else KINDS[award.state.value]


def policies(served: benefits.Served, session: Session, company_id: str) -> tuple[list[Policy], list[Policy]]:
    """(one condition short, cannot be told), nearest and dearest first."""
    book = served.book(session)
    matches = matching.for_company(book, service.facts_of(session, served.spec, company_id), served.spec)
    near = [_policy(served, book.by_id[m.clause_id], m) for m in matches if m.outcome == "near"]
    open_ = [_policy(served, book.by_id[m.clause_id], m) for m in matches if m.outcome == "undecided"]
    return near, open_


def _policy(served: benefits.Served, clause: matching.ReadyClause, match: matching.Match) -> Policy:
    short = match.short
    return Policy(
        clause.id, matching.clause_name(clause, clause.id), served.agency(clause.clause.agency), match.amount, short.short if short and short.short.zh else None,
        short.text if short else None, tuple(served.names(match.missing)), matching.ends_soon(clause),
    )  # fmt: skip


@router.get("")
def home(page: Citizen, session: Unit) -> Response:
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    mine = given(served, session, benefits.awards_of(session, company.id, 500))
    near, open_ = policies(served, session, company.id)
    paid = [part for each in mine for part in each.parts if part.state is benefits.AwardState.PAID]
    book = served.book(session)
    have = {each.parts[0].clause_id for each in mine}
    ending = [each for each in near if each.until] + [
        Policy(c.id, matching.clause_name(c, c.id), served.agency(c.clause.agency), None, None, None, (), matching.ends_soon(c))
        for c in book.clauses if matching.ends_soon(c) and c.id in have
    ]  # fmt: skip
    return page.show(
        "company/home.html", company=company, turn=[e for e in mine if e.kind == "turn"],
        running=[e for e in mine if e.kind == "running"], rest=[e for e in mine if e.kind in ("wait", "done")], near=near[:FEW],
        more_near=max(0, len(near) - FEW), undecided=open_[:FEW], ending=ending[:FEW],
        received=sum((part.yuan for part in paid), Decimal(0)), coming=sum((e.yuan for e in mine if e.kind == "running"), Decimal(0)),
        at_once=benefits.EVERYTHING in benefits.standing_of(session, [company.id]).get(company.id, benefits.Standing()).scopes,
        object_days=served.terms.object_days,
        messages=inbox.shown(notices.messages_for(session, company.id, size=6, lang=page.lang, city_of=get_city).messages), here="home",
    )  # fmt: skip


@router.get("/policies")
def all_policies(page: Citizen, session: Unit) -> Response:
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    near, open_ = policies(served, session, company.id)
    return page.show("company/policies.html", company=company, near=near, undecided=open_, here="policies")


@router.get("/policies/{clause_id:path}")
def policy(page: Citizen, session: Unit, clause_id: str) -> Response:
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    clause = found(served.book(session).find(clause_id))
    match = matching.match(clause, service.facts_of(session, served.spec, company.id), served.spec)
    conditions = [_condition(page, line) for line in match.lines]
    with get_database().transaction() as writing:
        benefits.seen(writing, company.id, clause_id)
    return page.show(
        "company/policy.html", company=company, clause=clause.clause, name=matching.clause_name(clause, clause_id), match=match,
        conditions=conditions, agency=served.agency(clause.clause.agency), missing=served.names(match.missing), until=matching.ends_soon(clause),
        here="policies",
    )  # fmt: skip


def _condition(page: Page, line: Any) -> Condition:
    has = page.say(line.has)
    text = page.say(line.text) + (page.t("company.now", value=has) if has else "")
    if page.say(line.short):
        text += page.t("company.comma") + page.say(line.short)
    return Condition(text, line.outcome)


def _kept(page: Page, reasons: tuple[dict[str, Any], ...]) -> list[Condition]:
    """Conditions as they were decided on then."""
    made: list[Condition] = []
    for each in reasons:
        has = each["has"][page.lang]
        made.append(Condition(each["text"][page.lang] + (page.t("company.then", value=has) if has else ""), each["outcome"]))  # fmt: skip
    return made


@router.get("/benefits/{award_id}")
def benefit(page: Citizen, session: Unit, award_id: str) -> Response:
    company = benefits.company_of(session, page.actor)
    award = benefits.award(session, award_id, company.id)
    with get_database().transaction() as writing:
        benefits.seen(writing, company.id, award.clause_id)
    return _show(page, session, company, award_id)


def _show(page: Page, session: Session, company: Person, award_id: str) -> Response:
    served = benefits.served()
    award = benefits.award(session, award_id, company.id)
    same = [each for each in benefits.awards_of(session, company.id, 500) if (each.clause_id, each.period) == (award.clause_id, award.period)]  # fmt: skip
    (whole,) = given(served, session, same)
    orders = payments.by_ids(session, [each.order_id for each in same if each.order_id])
    clause = served.book(session).find(award.clause_id)
    return page.show(
        "company/benefit.html", page.status, company=company, benefit=whole, clause=clause.clause if clause else None,
        conditions=_kept(page, award.reasons), orders=orders, accounts=service.accounts_of(session, company.id), award=award,
        errors=page.errors, kinds=KINDS, here="home", kept=page.typed,
        always=award.clause_id in benefits.standing_of(session, [company.id]).get(company.id, benefits.Standing()).scopes,
    )  # fmt: skip


@router.post("/benefits/{award_id}/object")
def object_to(page: Citizen, form: Form, session: Unit, award_id: str) -> Response:
    company = benefits.company_of(session, page.actor)
    words = text_of(form, "words")
    if not words:
        missing = [("words", MESSAGES("company.words_needed"))]
        return page.again(session, f"/company/benefits/{award_id}", errors=missing)
    benefits.object_to(session, company.id, award_id, words, benefits.company_actor(page.actor, company))
    page.leave_note(session, "company.objected_note", "info")
    return page.go(f"/company/benefits/{award_id}")


@router.post("/benefits/{award_id}/again")
def take_again(page: Citizen, session: Unit, award_id: str) -> Response:
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    benefits.take_again(session, company.id, award_id, served.books.of, served.terms)
    page.leave_note(session, "company.again_note")
    return page.go(f"/company/benefits/{award_id}")


@router.post("/benefits/{award_id}/consent")
def consent(page: Citizen, form: Form, session: Unit, award_id: str) -> Response:
    """Accept this one; with `always` each further period of it too."""
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    actor = benefits.company_actor(page.actor, company)
    if text_of(form, "always") == "yes":
        clause_id = benefits.award(session, award_id, company.id).clause_id
        benefits.give_standing(session, company.id, clause_id, actor)
    benefits.consent(session, company.id, award_id, served.books.of, served.terms, actor)
    page.leave_note(session, "company.consent_note")
    return page.go(f"/company/benefits/{award_id}")


@router.post("/benefits/{award_id}/account")
def account(page: Citizen, form: Form, session: Unit, award_id: str) -> Response:
    """Choose one of the company's accounts, or add one: both in one step."""
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    chosen, number = text_of(form, "account"), text_of(form, "number")
    if number:
        try:
            chosen = service.add_account(session, company.id, number, text_of(form, "bank")).id
        except Problem as problem:
            typed = {"number": number, "bank": text_of(form, "bank")}
            return page.again(session, f"/company/benefits/{award_id}", errors=[("number", problem.what)], typed=typed)
        benefits.account_added(session, company.id, served.books.of, served.terms)
    if not chosen:
        missing = [("number", MESSAGES("company.account_needed"))]
        return page.again(session, f"/company/benefits/{award_id}", errors=missing)
    if benefits.award(session, award_id, company.id).open:
        benefits.choose_account(session, company.id, award_id, chosen, served.books.of, served.terms)
    page.leave_note(session, "company.account_note")
    return page.go(f"/company/benefits/{award_id}")


@router.post("/at-once")
def at_once(page: Citizen, form: Form, session: Unit) -> Response:
    """Paid at once from now on for all that binds to nothing; or told first again, for that or for the clause `scope`."""
    company = benefits.company_of(session, page.actor)
    actor, wanted = benefits.company_actor(page.actor, company), text_of(form, "wanted") == "yes"
    if wanted:
        benefits.give_standing(session, company.id, benefits.EVERYTHING, actor)
    else:
        benefits.end_standing(session, company.id, text_of(form, "scope") or benefits.EVERYTHING, actor)
    page.leave_note(session, "company.at_once_on" if wanted else "company.at_once_off")
    return page.go(local_path(text_of(form, "next"), "/company"))


@router.get("/received")
def received(page: Citizen, session: Unit) -> Response:
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    book = served.book(session)
    awards = [each for each in benefits.awards_of(session, company.id, 500) if each.state in benefits.GIVEN - {benefits.AwardState.ORDERED}]  # fmt: skip
    orders = payments.by_ids(session, [each.order_id for each in awards if each.order_id])
    lines = [(each, matching.clause_name(book.find(each.clause_id), each.clause_id), served.agency(each.agency), orders.get(each.order_id or "")) for each in awards]  # fmt: skip
    lines.sort(key=lambda line: line[0].paid_at or line[0].found_at, reverse=True)
    return page.show("company/received.html", company=company, lines=lines, total=sum((e.yuan for e in awards), Decimal(0)), here="received")  # fmt: skip
