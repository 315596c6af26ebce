"""The typed intermediate form of expressions: small immutable nodes, each with its place in the text."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """Common base. `at` is (start, end) in the source text."""

    at: tuple[int, int] = field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    args: tuple[Node, ...]
    names: tuple[str, ...] = ()
    """Parameter names when the call names them."""


@dataclass(frozen=True, slots=True)
class And(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: str


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negate(Node):
    value: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterate(Node):
    """`for`, `some` or `every`; each binding is a name and what it runs over (a list or a range)."""

    kind: str
    bindings: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Interval(Node):
    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Context(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Function(Node):
    params: tuple[str, ...]
    types: tuple[str, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A unary test `< 5`: compares the input (`?`) with an expression."""

    op: str
    value: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """A cell: any of the tests holds for the input, or none of them when `negated`. No tests: anything goes."""

    tests: tuple[Node, ...]
    negated: bool = False


INPUT = "?"
"""The name under which a cell's tests see the input value."""


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside `node`."""
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for item in value:  # type: ignore[reportUnknownVariableType]
                if isinstance(item, Node):
                    yield item
                elif isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], Node):  # type: ignore[arg-type]
                    yield item[1]


def path_of(node: Node) -> tuple[str, ...] | None:
    """`mother.insurance.months` as parts, or None when the node is no plain path."""
    parts: list[str] = []
    while isinstance(node, Attribute):
        parts.append(node.name)
        node = node.base
    return (node.name, *reversed(parts)) if isinstance(node, Name) else None
