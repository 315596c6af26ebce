"""Findings become models: examples from stored filings, growing, approval by a second person, one model live."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.rights.service import same_person
from onething.risk.errors import FOUR_EYES, NO_SUCH_MODEL, TOO_FEW_FINDINGS
from onething.risk.graph import YEAR, minutes
from onething.risk.indicators import NAMES
from onething.risk.models import Finding
from onething.risk.states import MODEL, ModelStatus
from onething.risk.tables import FilingRow, FindingRow, ModelRow
from onething.risk.training import Examples, train
from onething.risk.trees import Model, as_json, from_json

RIPENS = YEAR // 2
"""A company without a finding counts as sound only half a year after its filing: shells are not found at once."""
CALIBRATION = 0.3
"""The newest share of the examples is kept for calibration."""
MOST = 400_000


def record(session: Session, findings: Sequence[Finding]) -> None:
    """Keep what was found out. A later finding about the same company outweighs an earlier one; none is lost."""
    for finding in findings:
        session.add(
            FindingRow(company=int(finding.company), shell=finding.shell, found_at=finding.found_at, by=finding.by)
        )


def examples(session: Session, moment: datetime) -> Examples:
    """Filings that are ripe at `moment`, with the latest finding about each."""
    until = minutes(moment)
    latest = select(FindingRow.company, func.max(FindingRow.seq).label("seq")).where(FindingRow.found_at <= moment)
    last = latest.group_by(FindingRow.company).subquery()
    query = (
        select(FilingRow.row, FilingRow.moment, FindingRow.shell)
        .outerjoin(last, last.c.company == FilingRow.company)
        .outerjoin(FindingRow, FindingRow.seq == last.c.seq)
        .where(FindingRow.shell.is_not(None) | (FilingRow.moment < until - RIPENS))
        .order_by(FilingRow.moment.desc()).limit(MOST)
    )  # fmt: skip
    found = session.execute(query).all()
    rows = [np.frombuffer(row, "<f4") for row, _, _ in found]
    return Examples(
        np.stack(rows) if rows else np.empty((0, len(NAMES)), np.float32),
        np.array([moment for _, moment, _ in found], np.int32),
        np.array([shell is True for _, _, shell in found], np.bool_),
        np.ones(len(found)),
    )


def grow(session: Session, by: str, share_referred: float, moment: datetime | None = None) -> Model:
    """Grow a model of all findings and leave it for approval. Raises `Problem(TOO_FEW_FINDINGS)`."""
    known = examples(session, moment or now())
    if len(known) < 100:
        raise Problem(TOO_FEW_FINDINGS, why=f"{len(known)} filings")
    border = int(np.quantile(known.moment, 1 - CALIBRATION))
    try:
        model = train(known, calibrate_from=border, share_referred=share_referred)
    except ValueError as error:
        raise Problem(TOO_FEW_FINDINGS, str(error), why=str(error)) from error
    keep(session, model, by)
    return model


def keep(session: Session, model: Model, by: str) -> None:
    session.add(
        ModelRow(
            version=model.version,
            created_at=now(),
            created_by=by,
            status=ModelStatus.WAITING.value,
            body=as_json(model),
        )
    )


def approve(session: Session, version: str, by: str) -> None:
    """Make the model live and retire the one before. Raises `NO_SUCH_MODEL`, `FOUR_EYES`."""
    row = session.get(ModelRow, version, with_for_update=True)
    if row is None or row.status != ModelStatus.WAITING:  # approved once: who did stays on record
        raise Problem(NO_SUCH_MODEL)
    if same_person(row.created_by, by):
        raise Problem(FOUR_EYES)
    for other in session.scalars(
        select(ModelRow).where(ModelRow.status == ModelStatus.LIVE, ModelRow.version != version)
    ):
        other.status = MODEL.move(other.status, ModelStatus.RETIRED)
    row.status, row.approved_by = MODEL.move(row.status, ModelStatus.LIVE), by


def live(session: Session) -> Model | None:
    body: Any = session.scalar(select(ModelRow.body).where(ModelRow.status == ModelStatus.LIVE))
    return from_json(body) if body else None


def of_version(session: Session, version: str) -> Model | None:
    """The model of a trace; None for `rules`. Raises `NO_SUCH_MODEL`."""
    if version == "rules":
        return None
    row = session.get(ModelRow, version)
    if row is None:
        raise Problem(NO_SUCH_MODEL)
    return from_json(row.body)
