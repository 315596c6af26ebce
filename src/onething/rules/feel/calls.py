"""Calling functions: built-in ones and those defined in an expression, by position or by parameter name."""

from collections.abc import Callable
from typing import Any

from onething.rules.feel import operators as o
from onething.rules.feel import syntax as s
from onething.rules.feel.compiling import Compiles, Scope
from onething.rules.feel.guards import is_context
from onething.rules.feel.values import Fn

ORIGINS = "\0origins"
"""Where facts keep what `origin(…)` tells: `slot` and `slot.field` → registry, answer, upload, sign_in, derived, issued or signed."""


def compile_call(compiler: Compiles, node: s.Call) -> Callable[[Scope], Any]:
    special = node.function.name if isinstance(node.function, s.Name) else ""
    if special == "not" and len(node.args) == 1 and not node.names:
        inner = compiler.compile(node.args[0])
        return lambda scope: o.negation(inner(scope))
    if special in ("today", "now") and not node.args:
        return lambda scope: scope.get(f"\0{special}")
    if special == "is defined" and len(node.args) == 1:
        inner = compiler.compile(node.args[0])
        return lambda scope: inner(scope) is not None
    if special == "origin" and len(node.args) == 1:
        path = s.path_of(node.args[0])
        return lambda scope: _origin(scope, path)
    function = compiler.compile(node.function)
    args = [compiler.compile(each) for each in node.args]
    names = node.names

    def call(scope: Scope) -> Any:
        target = function(scope)
        if not isinstance(target, Fn):
            return None
        values = [arg(scope) for arg in args]
        ordered = _by_name(target, names, values) if names else _by_place(target, values)
        if ordered is None:
            return None
        try:
            return target.call(ordered)
        except (ArithmeticError, ValueError, TypeError, OverflowError, KeyError, IndexError, AttributeError):
            # Wrong kinds of arguments make null, as FEEL asks; the static check names them beforehand.
            return None

    return call


def _origin(scope: Scope, path: tuple[str, ...] | None) -> Any:
    """Where the fact at a path came from, or else all of its evidence; null where nobody said."""
    known = scope.get(ORIGINS)
    if path is None or not is_context(known):
        return None
    return known.get(".".join(path)) or known.get(path[0])


def _by_place(target: Fn, values: list[Any]) -> list[Any] | None:
    if target.variadic:
        return values
    if not len(target.params) - target.optional <= len(values) <= len(target.params):
        return None
    return values


def _by_name(target: Fn, names: tuple[str, ...], values: list[Any]) -> list[Any] | None:
    given = dict(zip(names, values, strict=True))
    if target.other and set(names) <= set(target.other) and not set(names) <= set(target.params):
        target = Fn(target.other, target.call, optional=0 if len(names) > 1 else target.optional)
        target = Fn(target.params, target.call, optional=len(target.params) - len(names))
    if len(given) != len(names) or not set(names) <= set(target.params):
        return None
    if any(param not in given for param in target.params[: len(target.params) - target.optional]):
        return None
    if target.variadic:
        return [given[target.params[0]]]
    last = max(target.params.index(name) for name in names)
    return [given.get(param) for param in target.params[: last + 1]]
