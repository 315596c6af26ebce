"""Facts of many cases at once, to try a changed rule on them. Only what the rule reads is taken, and no name."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.casework.cases.access import may_see
from onething.casework.cases.store import facts_of_many
from onething.casework.tables import CaseRow
from onething.catalog.models import LifeEvent
from onething.core.access import Principal
from onething.core.clock import local
from onething.core.errors import Problem
from onething.planning.service import with_derived
from onething.rules.columns.service import Population, from_records
from onething.rules.errors import NO_SUBJECTS

MOST = 20_000
_TOGETHER = 500


def facts_of_cases(
    session: Session, principal: Principal, event: LifeEvent, names: Collection[str], day: date, limit: int = 5_000
) -> list[tuple[str, dict[str, Any]]]:
    """(reference, facts) of the newest cases of a life event that `principal` may see; `names` are the facts wanted.

    Facts are nested dicts, as decisions read them, derived ones included.
    """
    query = select(CaseRow.id, CaseRow.subject_id, CaseRow.reference)
    query = query.where(CaseRow.life_event == event.id, may_see(principal))
    cases = session.execute(query.order_by(CaseRow.submitted_at.desc()).limit(min(limit, MOST))).all()
    known: dict[str, dict[str, dict[str, Any]]] = {}
    for start in range(0, len(cases), _TOGETHER):
        part = cases[start : start + _TOGETHER]
        known |= facts_of_many(session, {case.id: case.subject_id for case in part})
    return [(case.reference, only(with_derived(event, known[case.id], day), names)) for case in cases]


def cases_as_population(
    session: Session, principal: Principal, event: LifeEvent, names: Collection[str], day: date
) -> Population:
    """The same as subjects to try rules on, named by their references. Raises `Problem` (rules.no_subjects) for none."""
    found = facts_of_cases(session, principal, event, sorted(names), day)
    if not found:
        raise Problem(NO_SUBJECTS, field="file")
    return from_records([facts for _, facts in found], [reference for reference, _ in found])


def filings_since(
    session: Session, principal: Principal, event: LifeEvent, names: Collection[str], since: datetime, limit: int = MOST
) -> Iterator[tuple[str, dict[str, Any], date]]:
    """(reference, facts, day of submission) of the cases submitted since then, the newest first, a few hundred in memory
    at a time. What an agency found out later is among the facts."""
    query = select(CaseRow.id, CaseRow.subject_id, CaseRow.reference, CaseRow.submitted_at)
    query = query.where(CaseRow.life_event == event.id, CaseRow.submitted_at >= since, may_see(principal))
    cases = session.execute(query.order_by(CaseRow.submitted_at.desc()).limit(limit)).all()
    for start in range(0, len(cases), _TOGETHER):
        part = cases[start : start + _TOGETHER]
        known = facts_of_many(session, {case.id: case.subject_id for case in part})
        for case in part:
            day = local(case.submitted_at).date()
            yield case.reference, only(with_derived(event, known[case.id], day), names), day


def count_since(session: Session, principal: Principal, event: LifeEvent, since: datetime, limit: int = MOST) -> int:
    """How many `filings_since` would give."""
    query = select(func.count()).where(
        CaseRow.life_event == event.id, CaseRow.submitted_at >= since, may_see(principal)
    )
    return min(session.scalar(query) or 0, limit)


def only(facts: dict[str, dict[str, Any]], names: Collection[str]) -> dict[str, Any]:
    """The named facts and nothing else; a bare slot name takes the whole slot."""
    kept: dict[str, Any] = {}
    for name in names:
        slot, _, field = name.partition(".")
        if slot not in facts:
            continue
        if not field:
            kept[slot] = facts[slot]
        elif field.split(".")[0] in facts[slot]:
            first = field.split(".")[0]
            kept.setdefault(slot, {})[first] = facts[slot][first]
    return kept
