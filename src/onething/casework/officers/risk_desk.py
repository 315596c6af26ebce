"""Risk as officers see it: the cases that were judged, what lies around one, what was found out, which model judges.

It is for the agency that checks the filing, and for auditors; nobody else sees that a company was doubted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework import acts
from onething.casework.cases import store
from onething.casework.cases.access import may_see, note_look
from onething.casework.decisions.risk_assessment import describe
from onething.casework.errors import CASE_NOT_FOUND
from onething.casework.tables import CaseRow
from onething.catalog.models import City
from onething.catalog.service import find_event, get_city
from onething.core.access import Principal
from onething.core.clock import now, today
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.rights.service import Act, Scope, may, require, scope_of
from onething.planning.service import with_derived
from onething.risk import service as risk


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A case beside what was concluded about it."""

    looked: risk.Looked
    reference: str


@dataclass(frozen=True, slots=True)
class RiskDesk:
    """The page of all. `drift`: indicators of the last month against the live model, the largest first."""

    cases: Sequence[JudgedCase]
    drift: Sequence[risk.Drift]
    models: Sequence[risk.Version]
    names: Mapping[str, Any]
    """Indicator → its name in the city's words."""


@dataclass(frozen=True, slots=True)
class RiskView:
    """The page of one case."""

    case_id: str
    reference: str
    looked: risk.Looked
    reasons: Sequence[risk.Reason]
    around: Sequence[risk.Around]
    names: Mapping[str, str]
    """Number of a person or company → the name the filing gives."""
    measured: Sequence[risk.Measured]
    findings: Sequence[tuple[Any, bool, str]]


def judges(principal: Principal | None, city: City | None = None) -> bool:
    """Whether there is risk to judge in this city, and this principal may see it."""
    scope = scope_here(city)
    return principal is not None and bool(scope.agencies) and bool(may(principal, acts.OPEN_RISK, scope))


def scope_here(city: City | None = None) -> Scope:
    """Whose risk is: the agencies that decide what is looked at, as rights are asked."""
    city = city or get_city()
    agencies = sorted(_agencies(city))
    return scope_of(*agencies, city=city.id, named=Text.joined(city.short_label_of(each) for each in agencies))


def desk(
    session: Session, principal: Principal, *, referred: bool, before: int | None = None, limit: int = 30
) -> RiskDesk:
    """Raises `Problem(risk.no_policy)`, and the reason why it is not hers to see."""
    policy = _policy(principal, acts.OPEN_RISK)
    looked = risk.lately(session, referred=referred, before=before, limit=limit)
    wanted = CaseRow.id.in_([each.case_id for each in looked if each.case_id])
    references = {
        row.id: row.reference
        for row in session.execute(select(CaseRow.id, CaseRow.reference).where(wanted, may_see(principal)))
    }
    cases = [JudgedCase(each, references[each.case_id]) for each in looked if each.case_id in references]
    names = {name: words.name for name, words in policy.indicators.items()}
    return RiskDesk(cases, risk.drift_of_late(session), risk.versions(session), names)


def view(session: Session, principal: Principal, case_id: str) -> RiskView:
    """One case. Noted as a look; call inside `db.transaction()`. Raises `Problem(CASE_NOT_FOUND | risk.no_policy)`, or why not."""
    policy = _policy(principal, acts.OPEN_RISK)
    case, looked = _case(session, principal, case_id)
    note_look(session, principal, case, "risk")
    city = get_city()
    event = find_event(city, case.life_event)
    facts = with_derived(event, store.facts_of(session, case.id), today())
    filing = describe(city, event.risk, facts, case.id, today()) if event.risk else None
    again = risk.assessment_of(session, case.id, policy)
    model = risk.model_of(session, looked.model)
    around = [] if filing is None else risk.around(session, filing, own=looked.company)
    return RiskView(
        case.id, case.reference, looked, again.reasons if again else (), around, dict(_names(facts)),
        risk.measured(session, policy, case.id, model), risk.findings_about(session, looked.company),
    )  # fmt: skip


def find(session: Session, principal: Principal, case_id: str, shell: bool) -> None:
    """Record what was found out about the company; the newest finding counts. Raises like `view`; auditors only look."""
    _policy(principal, acts.RECORD_FINDING)
    _, looked = _case(session, principal, case_id)
    risk.record(session, [risk.Finding(str(looked.company), shell, now(), principal.actor)])


def train(session: Session, principal: Principal) -> str:
    """Grow a model of all findings, for a colleague to approve; its version. Raises `risk.too_few_findings`."""
    policy = _policy(principal, acts.TRAIN_RISK)
    return risk.grow(session, principal.actor, policy.share_referred).version


def approve(session: Session, principal: Principal, version: str) -> None:
    """Raises `risk.four_eyes | risk.no_such_model`."""
    _policy(principal, acts.APPROVE_RISK)
    risk.approve(session, version, principal.actor)


def _case(session: Session, principal: Principal, case_id: str) -> tuple[CaseRow, risk.Looked]:
    case = session.scalars(select(CaseRow).where(CaseRow.id == case_id, may_see(principal))).one_or_none()
    looked = risk.looked_at(session, case_id) if case is not None else None
    if case is None or looked is None:
        raise Problem(CASE_NOT_FOUND)
    return case, looked


def _policy(principal: Principal, act: Act) -> risk.RiskPolicy:
    require(principal, act, scope_here())
    return risk.city_policy(get_city().id)


def _agencies(city: City) -> set[str]:
    """Those whose services are decided by the checks of a filing whose risk is looked at."""
    return {
        service.agency
        for event in city.life_events
        if event.risk is not None
        for service in event.services
        if service.handling.checks
    }


def _names(value: Any) -> Iterator[tuple[str, str]]:
    """Whoever stands anywhere in the facts with a number and a name."""
    if isinstance(value, dict):
        row = cast("dict[str, Any]", value)
        if row.get("id_number") and row.get("name"):
            yield str(row["id_number"]), str(row["name"])
        for each in row.values():
            yield from _names(each)
    elif isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from _names(each)
