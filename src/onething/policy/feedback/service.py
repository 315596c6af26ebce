"""The door of feedback (政策体验官): suggestions to a clause or a page, routed to its agency, answered, tied to the
version that came of them; and the figures of the loop.

Companies:
`suggest`: a suggestion to a clause or a page, for the agency that answers for it; feedback.empty.
`mine`: what one company has proposed, newest first.

Officials (others are told why not and who may):
`listing`: suggestions in a state, oldest first: an officer's own agency's, all for administrators and auditors.
`answer`: one answer to one or to a group → how many; each company is told; feedback.no_answer without words.
`pass_on`: hands open ones to the agency that can answer them → how many; feedback.no_agency.
`link`: names the version that came of adopted suggestions → how many; feedback.no_version.
`versions_of`: versions of a clause, newest first, drafts too; policy.bad_clauses.

Figures:
`loop`: the loop's figures over everything so far.
`by_clause`: the same clause by clause; pages are left out.
`clusters_of`: suggestions by meaning, whatever they are attached to; the largest group first.
`load_words`: the words that grouping knows: the house's and, if given, a city package's.

Nouns: `STATES`, `Suggestion`, `Version` (of a clause, as suggestions name it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.access import Principal
from onething.core.errors import NOT_FOUND, Problem
from onething.core.events import Event
from onething.core.ids import new_id
from onething.core.rights.service import require, require_somewhere, rows
from onething.policy import acts
from onething.policy.errors import ANSWERED_BEFORE, EMPTY, NO_AGENCY, NO_ANSWER, NO_VERSION
from onething.policy.events import FeedbackAnswered, FeedbackPassedOn, FeedbackSuggested
from onething.policy.feedback.clustering import Cluster, cluster
from onething.policy.feedback.figures import by_clause, loop
from onething.policy.feedback.states import SUGGESTION, SuggestionState
from onething.policy.feedback.tables import SuggestionRow
from onething.policy.feedback.versions import Version, tie, versions_of
from onething.policy.feedback.words import Words, load_words
from onething.policy.whose import agency_scope, policy_city

__all__ = [
    "STATES",
    "Suggestion",
    "Version",
    "answer",
    "by_clause",
    "clusters_of",
    "link",
    "listing",
    "load_words",
    "loop",
    "mine",
    "pass_on",
    "suggest",
    "versions_of",
]
STATES = tuple(SuggestionState)


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


def suggest(session: Session, subject_id: str, actor: str, target_kind: str, target: str, agency: str, text: str) -> Suggestion:  # fmt: skip
    """A suggestion to a `clause` or a `page`, for the agency that answers for it. Raises `Problem(EMPTY)`."""
    if not text.strip():
        raise Problem(EMPTY)
    row = SuggestionRow(
        id=new_id("sug"), subject_id=subject_id, target_kind="clause" if target_kind == "clause" else "page", target=target[:160],
        agency=agency, text=text.strip()[:2000], state=SuggestionState.OPEN.value, answer="", answered_by="", rule_version="", at=clock.now(),
        answered_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    said = FeedbackSuggested(target=row.target, agency=agency)
    events.append(session, Event.of(f"suggestion:{row.id}", said, actor))
    return _suggestion(row)


def mine(session: Session, subject_id: str, limit: int = 50) -> list[Suggestion]:
    """What one company has proposed, newest first."""
    query = select(SuggestionRow).where(SuggestionRow.subject_id == subject_id).order_by(SuggestionRow.at.desc())
    return [_suggestion(row) for row in session.scalars(query.limit(limit))]


def listing(
    session: Session, principal: Principal, state: str = SuggestionState.OPEN, limit: int = 500
) -> list[Suggestion]:
    """What officials see, oldest first: officers their own agency's, administrators and auditors all."""
    require_somewhere(principal, acts.READ_SUGGESTIONS)
    hers = rows(principal, acts.READ_SUGGESTIONS, city=policy_city(), agency=SuggestionRow.agency)
    query = select(SuggestionRow).where(hers).order_by(SuggestionRow.at)
    if state in STATES:
        query = query.where(SuggestionRow.state == state)
    return [_suggestion(row) for row in session.scalars(query.limit(min(limit, 2000)))]


def clusters_of(suggestions: Sequence[Suggestion], words: Words | None = None) -> list[tuple[Cluster, list[Suggestion]]]:  # fmt: skip
    """Suggestions by meaning, whatever they are attached to; the largest group first."""
    return [(each, [suggestions[at] for at in each.members]) for each in cluster([s.text for s in suggestions], words)]


def answer(session: Session, principal: Principal, ids: Sequence[str], state: str, words: str, rule_version: str = "") -> int:  # fmt: skip
    """One answer to one suggestion or to all of a group; each company is told. Raises `Problem`."""
    found = _mine(session, principal, ids)
    if not words.strip() or state not in STATES[1:]:
        raise Problem(NO_ANSWER)
    if any(row.state != SuggestionState.OPEN for row in found):
        raise Problem(ANSWERED_BEFORE)
    for row in found:
        row.state = SUGGESTION.move(row.state, SuggestionState(state))
        row.answer, row.answered_by = words.strip()[:2000], principal.actor
        row.rule_version = (
            rule_version.strip()[:160] if state == SuggestionState.ADOPTED and _fits(row, rule_version) else ""
        )
        row.answered_at = clock.now()
        session.flush()
        said = FeedbackAnswered(subject_id=row.subject_id, path="company/say", agency=row.agency)
        events.append(session, Event.of(f"suggestion:{row.id}", said, principal.actor))
    return len(found)


def _fits(row: SuggestionRow, version: str) -> bool:
    """A group may speak of several clauses; a version is of one. What is said of a page may lead to any."""
    return row.target_kind != "clause" or version.strip().startswith(f"{row.target[:150]}@")


def link(session: Session, principal: Principal, ids: Sequence[str], version: str) -> int:
    """Name the version that came of suggestions adopted before. Raises `Problem`."""
    hers = _mine(session, principal, ids)
    if not version.strip():
        raise Problem(NO_VERSION)
    fitting = [row for row in hers if row.state == SuggestionState.ADOPTED and _fits(row, version)]
    if not fitting:
        raise Problem(NOT_FOUND)
    for row in fitting:
        tie(session, row, version.strip(), principal.actor)
    return len(fitting)


def pass_on(session: Session, principal: Principal, ids: Sequence[str], agency: str, agencies: Sequence[str]) -> int:
    """Hand open suggestions to the agency that can answer them. Raises `Problem`."""
    hers = _mine(session, principal, ids)
    if agency not in agencies or any(row.agency == agency for row in hers):
        raise Problem(NO_AGENCY)
    handed = [row for row in hers if row.state == SuggestionState.OPEN]
    for row in handed:
        before, row.agency = row.agency, agency
        session.flush()
        said = FeedbackPassedOn(from_agency=before, agency=agency)
        events.append(session, Event.of(f"suggestion:{row.id}", said, principal.actor))
    return len(handed)


def _mine(session: Session, principal: Principal, ids: Sequence[str]) -> list[SuggestionRow]:
    """Suggestions that the officer's agency answers for. Raises the reason why not for one of another agency's."""
    require_somewhere(principal, acts.ANSWER_SUGGESTION)
    wanted = select(SuggestionRow).where(SuggestionRow.id.in_(list(ids)[:500])).with_for_update()
    found = list(session.scalars(wanted))
    if not found:
        raise Problem(NOT_FOUND)
    for row in found:
        require(principal, acts.ANSWER_SUGGESTION, agency_scope(row.agency))
    return found


def _suggestion(row: SuggestionRow) -> Suggestion:
    return Suggestion(
        row.id, row.subject_id, row.target_kind, row.target, row.agency, row.text, row.state, row.answer, row.rule_version,
        row.at, row.answered_at,
    )  # fmt: skip
