"""Deciding one case: yes, no, or undecided for want of what; each with its reasons, trace and distance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onething.core.i18n import Text
from onething.rules.distance import NearMiss, near_miss
from onething.rules.expression import make_scope
from onething.rules.feel.free import lookup, paths
from onething.rules.feel.operators import conjunction, disjunction
from onething.rules.feel.showing import show
from onething.rules.models import Answer, Ground, Rule
from onething.rules.ruleset import CompiledRule, RuleSet
from onething.rules.tabular.table import CompiledTable, RowTrace
from onething.rules.wording import source_text


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of a rule as it was tested."""

    text: str
    outcome: bool | None
    values: dict[str, Any]
    """Fact name → value it had."""
    evidence: dict[str, str]
    """Fact name → where the value came from, where that is known."""

    def as_dict(self) -> dict[str, Any]:
        shown = {name: None if value is None else show(value) for name, value in self.values.items()}
        return {"condition": self.text, "outcome": self.outcome, "values": shown, "evidence": self.evidence}


class RuleResult:
    """What one rule said. The tested values are kept as they were; words are made only when read."""

    __slots__ = ("_compiled", "_origins", "_scope", "_values", "effect", "outcome")

    def __init__(
        self, compiled: CompiledRule, scope: dict[str, Any], values: list[Any], truth: bool | None, origins: Mapping[str, str] | None
    ) -> None:  # fmt: skip
        self._compiled, self._scope, self._values, self._origins = compiled, scope, values, origins
        self.outcome: Answer = _ANSWER[truth]
        """Whether the rule's condition holds."""
        self.effect: bool | None = _effect(compiled, truth)
        """Require, grant: True when satisfied; refuse: False when it applies; None unknown or not applicable."""

    @property
    def id(self) -> str:
        return self._compiled.id

    @property
    def rule(self) -> Rule:
        return self._compiled.rule

    @property
    def role(self) -> str:
        return self._compiled.role

    @property
    def ground(self) -> tuple[Ground, ...]:
        return self._compiled.rule.ground

    @property
    def attributes(self) -> dict[str, Any]:
        return self._compiled.rule.attributes

    @property
    def text(self) -> Text:
        return self._compiled.text(self._scope)

    @property
    def said(self) -> Text:
        """What is so: the condition where it holds (or nobody knows), and what is the case instead where it does not."""
        return self._compiled.unmet_text(self._scope) if self.outcome == "no" else self.text

    @property
    def met(self) -> Answer:
        """Whether it speaks for the applicant: a refusal that applies does not, although its condition holds."""
        return _ANSWER[self.effect]

    @property
    def missing(self) -> list[str]:
        """The facts for want of which this rule is undecided."""
        if self.outcome != "undecided":
            return []
        guard = self._compiled.guard
        if guard is not None and guard.run(self._scope) is None:
            return list(dict.fromkeys([*guard.wanted(self._scope), *self._compiled.condition.wanted(self._scope)]))
        return self._compiled.condition.wanted(self._scope)

    @property
    def trace(self) -> list[Step]:
        """Which condition, which value, from which evidence."""
        steps: list[Step] = []
        origins = self._origins or {}
        for node, value in zip(self._compiled.atoms.nodes, self._values, strict=True):
            named = list(dict.fromkeys(paths(node)))
            steps.append(
                Step(
                    source_text(node, self._compiled.condition.text),
                    value if isinstance(value, bool) else None,
                    {name: lookup(self._scope, name) for name in named},
                    {name: found for name in named if (found := _origin(name, origins))},
                )
            )
        return steps

    @property
    def near_miss(self) -> NearMiss | None:
        """When exactly one condition is false: how far it is from true."""
        if self.outcome != "no" or self._compiled.role == "refuse":
            return None
        return near_miss(self._compiled.atoms, self._values, self._scope, self._compiled.condition.text)

    def as_dict(self) -> dict[str, Any]:
        near = self.near_miss
        return {
            "id": self.id, "role": self.role, "outcome": self.outcome, "text": self.text.model_dump(), "said": self.said.model_dump(),
            "ground": [ground.model_dump(mode="json", exclude_defaults=True) for ground in self.ground],
            "missing": self.missing, "trace": [step.as_dict() for step in self.trace],
            "near_miss": near.as_dict() if near else None, "attributes": self.attributes,
        }  # fmt: skip


_ANSWER: dict[bool | None, Answer] = {True: "yes", False: "no", None: "undecided"}


def _origin(name: str, origins: Mapping[str, str]) -> str:
    while name:
        if name in origins:
            return origins[name]
        name = name.rpartition(".")[0]
    return ""


def _effect(compiled: CompiledRule, truth: bool | None) -> bool | None:
    return (None if truth is None else not truth) if compiled.role == "refuse" else truth


@dataclass(slots=True)
class Decision:
    """The answer. `outcome` is for the whole ruleset; a review's is `yes` when nothing fired and nothing is open."""

    ruleset: str
    as_of: date
    outcome: Answer
    reasons: list[RuleResult] = field(default_factory=list[RuleResult])
    value: Any = None
    row: str = ""
    """Table rulesets: the row or rows that hit."""
    open_names: list[str] = field(default_factory=list[str])
    table: tuple[CompiledTable, dict[str, Any]] | None = field(default=None, repr=False)
    """Table rulesets: the table and what it was given, for `rows`."""

    @property
    def rows(self) -> list[RowTrace]:
        """Table rulesets: the rows that match, may match, or are one cell short, cell by cell."""
        return self.table[0].trace(self.table[1]) if self.table else []

    @property
    def missing(self) -> list[str]:
        """The facts that would settle it; empty unless undecided."""
        if self.outcome != "undecided":
            return []
        found = [name for result in self.reasons for name in result.missing]
        return list(dict.fromkeys([*found, *self.open_names]))

    @property
    def fired(self) -> list[RuleResult]:
        """The rules whose condition holds; of a review, its findings."""
        return [result for result in self.reasons if result.outcome == "yes"]

    @property
    def undecided(self) -> list[RuleResult]:
        return [result for result in self.reasons if result.outcome == "undecided"]

    @property
    def blocking(self) -> list[RuleResult]:
        """The rules because of which the answer is no."""
        return [result for result in self.reasons if result.effect is False] if self.outcome == "no" else []

    @property
    def near_miss(self) -> NearMiss | None:
        """When one condition alone stands between no and yes: how far it is."""
        blocking = self.blocking
        return blocking[0].near_miss if len(blocking) == 1 else None

    def as_dict(self) -> dict[str, Any]:
        near = self.near_miss
        return {
            "ruleset": self.ruleset, "as_of": self.as_of.isoformat(), "outcome": self.outcome, "missing": self.missing,
            "value": None if self.value is None else show(self.value), "row": self.row,
            "near_miss": near.as_dict() if near else None, "reasons": [result.as_dict() for result in self.reasons], "rows": [row.as_dict() for row in self.rows],
        }  # fmt: skip


def decide(
    ruleset: RuleSet, facts: Mapping[str, Any], as_of: date, *, origins: Mapping[str, str] | None = None, drafts: bool = False
) -> Decision:  # fmt: skip
    """Decide one case by the rules in force on `as_of`.

    `facts` are plain nested dicts; `origins` says where values came from (`mother.income` or `mother` → words).
    Decision rulesets: every `require` must hold, at least one grant if there are grants, and no refusal; Kleene logic
    throughout, so the answer is `undecided` exactly when missing facts could still change it. Never raises on facts.
    """
    plan = ruleset.plan(as_of, drafts=drafts)
    scope = make_scope(facts, as_of, plan.parameters)
    if ruleset.table is not None:
        scope["\0drafts"] = drafts
        hit = ruleset.table.decide(scope)
        row = ", ".join(hit.rows)
        return Decision(
            ruleset.id,
            as_of,
            hit.outcome,
            value=hit.value,
            row=row,
            open_names=hit.missing,
            table=(ruleset.table, scope),
        )
    results: list[RuleResult] = []
    for rule in plan.rules:
        try:
            values = [run(scope) for run in rule.runs]
            truth = rule.combine(values)
        except RecursionError:
            values, truth = [None] * len(rule.runs), None
        if rule.guard is not None:
            applies = rule.guard.run(scope)
            if applies is False:
                continue
            if applies is not True and truth is not True:
                truth = None
        results.append(RuleResult(rule, scope, values, truth, origins))
    outcome = _overall(ruleset, results)
    decision = Decision(ruleset.id, as_of, outcome, results)
    if outcome == "yes" and ruleset.kind == "decision":
        decision.value = _value(ruleset, results, scope)
    return decision


def _overall(ruleset: RuleSet, results: list[RuleResult]) -> Answer:
    if ruleset.kind == "review":
        fired = [_review_truth(result) for result in results]
        return "no" if True in fired else "undecided" if None in fired else "yes"
    parts = [result.effect for result in results if result.role != "grant"]
    grants = [result.effect for result in results if result.role == "grant"]
    if grants:
        parts.append(disjunction(grants))
    # No rule in force on that day: nothing to decide by, which is not the same as yes.
    return _ANSWER[conjunction(parts) if results or not ruleset.rules else None]


def _review_truth(result: RuleResult) -> bool | None:
    if result.outcome == "undecided" and result.rule.if_unknown != "undecided":
        return result.rule.if_unknown == "fire"
    return {"yes": True, "no": False, "undecided": None}[result.outcome]


def _value(ruleset: RuleSet, results: list[RuleResult], scope: dict[str, Any]) -> Any:
    for result in results:
        if result.role == "grant" and result.effect is True:
            value = result._compiled.value  # pyright: ignore[reportPrivateUsage]
            if value is not None:
                return value.run(scope)
    return ruleset.value.run(scope) if ruleset.value else None
