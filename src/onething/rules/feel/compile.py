"""Trees to closures over a scope (a plain dict of facts, parameters and local names). Two meanings of null, one compiler."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from onething.rules.feel import operators as o
from onething.rules.feel import syntax as s
from onething.rules.feel.builtins.ranges import range_function
from onething.rules.feel.calls import compile_call
from onething.rules.feel.compiling import Run, Scope
from onething.rules.feel.functions import builtins
from onething.rules.feel.guards import is_list
from onething.rules.feel.iterate import compile_filter, compile_iterate, span_items
from onething.rules.feel.members import member
from onething.rules.feel.types import instance_of
from onething.rules.feel.values import Fn, Range

MAX_CALLS = 60
"""Functions calling functions, before a recursion without end is stopped."""
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


class Compiler:
    """`strict` follows FEEL to the letter (conformance); otherwise missing data stays unknown all the way up."""

    def __init__(self, *, strict: bool = False, functions: dict[str, Fn] | None = None) -> None:
        self.strict = strict
        self.functions = builtins(strict=strict) | {"range": _RANGE} if functions is None else functions
        self.equal = o.equal_strict if strict else o.equal
        self.less = o.less_strict if strict else o.less

    def compile(self, node: s.Node) -> Run:
        return getattr(self, f"_{type(node).__name__.lower()}")(node)

    # -- leaves ---------------------------------------------------------------------------------------------------

    def _literal(self, node: s.Literal) -> Run:
        value = node.value
        return lambda _: value

    def _name(self, node: s.Name) -> Run:
        name, fallback = node.name, self.functions.get(node.name)
        if fallback is not None:
            return lambda scope: scope.get(name, fallback)
        return lambda scope: scope.get(name)

    def _attribute(self, node: s.Attribute) -> Run:
        name, strict = node.name, self.strict
        if isinstance(node.base, s.Name) and node.base.name not in self.functions:
            root = node.base.name

            def quick(scope: Scope) -> Any:
                value: Any = scope.get(root)
                return value.get(name) if value.__class__ is dict else member(value, name, strict=strict)

            return quick
        base = self.compile(node.base)

        def attribute(scope: Scope) -> Any:
            value = base(scope)
            return value.get(name) if value.__class__ is dict else member(value, name, strict=strict)

        return attribute

    def _items(self, node: s.Items) -> Run:
        runs = [self.compile(item) for item in node.items]
        return lambda scope: [run(scope) for run in runs]

    def _context(self, node: s.Context) -> Run:
        runs = [(name, self.compile(value)) for name, value in node.entries]

        def context(scope: Scope) -> Any:
            inner = dict(scope)
            made: dict[str, Any] = {}
            for name, run in runs:
                made[name] = inner[name] = run(inner)
            return made

        return context

    def _interval(self, node: s.Interval) -> Run:
        low = self.compile(node.low) if node.low else None
        high = self.compile(node.high) if node.high else None

        def interval(scope: Scope) -> Any:
            ends = low(scope) if low else None, high(scope) if high else None
            if self.strict and o.less_strict(*ends) is None:
                return None  # unlike kinds, or an end that is null
            return Range(*ends, node.low_closed, node.high_closed)

        return interval

    def _function(self, node: s.Function) -> Run:
        body, params = self.compile(node.body), node.params

        def make(scope: Scope) -> Fn:
            def call(args: list[Any]) -> Any:
                depth = scope.get("\0depth", 0)
                if depth > MAX_CALLS:
                    return None
                return body({**scope, **dict(zip(params, args, strict=True)), "\0depth": depth + 1})

            return Fn(params, call)

        return make

    # -- logic ----------------------------------------------------------------------------------------------------

    def _and(self, node: s.And) -> Run:
        runs = tuple(self.compile(part) for part in node.parts)

        def conjunction(scope: Scope) -> bool | None:
            known: bool | None = True
            for run in runs:
                value = run(scope)
                if value is False:
                    return False
                if value is not True:
                    known = None
            return known

        return conjunction

    def _or(self, node: s.Or) -> Run:
        runs = tuple(self.compile(part) for part in node.parts)

        def disjunction(scope: Scope) -> bool | None:
            known: bool | None = False
            for run in runs:
                value = run(scope)
                if value is True:
                    return True
                if value is not False:
                    known = None
            return known

        return disjunction

    def _if(self, node: s.If) -> Run:
        condition, then, otherwise = self.compile(node.condition), self.compile(node.then), self.compile(node.otherwise)
        strict, equal = self.strict, self.equal

        def choose(scope: Scope) -> Any:
            value = condition(scope)
            if value is True:
                return then(scope)
            if value is False or strict:
                return otherwise(scope)
            # Unknown which branch: the answer is known only if both agree.
            first, second = then(scope), otherwise(scope)
            return first if equal(first, second) is True else None

        return choose

    def _compare(self, node: s.Compare) -> Run:
        left, right, op = node.left, node.right, node.op
        if isinstance(left, s.Literal) and not isinstance(right, s.Literal):
            left, right, op = right, left, _FLIP[op]
        run, equal = self.compile(left), self.equal
        if isinstance(right, s.Literal):
            if right.value is None and op in ("=", "!="):
                missing = op == "="
                return lambda scope: (run(scope) is None) is missing
            if isinstance(right.value, int | Decimal) and not isinstance(right.value, bool):
                return self._number_compare(run, op, right.value)
            if isinstance(right.value, str) and op in ("=", "!="):
                return _text_compare(run, right.value, self.equal, wanted=op == "=")
        other = self.compile(right)
        if op in ("=", "!="):
            if op == "=":
                return lambda scope: equal(run(scope), other(scope))
            return lambda scope: o.negation(equal(run(scope), other(scope)))
        test = self.ordering(op)
        return lambda scope: test(run(scope), other(scope))

    def ordering(self, op: str) -> Callable[[Any, Any], bool | None]:
        less, negation = self.less, o.negation
        match op:
            case "<":
                return less
            case ">":
                return lambda a, b: less(b, a)
            case "<=":
                return lambda a, b: negation(less(b, a))
            case ">=":
                return lambda a, b: negation(less(a, b))
            case "=":
                return self.equal
            case _:
                equal = self.equal
                return lambda a, b: negation(equal(a, b))

    def _number_compare(self, run: Run, op: str, limit: int | Decimal) -> Run:
        slow = self.ordering(op)
        direct = _DIRECT[op]

        def compare(scope: Scope) -> bool | None:
            value = run(scope)
            kind = value.__class__
            return direct(value, limit) if kind is int or kind is Decimal else slow(value, limit)

        return compare

    def _between(self, node: s.Between) -> Run:
        run, low, high = self.compile(node.value), self.compile(node.low), self.compile(node.high)
        at_most = self.ordering("<=")

        def between(scope: Scope) -> bool | None:
            value = run(scope)
            return o.conjunction([at_most(low(scope), value), at_most(value, high(scope))])

        return between

    def _in(self, node: s.In) -> Run:
        run, tests = self.compile(node.value), [self.test(test) for test in node.tests]

        def included(scope: Scope) -> bool | None:
            inner = {**scope, s.INPUT: run(scope)}
            return o.disjunction([test(inner) for test in tests])

        return included

    def _test(self, node: s.Test) -> Run:
        """A test standing as a value is a range open to one side."""
        run, op = self.compile(node.value), node.op

        def span(scope: Scope) -> Any:
            value = run(scope)
            if op == "=":
                return Range(value, value)
            return Range(value, None, op == ">=", False) if op[0] == ">" else Range(None, value, False, op == "<=")

        return span

    def _tests(self, node: s.Tests) -> Run:
        tests, negated = [self.test(test) for test in node.tests], node.negated
        if not tests:
            return lambda _: True
        if len(tests) == 1 and not negated:
            return tests[0]

        def any_of(scope: Scope) -> bool | None:
            value = o.disjunction([test(scope) for test in tests])
            return o.negation(value) if negated else value

        return any_of

    def test(self, node: s.Node) -> Run:
        """One test of the input `?`: an operator, a range, a list to be in, a value to equal, or a condition."""
        if isinstance(node, s.Test):
            run, compare = self.compile(node.value), self.ordering(node.op)
            return lambda scope: compare(scope.get(s.INPUT), run(scope))
        run, asks = self.compile(node), uses_input(node)
        strict, equal = self.strict, self.equal

        def matches(scope: Scope) -> bool | None:
            value = run(scope)
            if asks:
                return value if value is True or value is False else None
            return fits(scope.get(s.INPUT), value, strict=strict, equal=equal)

        return matches

    # -- the rest -------------------------------------------------------------------------------------------------

    def _arithmetic(self, node: s.Arithmetic) -> Run:
        left, right, op, strict = self.compile(node.left), self.compile(node.right), node.op, self.strict
        return lambda scope: o.arithmetic(op, left(scope), right(scope), strict=strict)

    def _negate(self, node: s.Negate) -> Run:
        run = self.compile(node.value)
        return lambda scope: o.negate(run(scope))

    def _instanceof(self, node: s.InstanceOf) -> Run:
        run, kind, strict = self.compile(node.value), node.type, self.strict

        def check(scope: Scope) -> bool | None:
            value = run(scope)
            if value is None and not strict:
                return None
            belongs = scope.get("\0types")
            return instance_of(value, kind) if belongs is None else belongs(value, kind)

        return check

    def _filter(self, node: s.Filter) -> Run:
        return compile_filter(self, node)

    def _iterate(self, node: s.Iterate) -> Run:
        return compile_iterate(self, node)

    def _call(self, node: s.Call) -> Run:
        return compile_call(self, node)


def fits(given: Any, value: Any, *, strict: bool, equal: Callable[[Any, Any], bool | None]) -> bool | None:
    """Whether an input fits what a cell evaluates to: a range, a list, or an equal value."""
    if isinstance(value, Range):
        return o.within(given, value, strict=strict)
    if is_list(value):
        if is_list(given):
            same = equal(given, value)
            if same is True:
                return True
        return o.disjunction([fits(given, each, strict=strict, equal=equal) for each in value])
    same = equal(given, value)
    return False if same is None and strict and given is not None and value is not None else same


def uses_input(node: s.Node) -> bool:
    """Whether `?` occurs in the tree outside of an inner `in`."""
    if isinstance(node, s.Name):
        return node.name == s.INPUT
    return any(uses_input(child) for child in s.children(node))


def _text_compare(run: Run, text: str, equal: Callable[[Any, Any], bool | None], *, wanted: bool) -> Run:
    def compare(scope: Scope) -> bool | None:
        value = run(scope)
        if value.__class__ is str:
            return (value == text) is wanted
        same = equal(value, text)
        return same if wanted else o.negation(same)

    return compare


_DIRECT: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}

__all__ = ["Compiler", "Run", "Scope", "fits", "span_items", "uses_input"]


def _evaluate(node: s.Node, strict: bool) -> Any:
    return Compiler(strict=strict).compile(node)({})


_RANGE = range_function(_evaluate)
