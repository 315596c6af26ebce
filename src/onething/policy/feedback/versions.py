"""Which versions a clause has, and the tie from a suggestion to the one that came of it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import events
from onething.core.access import Principal
from onething.core.events import Event
from onething.policy.events import FeedbackLinked
from onething.policy.feedback.states import SuggestionState
from onething.policy.feedback.tables import SuggestionRow
from onething.policy.fulfilment.books import policy_folder
from onething.policy.knowledge import store
from onething.policy.knowledge.tables import PolicyClauseRow
from onething.policy.matching.clauses import load_clauses


@dataclass(frozen=True, slots=True)
class Version:
    """`name` is what a suggestion keeps: `graduates@2`. `id` is the rule version's; empty for the city package's own."""

    name: str
    id: str
    status: str
    live_from: date | None


def version_name(clause_id: str, number: int) -> str:
    return f"{clause_id[:150]}@{number}"


def package_version(clause_id: str, folder: Path | None = None) -> int:
    """The version that the city package has of a clause; 0 where it has none."""
    clauses, _ = load_clauses(folder or policy_folder())
    return next((each.version for each in clauses if each.id == clause_id), 0)


def versions_of(session: Session, principal: Principal, clause_id: str, folder: Path | None = None) -> list[Version]:
    """Newest first, drafts too as far as they are hers to read; officials only. Numbers go on from the package's version."""
    base = package_version(clause_id, folder)
    found: list[Version] = []
    for number, kept in store.readable_versions(session, principal, clause_id):
        rule = kept.rule
        found.append(Version(version_name(clause_id, base + number), rule.id, rule.status, rule.live_from))
    return found + ([Version(version_name(clause_id, base), "", "approved", None)] if base else [])


def on_live(session: Session, happened: Event) -> None:
    """A clause went live: what was adopted about it and waits for a version gets this one."""
    row = session.get(PolicyClauseRow, happened.stream.removeprefix("policy-clause:"))
    if row is None:
        return
    name = version_name(row.clause, package_version(row.clause) + row.number)
    waiting = select(SuggestionRow).where(SuggestionRow.target == row.clause, SuggestionRow.state == SuggestionState.ADOPTED, SuggestionRow.rule_version == "")  # fmt: skip
    for suggestion in session.scalars(waiting.limit(10_000).with_for_update()):
        tie(session, suggestion, name, happened.actor)


def tie(session: Session, row: SuggestionRow, version: str, actor: str) -> None:
    """The company is told that what it proposed is the rule now."""
    row.rule_version = version[:160]
    session.flush()
    said = FeedbackLinked(subject_id=row.subject_id, path="company/say", agency=row.agency, version=row.rule_version)
    events.append(session, Event.of(f"suggestion:{row.id}", said, actor))
