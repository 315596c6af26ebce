"""Trees to other trees: renaming, null guards for plain FEEL, and a whole ruleset as one condition."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

from onething.rules.feel import syntax as s
from onething.rules.feel.guards import is_list
from onething.rules.ruleset import CompiledRule, RuleSet

NULL, TRUE, FALSE = s.Literal(None), s.Literal(True), s.Literal(False)


def rebuild(node: s.Node, change: Callable[[s.Node], s.Node]) -> s.Node:
    """The tree with `change` applied to every node, from the leaves up."""
    changes: dict[str, Any] = {}
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, s.Node):
            changes[each.name] = rebuild(value, change)
        elif isinstance(value, tuple) and each.name != "at":
            changes[each.name] = tuple(_inside(item, change) for item in value)  # type: ignore[reportUnknownVariableType]
    return change(replace(node, **changes) if changes else node)


def _inside(item: Any, change: Callable[[s.Node], s.Node]) -> Any:
    if isinstance(item, s.Node):
        return rebuild(item, change)
    if is_list(item) and len(item) == 2 and isinstance(item[1], s.Node):
        return item[0], rebuild(item[1], change)
    return item


def whole_condition(ruleset: RuleSet, as_of: date, *, drafts: bool = False) -> s.Node:
    """A decision ruleset as one condition that is true, false or unknown exactly when `decide` says yes, no, undecided."""
    plan = ruleset.plan(as_of, drafts=drafts)
    parts: list[s.Node] = []
    grants: list[s.Node] = []
    for rule in plan.rules:
        if rule.role == "grant":
            grants.append(rule.condition.node)
        elif rule.role == "refuse":
            parts.append(negation(rule.condition.node))
        elif rule.role == "require":
            parts.append(required(rule))
    if grants:
        parts.append(grants[0] if len(grants) == 1 else s.Or(tuple(grants)))
    if not parts:
        return NULL
    return parts[0] if len(parts) == 1 else s.And(tuple(parts))


def required(rule: CompiledRule) -> s.Node:
    """A requirement with its guard: met, or not applicable."""
    if rule.guard is None:
        return rule.condition.node
    return s.Or((negation(rule.guard.node), rule.condition.node))


def negation(node: s.Node) -> s.Node:
    return s.Call(s.Name("not"), (node,))


def _is_null(node: s.Node) -> s.Node:
    return s.Compare("=", node, NULL)


def guarded(node: s.Node) -> s.Node:
    """The same condition for plain FEEL, in which `null = 5` is false: unknown stays null there too."""
    return rebuild(node, _guard)


def _guard(node: s.Node) -> s.Node:
    match node:
        case s.Compare(op="=" | "!=", left=left, right=right):
            if s.Literal(None) in (left, right):
                return node
            return _unless_null([left, right], node)
        case s.In(value=value):
            return _unless_null([value], node)
        case s.If(condition=condition, then=then, otherwise=otherwise):
            agreed = s.If(s.Compare("=", then, otherwise), then, NULL)
            return s.If(_is_null(condition), agreed, node)
        case s.Call(function=s.Name(name="list contains"), args=(values, element)):
            return _unless_null([values, element], node)
        case s.Filter(base=base, condition=condition) if not isinstance(condition, s.Literal):
            unknown = s.Iterate("some", (("item", base),), _is_null(condition)) if _about_item(condition) else FALSE
            return s.If(s.Or((_is_null(base), s.Compare("=", unknown, TRUE))), NULL, node)
        case _:
            return node


def _about_item(node: s.Node) -> bool:
    if isinstance(node, s.Name):
        return node.name == "item"
    return any(_about_item(each) for each in s.children(node))


def _unless_null(parts: list[s.Node], node: s.Node) -> s.Node:
    tests = [_is_null(part) for part in parts if not isinstance(part, s.Literal | s.Items | s.Interval)]
    if not tests:
        return node
    return s.If(tests[0] if len(tests) == 1 else s.Or(tuple(tests)), NULL, node)


def renamed(node: s.Node, names: dict[str, str]) -> s.Node:
    """Every name, member and key by its new name."""

    def change(each: s.Node) -> s.Node:
        match each:
            case s.Name(name=name):
                return replace(each, name=names.get(name, name), at=(0, 0))
            case s.Attribute(name=name):
                return replace(each, name=names.get(name, name), at=(0, 0))
            case s.Context(entries=entries):
                return replace(each, entries=tuple((names.get(key, key), value) for key, value in entries), at=(0, 0))
            case s.Iterate(bindings=bindings):
                return replace(each, bindings=tuple((names.get(key, key), value) for key, value in bindings), at=(0, 0))
            case s.Function(params=params):
                return replace(each, params=tuple(names.get(key, key) for key in params), at=(0, 0))
            case _:
                return replace(each, at=(0, 0))

    return rebuild(node, change)
