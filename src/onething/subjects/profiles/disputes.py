"""A company says that a value is wrong, and the agency the value came from answers."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.access import Principal
from onething.core.errors import NOT_FOUND, Problem
from onething.core.events import Event
from onething.core.i18n import Text
from onething.core.ids import new_id
from onething.core.paging import Order, Page, bounded
from onething.core.rights.service import require, require_somewhere, rows, scope_of
from onething.subjects import acts
from onething.subjects.errors import DISPUTE_ANSWERED, DISPUTE_EMPTY
from onething.subjects.events import ProfileDisputeAnswered, ProfileDisputed
from onething.subjects.profiles.models import Dispute, ProfileSpec
from onething.subjects.profiles.states import DISPUTE, DisputeState
from onething.subjects.profiles.tables import DisputeRow

AgencyName = Callable[[str], Text]


def open_dispute(session: Session, spec: ProfileSpec, subject_id: str, dimension: str, claimed: str, text: str) -> Dispute:  # fmt: skip
    """A company says that a value is wrong; the agency it came from has to answer. Raises `Problem`."""
    known = spec.by_id.get(dimension)
    if known is None:
        raise Problem(NOT_FOUND)
    if not claimed.strip() and not text.strip():
        raise Problem(DISPUTE_EMPTY)
    row = DisputeRow(
        id=new_id("dsp"), subject_id=subject_id, dimension=dimension, source=known.source, claimed=claimed.strip()[:200],
        text=text.strip()[:2000], state=DisputeState.OPEN.value, opened_at=clock.now(), answered_at=None, answer="", answered_by="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    company = f"company:{subject_id}"
    events.append(session, Event.of(company, ProfileDisputed(dispute=row.id, dimension=dimension), company))
    return _dispute(row)


def answer_dispute(
    session: Session, principal: Principal, dispute_id: str, *, corrected: bool, answer: str, city: str = "", named: AgencyName | None = None
) -> Dispute:  # fmt: skip
    """The answer of the agency that the value came from; a corrected value arrives as a report of its own. `city`: the one whose
    companies are served, and `named` how its agencies are called. Raises `Problem`, and the reason why others may not."""
    require_somewhere(principal, acts.ANSWER_DISPUTE)
    row = session.get(DisputeRow, dispute_id, with_for_update=True)
    if row is None:
        raise Problem(NOT_FOUND)
    require(
        principal,
        acts.ANSWER_DISPUTE,
        scope_of(row.source, city=city, named=partial(named, row.source) if named else None),
    )
    if row.state != DisputeState.OPEN:
        raise Problem(DISPUTE_ANSWERED)
    row.state = DISPUTE.move(row.state, DisputeState.CORRECTED if corrected else DisputeState.UPHELD)
    row.answer = answer.strip()[:2000]
    row.answered_at, row.answered_by = clock.now(), principal.actor
    session.flush()
    said = ProfileDisputeAnswered(subject_id=row.subject_id, dispute=row.id, path="company/profile")
    events.append(session, Event.of(f"company:{row.subject_id}", said, principal.actor))
    return _dispute(row)


NEWEST = Order("disputes", (DisputeRow.opened_at, DisputeRow.id), (datetime, str))


def disputes_of(session: Session, subject_id: str, limit: int = 50, after: str | None = None) -> Page[Dispute]:
    """A company's disputes, newest first, a page at a time."""
    size = bounded(limit)
    query = select(DisputeRow).where(DisputeRow.subject_id == subject_id, NEWEST.behind(after)).order_by(*NEWEST.by)
    shown, more = NEWEST.page(session.scalars(query.limit(size + 1)).all(), size, lambda row: (row.opened_at, row.id))
    return Page(tuple(_dispute(row) for row in shown), more)


def disputes_at(session: Session, principal: Principal, city: str = "", limit: int = 100) -> list[Dispute]:
    """Open disputes that are an official's to see, oldest first: those that her agencies answer for; all of the city for who oversees it."""
    require_somewhere(principal, acts.READ_DISPUTE)
    hers = rows(principal, acts.READ_DISPUTE, city=city or None, agency=DisputeRow.source)
    query = select(DisputeRow).where(DisputeRow.state == DisputeState.OPEN, hers).order_by(DisputeRow.opened_at)
    return [_dispute(row) for row in session.scalars(query.limit(limit))]


def _dispute(row: DisputeRow) -> Dispute:
    return Dispute(
        row.id, row.subject_id, row.dimension, row.source, row.claimed, row.text, DisputeState(row.state), row.opened_at, row.answer,
        row.answered_at,
    )  # fmt: skip
