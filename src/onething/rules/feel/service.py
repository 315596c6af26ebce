"""The door of FEEL for those who build on expressions: the nodes of a parsed one, what it reads, its value.

Reading expressions:
`paths`: every free dotted path of a tree, in reading order, with repetitions.
`path_of`: a node as the parts of a path; None when it is no plain path.
`lookup`: the value at a dotted path in facts, null when a step is missing.
`to_decimal`: a number as Decimal, floats by their shortest text; None for other values.
`Compiler`: turns a tree into something that runs; strict follows FEEL to the letter, else missing data stays unknown.

Nodes: `And`, `Arithmetic`, `Between`, `Call`, `Compare`, `In`, `Items`, `Literal`, `Name`, `Node`, `Or`, `Test`.
"""

from onething.rules.feel.compile import Compiler
from onething.rules.feel.free import lookup, paths
from onething.rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    In,
    Items,
    Literal,
    Name,
    Node,
    Or,
    Test,
    path_of,
)
from onething.rules.feel.values import to_decimal

__all__ = [
    "And",
    "Arithmetic",
    "Between",
    "Call",
    "Compare",
    "Compiler",
    "In",
    "Items",
    "Literal",
    "Name",
    "Node",
    "Or",
    "Test",
    "lookup",
    "path_of",
    "paths",
    "to_decimal",
]
