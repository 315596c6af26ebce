"""The door of FEEL for those who build on expressions: the nodes of a parsed one, what it reads, its value."""

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
