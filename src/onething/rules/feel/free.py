"""Which facts an expression reads, as dotted paths, and which of them are to blame when it cannot be told."""

from collections.abc import Callable, Iterator
from typing import Any

from onething.rules.feel import syntax as s
from onething.rules.feel.functions import builtin_names
from onething.rules.feel.guards import is_context
from onething.rules.feel.names import KEYWORDS

_OWN = (
    frozenset(builtin_names())
    | KEYWORDS
    | {"item", "partial", s.INPUT, "not", "today", "now", "is defined", "origin", "as_of"}
)


def paths(node: s.Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every free dotted path in the tree, in reading order, with repetitions."""
    path = s.path_of(node)
    if path is not None:
        if path[0] not in bound and path[0] not in _OWN:
            yield ".".join(path)
        return
    match node:
        case s.Iterate(bindings=bindings, body=body):
            for name, over in bindings:
                yield from paths(over, bound)
                bound = bound | {name}
            yield from paths(body, bound)
        case s.Function(params=params, body=body):
            yield from paths(body, bound | set(params))
        case s.Context(entries=entries):
            for name, value in entries:
                yield from paths(value, bound)
                bound = bound | {name}
        case s.Filter(base=base, condition=condition):
            yield from paths(base, bound)
            # A plain name inside a filter is most likely a field of the item.
            yield from (path for path in paths(condition, bound) if "." in path)
        case s.Call(function=s.Name(), args=args):
            for arg in args:
                yield from paths(arg, bound)
        case _:
            for child in s.children(node):
                yield from paths(child, bound)


def free_names(node: s.Node) -> frozenset[str]:
    return frozenset(paths(node))


def lookup(scope: dict[str, Any], path: str) -> Any:
    """The value at a dotted path, null when a step is missing."""
    value: Any = scope
    for part in path.split("."):
        value = value.get(part) if is_context(value) else None
    return value


Evaluate = Callable[[s.Node, dict[str, Any]], Any]


def wanted(node: s.Node, scope: dict[str, Any], evaluate: Evaluate) -> list[str]:
    """The facts for want of which this condition is unknown; empty when it is known."""
    if evaluate(node, scope) is not None:
        return []
    match node:
        case s.And(parts=parts) | s.Or(parts=parts):
            found = [name for part in parts for name in wanted(part, scope, evaluate)]
        case s.Call(function=s.Name(name="not"), args=(inner,)):
            found = wanted(inner, scope, evaluate)
        case s.If(condition=condition, then=then, otherwise=otherwise):
            truth = evaluate(condition, scope)
            found = wanted(condition if truth is None else then if truth else otherwise, scope, evaluate)
        case _:
            named = list(dict.fromkeys(paths(node)))
            # All present and still unknown: a value is there but unusable, so each of them is in question.
            found = [path for path in named if lookup(scope, path) is None] or named
    return list(dict.fromkeys(found))
