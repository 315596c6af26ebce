"""The door of the policy sandbox: a company's what-if, the city's what-if, and scenarios that are kept and compared.

A company:
`changed_facts`: (facts with the wanted values in place, dimensions whose value cannot be read); empty values change
    nothing.
`would`: every clause whose answer or amount becomes another one, the largest gain first.

A clause with its dials turned:
`dials`: the numbers of a clause that can be turned, thresholds first.
`turned`: the clause with its dials turned; policy.bad_dial when it no longer makes sense.
`effect`: both versions over everybody in a frame: who comes in, who falls out, what it costs.
`try_clause`: the same for everybody as of today, without those who are given another of its group; policy.bad_dial.
`rule_text`: the clause's rules as a rule file, with the dimensions that it reads declared as facts.
`propose`: a draft of the clause as turned → the id of its rule version; nothing is in force by this; policy.bad_dial.

Scenarios:
`keep`: keeps a scenario with its result → its id; officials of the city only (rights.other_role, rights.other_city).
`scenarios`: kept scenarios of a clause, newest first.
`some`: the named ones, oldest first, at most four; core.not_found for one that is not of this clause.
`compare`: scenarios of one clause together; at least one.

Nouns: `Dial`, `Effect`, `Rivals` (what a clause cannot be had together with), `Line` (one district, size or trade before and after), `Place` (the same under each
    scenario).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.access import Principal
from onething.core.errors import NOT_FOUND, Problem
from onething.core.ids import new_id
from onething.core.rights.service import require
from onething.policy import acts
from onething.policy.fulfilment.figures import given_in
from onething.policy.matching.clauses import ClauseBook
from onething.policy.models import Clause
from onething.policy.whatif.city import Dial, Effect, Line, Rivals, dials, effect, names_needed, turned
from onething.policy.whatif.company import changed_facts, would
from onething.policy.whatif.comparing import Place, compare
from onething.policy.whatif.proposing import propose, rule_text
from onething.policy.whatif.tables import ScenarioRow
from onething.policy.whose import city_scope
from onething.subjects.profiles.models import ProfileSpec
from onething.subjects.profiles.service import ColumnStore

__all__ = [
    "Dial",
    "Effect",
    "Line",
    "Place",
    "Rivals",
    "changed_facts",
    "compare",
    "dials",
    "effect",
    "keep",
    "propose",
    "rule_text",
    "scenarios",
    "some",
    "try_clause",
    "turned",
    "would",
]


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


def try_clause(
    session: Session,
    store: ColumnStore,
    spec: ProfileSpec,
    book: ClauseBook,
    clause: Clause,
    turns: Mapping[str, Decimal],
) -> Effect:
    """What turning the dials of a clause would do to everybody, as of today. Raises `Problem(BAD_DIAL)`.

    Who is given another clause of the same group of `book` instead is not counted: "now" is what the books hold for it, but
    for those who have no account, wait for budget or do not want it.
    """
    then, day = turned(clause, turns), clock.today()
    against = book.groups.get(clause.id, frozenset[str]())
    others = [each.clause for each in book.clauses if each.id in against]
    rivals = Rivals(others, book.groups, given_in(session, book, [clause.id, *against]))
    frame = store.current(
        session, spec, sorted({name for each in (clause, then, *others) for name in names_needed(each, day)})
    )
    return effect(clause, then, frame, day, rivals)


def keep(session: Session, principal: Principal, name: str, clause_id: str, turns: Mapping[str, Decimal], found: Effect) -> str:  # fmt: skip
    """Keep a scenario with its result; officials only."""
    require(principal, acts.KEEP_SCENARIO, city_scope())
    row = ScenarioRow(
        id=new_id("scr"), owner=principal.actor[:120], name=name.strip()[:120] or clause_id, clause_id=clause_id,
        changes={key: str(value) for key, value in turns.items()}, result=found.as_dict(), at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def scenarios(session: Session, clause_id: str, limit: int = 12) -> list[Scenario]:
    """Kept scenarios of a clause, newest first."""
    query = select(ScenarioRow).where(ScenarioRow.clause_id == clause_id).order_by(ScenarioRow.at.desc(), ScenarioRow.id.desc())  # fmt: skip
    return [_scenario(row) for row in session.scalars(query.limit(min(limit, 100)))]


def some(session: Session, clause_id: str, ids: Sequence[str]) -> list[Scenario]:
    """The named scenarios of a clause, the oldest first, at most four. Raises `Problem(NOT_FOUND)` for one that is not its."""
    wanted = list(dict.fromkeys(ids))[:4]
    rows = session.scalars(select(ScenarioRow).where(ScenarioRow.id.in_(wanted), ScenarioRow.clause_id == clause_id).order_by(ScenarioRow.at, ScenarioRow.id)).all()  # fmt: skip
    if len(rows) != len(wanted):
        raise Problem(NOT_FOUND)
    return [_scenario(row) for row in rows]


def _scenario(row: ScenarioRow) -> Scenario:
    turns = {key: Decimal(value) for key, value in row.changes.items()}
    return Scenario(row.id, row.name, row.owner, row.clause_id, turns, Effect.of(row.result), row.at)
