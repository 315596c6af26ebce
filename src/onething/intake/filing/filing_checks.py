"""The checks of a filing that is not a case yet: looked at as often as one likes, kept when they refuse a submission."""

from sqlalchemy.orm import Session

from onething.casework.service import keep_run
from onething.core.access import Principal
from onething.core.clock import today
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.store import load
from onething.planning.service import with_derived
from onething.review.service import CheckResult, best_facts, knowing_origins, run_checks


def check_filing(session: Session, principal: Principal, filing_id: str) -> list[CheckResult]:
    """Every check as things stand, in the order of their numbers; none for life events without checks."""
    return run_on(situation_of(load(session, principal, filing_id)))


def keep_refusal(session: Session, principal: Principal, filing_id: str) -> str | None:
    """Keep the run that stood in the way of a submission, with its traces; returns its id. The filing stays a draft."""
    filing = load(session, principal, filing_id)
    situation = situation_of(filing)
    results = run_on(situation)
    if not results:
        return None
    subject = filing.row.subject_id
    return keep_run(session, situation.city, situation.event, results, today(), subject, filing_id)


def run_on(situation: Situation) -> list[CheckResult]:
    """Every check on a filing as it stands."""
    if not situation.event.checks:
        return []
    day = today()
    known = with_derived(situation.event, situation.facts, day)
    facts = knowing_origins(known, best_facts(situation.settled))
    return run_checks(
        situation.city, situation.event, facts, day, reserved=situation.filing.reserved, unasked=situation.unasked
    )
