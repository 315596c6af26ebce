"""Conditions as boxes: which values of which facts make them true. Enough algebra to find conflicts, gaps and dead rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onething.rules.checking.sets import ValueSet, Words, both, either, of_comparison
from onething.rules.expression import Tree, compile_expression, tree_of
from onething.rules.feel import syntax as s
from onething.rules.feel.compile import Compiler
from onething.rules.feel.free import paths
from onething.rules.feel.guards import is_list
from onething.rules.feel.values import Range
from onething.rules.wording import write

MAX_BOXES = 512
_COMPILER = Compiler()
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
Scope = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Box:
    """One way to make a condition true: a set of values for each fact, and conditions taken as they are (`opaque`)."""

    sets: Mapping[str, ValueSet]
    opaque: frozenset[tuple[str, bool]] = frozenset()

    def meet(self, other: "Box") -> "Box | None":
        """Both at once; None when that is impossible."""
        if any((text, not truth) in self.opaque for text, truth in other.opaque):
            return None
        merged = dict(self.sets)
        for name, values in other.sets.items():
            if name in merged:
                common = both(merged[name], values)
                if common is None or common.empty:
                    return None
                merged[name] = common
            else:
                merged[name] = values
        return Box(merged, self.opaque | other.opaque)

    def sample(self) -> dict[str, Any]:
        """Values that satisfy it."""
        return {name: values.sample() for name, values in self.sets.items()}

    def words(self) -> str:
        parts = [f"{name}: {values.words()}" for name, values in self.sets.items()]
        parts += [text if truth else f"not({text})" for text, truth in sorted(self.opaque)]
        return "; ".join(parts) or "*"


class TooComplexError(ValueError):
    """More alternatives than are worth following."""


def boxes(condition: str | s.Node, constants: Scope, spaces: Mapping[str, ValueSet] | None = None) -> list[Box]:
    """The alternatives that make a condition true. Raises `TooComplexError`."""
    node = compile_expression(condition).node if isinstance(condition, str) else condition
    nodes: list[s.Node] = []
    tree = tree_of(node, nodes, {})
    return _boxes(tree, nodes, constants, spaces or {}, wanted=True)


def _boxes(
    tree: Tree, nodes: list[s.Node], constants: Scope, spaces: Mapping[str, ValueSet], *, wanted: bool
) -> list[Box]:
    if isinstance(tree, int):
        return _atom(nodes[tree], constants, spaces, wanted=wanted)
    kind, parts = tree
    if kind == "not":
        return _boxes(parts[0], nodes, constants, spaces, wanted=not wanted)
    inner = [_boxes(part, nodes, constants, spaces, wanted=wanted) for part in parts]
    if (kind == "or") == wanted:
        found = [box for each in inner for box in each]
        if len(found) > MAX_BOXES:
            raise TooComplexError
        return found
    product = [Box({})]
    for each in inner:
        product = [met for box in product for other in each if (met := box.meet(other)) is not None]
        if len(product) > MAX_BOXES:
            raise TooComplexError
    return product


def _atom(node: s.Node, constants: Scope, spaces: Mapping[str, ValueSet], *, wanted: bool) -> list[Box]:
    if isinstance(node, s.Literal):
        return [Box({})] if node.value is wanted else []
    found = value_set(node, constants)
    if found is None:
        return [Box({}, frozenset({(write(node), wanted)}))]
    name, values = found
    if not wanted:
        values = values.complement()
    space = spaces.get(name)
    if space is not None:
        limited = both(values, space)
        values = limited if limited is not None else values
    return [] if values.empty else [Box({name: values})]


def value_set(node: s.Node, constants: Scope) -> tuple[str, ValueSet] | None:
    """`path op constant`, `path in …`, `path between …` or a bare truth value as a set of that path's values."""
    path = s.path_of(node)
    if path is not None:
        return ".".join(path), Words(frozenset({True}), space=frozenset({True, False}))
    match node:
        case s.Compare(op=op, left=left, right=right):
            return _comparison(op, left, right, constants)
        case s.Between(value=value, low=low, high=high):
            name = s.path_of(value)
            ends = [constant(low, constants), constant(high, constants)]
            found = of_range(Range(*ends)) if name and None not in ends else None
            return (".".join(name), found) if name and found is not None else None
        case s.In(value=value, tests=tests):
            name = s.path_of(value)
            found = union_of(tests, constants) if name else None
            return (".".join(name), found) if name and found is not None else None
        case _:
            return None


def _comparison(op: str, left: s.Node, right: s.Node, constants: Scope) -> tuple[str, ValueSet] | None:
    name = s.path_of(left)
    if name is None or _is_constant(left, constants):
        left, right, op = right, left, _FLIP[op]
        name = s.path_of(left)
    if name is None:
        return None
    value = constant(right, constants)
    found = None if value is None else of_comparison(op, value)
    return (".".join(name), found) if found is not None else None


def _is_constant(node: s.Node, constants: Scope) -> bool:
    return all(name.split(".")[0] in constants for name in paths(node))


def constant(node: s.Node, constants: Scope) -> Any:
    """The value of a part that reads no facts, else None."""
    return _COMPILER.compile(node)(dict(constants)) if _is_constant(node, constants) else None


def of_range(span: Range) -> ValueSet | None:
    """The set of a range value."""
    low = of_comparison(">=" if span.low_closed else ">", span.low) if span.low is not None else None
    high = of_comparison("<=" if span.high_closed else "<", span.high) if span.high is not None else None
    if low is None or high is None:
        return low or high
    return both(low, high)


def union_of(tests: tuple[s.Node, ...], constants: Scope) -> ValueSet | None:
    """The set of a cell's tests; None when one of them is no plain set."""
    total: ValueSet | None = None
    for test in tests:
        part = of_test(test, constants)
        total = part if total is None else either(total, part) if part is not None else None
        if total is None:
            return None
    return total


def of_test(test: s.Node, constants: Scope) -> ValueSet | None:
    """The set of one test of a cell."""
    if isinstance(test, s.Test):
        value = constant(test.value, constants)
        return None if value is None else of_comparison(test.op, value)
    if isinstance(test, s.Name | s.Attribute) and not _is_constant(test, constants):
        return None
    value = constant(test, constants)
    if isinstance(value, Range):
        return of_range(value)
    if is_list(value):
        return union_of(tuple(s.Literal(each) for each in value), constants)
    return None if value is None else of_comparison("=", value)
