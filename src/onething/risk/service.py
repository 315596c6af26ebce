"""The door of the risk room: assess a filing, keep the trace, replay it, record findings, grow and approve models,
watch drift.

Rights are the caller's; functions work in the caller's transaction.

Judging:
`city_policy`: the city's policy; risk.no_policy when it has none, risk.bad_policy when it is not valid.
`assess`: measures, judges and stores with its trace; again for the same company replaces nothing.
`assessment_of`: what was concluded about a case, with reasons; None when it was not assessed.
`replay_case`: the case judged again from its trace, and whether the result is the same; None when it was not
    assessed.
`measured`: the indicators of a case that the city has words for, in their order.
`around`: everybody and everything a filing names, each with its other companies.
`looked_at`: one filing as it was judged; None when it was not.
`lately`: filings of cases, the newest first, a page at a time.

The graph of relations:
`registered`: the company exists now: its relations join the graph; again adds nothing.
`end_company`: it ended at a moment (in `minutes`), revoked when an authority ended it for cause.
`entity_key`: 63 keyed bits that stand for an id number, telephone, address …, which nobody can try numbers against.
`minutes`: a moment as minutes since 2000-01-01 UTC.
`forget`: drops the graph kept in this process.

Findings and models:
`record`: keeps what was found out; a later finding about a company outweighs an earlier one, none is lost.
`findings_about`: (when, shell, by whom), the newest first; the first one counts.
`grow`: grows a model of all findings and leaves it for approval; risk.too_few_findings.
`approve`: makes it live and retires the one before; risk.no_such_model, risk.four_eyes for whoever grew it.
`versions`: the models, newest first.
`model_of`: the model that judged; None for the rules.
`drift_of_late`: how recent filings differ from those the live model was grown on; [] without either.

Nouns of filings: `Around`, `Description`, `Kind`, `Person`, `Role`, `Tie`.
Nouns of judging: `Drift`, `Finding`, `Looked`, `Measured`, `Reason`, `RiskPolicy`, `Version`.
"""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.core.city_folders import city_folder
from onething.core.clock import now
from onething.core.errors import Problem
from onething.risk import learning
from onething.risk.declared import RiskPolicy, load_policy
from onething.risk.describing import Description, Person
from onething.risk.drift import Drift, measure_drift
from onething.risk.errors import NO_POLICY
from onething.risk.graph import entity_key, minutes
from onething.risk.indicators import measure
from onething.risk.judging import judge, replay
from onething.risk.learning import approve, grow, record
from onething.risk.looking import (
    Around,
    Looked,
    Measured,
    Tie,
    Version,
    around,
    findings_about,
    lately,
    looked_at,
    measured,
    versions,
)
from onething.risk.models import Assessment, Finding, Kind, Reason, Role
from onething.risk.store import Memory, add, end_company
from onething.risk.tables import FilingRow, RelationRow
from onething.risk.trees import Model

__all__ = [
    "Around",
    "Description",
    "Drift",
    "Finding",
    "Kind",
    "Looked",
    "Measured",
    "Person",
    "Reason",
    "RiskPolicy",
    "Role",
    "Tie",
    "Version",
    "approve",
    "around",
    "assess",
    "assessment_of",
    "city_policy",
    "drift_of_late",
    "end_company",
    "entity_key",
    "findings_about",
    "forget",
    "grow",
    "lately",
    "looked_at",
    "measured",
    "minutes",
    "model_of",
    "record",
    "registered",
    "replay_case",
    "versions",
]

_memory = Memory()


def forget() -> None:
    """Drop the graph kept in this process."""
    _memory.forget()


def city_policy(city: str | None = None) -> RiskPolicy:
    """Raises `NO_POLICY` when the city has none, `BAD_POLICY` when it is not valid."""
    path = city_folder(city or "") / "risk" / "policy.yaml"
    if not path.exists():
        raise Problem(NO_POLICY)
    return _policy(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _policy(path: Path, _changed: int) -> RiskPolicy:
    return load_policy(path)


def assess(session: Session, policy: RiskPolicy, filing: Description, case_id: str | None = None) -> Assessment:
    """Measure, judge and store with its trace. A second call for the same company replaces nothing: the first trace stands."""
    key = filing.key
    stored = session.get(FilingRow, key)
    if stored is not None:
        return _again(session, policy, stored)
    known = _memory.get(session)
    row = measure(known, filing.seen_by(known.graph.find, policy))
    found = judge(policy, learning.live(session), row)
    session.add(FilingRow(
        company=key, case_id=case_id, moment=filing.moment, row=row.astype("<f4").tobytes(), refer=found.refer,
        probability=found.probability, model=found.model, trace=dict(found.trace),
    ))  # fmt: skip
    return found


def registered(session: Session, description: Description, was: str = "") -> None:
    """The company exists now: its relations join the graph. `was`: what it was assessed under before it had a code.

    Again adds nothing: a company whose relations are there already keeps the first.
    """
    if was:
        session.execute(
            update(FilingRow).where(FilingRow.company == entity_key(Kind.COMPANY, was)).values(company=description.key)
        )
    if session.scalar(select(RelationRow.seq).where(RelationRow.company == description.key).limit(1)) is None:
        add(session, description.relations())


def assessment_of(session: Session, case_id: str, policy: RiskPolicy) -> Assessment | None:
    """What was concluded about a case, with its reasons; None when it was not assessed."""
    stored = session.scalars(select(FilingRow).where(FilingRow.case_id == case_id)).first()
    return None if stored is None else _again(session, policy, stored)


def replay_case(session: Session, case_id: str, policy: RiskPolicy) -> tuple[Assessment, bool] | None:
    """The case judged again from its trace, and whether the result is the same."""
    stored = session.scalars(select(FilingRow).where(FilingRow.case_id == case_id)).first()
    if stored is None:
        return None
    again = _again(session, policy, stored)
    same = again.refer == stored.refer and abs(again.probability - stored.probability) < 1e-12
    return again, same


def _again(session: Session, policy: RiskPolicy, stored: FilingRow) -> Assessment:
    return replay(policy, learning.of_version(session, stored.model), stored.trace)


def model_of(session: Session, version: str) -> Model | None:
    """The model that judged; None for `rules`."""
    return learning.of_version(session, version)


def drift_of_late(session: Session, days: int = 30) -> list[Drift]:
    """How the filings of the last days differ from those the live model was grown on; empty without either."""
    model = learning.live(session)
    since = minutes(now() - timedelta(days=days))
    rows = session.scalars(select(FilingRow.row).where(FilingRow.moment >= since).limit(50_000)).all()
    if model is None or not rows:
        return []
    return measure_drift(model, np.stack([np.frombuffer(row, "<f4") for row in rows]))
