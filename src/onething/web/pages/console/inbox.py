"""The officials' console: inbox by deadline, one item with all that needs judgement, cases, agencies' health.

Officers see and decide their own agency's items; administrators and auditors see all and decide nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Response

from onething.casework import acts
from onething.casework import service as casework
from onething.casework.models import InboxFilter, TimelineEntry, Told
from onething.casework.officers import service as officers
from onething.catalog.service import get_city
from onething.core import events
from onething.core.access import Role
from onething.core.clock import now
from onething.core.db import get_database
from onething.core.errors import both
from onething.core.rights.service import scope_of
from onething.core.whole import whole
from onething.exchange import acts as exchange_acts
from onething.exchange.service import messages_about, recent, stats
from onething.web.http.console_menu import console_menu
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Doing, Form, Page, Unit, page_router, text_of, texts_of
from onething.web.http.parts import Choice
from onething.web.pages.case.me import KINDS
from onething.web.view.pictures import photos_of

router = page_router("/console")
VIEWS = ("open", "mine", "late", "done")
PAGE_SIZE = 30


@router.get("")
def inbox(
    page: Annotated[Page, Doing(acts.LIST_ITEMS)], session: Unit, view: str = "", service: str = "", after: str = ""
) -> Response:
    """Open items, the most urgent first. Who decides nothing comes out at the overview, unless a list is asked for."""
    menu = [href for _, href in console_menu(page.principal)]
    if not view and menu and menu[0] != "/console":
        return page.go(menu[0])
    view = view if view in VIEWS else "open"
    wanted = InboxFilter(
        mine=view == "mine", late=view == "late", decided=view == "done", service=service or None, after=after or None,
        limit=PAGE_SIZE,
    )  # fmt: skip
    found = officers.inbox(session, page.actor, wanted)
    city, actor = get_city(), page.actor
    services = [
        (each.id, page.say(each.name)) for event in city.life_events for each in event.services
        if actor.role is not Role.OFFICER or each.agency in actor.agencies
    ]  # fmt: skip
    agency = city.agency(actor.agency_id or "")
    older = urlencode({"view": view, "service": service, "after": found.next}) if found.next else ""
    return page.show(
        "console/inbox.html", items=found.items, older=older, view=view, views=VIEWS, service=service,
        services=services, agency=agency, now=now(), soon=now() + timedelta(days=1), team=_team(page, session),
        agencies={each.id: each.short for each in city.agencies}, first=not after,
    )  # fmt: skip


def _team(page: Page, session: Unit) -> list[officers.Workload]:
    """How the work of an officer's agency stands, by person; nothing for those who have an overview of their own."""
    return officers.workload(session, page.actor) if page.actor.role is Role.OFFICER else []


@router.get("/items/{item_id}")
def item(page: Annotated[Page, Doing(acts.OPEN_ITEM)], item_id: str) -> Response:
    """One item; after a decision that could not be taken, with what was typed and what is missing."""
    # A look is written down, so that the citizen can see it: showing an item is a transaction of its own.
    with get_database().transaction() as session:
        view = officers.work_item(session, page.actor, item_id)
    agency = view.item.agency
    may_decide = page.may(acts.DECIDE_ITEM, scope_of(agency, named=get_city().short_label_of(agency)))
    mine = bool(may_decide) and view.decided_at is None
    decided_by = page.say(casework.actor_words(get_city(), view.decided_by, official=True)) if view.decided_by else ""
    kept = {name: page.typed_text(name) for name in ("reason", "decision")} | {"asks": page.typed_list("asks")}
    error = next((words for _, words in page.errors), page.say(both(page.problem)) if page.problem else "")
    evidence = officers.item_evidence(view)
    askable = [Choice(f"{slot}:{paper}", page.say(name)) for slot, paper, name in evidence.askable]
    return page.show(
        "console/item.html", page.status, view=view, may_decide=may_decide, mine=mine, error=error, kept=kept,
        happenings=_story(view.history), now=now(), decided_by=decided_by,
        evidence=evidence, askable=askable, photos=photos_of(page, view.documents),
    )  # fmt: skip


@router.post("/items/{item_id}/claim")
def claim(page: Annotated[Page, Doing(acts.CLAIM_ITEM)], form: Form, session: Unit, item_id: str) -> Response:
    """Take it, take it over, or give it back."""
    release, over = (text_of(form, name) == "yes" for name in ("release", "take_over"))
    officers.claim_item(session, page.actor, item_id, release=release, take_over=over)
    return page.go(f"/console/items/{item_id}")


@router.post("/items/{item_id}/decide")
def decide(page: Annotated[Page, Doing(acts.DECIDE_ITEM)], form: Form, item_id: str) -> Response:
    """Approve, refuse or ask the applicant for more; what was typed survives every refusal of ours."""
    decision, reason, asks = text_of(form, "decision"), text_of(form, "reason"), texts_of(form, "asks")
    version = text_of(form, "version")
    error = _what_is_missing(decision, reason, asks)
    if error:
        typed = {"reason": reason, "decision": decision, "asks": asks}
        with get_database().transaction() as session:
            return page.again(
                session, f"/console/items/{item_id}", errors=[("decision", MESSAGES(f"console.{error}"))], typed=typed
            )
    typed = {"reason": reason, "decision": decision, "asks": asks}
    if text_of(form, "edit"):
        with get_database().transaction() as session:
            return page.again(session, f"/console/items/{item_id}", typed=typed)
    if decision == "refuse" and text_of(form, "confirmed") != "yes":
        typed |= {"version": version, "next": text_of(form, "next")}
        with get_database().transaction() as session:
            return page.again(session, f"/console/items/{item_id}/refuse", typed=typed)
    wanted = [officers.ask_for(*ask.partition(":")[::2]) for ask in asks]
    with get_database().transaction() as session:
        officers.decide(
            session, page.actor, item_id, decision, reason,  # type: ignore[arg-type]
            version=whole(version), asks=wanted if decision == "ask_supplement" else (),
        )  # fmt: skip
        page.leave_note(session, f"console.decided.{decision}")
        following = officers.inbox(session, page.actor, InboxFilter(limit=1)).items
    return page.go(f"/console/items/{following[0].id}" if text_of(form, "next") and following else "/console")


@router.get("/items/{item_id}/refuse")
def ask_again(page: Annotated[Page, Doing(acts.DECIDE_ITEM)], item_id: str) -> Response:
    """A refusal takes a second press: what it means for the applicant, and the reason as she will read it."""
    if not page.typed:
        return page.go(f"/console/items/{item_id}")
    with get_database().transaction() as session:
        view = officers.work_item(session, page.actor, item_id)
        preview = officers.refusal_preview(session, page.actor, item_id)
    return page.show(
        "console/refuse.html", view=view, preview=preview, reason=page.typed_text("reason"), version=page.typed_text("version"),
        following=page.typed_text("next"),
    )  # fmt: skip


def _what_is_missing(decision: str, reason: str, asks: list[str]) -> str:
    if decision not in {"approve", "refuse", "ask_supplement"}:
        return "choose_decision"
    if decision != "approve" and not reason:
        return "reason_missing"
    return "asks_missing" if decision == "ask_supplement" and not asks else ""


@router.get("/cases")
def cases(page: Annotated[Page, Doing(acts.OPEN_CASE)], q: str = "", after: str = "") -> Response:
    """Search by reference, id number or name; without words the newest cases."""
    words = q.strip()[:60]
    with get_database().transaction() as session:
        if words:
            found = casework.search(session, page.actor, words, after or None, PAGE_SIZE)
        else:
            found = casework.newest(session, page.actor, after or None, PAGE_SIZE)
    older = urlencode({"q": words, "after": found.next}) if found.next else ""
    return page.show("console/cases.html", cases=found.items, q=words, older=older, kinds=KINDS)


@router.get("/cases/{case_id}")
def case(page: Annotated[Page, Doing(acts.OPEN_CASE)], case_id: str) -> Response:
    """One case: who did what, when; for auditors the whole log."""
    with get_database().transaction() as session:
        view = casework.case_view(session, page.actor, case_id)
        log = events.of_stream(session, case_id) if page.actor.role is not Role.OFFICER else []
        own = page.actor.agencies if page.actor.role is Role.OFFICER else None
        messages = messages_about(session, case_id=view.summary.id, agencies=own)
        correlations = casework.correlations_of(session, case_id) if page.actor.role is not Role.OFFICER else []
    city = get_city()
    return page.show(
        "console/case.html", case=view, kinds=KINDS, happenings=_story(view.timeline), looks=casework.looks_at(view.looked, official=True),
        log=[(each, page.say(casework.actor_words(city, each.actor, official=True))) for each in log], messages=messages, correlations=correlations,
        why={each.ground: page.say(casework.ground_words(each.ground, official=True)) for each in messages},
        agencies={each.id: each.short for each in city.agencies},
    )  # fmt: skip


def _story(timeline: Sequence[TimelineEntry]) -> list[Told]:
    city = get_city()
    return casework.story(
        timeline, {entry.actor: casework.actor_words(city, entry.actor, official=True) for entry in timeline}
    )


@router.get("/agencies")
def agencies(page: Annotated[Page, Doing(exchange_acts.READ_HEALTH)], session: Unit) -> Response:
    """How the agencies' systems have answered in the last day, and the newest conversations."""
    city = get_city()
    day = {each.agency: each for each in stats(session, now() - timedelta(days=1))}
    states = {state.agency: state for state in page.helpers.states()}
    newest = recent(session, limit=40) if page.may(exchange_acts.READ_MESSAGES, scope_of(city=city.id)) else []
    return page.show("console/agencies.html", city=city, day=day, states=states, messages=newest,
        why={each.ground: page.say(casework.ground_words(each.ground, official=True)) for each in newest},
        agencies={each.id: each.short for each in city.agencies},
    )  # fmt: skip
