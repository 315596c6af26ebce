"""The door of the policy sandbox: a company's what-if, the city's what-if, and scenarios that are kept and compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.access import Principal, Role
from onething.core.errors import FORBIDDEN, Problem
from onething.core.ids import new_id
from onething.policy.fulfilment.tables import ScenarioRow
from onething.policy.models import Clause
from onething.policy.whatif.city import Dial, Effect, Line, dials, effect, names_needed, turned
from onething.policy.whatif.company import Difference, changed_facts, would
from onething.subjects.columns import ColumnStore
from onething.subjects.profile_models import ProfileSpec

__all__ = [
    "Dial", "Difference", "Effect", "Line", "Scenario", "changed_facts", "dials", "effect", "keep", "names_needed",
    "scenarios", "try_clause", "turned", "would",
]  # fmt: skip
OFFICIALS = frozenset({Role.OFFICER, Role.ADMIN, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Scenario:
    """A what-if that somebody kept."""

    id: str
    name: str
    owner: str
    clause_id: str
    turns: dict[str, Decimal]
    effect: Effect
    at: datetime


def try_clause(session: Session, store: ColumnStore, spec: ProfileSpec, clause: Clause, turns: Mapping[str, Decimal]) -> Effect:  # fmt: skip
    """What turning the dials of a clause would do to everybody, as of today. Raises `Problem(BAD_DIAL)`."""
    then, day = turned(clause, turns), clock.today()
    frame = store.current(session, spec, sorted({*names_needed(clause, day), *names_needed(then, day)}))
    return effect(clause, then, frame, day)


def keep(session: Session, principal: Principal, name: str, clause_id: str, turns: Mapping[str, Decimal], found: Effect) -> str:  # fmt: skip
    """Keep a scenario with its result; officials only."""
    if principal.role not in OFFICIALS:
        raise Problem(FORBIDDEN)
    row = ScenarioRow(
        id=new_id("scr"), owner=principal.actor[:120], name=name.strip()[:120] or clause_id, clause_id=clause_id,
        changes={key: str(value) for key, value in turns.items()}, result=found.as_dict(), at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def scenarios(session: Session, clause_id: str, limit: int = 12) -> list[Scenario]:
    """Kept scenarios of a clause, newest first."""
    query = select(ScenarioRow).where(ScenarioRow.clause_id == clause_id).order_by(ScenarioRow.at.desc())
    return [
        Scenario(row.id, row.name, row.owner, row.clause_id, {k: Decimal(v) for k, v in row.changes.items()}, Effect.of(row.result), row.at)
        for row in session.scalars(query.limit(limit))
    ]  # fmt: skip
