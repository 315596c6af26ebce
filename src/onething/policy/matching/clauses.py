"""Clauses made ready: each one's rules of the day as one flat condition over company dimensions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from onething.core.clock import today
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.plain_yaml import load_yaml
from onething.policy.errors import BAD_CLAUSES
from onething.policy.models import Clause, PolicyFile, Relation
from onething.rules.columns.service import ClauseSet, Matcher, compile_clauses
from onething.rules.feel import service as feel
from onething.rules.feel.service import paths
from onething.rules.service import RuleError, RuleSet, compile_expression, rebuild, whole_condition

SOON = timedelta(days=60)


@dataclass(frozen=True)
class ReadyClause:
    """A clause in force on a day. `parts` are its conditions; all of them must hold."""

    clause: Clause
    ruleset: RuleSet
    day: date
    parts: tuple[feel.Node, ...]

    @property
    def id(self) -> str:
        return self.clause.id

    @property
    def condition(self) -> feel.Node:
        return self.parts[0] if len(self.parts) == 1 else feel.And(self.parts)

    @cached_property
    def names(self) -> frozenset[str]:
        """The dimensions its condition and its amount read, as paths."""
        found = {name for part in self.parts for name in paths(part)}
        return frozenset(name for name in found | self.amount_names if name.startswith("company."))

    @cached_property
    def amount_names(self) -> frozenset[str]:
        benefit, rules = self.clause.benefit, self.ruleset
        values = [rules.value, *(rule.value for rule in rules.rules)]
        if benefit is not None:
            values += [compile_expression(text) for text in (benefit.amount, benefit.base) if text]
        return frozenset(name for value in values if value is not None for name in value.names)

    @property
    def is_money(self) -> bool:
        benefit = self.clause.benefit
        return benefit is not None and bool(benefit.amount or benefit.rate is not None or self.ruleset.value)


def ready(clause: Clause, day: date) -> ReadyClause | None:
    """The clause as it stands on `day`; None outside its validity or when none of its rules is in force."""
    if not in_force(clause, day):
        return None
    ruleset = _ruleset(clause)
    plan = ruleset.plan(day)
    condition = _with_parameters(whole_condition(ruleset, day), plan.parameters)
    if isinstance(condition, feel.Literal) and condition.value is None:
        return None
    return ReadyClause(clause, ruleset, day, tuple(_flattened(condition)))


def in_force(clause: Clause, day: date) -> bool:
    """Both ends count: `valid_to` is the last day."""
    return (clause.valid_from or date.min) <= day <= (clause.valid_to or date.max)


_rulesets: dict[int, tuple[Clause, RuleSet]] = {}


def _ruleset(clause: Clause) -> RuleSet:
    """Compiled once for each clause object; clauses are immutable."""
    found = _rulesets.get(id(clause))
    if found is None or found[0] is not clause:
        if len(_rulesets) > 20_000:
            _rulesets.clear()
        found = _rulesets[id(clause)] = (clause, RuleSet(clause.ruleset))
    return found[1]


def _with_parameters(node: feel.Node, parameters: Mapping[str, Any]) -> feel.Node:
    """Parameters by their value of the day, so that equal conditions of different clauses are one atom."""
    if not parameters:
        return node

    def change(each: feel.Node) -> feel.Node:
        if isinstance(each, feel.Name) and each.name in parameters:
            return feel.Literal(parameters[each.name])
        return each

    return rebuild(node, change)


def _flattened(node: feel.Node) -> Iterable[feel.Node]:
    if isinstance(node, feel.And):
        for part in node.parts:
            yield from _flattened(part)
    else:
        yield node


@dataclass(frozen=True)
class ClauseBook:
    """Every clause in force on a day, compiled together."""

    day: date
    clauses: tuple[ReadyClause, ...]
    relations: tuple[Relation, ...] = ()

    @cached_property
    def compiled(self) -> ClauseSet:
        return compile_clauses([each.condition for each in self.clauses], self.day)

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(self.compiled)

    @cached_property
    def by_id(self) -> dict[str, ReadyClause]:
        return {each.id: each for each in self.clauses}

    def find(self, clause_id: str) -> ReadyClause | None:
        return self.by_id.get(clause_id)

    @cached_property
    def groups(self) -> dict[str, frozenset[str]]:
        """Clause → the clauses it cannot be had together with (就高不重复)."""
        found: dict[str, set[str]] = {}
        named: dict[str, set[str]] = {}
        for each in self.relations:
            if each.kind == "excludes":
                found.setdefault(each.source, set()).add(each.target)
                found.setdefault(each.target, set()).add(each.source)
                if each.group:
                    named.setdefault(each.group, set()).update((each.source, each.target))
        for members in named.values():
            for member in members:
                found.setdefault(member, set()).update(members - {member})
        return {name: frozenset(others) for name, others in found.items()}


def make_book(clauses: Iterable[Clause], day: date, relations: Sequence[Relation] = ()) -> ClauseBook:
    """The clauses of companies in force on `day`. Raises `Problem(BAD_CLAUSES)` for rules that do not compile."""
    made: list[ReadyClause] = []
    for clause in clauses:
        if clause.subject not in ("company", "any"):
            continue
        try:
            found = ready(clause, day)
        except RuleError as error:
            raise Problem(BAD_CLAUSES, file=clause.id, why=str(error).splitlines()[0]) from None
        if found is not None:
            made.append(found)
    return ClauseBook(day, tuple(made), tuple(relations))


def load_clauses(folder: Path) -> tuple[tuple[Clause, ...], tuple[Relation, ...]]:
    """All clauses and relations of the city package in `folder`."""
    files = sorted((folder / "policy").glob("*.yaml"))
    return _load(tuple((str(file), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[str, int], ...]) -> tuple[tuple[Clause, ...], tuple[Relation, ...]]:
    clauses: dict[str, Clause] = {}
    relations: list[Relation] = []
    for name, _ in files:
        raw: dict[str, Any] = load_yaml(Path(name).read_text(encoding="utf-8")) or {}
        if "policy_version" not in raw:
            continue
        try:
            found = PolicyFile.model_validate(raw)
        except ValidationError as error:
            raise Problem(BAD_CLAUSES, file=Path(name).name, why=str(error).splitlines()[0]) from None
        for each in found.clauses:
            if each.id in clauses:
                raise Problem(BAD_CLAUSES, file=Path(name).name, why=f"{each.id} twice")
            clauses[each.id] = each
        relations += found.relations
    return tuple(clauses.values()), tuple(relations)


_books: dict[tuple[Path, date], tuple[tuple[Clause, ...], ClauseBook]] = {}


def book_of(folder: Path, day: date) -> ClauseBook:
    """The compiled book of a city on a day, kept until a clause changes."""
    clauses, relations = load_clauses(folder)
    kept = _books.get((folder, day))
    if kept is not None and kept[0] == clauses:
        return kept[1]
    made = make_book(clauses, day, relations)
    if len(_books) > 8:
        _books.clear()
    _books[folder, day] = (clauses, made)
    return made


def clause_name(clause: ReadyClause | None, otherwise: str) -> Text:
    """What people call a clause: its benefit, else itself; `otherwise` for one that is no longer there."""
    if clause is None:
        return Text.same(otherwise)
    benefit = clause.clause.benefit
    return benefit.name if benefit else clause.clause.name


def ends_soon(clause: ReadyClause) -> date | None:
    """The last day of a clause that ends within two months."""
    last = clause.clause.valid_to
    return last if last is not None and last - today() <= SOON else None
