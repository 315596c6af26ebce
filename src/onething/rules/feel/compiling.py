"""What the parts of the compiler ask of it: an expression's node in, a function of the facts out."""

from collections.abc import Callable
from typing import Any, Protocol

from onething.rules.feel import syntax as s

Scope = dict[str, Any]
Run = Callable[[Scope], Any]


class Compiles(Protocol):
    """The compiler as its parts see it."""

    strict: bool

    def compile(self, node: s.Node) -> Run: ...
