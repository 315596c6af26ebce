"""The figures of the loop: reach, awareness, take-up, time to money, suggestions adopted; of everything or clause by clause."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from onething.policy.feedback.states import SuggestionState
from onething.policy.feedback.tables import SuggestionRow
from onething.policy.fulfilment.states import AwardState
from onething.policy.fulfilment.tables import AwardRow, SeenRow

MOST = 200_000
_TOLD = (AwardRow.part == 1, AwardRow.noticed_at.is_not(None) | (AwardRow.state == AwardState.WAITING))


@dataclass(frozen=True, slots=True)
class Loop:
    """Shares are of 1, None where there is nothing to divide by."""

    reached: int
    """Companies that were told of at least one benefit."""
    aware: float | None
    """Of those benefits, how many the company has opened."""
    taken_up: float | None
    """Of those benefits, how many have been paid."""
    hours_to_money: float | None
    """Half of the payments arrived within so many hours of the company being found."""
    suggestions: int
    adopted: int
    answered: int
    linked: int = 0
    """Of those adopted, how many name the version of the rule that came of them."""


def loop(session: Session) -> Loop:
    """Over everything so far."""
    pairs = session.scalar(select(func.count()).select_from(AwardRow).where(*_TOLD)) or 0
    reached = session.scalar(select(func.count(AwardRow.subject_id.distinct())).where(*_TOLD)) or 0
    seen = sum(_seen(session).values())
    waits = [hours for each in _hours(session).values() for hours in each]
    said = _suggestions(session)
    return _loop(reached, pairs, seen, waits, [each for states in said.values() for each in states])


def by_clause(session: Session) -> dict[str, Loop]:
    """Clause by clause; suggestions about pages are left out."""
    told = {
        clause: (int(companies), int(pairs))
        for clause, companies, pairs in session.execute(
            select(AwardRow.clause_id, func.count(AwardRow.subject_id.distinct()), func.count()).where(*_TOLD).group_by(AwardRow.clause_id)
        )
    }  # fmt: skip
    seen, hours, said = _seen(session), _hours(session), _suggestions(session, SuggestionRow.target_kind == "clause")
    names = sorted({*told, *said})
    return {name: _loop(*told.get(name, (0, 0)), seen.get(name, 0), hours.get(name, []), said.get(name, [])) for name in names}  # fmt: skip


def _seen(session: Session) -> dict[str, int]:
    """Clause → benefits told whose page the company has opened."""
    query = (
        select(AwardRow.clause_id, func.count())
        .join(SeenRow, (SeenRow.subject_id == AwardRow.subject_id) & (SeenRow.clause_id == AwardRow.clause_id))
        .where(*_TOLD)
        .group_by(AwardRow.clause_id)
    )
    return {clause: int(n) for clause, n in session.execute(query)}


def _hours(session: Session) -> dict[str, list[float]]:
    """Clause → hours from being found to being paid."""
    query = select(AwardRow.clause_id, AwardRow.found_at, AwardRow.paid_at).where(AwardRow.paid_at.is_not(None), AwardRow.part == 1)  # fmt: skip
    found: dict[str, list[float]] = defaultdict(list)
    for clause, at, paid in session.execute(query.order_by(AwardRow.paid_at.desc()).limit(MOST)):
        if paid is not None:
            found[clause].append((paid - at).total_seconds() / 3600)
    return found


def _suggestions(session: Session, *where: ColumnElement[bool]) -> dict[str, list[tuple[str, bool]]]:
    """Target → (state, names a version) of each suggestion."""
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    query = select(SuggestionRow.target, SuggestionRow.state, SuggestionRow.rule_version).where(*where).limit(MOST)
    for target, state, version in session.execute(query):
        found[target].append((state, bool(version)))
    return found


def _loop(reached: int, pairs: int, seen: int, waits: list[float], said: list[tuple[str, bool]]) -> Loop:
    return Loop(
        reached, seen / pairs if pairs else None, len(waits) / pairs if pairs else None, median(waits) if waits else None,
        len(said), sum(state == SuggestionState.ADOPTED for state, _ in said), sum(state != SuggestionState.OPEN for state, _ in said),
        sum(state == SuggestionState.ADOPTED and linked for state, linked in said),
    )  # fmt: skip
