"""A ruleset over a population: who is eligible, who gains and who loses by an amendment, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from onething.rules.columns.engine import compile_clauses, truths
from onething.rules.columns.population import Flags, Population
from onething.rules.decision import decide
from onething.rules.feel import syntax as s
from onething.rules.feel.values import to_decimal
from onething.rules.ruleset import RuleSet
from onething.rules.transform import required, whole_condition

MAX_LISTED = 1000


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule over everybody: how many meet its condition, how many cannot be told."""

    id: str
    true: int
    unknown: int
    false: int


@dataclass(frozen=True, slots=True)
class PopulationResult:
    """The outcome for everybody. `cost` adds up the value of all who are eligible, where it is a number."""

    rows: int
    yes: int
    undecided: int
    no: int
    one_short: int
    cost: Decimal | None
    rules: tuple[RuleCount, ...]
    flags: tuple[Flags, Flags] = field(repr=False)
    """(yes, undecided) by subject."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": self.rows, "yes": self.yes, "no": self.no, "undecided": self.undecided, "one_short": self.one_short,
            "cost": None if self.cost is None else str(self.cost),
            "rules": [{"id": r.id, "true": r.true, "false": r.false, "unknown": r.unknown} for r in self.rules],
        }  # fmt: skip


def evaluate_population(ruleset: RuleSet, population: Population, as_of: date, *, drafts: bool = False) -> PopulationResult:  # fmt: skip
    """Decide everybody by the rules in force on `as_of`; the same answers as `decide` one by one."""
    if ruleset.table is not None or ruleset.kind != "decision":
        return _one_by_one(ruleset, population, as_of, drafts=drafts)
    plan = ruleset.plan(as_of, drafts=drafts)
    parameters = dict(plan.parameters)
    nodes: list[s.Node] = [required(rule) if rule.role == "require" else rule.condition.node for rule in plan.rules]
    counts = compile_clauses(nodes, as_of, parameters).evaluate(population, near=False)
    rules = tuple(
        RuleCount(rule.id, int(t), int(u), int(population.rows - t - u))
        for rule, t, u in zip(plan.rules, counts.true, counts.unknown, strict=True)
    )
    whole = whole_condition(ruleset, as_of, drafts=drafts)
    yes, unknown = truths(whole, population, as_of, parameters)
    short = compile_clauses([whole], as_of, parameters).evaluate(population).one_short
    cost = _cost(ruleset, population, yes, as_of, drafts=drafts)
    sure, open_ = int(yes.sum()), int(unknown.sum())
    return PopulationResult(population.rows, sure, open_, population.rows - sure - open_, int(short[0]), cost, rules, (yes, unknown))  # fmt: skip


def _one_by_one(ruleset: RuleSet, population: Population, as_of: date, *, drafts: bool) -> PopulationResult:
    """Tables: row evaluation once for each different combination of the facts that are read."""
    names = sorted(ruleset.names)
    known: dict[Any, Any] = {}
    yes, unknown = np.zeros(population.rows, np.bool_), np.zeros(population.rows, np.bool_)
    cost, numeric = Decimal(0), False
    for number in range(population.rows):
        facts = population.facts(number, names)
        key = repr(facts)
        found = known.get(key)
        if found is None:
            found = known[key] = decide(ruleset, facts, as_of, drafts=drafts)
        yes[number], unknown[number] = found.outcome == "yes", found.outcome == "undecided"
        amount = to_decimal(found.value) if found.outcome == "yes" else None
        if amount is not None:
            cost, numeric = cost + amount, True
    sure, open_ = int(yes.sum()), int(unknown.sum())
    total = cost if numeric else None
    return PopulationResult(population.rows, sure, open_, population.rows - sure - open_, 0, total, (), (yes, unknown))


def _cost(ruleset: RuleSet, population: Population, yes: Flags, as_of: date, *, drafts: bool) -> Decimal | None:
    """The sum of what the eligible get; each different combination of facts is worked out once."""
    values = [rule.value for rule in ruleset.plan(as_of, drafts=drafts).rules if rule.value is not None]
    if ruleset.value is None and not values:
        return None
    names = sorted(ruleset.names if values else ruleset.value.names if ruleset.value else ())
    known: dict[str, Decimal] = {}
    total = Decimal(0)
    parameters = ruleset.plan(as_of, drafts=drafts).parameters
    for number in np.flatnonzero(yes):
        facts = population.facts(int(number), names)
        key = repr(facts)
        amount = known.get(key)
        if amount is None:
            if values:
                value = decide(ruleset, facts, as_of, drafts=drafts).value
            else:
                value = ruleset.value.evaluate(facts, as_of, parameters) if ruleset.value else None
            amount = known[key] = to_decimal(value) or Decimal(0)
        total += amount
    return total


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions over one population. Lists hold at most 1,000 subjects; the counts are complete."""

    old: PopulationResult
    new: PopulationResult
    gain: int
    lose: int
    changed: int
    """Any change of outcome, to or from undecided included."""
    gainers: list[Any]
    losers: list[Any]
    others: list[Any]

    @property
    def cost(self) -> Decimal | None:
        """What the new version costs more (or less)."""
        if self.old.cost is None and self.new.cost is None:
            return None
        return (self.new.cost or Decimal(0)) - (self.old.cost or Decimal(0))

    def as_dict(self) -> dict[str, Any]:
        return {
            "old": self.old.as_dict(), "new": self.new.as_dict(), "gain": self.gain, "lose": self.lose, "changed": self.changed,
            "gainers": self.gainers, "losers": self.losers, "others": self.others,
            "cost": None if self.cost is None else str(self.cost),
        }  # fmt: skip


def compare_population(
    old: RuleSet, new: RuleSet, population: Population, old_day: date, new_day: date | None = None, *, drafts: bool = True
) -> Comparison:  # fmt: skip
    """Who gains, who loses and what it costs when `new` (drafts included) takes the place of `old`."""
    before = evaluate_population(old, population, old_day)
    after = evaluate_population(new, population, new_day or old_day, drafts=drafts)
    (yes_a, unknown_a), (yes_b, unknown_b) = before.flags, after.flags
    gain, lose = yes_b & ~yes_a, yes_a & ~yes_b
    changed = gain | lose | (unknown_a != unknown_b)
    ids: Sequence[Any] = population.ids if population.ids is not None else range(population.rows)

    def listed(flags: Flags) -> list[Any]:
        return [ids[int(number)] for number in np.flatnonzero(flags)[:MAX_LISTED]]

    return Comparison(
        before, after, int(gain.sum()), int(lose.sum()), int(changed.sum()), listed(gain), listed(lose), listed(changed & ~gain & ~lose)
    )  # fmt: skip
