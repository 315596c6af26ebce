"""What officers look at: filings as they were judged, the relations around one with their dates, findings, models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.core.i18n import Text
from onething.risk.declared import RiskPolicy
from onething.risk.describing import Description
from onething.risk.graph import entity_key
from onething.risk.indicators import NAMES
from onething.risk.models import Kind, Role
from onething.risk.tables import EntityRow, FilingRow, FindingRow, ModelRow, RelationRow
from onething.risk.trees import Model

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MOST_TIES = 20
_MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class Looked:
    """One filing as it was judged. `shell`: the latest finding about it, None while there is none."""

    company: int
    case_id: str | None
    at: datetime
    refer: bool
    probability: float
    model: str
    shell: bool | None


@dataclass(frozen=True, slots=True)
class Tie:
    """A company that somebody or something of this filing belonged to, and when."""

    company: int
    case_id: str | None
    roles: tuple[Role, ...]
    since: datetime
    until: datetime | None
    ended: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class Around:
    """One member, address, telephone or agent of a filing with its other companies, the newest first."""

    kind: Kind
    value: str
    """As the filing says it; whoever shows it decides how much of it."""
    roles: tuple[Role, ...]
    shared: bool
    """Declared to be shared by many: it links nothing."""
    total: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator of a filing beside the usual value; None: not known."""

    id: str
    name: Text
    value: float | None
    usual: float | None


@dataclass(frozen=True, slots=True)
class Version:
    """A model, without its trees."""

    version: str
    status: str
    created_at: datetime
    created_by: str
    approved_by: str | None


def moment_of(minutes: int) -> datetime:
    return _EPOCH + timedelta(minutes=minutes)


def lately(session: Session, *, referred: bool, before: int | None = None, limit: int = 30) -> list[Looked]:
    """Filings of cases, the newest first. `before`: minutes since 2000 of the last one seen."""
    query = select(FilingRow).where(FilingRow.case_id.is_not(None))
    if referred:
        query = query.where(FilingRow.refer)
    if before is not None:
        query = query.where(FilingRow.moment < before)
    rows = session.scalars(query.order_by(FilingRow.moment.desc(), FilingRow.company).limit(min(limit, 200))).all()
    found = _findings(session, [row.company for row in rows])
    return [_looked(row, found) for row in rows]


def looked_at(session: Session, case_id: str) -> Looked | None:
    """None when the case was not judged."""
    row = session.scalars(select(FilingRow).where(FilingRow.case_id == case_id)).first()
    return None if row is None else _looked(row, _findings(session, [row.company]))


def findings_about(session: Session, company: int) -> list[tuple[datetime, bool, str]]:
    """(when, shell, by whom), the newest first; the first one counts."""
    query = select(FindingRow).where(FindingRow.company == company).order_by(FindingRow.seq.desc()).limit(50)
    return [(row.found_at, row.shell, row.by) for row in session.scalars(query)]


def measured(session: Session, policy: RiskPolicy, case_id: str, model: Model | None) -> list[Measured]:
    """All indicators of a case that the city has words for, in their order."""
    row = session.scalar(select(FilingRow.row).where(FilingRow.case_id == case_id))
    if row is None:
        return []
    values = np.frombuffer(row, "<f4")
    usual: Sequence[float] = model.usual.tolist() if model is not None else [float("nan")] * len(NAMES)
    return [
        Measured(name, policy.indicators[name].name, _known(float(values[place])), _known(usual[place]))
        for place, name in enumerate(NAMES)
        if name in policy.indicators
    ]


def around(session: Session, filing: Description, own: int) -> list[Around]:
    """Everybody and everything a filing names, each with its other companies; `own` is the filing's own key."""
    named: dict[tuple[Kind, str], set[Role]] = {}
    for person in filing.people:
        named.setdefault((Kind.COMPANY if person.corporate else Kind.PERSON, person.number), set()).add(person.role)
    for kind, value in (
        (Kind.ADDRESS, filing.address),
        (Kind.AGENT, filing.agent),
        *((Kind.PHONE, p) for p in filing.phones),
    ):
        if value:
            named.setdefault((kind, value), set())
    mine = {filing.key, own}
    return [_around(session, kind, value, tuple(sorted(roles)), mine) for (kind, value), roles in named.items()]


def versions(session: Session, limit: int = 20) -> list[Version]:
    """The newest first."""
    columns = (ModelRow.version, ModelRow.status, ModelRow.created_at, ModelRow.created_by, ModelRow.approved_by)
    return [
        Version(*row) for row in session.execute(select(*columns).order_by(ModelRow.created_at.desc()).limit(limit))
    ]


def _around(session: Session, kind: Kind, value: str, roles: tuple[Role, ...], own: set[int]) -> Around:
    key = entity_key(kind, value)
    there = (RelationRow.other == key, RelationRow.company.not_in(own))
    total = session.scalar(select(func.count(RelationRow.company.distinct())).where(*there)) or 0
    rows = session.scalars(select(RelationRow).where(*there).order_by(RelationRow.since.desc()).limit(_MOST_ROWS)).all()
    by_company: dict[int, list[RelationRow]] = {}
    for row in rows:
        by_company.setdefault(row.company, []).append(row)
    shown = list(by_company)[:MOST_TIES]
    entities = {row.key: row for row in session.scalars(select(EntityRow).where(EntityRow.key.in_([key, *shown])))}
    cases = dict(
        session.execute(select(FilingRow.company, FilingRow.case_id).where(FilingRow.company.in_(shown))).tuples().all()
    )
    ties = [_tie(company, by_company[company], entities, cases) for company in shown]
    mine = entities.get(key)
    return Around(kind, value, roles, mine is not None and mine.shared, total, tuple(ties))


def _tie(
    company: int, rows: Sequence[RelationRow], entities: Mapping[int, EntityRow], cases: Mapping[int, str | None]
) -> Tie:
    entity = entities.get(company)
    until = None if any(row.until is None for row in rows) else max(row.until or 0 for row in rows)
    ended = entity.ended if entity is not None else None
    return Tie(
        company, cases.get(company), tuple(sorted({Role(row.role) for row in rows})), moment_of(min(row.since for row in rows)),
        None if until is None else moment_of(until), None if ended is None else moment_of(ended), entity is not None and entity.revoked,
    )  # fmt: skip


def _findings(session: Session, companies: Sequence[int]) -> dict[int, bool]:
    """The latest finding about each."""
    query = (
        select(FindingRow.company, FindingRow.shell).where(FindingRow.company.in_(companies)).order_by(FindingRow.seq)
    )
    return dict(session.execute(query).tuples().all())


def _looked(row: FilingRow, found: Mapping[int, bool]) -> Looked:
    return Looked(
        row.company, row.case_id, moment_of(row.moment), row.refer, row.probability, row.model, found.get(row.company)
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
