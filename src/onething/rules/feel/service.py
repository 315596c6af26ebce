"""The door of FEEL for those who build on expressions: the nodes of a parsed one, what it reads, its value.

Reading expressions:
`paths`: every free dotted path of a tree, in reading order, with repetitions.
`path_of`: a node as the parts of a path; None when it is no plain path.
`lookup`: the value at a dotted path in facts, null when a step is missing.
`to_decimal`: a number as Decimal, floats by their shortest text; None for other values.
`Compiler`: turns a tree into something that runs; strict follows FEEL to the letter, else missing data stays unknown.
`children`: the nodes directly inside a node.
`functions`: the built-in functions by name, with their parameters.

Nodes: `And`, `Arithmetic`, `Attribute`, `Between`, `Call`, `Compare`, `Context`, `Filter`, `Function`, `If`, `In`, `InstanceOf`,
    `Interval`, `Items`, `Iterate`, `Literal`, `Name`, `Negate`, `Node`, `Or`, `Test`, `Tests`; `INPUT` (the name of the input in a cell).
"""

from onething.rules.feel.compile import Compiler
from onething.rules.feel.free import lookup, paths
from onething.rules.feel.functions import builtins as functions
from onething.rules.feel.syntax import (
    INPUT,
    And,
    Arithmetic,
    Attribute,
    Between,
    Call,
    Compare,
    Context,
    Filter,
    Function,
    If,
    In,
    InstanceOf,
    Interval,
    Items,
    Iterate,
    Literal,
    Name,
    Negate,
    Node,
    Or,
    Test,
    Tests,
    children,
    path_of,
)
from onething.rules.feel.values import to_decimal

__all__ = [
    "INPUT",
    "And",
    "Arithmetic",
    "Attribute",
    "Between",
    "Call",
    "Compare",
    "Compiler",
    "Context",
    "Filter",
    "Function",
    "If",
    "In",
    "InstanceOf",
    "Interval",
    "Items",
    "Iterate",
    "Literal",
    "Name",
    "Negate",
    "Node",
    "Or",
    "Test",
    "Tests",
    "children",
    "functions",
    "lookup",
    "path_of",
    "paths",
    "to_decimal",
]
