"""One expression, compiled once: its value, the names it reads, and the atoms its truth is made of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from onething.core.clock import CHINA, today
from onething.rules.feel import syntax as s
from onething.rules.feel.calls import ORIGINS
from onething.rules.feel.compile import Compiler, Run, Scope
from onething.rules.feel.free import free_names, wanted
from onething.rules.feel.parser import parse, parse_tests

_LENIENT = Compiler()
_STRICT = Compiler(strict=True)


def make_scope(facts: Mapping[str, Any], as_of: date, parameters: Mapping[str, Any] | None = None) -> Scope:
    """What closures read: facts, then parameters, then the day in question as `today()` and `as_of`."""
    scope = {**facts, **(parameters or {})}
    scope["as_of"] = scope["\0today"] = as_of
    scope["\0now"] = datetime(as_of.year, as_of.month, as_of.day, tzinfo=CHINA)
    return scope


def with_origins(facts: Mapping[str, Any], origins: Mapping[str, str]) -> dict[str, Any]:
    """The same facts, knowing where they came from (`slot` or `slot.field` → kind), for `origin(…)` in rules. To be read, not kept."""
    return {**facts, ORIGINS: dict(origins)}


class Expression:
    """An expression of the rule language. Make one with `compile_expression`."""

    __slots__ = ("_run", "names", "node", "strict", "text")

    def __init__(self, text: str, node: s.Node, *, strict: bool = False) -> None:
        self.text, self.node, self.strict = text, node, strict
        self._run = (_STRICT if strict else _LENIENT).compile(node)
        self.names = free_names(node)
        """Dotted paths it reads, e.g. `mother_id.id_number`."""

    def evaluate(
        self, facts: Mapping[str, Any], as_of: date | None = None, parameters: Mapping[str, Any] | None = None
    ) -> Any:
        """The value; None when facts are missing. Conditions give True, False or None (cannot be told). Never raises on facts."""
        return self.run(make_scope(facts, as_of or today(), parameters))

    def run(self, scope: Scope) -> Any:
        """As `evaluate`, over a scope made once for many expressions."""
        try:
            return self._run(scope)
        except RecursionError:
            return None

    def missing(self, facts: Mapping[str, Any], as_of: date | None = None) -> list[str]:
        """The facts for want of which it cannot be told."""
        return self.wanted(make_scope(facts, as_of or today()))

    def wanted(self, scope: Scope) -> list[str]:
        return wanted(self.node, scope, lambda node, inner: _run_of(node, self.strict)(inner))

    def atoms(self) -> "Atoms":
        return Atoms.of(self.node, strict=self.strict)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def _run_of(node: s.Node, strict: bool) -> Run:
    return (_STRICT if strict else _LENIENT).compile(node)


@lru_cache(maxsize=8192)
def _compile(text: str, known: frozenset[str], strict: bool) -> Expression:
    return Expression(text, parse(text, known), strict=strict)


def compile_expression(text: str, *, known: Iterable[str] = (), strict: bool = False) -> Expression:
    """Parse and compile. Raises `FeelError` (a ValueError) with place and suggestion. Results are cached by text.

    `known` lists names that contain spaces; `strict` gives plain FEEL null semantics.
    """
    return _compile(text, frozenset(known), strict)


@lru_cache(maxsize=8192)
def compile_cell(text: str, known: frozenset[str] = frozenset(), strict: bool = False) -> Expression:
    """A decision table cell: its tests see the input as `?`."""
    return Expression(text, parse_tests(text, known), strict=strict)


def is_true(expression: Expression | str, facts: Mapping[str, Any], as_of: date | None = None) -> bool:
    """Whether a condition certainly holds; unknown is not true."""
    found = compile_expression(expression) if isinstance(expression, str) else expression
    return found.evaluate(facts, as_of) is True


Combine = Callable[[list[Any]], Any]


@dataclass(frozen=True, slots=True)
class Atoms:
    """A condition as its atomic tests and the way they are combined: what traces and the column evaluator work on."""

    nodes: tuple[s.Node, ...]
    runs: tuple[Run, ...]
    combine: Combine
    tree: "Tree"

    @staticmethod
    def of(node: s.Node, *, strict: bool = False) -> "Atoms":
        nodes: list[s.Node] = []
        index: dict[s.Node, int] = {}
        tree = tree_of(node, nodes, index)
        runs = tuple(_run_of(each, strict) for each in nodes)
        return Atoms(tuple(nodes), runs, _combiner(tree), tree)


Tree = tuple[str, tuple["Tree", ...]] | int
"""`("and", (…))`, `("or", (…))`, `("not", (…,))`, or the number of an atom."""


def tree_of(node: s.Node, nodes: list[s.Node], index: dict[s.Node, int]) -> Tree:
    """The and/or/not skeleton of a condition; its leaves are collected in `nodes`, equal ones once."""
    match node:
        case s.And(parts=parts):
            return "and", tuple(tree_of(part, nodes, index) for part in parts)
        case s.Or(parts=parts):
            return "or", tuple(tree_of(part, nodes, index) for part in parts)
        case s.Call(function=s.Name(name="not"), args=(inner,), names=()):
            return "not", (tree_of(inner, nodes, index),)
        case _:
            try:
                number = index.setdefault(node, len(nodes))
            except TypeError:  # a literal list or context cannot be hashed: no sharing
                number = len(nodes)
            if number == len(nodes):
                nodes.append(node)
            return number


def _combiner(tree: Tree) -> Combine:
    if isinstance(tree, int):
        number = tree
        return lambda values: values[number] if isinstance(values[number], bool) else None
    kind, parts = tree
    if kind == "not":
        inner = _combiner(parts[0])
        return lambda values: None if (value := inner(values)) is None else not value
    deciding = kind == "or"
    if all(isinstance(part, int) for part in parts):
        numbers: tuple[int, ...] = tuple(part for part in parts if isinstance(part, int))
        return lambda values: _fold([values[number] for number in numbers], deciding)
    runs = [_combiner(part) for part in parts]
    return lambda values: _fold([run(values) for run in runs], deciding)


def _fold(values: list[Any], deciding: bool) -> bool | None:
    if deciding in values and any(value is deciding for value in values):  # 1 == True in Python
        return deciding
    undecided = not deciding
    return undecided if all(value is undecided for value in values) else None
