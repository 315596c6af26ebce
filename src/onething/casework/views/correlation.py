"""Under which correlation ids the work on a case was done: for an operator who looks for it in logs and traces."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.tables import SegmentRow
from onething.core.tracing import id_of


@dataclass(frozen=True, slots=True)
class Correlation:
    """One stretch of work: what made it necessary, when, by which worker, and its id in logs and traces."""

    cause: str
    at: datetime
    worker: str
    id: str


def correlations_of(session: Session, case_id: str, limit: int = 50) -> list[Correlation]:
    """The newest stretches of a case that were done under an id. The caller has seen to it that the case may be seen."""
    query = select(SegmentRow).where(SegmentRow.case_id == case_id, SegmentRow.trace.is_not(None)).order_by(SegmentRow.k.desc())  # fmt: skip
    rows = session.scalars(query.limit(limit))
    return [Correlation(row.cause, row.claimed_at or row.run_at, row.worker_id or "", id_of(row.trace)) for row in rows]
