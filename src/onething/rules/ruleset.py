"""A compiled ruleset: its rules in force on a day as closures over facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from onething.core.i18n import LANGS, Lang, Text, texts_of
from onething.rules.errors import RuleError, RuleProblem, problem
from onething.rules.expression import Atoms, Expression, compile_expression
from onething.rules.feel.errors import FeelError
from onething.rules.feel.showing import show
from onething.rules.models import FactSpec, Rule, RuleSetSpec
from onething.rules.tabular.table import CompiledTable

if TYPE_CHECKING:
    from onething.rules.yamlfile import Located

say = texts_of(__name__)

Role = Literal["require", "grant", "refuse", "finding"]
_PLACE = re.compile(r"\{([^{}]+)\}")


class CompiledRule:
    """One rule with its condition in atoms, so that a trace costs little."""

    __slots__ = ("atoms", "combine", "condition", "guard", "id", "role", "rule", "runs", "texts", "unmet", "value")

    def __init__(self, rule: Rule, kind: str) -> None:
        self.rule, self.id = rule, rule.id
        self.role: Role = _role(rule, kind)
        if rule.require is not None:
            self.condition = compile_expression(rule.require)
            self.guard = compile_expression(rule.when) if rule.when is not None else None
        else:
            self.condition = compile_expression(rule.when or "true")
            self.guard = None
        self.atoms: Atoms = self.condition.atoms()
        self.runs, self.combine = self.atoms.runs, self.atoms.combine
        self.value = compile_expression(rule.value) if rule.value is not None else None
        self.texts = _templates(rule.text)
        self.unmet = _templates(rule.unmet)

    @property
    def names(self) -> frozenset[str]:
        guard = self.guard.names if self.guard else frozenset[str]()
        return self.condition.names | guard | (self.value.names if self.value else frozenset[str]())

    def text(self, scope: dict[str, Any]) -> Text:
        """The rule's words with its places filled from the facts."""
        if not self.texts:
            label = self.rule.name.zh if self.rule.name else self.condition.text
            return Text(zh=label, en=self.rule.name.en if self.rule.name else self.condition.text)
        return Text(zh=_fill(self.texts["zh"], scope, "zh"), en=_fill(self.texts["en"], scope, "en"))

    def unmet_text(self, scope: dict[str, Any]) -> Text:
        """What is so when the condition does not hold; in the rule's own words, or the condition said to be not met."""
        if self.unmet:
            return Text(zh=_fill(self.unmet["zh"], scope, "zh"), en=_fill(self.unmet["en"], scope, "en"))
        words = self.text(scope)
        said = Text(zh=words.zh.rstrip("。"), en=words.en.rstrip("."))
        return say("not_so", text=said) if self.role == "refuse" else say("not_met", text=said)


Template = list[str | Expression]


def _templates(words: Text | None) -> dict[Lang, "Template"]:
    return {lang: _template(words.get(lang)) for lang in LANGS} if words else {}


def _template(text: str) -> Template:
    parts: Template = []
    end = 0
    for found in _PLACE.finditer(text):
        parts += [text[end : found.start()], compile_expression(found[1])]
        end = found.end()
    return [*parts, text[end:]]


def _fill(parts: Template, scope: dict[str, Any], lang: Lang) -> str:
    unknown = "(未知)" if lang == "zh" else "(unknown)"
    out: list[str] = []
    for part in parts:
        if isinstance(part, str):
            out.append(part)
            continue
        value = part.run(scope)
        out.append(unknown if value is None else value if isinstance(value, str) else show(value))
    return "".join(out)


def _role(rule: Rule, kind: str) -> Role:
    if kind == "review":
        return "finding"
    if rule.require is not None:
        return "require"
    return "refuse" if rule.then is False else "grant"


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules and parameters in force on one day."""

    rules: tuple[CompiledRule, ...]
    parameters: Mapping[str, Any]


class RuleSet:
    """A ruleset ready for use. Made by `load_rules`; immutable, safe to share between threads."""

    def __init__(self, spec: RuleSetSpec, source: "Located | None" = None, number: int = 0) -> None:
        self.spec, self.id, self.kind = spec, spec.id, spec.kind
        self.source, self._number = source, number
        self.facts: dict[str, FactSpec] = {
            name: FactSpec(type=fact) if isinstance(fact, str) else fact for name, fact in spec.facts.items()
        }
        problems: list[RuleProblem] = []
        self._compiled = self._compile_rules(problems)
        self.value: Expression | None = None
        if spec.value is not None:
            self.value = self._try(spec.value, ("value",), "", problems)
        self.table: CompiledTable | None = None
        if spec.table is not None:
            try:
                self.table = CompiledTable(spec.table, file=self.file, known=frozenset(self.facts))
            except RuleError as error:
                problems.extend(error.problems)
        if problems:
            raise RuleError(problems)
        self._plans: dict[tuple[date, bool], Plan] = {}

    @property
    def file(self) -> str:
        return self.source.file if self.source else ""

    @property
    def rules(self) -> tuple[CompiledRule, ...]:
        """All rules of all times, as written."""
        return self._compiled

    @property
    def names(self) -> frozenset[str]:
        """Every fact read by any rule, parameters left out."""
        found = frozenset(name for rule in self._compiled for name in rule.names)
        found |= self.value.names if self.value else frozenset[str]()
        found |= self.table.names if self.table else frozenset[str]()
        return frozenset(name for name in found if name.split(".")[0] not in self.spec.parameters)

    def place(self, path: tuple[str | int, ...]) -> str:
        return str(self.source.line(("rulesets", self._number, *path))) if self.source else ""

    def plan(self, as_of: date, *, drafts: bool = False) -> Plan:
        """Rules and parameters in force on `as_of`; kept for the days in use."""
        key = (as_of, drafts)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) > 1000:
                self._plans.clear()
            live = tuple(rule for rule in self._compiled if rule.rule.in_force(as_of, drafts=drafts))
            parameters = {name: each.at(as_of, drafts=drafts) for name, each in self.spec.parameters.items()}
            found = self._plans[key] = Plan(live, parameters)
        return found

    def _compile_rules(self, problems: list[RuleProblem]) -> tuple[CompiledRule, ...]:
        made: list[CompiledRule] = []
        for number, rule in enumerate(self.spec.rules):
            try:
                made.append(CompiledRule(rule, self.kind))
            except FeelError as error:
                problems.append(self._feel_problem(error, ("rules", number, _field_of(rule, error)), rule.id))
        self._check_versions(problems)
        return tuple(made)

    def _check_versions(self, problems: list[RuleProblem]) -> None:
        """Two versions of one rule may not be in force on the same day."""
        seen: dict[str, list[tuple[int, Rule]]] = {}
        for number, rule in enumerate(self.spec.rules):
            if rule.status == "draft":
                continue
            for _, other in seen.get(rule.id, []):
                if _meet(rule, other):
                    problems.append(problem(
                        "rules.duplicate", f"规则 {rule.id} 有两个版本在同一天有效", f"Two versions of rule {rule.id} are in force on the same day",
                        file=self.file, place=self.place(("rules", number)), rule=rule.id,
                    ))  # fmt: skip
            seen.setdefault(rule.id, []).append((number, rule))

    def _try(self, text: str, path: tuple[str | int, ...], rule: str, problems: list[RuleProblem]) -> Expression | None:
        try:
            return compile_expression(text)
        except FeelError as error:
            problems.append(self._feel_problem(error, path, rule))
            return None

    def _feel_problem(self, error: FeelError, path: tuple[str | int, ...], rule: str) -> RuleProblem:
        place, text = self.place(path), str(error)
        return RuleProblem(
            "rules.expression", Text(zh=text, en=error.what.en.replace("{{", "{").replace("}}", "}")),
            self.file, place, rule, "error", error.suggestion,
        )  # fmt: skip


def _field_of(rule: Rule, error: FeelError) -> str:
    """Which field of the rule the broken text came from."""
    for field in ("when", "require", "value"):
        text = getattr(rule, field)
        if text is not None and error.text and text == error.text:
            return field
    return "text"


def _meet(one: Rule, other: Rule) -> bool:
    start = max(one.valid_from or date.min, other.valid_from or date.min)
    return start <= min(one.valid_to or date.max, other.valid_to or date.max)
