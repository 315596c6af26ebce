"""Awards in the database: read them, and the few questions that are asked of many."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from onething.core.access import Principal
from onething.core.errors import NOT_FOUND, Problem
from onething.core.rights.service import rows
from onething.policy import acts
from onething.policy.fulfilment.models import Award
from onething.policy.fulfilment.states import AwardState
from onething.policy.fulfilment.tables import AwardRow
from onething.policy.whose import policy_city


def award_of(row: AwardRow, *, explained: bool = True) -> Award:
    """`explained` False leaves the reasons out: they need not be read to decide what follows."""
    return Award(
        row.id, row.clause_id, row.clause_version, row.subject_id, row.period, row.part, row.agency, row.purse, row.fen,
        AwardState(row.state), row.code, tuple(row.reasons) if explained else (), row.found_at, row.pay_after, row.paid_at, row.account,
        row.order_id, row.words,
    )  # fmt: skip


def rows_of(session: Session, subject_id: str) -> list[AwardRow]:
    """All awards of a company, locked until the transaction ends; their reasons are read when somebody asks for them."""
    query = select(AwardRow).where(AwardRow.subject_id == subject_id).order_by(AwardRow.found_at, AwardRow.part)
    query = query.options(defer(AwardRow.reasons))
    return list(session.scalars(query.limit(5000).with_for_update().execution_options(populate_existing=True)))


def awards_of(session: Session, subject_id: str, limit: int = 200) -> list[Award]:
    """A company's awards, newest first."""
    query = select(AwardRow).where(AwardRow.subject_id == subject_id).order_by(AwardRow.found_at.desc(), AwardRow.part)
    return [award_of(row) for row in session.scalars(query.limit(min(limit, 1000)))]


def award(session: Session, award_id: str, subject_id: str | None = None) -> Award:
    """By id; of this company only when one is given. Raises `Problem(NOT_FOUND)`."""
    row = session.get(AwardRow, award_id)
    if row is None or (subject_id is not None and row.subject_id != subject_id):
        raise Problem(NOT_FOUND, detail="no such award")
    return award_of(row)


def locked(session: Session, award_id: str, subject_id: str | None = None) -> AwardRow:
    """The row for a change; of this company only when one is given. Raises `Problem(NOT_FOUND)`."""
    row = session.get(AwardRow, award_id, with_for_update=True, populate_existing=True)
    if row is None or (subject_id is not None and row.subject_id != subject_id):
        raise Problem(NOT_FOUND, detail="no such award")
    return row


def parts_of(session: Session, row: AwardRow) -> list[AwardRow]:
    """The award and its other instalments, in order."""
    query = select(AwardRow).where(
        AwardRow.clause_id == row.clause_id, AwardRow.subject_id == row.subject_id, AwardRow.period == row.period
    )
    return list(session.scalars(query.order_by(AwardRow.part).with_for_update()))


def counts(session: Session, clause_ids: Iterable[str] | None = None) -> dict[AwardState, int]:
    """How many awards stand in each state."""
    query = select(AwardRow.state, func.count()).group_by(AwardRow.state)
    if clause_ids is not None:
        query = query.where(AwardRow.clause_id.in_(list(clause_ids)))
    return Counter({AwardState(state): int(number) for state, number in session.execute(query)})


def in_state(session: Session, principal: Principal, state: AwardState, limit: int = 100) -> Sequence[Award]:
    """Awards in a state that are hers to see, oldest first: an officer's own agencies', all of the city for who oversees it."""
    hers = rows(principal, acts.READ_AWARD, city=policy_city(), agency=AwardRow.agency)
    query = select(AwardRow).where(AwardRow.state == state, hers).order_by(AwardRow.found_at).limit(min(limit, 500))
    return [award_of(row) for row in session.scalars(query)]
