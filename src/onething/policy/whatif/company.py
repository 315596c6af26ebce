"""A company with other values: which benefits it would gain, lose or still miss. Nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from onething.policy.matching.clauses import ClauseBook
from onething.policy.matching.models import Match
from onething.policy.matching.one import match, outcomes
from onething.subjects.profiles.models import ProfileSpec, as_fact, read_value


@dataclass(frozen=True, slots=True)
class Difference:
    """How one clause stands now and would stand then."""

    clause_id: str
    before: Match
    after: Match

    @property
    def gain(self) -> Decimal:
        """Yuan more (or less) than now."""
        return _worth(self.after) - _worth(self.before)


def _worth(found: Match) -> Decimal:
    return found.amount or Decimal(0) if found.outcome == "eligible" else Decimal(0)


def changed_facts(spec: ProfileSpec, facts: Mapping[str, Any], wanted: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:  # fmt: skip
    """(facts with the wanted values in place, dimensions whose value cannot be read). An empty value is left as it is."""
    company, wrong = dict(facts.get("company", {})), list[str]()
    for name, raw in wanted.items():
        dimension = spec.by_id.get(name)
        if dimension is None or not raw.strip():
            continue
        try:
            company[name] = as_fact(dimension, read_value(dimension, raw))
        except (ValueError, ArithmeticError):
            wrong.append(name)
    return {"company": company}, wrong


def would(book: ClauseBook, spec: ProfileSpec, now: Mapping[str, Any], then: Mapping[str, Any]) -> list[Difference]:
    """Every clause whose answer or amount is another one, the largest gain first."""
    names = {*outcomes(book, now), *outcomes(book, then)}
    changed = {name for name, value in then["company"].items() if now.get("company", {}).get(name) != value}
    touched = [
        each for each in book.clauses if each.id in names or {f"company.{name}" for name in changed} & each.names
    ]
    found: list[Difference] = []
    for clause in touched:
        before, after = match(clause, now, spec), match(clause, then, spec)
        if (before.outcome, before.amount) != (after.outcome, after.amount):
            found.append(Difference(clause.id, before, after))
    return sorted(found, key=lambda each: (-each.gain, each.clause_id))
