"""Cases that wait for one agency's system, the next to be tried first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework import acts
from onething.casework.states import SegmentState
from onething.casework.tables import CaseRow, SegmentRow
from onething.core.access import Principal
from onething.core.rights.service import rows


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case, the agency it waits for, and when it is tried again."""

    case_id: str
    reference: str
    agency: str
    again_at: datetime


def waiting_at(session: Session, actor: Principal, agencies: Sequence[str], limit: int = 50) -> list[Waiting]:
    """What waits for these agencies, as far as the official may see it."""
    hers = rows(actor, acts.LIST_ITEMS, city=CaseRow.city, agency=SegmentRow.waiting_on)
    query = (
        select(CaseRow.id, CaseRow.reference, SegmentRow.waiting_on, SegmentRow.run_at)
        .join(CaseRow, CaseRow.id == SegmentRow.case_id)
        .where(SegmentRow.state == SegmentState.READY, SegmentRow.waiting_on.in_(agencies), hers)
        .order_by(SegmentRow.run_at)
        .limit(min(limit, 200))
    )
    return [Waiting(case_id, reference, agency or "", at) for case_id, reference, agency, at in session.execute(query)]
