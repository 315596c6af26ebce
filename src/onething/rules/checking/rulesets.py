"""All checks of a ruleset: names, kinds, conditions that can never hold, duplicates, conflicts, sources, tables."""

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from itertools import combinations
from typing import Any

from onething.core.clock import today
from onething.core.i18n import Text
from onething.rules.checking.conditions import TooComplexError, boxes
from onething.rules.checking.conflicts import find_conflict
from onething.rules.checking.sets import ValueSet
from onething.rules.checking.tables import check_table, space_of
from onething.rules.checking.typing import mismatches, types_of
from onething.rules.errors import RuleProblem, problem
from onething.rules.expression import Expression, make_scope
from onething.rules.feel import syntax as s
from onething.rules.ruleset import CompiledRule, RuleSet

MAX_PAIRS = 20_000


def check_ruleset(ruleset: RuleSet, as_of: date | None = None) -> list[RuleProblem]:
    """Everything that can be told without data, errors first."""
    day = as_of or today()
    parameters = {name: each.at(day, drafts=True) for name, each in ruleset.spec.parameters.items()}
    constants = make_scope({}, day, parameters)
    problems: list[RuleProblem] = []
    for number, rule in enumerate(ruleset.rules):
        place = ruleset.place(("rules", number))
        for part in _parts(rule):
            problems += _names(ruleset, part, place, rule.id)
            problems += _kinds(ruleset, part, parameters, place, rule.id)
        problems += _conditions(ruleset, rule, constants, place)
        if not rule.rule.ground and not ruleset.spec.ground and ruleset.kind == "decision":
            problems.append(problem("rules.no_ground", "没有写法律依据", "No legal source is given", file=ruleset.file, place=place, rule=rule.id, severity="note"))  # fmt: skip
    problems += _conflicts(ruleset, constants)
    problems += _parameters(ruleset, day)
    if ruleset.table is not None:
        for column in ruleset.table.inputs:
            if column is not None:
                problems += _names(ruleset, column, "", column.text)
        problems += check_table(ruleset.table, ruleset.facts, constants, ruleset.file)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(problems, key=lambda each: order[each.severity])


def _parts(rule: CompiledRule) -> Iterator[Expression]:
    yield rule.condition
    if rule.guard is not None:
        yield rule.guard
    if rule.value is not None:
        yield rule.value
    for template in (*rule.texts.values(), *rule.unmet.values()):
        yield from (part for part in template if isinstance(part, Expression))


def spaces_of(ruleset: RuleSet) -> dict[str, ValueSet]:
    """The declared values of each fact."""
    found = {name: space_of(spec) for name, spec in ruleset.facts.items()}
    return {name: space for name, space in found.items() if space is not None}


def _names(ruleset: RuleSet, part: Expression, place: str, rule: str) -> list[RuleProblem]:
    """Names that are neither facts nor parameters; only where facts are declared at all."""
    if not ruleset.facts:
        return []
    known = [*ruleset.facts, *ruleset.spec.parameters]
    found: list[RuleProblem] = []
    for name in sorted(part.names):
        if name in known or any(name.startswith(f"{each}.") or each.startswith(f"{name}.") for each in known):
            continue
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        found.append(problem("rules.unknown_name", f"没有声明过的名字 {name}", f"Unknown name {name}", file=ruleset.file, place=place, rule=rule, suggestion=near[0] if near else ""))  # fmt: skip
    return found


def _kinds(ruleset: RuleSet, part: Expression, parameters: dict[str, Any], place: str, rule: str) -> list[RuleProblem]:
    types = types_of(ruleset.facts, parameters)
    return [
        RuleProblem("rules.type", Text(zh=zh, en=en), ruleset.file, place, rule)
        for _, zh, en in mismatches(part.node, types)
    ] + list(_functions(part.node, ruleset, place, rule))


def _functions(node: s.Node, ruleset: RuleSet, place: str, rule: str) -> Iterator[RuleProblem]:
    """Calls of functions that do not exist."""
    from onething.rules.feel.functions import builtin_names

    known = [*builtin_names(), "not", "today", "now", "is defined", "origin"]
    if isinstance(node, s.Call) and isinstance(node.function, s.Name) and node.function.name not in known:
        name = node.function.name
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        yield problem("rules.unknown_function", f"没有函数 {name}", f"There is no function {name}", file=ruleset.file, place=place, rule=rule, suggestion=near[0] if near else "")  # fmt: skip
    for child in s.children(node):
        yield from _functions(child, ruleset, place, rule)


def _conditions(ruleset: RuleSet, rule: CompiledRule, constants: dict[str, Any], place: str) -> list[RuleProblem]:
    try:
        ways = boxes(rule.condition.node, constants, spaces_of(ruleset))
        against = boxes(s.Call(s.Name("not"), (rule.condition.node,)), constants, spaces_of(ruleset))
    except TooComplexError:
        return []
    if not ways:
        return [problem("rules.never", "条件永远不会成立", "The condition can never hold", file=ruleset.file, place=place, rule=rule.id)]  # fmt: skip
    if not against and rule.condition.names:
        return [problem("rules.always", "条件总是成立", "The condition always holds", file=ruleset.file, place=place, rule=rule.id, severity="warning")]  # fmt: skip
    return []


def _conflicts(ruleset: RuleSet, constants: dict[str, Any]) -> list[RuleProblem]:
    if ruleset.kind != "decision":
        return []
    live = [rule.rule for rule in ruleset.rules if rule.role != "require"]
    found: list[RuleProblem] = []
    for count, (first, second) in enumerate(combinations(live, 2)):
        if count > MAX_PAIRS:
            found.append(problem("rules.incomplete", "规则太多,冲突没有全部检查", "Too many rules to search for every conflict", file=ruleset.file, severity="note"))  # fmt: skip
            break
        conflict = find_conflict(first, second, constants, spaces_of(ruleset))
        if conflict is not None:
            found.append(RuleProblem("rules.conflict", conflict.text, ruleset.file, "", second.id, "warning"))
    return found


def _parameters(ruleset: RuleSet, day: date) -> list[RuleProblem]:
    found: list[RuleProblem] = []
    for name, parameter in ruleset.spec.parameters.items():
        if parameter.at(day) is None and any(part == name for rule in ruleset.rules for part in rule.condition.names):
            found.append(problem("rules.no_parameter", f"参数 {name} 在 {day} 没有有效值", f"Parameter {name} has no value in force on {day}", file=ruleset.file, severity="warning"))  # fmt: skip
        if name in ruleset.facts:
            found.append(problem("rules.shadow", f"参数与事实同名:{name}", f"Parameter and fact share the name {name}", file=ruleset.file))  # fmt: skip
    return found
