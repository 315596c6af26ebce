"""Standing consent (秒到账): whoever gives it is paid at once, without the time to object.

It covers every benefit that binds her to nothing, or one clause by name, also one that binds: then each further period of it is
accepted beforehand. It ends when she says so; what was promised before keeps its days.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.db import upsert
from onething.core.events import Event
from onething.policy.events import StandingConsentEnded, StandingConsentGiven
from onething.policy.fulfilment.tables import StandingRow
from onething.policy.matching.clauses import ReadyClause

EVERYTHING = "*"
"""All that binds to nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has accepted beforehand: `EVERYTHING` and ids of clauses."""

    scopes: frozenset[str] = frozenset()

    def covers(self, clause: ReadyClause) -> bool:
        benefit = clause.clause.benefit
        binds = benefit is not None and benefit.consent
        return clause.id in self.scopes or (EVERYTHING in self.scopes and not binds)


NONE = Standing()


def standing_of(session: Session, subject_ids: Collection[str]) -> dict[str, Standing]:
    """Subject → her standing consent; only those who have given one."""
    found: dict[str, set[str]] = {}
    query = select(StandingRow.subject_id, StandingRow.scope).where(StandingRow.subject_id.in_(subject_ids))
    for subject_id, scope in session.execute(query).tuples():
        found.setdefault(subject_id, set()).add(scope)
    return {subject_id: Standing(frozenset(scopes)) for subject_id, scopes in found.items()}


def give_standing(session: Session, subject_id: str, scope: str, actor: str) -> None:
    """From now on; twice is once. `scope` is `EVERYTHING` or a clause's id."""
    if scope in standing_of(session, [subject_id]).get(subject_id, NONE).scopes:
        return
    upsert(
        session, StandingRow, [{"subject_id": subject_id, "scope": scope, "given_at": clock.now(), "given_by": actor}]
    )
    _tell(session, StandingConsentGiven(clause=scope), subject_id, actor)


def end_standing(session: Session, subject_id: str, scope: str, actor: str) -> None:
    """What is found from now on has its time to object again; ending what was never given is nothing."""
    if scope not in standing_of(session, [subject_id]).get(subject_id, NONE).scopes:
        return
    session.execute(delete(StandingRow).where(StandingRow.subject_id == subject_id, StandingRow.scope == scope))
    _tell(session, StandingConsentEnded(clause=scope), subject_id, actor)


def _tell(session: Session, said: StandingConsentGiven | StandingConsentEnded, subject_id: str, actor: str) -> None:
    events.append(session, Event.of(f"company:{subject_id}", said, actor))
