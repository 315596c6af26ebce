"""The risk of a case whose checks have all passed: looked at once, kept with its trace, and at most referred to an officer.

A city without risk data, or a life event that does not say where its members stand, is not looked at. When looking fails, the
case goes on: a model may bring an officer, its absence must not hold up what is lawful.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from onething.catalog.models import City, LifeEvent, RiskFacts
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.planning.models import Facts
from onething.planning.service import evaluate, with_derived
from onething.risk import service as risk

log = get_logger("casework.risks")
_ROLES = {role.name.lower(): role for role in risk.Role}


def describe(city: City, wanted: RiskFacts, facts: Facts, company: str, day: date) -> risk.Description:
    """The filing as the relation graph sees it; what is not known is left out."""

    def text(expression: str | None) -> str:
        value = evaluate(expression, facts, day) if expression else None
        return "" if value is None else str(value)

    capital = evaluate(wanted.capital, facts, day) if wanted.capital else None
    phones: list[Any] = (evaluate(wanted.phones, facts, day) if wanted.phones else None) or []
    return risk.Description(
        company=company, moment=risk.minutes(now()), people=_people(evaluate(wanted.people, facts, day)), province=city.division[:2],
        address=text(wanted.address), phones=sorted({str(each) for each in phones if each}),
        agent=text(wanted.agent), trade=text(wanted.trade), capital=float(capital) if capital not in (None, "") else None,
    )  # fmt: skip


def _people(rows: Any) -> list[risk.Person]:
    found: list[risk.Person] = []
    for row in cast("list[Mapping[str, Any]]", rows or []):
        role = _ROLES.get(str(row.get("role", "")))
        if role is not None and row.get("number"):
            found.append(
                risk.Person(str(row["number"]), role, float(row.get("share") or 0), bool(row.get("corporate")))
            )
    return found


def look(db: Database, city: City, event: LifeEvent, facts: Facts, case_id: str, day: date) -> list[dict[str, Any]]:
    """What an officer has to judge, the heaviest first; empty when nothing is out of the ordinary."""
    if event.risk is None:
        return []
    try:
        policy = risk.city_policy(city.id)
        with db.transaction() as session:
            found = risk.assess(
                session, policy, describe(city, event.risk, with_derived(event, facts, day), case_id, day), case_id
            )
    except Problem as problem:
        if problem.kind.code != "risk.no_policy":
            log.warning("the risk of a case could not be looked at", case=case_id, code=problem.kind.code)
        return []
    if not found.refer:
        return []
    return [
        {"code": f"risk.{reason.indicator}", "outcome": "undecided", "words": reason.text.model_dump(), "ground": "", "missing": [], "trace": []}
        for reason in found.reasons
    ]  # fmt: skip


def remember(db: Database, city: City, event: LifeEvent, facts: Facts, case_id: str, day: date) -> None:
    """The company exists: its relations join the graph under its credit code. Doing it again changes nothing."""
    if event.risk is None:
        return
    known = with_derived(event, facts, day)
    company = evaluate(event.risk.company, known, day)
    if not company:
        return
    with db.transaction() as session:
        risk.registered(session, describe(city, event.risk, known, str(company), day), was=case_id)
