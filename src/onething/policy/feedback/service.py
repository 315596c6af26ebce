"""The door of feedback (政策体验官): suggestions to a clause or a page, routed to its agency, answered, tied to the version that
came of them; and the figures of the loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.access import Principal, Role
from onething.core.errors import FORBIDDEN, NOT_FOUND, Problem, define
from onething.core.events import Event
from onething.core.ids import new_id
from onething.policy.feedback.clustering import Cluster, cluster
from onething.policy.fulfilment.tables import AwardRow, SeenRow, SuggestionRow

__all__ = ["Cluster", "Loop", "Suggestion", "answer", "clusters_of", "listing", "loop", "mine", "suggest"]
EMPTY = define(
    "feedback.empty", 422,
    zh=("请写下您的建议。", "一句话就行：哪里不合理，怎样改更好。"),
    en=("Write your suggestion.", "One sentence will do: what is wrong, and what would be better."),
)  # fmt: skip
NO_ANSWER = define(
    "feedback.no_answer", 422,
    zh=("请写答复。", "说明采纳与否和原因；采纳的请写上改成了哪个版本。"),
    en=("Write the answer.", "Say whether it is taken up and why; if it is, name the version that came of it."),
)  # fmt: skip
STATES = ("open", "answered", "adopted", "declined")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody proposed, and what became of it."""

    id: str
    subject_id: str
    target_kind: str
    target: str
    agency: str
    text: str
    state: str
    answer: str
    rule_version: str
    at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Loop:
    """The figures of the loop. Shares are of 1, None where there is nothing to divide by."""

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


def suggest(session: Session, subject_id: str, actor: str, target_kind: str, target: str, agency: str, text: str) -> Suggestion:  # fmt: skip
    """A suggestion to a `clause` or a `page`, for the agency that answers for it. Raises `Problem(EMPTY)`."""
    if not text.strip():
        raise Problem(EMPTY)
    row = SuggestionRow(
        id=new_id("sug"), subject_id=subject_id, target_kind="clause" if target_kind == "clause" else "page", target=target[:160],
        agency=agency, text=text.strip()[:2000], state="open", answer="", answered_by="", rule_version="", at=clock.now(),
        answered_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.append(session, Event(f"suggestion:{row.id}", "feedback.suggested", actor, {"target": row.target, "agency": agency}))  # fmt: skip
    return _suggestion(row)


def mine(session: Session, subject_id: str, limit: int = 50) -> list[Suggestion]:
    """What one company has proposed, newest first."""
    query = select(SuggestionRow).where(SuggestionRow.subject_id == subject_id).order_by(SuggestionRow.at.desc())
    return [_suggestion(row) for row in session.scalars(query.limit(limit))]


def listing(session: Session, principal: Principal, state: str = "open", limit: int = 500) -> list[Suggestion]:
    """What officials see, oldest first: officers their own agency's, administrators and auditors all."""
    if principal.role not in (Role.OFFICER, Role.ADMIN, Role.AUDITOR):
        raise Problem(FORBIDDEN)
    query = select(SuggestionRow).order_by(SuggestionRow.at)
    if state in STATES:
        query = query.where(SuggestionRow.state == state)
    if principal.role is Role.OFFICER:
        query = query.where(SuggestionRow.agency == (principal.agency_id or ""))
    return [_suggestion(row) for row in session.scalars(query.limit(min(limit, 2000)))]


def clusters_of(suggestions: Sequence[Suggestion]) -> list[tuple[Cluster, list[Suggestion]]]:
    """Suggestions by meaning, the largest group first."""
    return [(each, [suggestions[at] for at in each.members]) for each in cluster([s.text for s in suggestions])]


def answer(session: Session, principal: Principal, ids: Sequence[str], state: str, words: str, rule_version: str = "") -> int:  # fmt: skip
    """One answer to one suggestion or to all of a group; each company is told. Raises `Problem`."""
    if principal.role is not Role.OFFICER:
        raise Problem(FORBIDDEN)
    if not words.strip() or state not in STATES[1:]:
        raise Problem(NO_ANSWER)
    rows = list(session.scalars(select(SuggestionRow).where(SuggestionRow.id.in_(list(ids)[:500])).with_for_update()))
    if not rows:
        raise Problem(NOT_FOUND)
    for row in rows:
        if row.agency != principal.agency_id:
            raise Problem(FORBIDDEN)
        row.state, row.answer, row.answered_by = state, words.strip()[:2000], principal.actor
        row.rule_version, row.answered_at = (rule_version.strip()[:160] if state == "adopted" else ""), clock.now()
        session.flush()
        data = {"subject_id": row.subject_id, "path": "company/say", "agency": row.agency}
        events.append(session, Event(f"suggestion:{row.id}", "feedback.answered", principal.actor, data))
    return len(rows)


def loop(session: Session) -> Loop:
    """The figures over everything so far."""
    told = AwardRow.part == 1, AwardRow.noticed_at.is_not(None) | (AwardRow.state == "waiting")
    pairs = session.scalar(select(func.count()).select_from(AwardRow).where(*told)) or 0
    reached = session.scalar(select(func.count(AwardRow.subject_id.distinct())).where(*told)) or 0
    seen = session.scalar(
        select(func.count()).select_from(AwardRow).join(SeenRow, (SeenRow.subject_id == AwardRow.subject_id) & (SeenRow.clause_id == AwardRow.clause_id)).where(*told)
    ) or 0  # fmt: skip
    paid = [
        (at - found).total_seconds() / 3600
        for found, at in session.execute(select(AwardRow.found_at, AwardRow.paid_at).where(AwardRow.paid_at.is_not(None), AwardRow.part == 1).limit(100_000))
        if at is not None
    ]  # fmt: skip
    states = {state: int(n) for state, n in session.execute(select(SuggestionRow.state, func.count()).group_by(SuggestionRow.state))}  # fmt: skip
    return Loop(
        reached, seen / pairs if pairs else None, len(paid) / pairs if pairs else None, median(paid) if paid else None,
        sum(states.values()), states.get("adopted", 0), sum(n for name, n in states.items() if name != "open"),
    )  # fmt: skip


def _suggestion(row: SuggestionRow) -> Suggestion:
    return Suggestion(
        row.id, row.subject_id, row.target_kind, row.target, row.agency, row.text, row.state, row.answer, row.rule_version,
        row.at, row.answered_at,
    )  # fmt: skip
