"""For administrators and auditors: how the city's work stands, who works here with which rights, and the log of all looks and acts.

Both see, and neither decides; that an auditor searched somebody's looks is itself a look, and written down.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Response

from onething.casework import acts as casework_acts
from onething.casework import service as casework
from onething.casework.officers import service as officers
from onething.catalog.service import get_city
from onething.core import events
from onething.core.access import Role
from onething.core.clock import now
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.persons.numbers import numbers_meant
from onething.core.rights.service import Act, Reach, away_words, declared
from onething.exchange.service import stats
from onething.oversight import acts
from onething.subjects import service as subjects
from onething.web.http.page import Doing, Page, Unit, page_router
from onething.web.pages.case.me import KINDS

router = page_router("/console")
ROLES = (Role.OFFICER, Role.ADMIN, Role.AUDITOR)
PERIODS = {"day": 1, "week": 7, "month": 30, "year": 365}
SIZE = 40


@dataclass(frozen=True, slots=True)
class Official:
    """One official as the logs know her: by code, never by name."""

    code: str
    role: str
    agency: Text
    acts: int
    looks: int
    last: datetime


@router.get("/overview")
def overview(page: Annotated[Page, Doing(casework_acts.READ_FIGURES)], session: Unit) -> Response:
    city = get_city()
    called = {each.agency: each for each in stats(session, now() - timedelta(days=1))}
    cases = officers.cases_by_state(session, page.actor)
    work = officers.workload(session, page.actor)
    return page.show(
        "console/overview.html", cases=[(status, cases[status], KINDS[status]) for status in KINDS if status in cases],
        total=sum(cases.values()), work=work, open=sum(row.open for row in work), late=sum(row.late for row in work),
        agencies={each.id: each.short for each in city.agencies}, called=called,
        down=[city.short_label_of(agency) for agency in sorted(page.helpers.down())],
    )  # fmt: skip


def _officials(session: Any, since: datetime) -> list[Official]:
    """Everybody who acted or looked since then, the latest first."""
    city, looks = get_city(), events.lookers(session, since)
    found: list[Official] = []
    for role in ROLES:
        acted = events.actors(session, role.value, since)
        for code in {*acted, *(code for code in looks if code.startswith(f"{role.value}:"))}:
            (acts, did), (seen, saw) = acted.get(code, (0, since)), looks.get(code, (0, since))
            agency = code.split(":")[1]
            name = away_words(agency) or (city.label_of(agency) if city.agency(agency) else Text.same("—"))
            found.append(Official(code, role.value, name, acts, seen, max(did, saw)))
    return sorted(found, key=lambda each: each.last, reverse=True)


@router.get("/people")
def people(page: Annotated[Page, Doing(acts.READ_LOOKS)], session: Unit, period: str = "month") -> Response:
    """Who works here, as the logs know it, and what each role may."""
    since = now() - timedelta(days=PERIODS.get(period, 30))
    return page.show(
        "console/people.html", found=_officials(session, since)[:200], period=period, periods=list(PERIODS),
        roles=[role.value for role in ROLES], acts=[(each.says, [_where(each, role) for role in ROLES]) for each in declared().values()],
    )  # fmt: skip


def _where(act: Act, role: Role) -> str:
    """How far the act reaches in this role's hands: agency, city, installation, or not at all."""
    if role not in act.roles:
        return "none"
    return "city" if act.reach is Reach.AGENCY and role is not Role.OFFICER else act.reach.value


@router.get("/log")
def log(
    page: Annotated[Page, Doing(acts.READ_LOOKS)],
    kind: str = "looks",
    who: str = "",
    person: str = "",
    case: str = "",
    period: str = "month",
    before: int = 0,
) -> Response:
    """All looks at people's data, or all acts of officials: by who, whose, which case, when. `who` begins an actor's code."""
    kind = kind if kind in {"looks", "acts"} else "looks"
    wanted = {
        "kind": kind,
        "who": who.strip()[:120],
        "person": person.strip()[:30],
        "case": case.strip()[:40],
        "period": period,
    }
    with get_database().transaction() as session:
        rows, unknown = _rows(page, session, wanted, before)
    older = urlencode(wanted | {"before": rows[SIZE - 1]["seq"]}) if len(rows) > SIZE else ""
    return page.show(
        "console/log.html", rows=rows[:SIZE], older=older, unknown=unknown, periods=list(PERIODS), before=before, wanted=wanted,
        agencies=[(f"{role}:{each.id}:", each.short) for role in ("officer",) for each in get_city().agencies],
    )  # fmt: skip


def _rows(page: Page, session: Any, wanted: dict[str, str], before: int) -> tuple[list[dict[str, Any]], str]:
    """The lines, one more than are shown, and which question has no answer (`person`, `case`) if one has none."""
    since = now() - timedelta(days=PERIODS.get(wanted["period"], 30))
    subject_id = case_id = None
    if wanted["person"]:
        found = subjects.find_people(session, numbers_meant(wanted["person"]))
        if len(found) != 1:  # a bare number may be that of passports of two countries
            return [], "person"
        subject_id = found[0].id
        actor = page.actor.actor
        events.record_access(session, subject_id=subject_id, actor=actor, what="access_log", ground="duty")
    if wanted["case"]:
        try:
            case_id = casework.case_view(session, page.actor, wanted["case"], timeline_limit=1).summary.id
        except Problem:
            return [], "case"
    city = get_city()
    if wanted["kind"] == "acts":
        acts = events.acts(
            session, wanted["who"] or "officer:", stream=case_id, after=since, before=before or None, limit=SIZE + 1
        )
        return [
            {"seq": each.seq, "at": each.at, "who": casework.actor_words(city, each.actor, official=True), "code": each.actor,
             "what": casework.event_words(each.type), "why": Text.same(each.type), "case": each.stream}
            for each in acts
        ], ""  # fmt: skip
    looks = events.search_accesses(
        session,
        actor=wanted["who"],
        subject_id=subject_id,
        case_id=case_id,
        since=since,
        before=before or None,
        limit=SIZE + 1,
    )
    return [
        {"seq": each.seq, "at": each.look.at, "who": casework.actor_words(city, each.look.actor, official=True), "code": each.look.actor,
         "what": casework.seen_words(city, each.look.what), "why": casework.ground_words(each.look.ground, official=True), "case": each.look.case_id or ""}
        for each in looks
    ], ""  # fmt: skip
