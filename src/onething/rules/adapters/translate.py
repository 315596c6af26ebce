"""Conditions to another engine's expressions. What cannot be said there with the same meaning raises `UntranslatableError`."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from onething.rules.checking.conditions import constant
from onething.rules.expression import Expression, compile_expression, make_scope
from onething.rules.feel import syntax as s
from onething.rules.feel.guards import is_list
from onething.rules.feel.values import Range

Kind = str
"""number, text, bool or date."""
_ORDER = {"<", "<=", ">", ">="}


class UntranslatableError(ValueError):
    """This part has no equal in the other engine; evaluate it by rows or columns instead."""


class Backend(Protocol):
    """The few building blocks an engine must have. All are null-propagating; `all_of`/`any_of` are Kleene."""

    def column(self, name: str) -> Any: ...
    def value(self, value: Any) -> Any: ...
    def all_of(self, parts: list[Any]) -> Any: ...
    def any_of(self, parts: list[Any]) -> Any: ...
    def negate(self, part: Any) -> Any: ...
    def is_null(self, part: Any) -> Any: ...
    def compare(self, op: str, left: Any, right: Any) -> Any: ...
    def arithmetic(self, op: str, left: Any, right: Any) -> Any: ...
    def choose(self, condition: Any, then: Any, otherwise: Any) -> Any: ...
    def call(self, name: str, args: list[Any]) -> Any: ...
    def unknown(self, kind: str = "bool") -> Any: ...


Typed = tuple[Any, Kind]
_CALLS: dict[str, tuple[tuple[Kind, ...], Kind]] = {
    "starts with": (("text", "text"), "bool"),
    "ends with": (("text", "text"), "bool"),
    "contains": (("text", "text"), "bool"),
    "string length": (("text",), "number"),
    "abs": (("number",), "number"),
    "floor": (("number",), "number"),
    "ceiling": (("number",), "number"),
}


class Translator:
    """One condition for one engine. `schema` gives the kind of each column; other names are null."""

    def __init__(self, backend: Backend, schema: Mapping[str, Kind], as_of: date, parameters: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        self.backend, self.schema = backend, schema
        self.scope = make_scope({}, as_of, parameters)

    def condition(self, clause: str | Expression | s.Node) -> Any:
        """A truth-valued expression of the engine; null where it cannot be told. Raises `UntranslatableError`."""
        node = (
            compile_expression(clause).node
            if isinstance(clause, str)
            else clause.node
            if isinstance(clause, Expression)
            else clause
        )
        return self._truth(node)

    def _truth(self, node: s.Node) -> Any:
        made, kind = self._typed(node)
        if kind == "null":
            return self.backend.unknown()
        if kind != "bool":
            raise UntranslatableError(f"not a condition: {kind}")
        return made

    def _typed(self, node: s.Node) -> Typed:
        handler: Callable[[Any], Typed] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        if isinstance(node, s.Name | s.Attribute):
            return self._path(node)
        if handler is None:
            return self._fixed(node)
        return handler(node)

    def _fixed(self, node: s.Node) -> Typed:
        return self._constant(constant(node, self.scope))

    def _constant(self, value: Any) -> Typed:
        if value is None:
            raise UntranslatableError("null")
        for kinds, kind in ((bool, "bool"), ((int, Decimal, float), "number"), (str, "text")):
            if isinstance(value, kinds):
                return self.backend.value(value), kind
        if isinstance(value, date) and not isinstance(value, datetime):
            return self.backend.value(value), "date"
        raise UntranslatableError(type(value).__name__)

    def _path(self, node: s.Node) -> Typed:
        parts = s.path_of(node)
        if parts is None:
            raise UntranslatableError("path")
        name = ".".join(parts)
        if parts[0] in self.scope:
            return self._fixed(node)
        if name in self.schema:
            return self.backend.column(name), self.schema[name]
        if any(name.startswith(f"{each}.") or each.startswith(f"{name}.") for each in self.schema):
            raise UntranslatableError(name)
        return self.backend.unknown(), "null"

    def _literal(self, node: s.Literal) -> Typed:
        return self._constant(node.value)

    def _and(self, node: s.And) -> Typed:
        return self.backend.all_of([self._truth(part) for part in node.parts]), "bool"

    def _or(self, node: s.Or) -> Typed:
        return self.backend.any_of([self._truth(part) for part in node.parts]), "bool"

    def _compare(self, node: s.Compare) -> Typed:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, s.Literal) and one.value is None and node.op in ("=", "!="):
                missing = self.backend.is_null(self._typed(other)[0])
                return (missing if node.op == "=" else self.backend.negate(missing)), "bool"
        return self._compared(node.op, self._typed(node.left), self._typed(node.right)), "bool"

    def _compared(self, op: str, left: Typed, right: Typed) -> Any:
        if "null" in (left[1], right[1]):
            return self.backend.unknown()
        if left[1] != right[1] or (left[1] == "bool" and op in _ORDER):
            raise UntranslatableError(f"{left[1]} {op} {right[1]}")
        return self.backend.compare(op, left[0], right[0])

    def _between(self, node: s.Between) -> Typed:
        value = self._typed(node.value)
        ends = self._compared(">=", value, self._typed(node.low)), self._compared("<=", value, self._typed(node.high))
        return self.backend.all_of(list(ends)), "bool"

    def _in(self, node: s.In) -> Typed:
        value = self._typed(node.value)
        return self.backend.any_of([self._test(value, test) for test in node.tests]), "bool"

    def _test(self, value: Typed, test: s.Node) -> Any:
        if isinstance(test, s.Test):
            return self._compared(test.op, value, self._typed(test.value))
        fixed = constant(test, self.scope)
        if isinstance(fixed, Range):
            parts: list[Any] = []
            if fixed.low is not None:
                parts.append(self._compared(">=" if fixed.low_closed else ">", value, self._constant(fixed.low)))
            if fixed.high is not None:
                parts.append(self._compared("<=" if fixed.high_closed else "<", value, self._constant(fixed.high)))
            return self.backend.all_of(parts)
        if is_list(fixed):
            items: list[Any] = list(fixed)
            if not items:
                return self.backend.value(False)
            return self.backend.any_of([self._compared("=", value, self._constant(item)) for item in items])
        if fixed is None:
            raise UntranslatableError("in")
        return self._compared("=", value, self._constant(fixed))

    def _arithmetic(self, node: s.Arithmetic) -> Typed:
        left, right = self._typed(node.left), self._typed(node.right)
        if "null" in (left[1], right[1]):
            return self.backend.unknown(), "null"
        if left[1] != "number" or right[1] != "number" or node.op == "**":
            raise UntranslatableError(f"{left[1]} {node.op} {right[1]}")
        return self.backend.arithmetic(node.op, left[0], right[0]), "number"

    def _negate(self, node: s.Negate) -> Typed:
        value, kind = self._typed(node.value)
        if kind != "number":
            raise UntranslatableError(f"-{kind}")
        return self.backend.arithmetic("-", self.backend.value(0), value), "number"

    def _if(self, node: s.If) -> Typed:
        condition, then, otherwise = self._truth(node.condition), self._typed(node.then), self._typed(node.otherwise)
        if then[1] != otherwise[1] or then[1] == "null":
            raise UntranslatableError("if")
        backend = self.backend
        agreed = backend.choose(backend.compare("=", then[0], otherwise[0]), then[0], backend.unknown(then[1]))
        return backend.choose(condition, then[0], backend.choose(backend.negate(condition), otherwise[0], agreed)), then[1]  # fmt: skip

    def _call(self, node: s.Call) -> Typed:
        name = node.function.name if isinstance(node.function, s.Name) and not node.names else ""
        if name == "not" and len(node.args) == 1:
            return self.backend.negate(self._truth(node.args[0])), "bool"
        if name == "is defined" and len(node.args) == 1:
            return self.backend.negate(self.backend.is_null(self._typed(node.args[0])[0])), "bool"
        wanted = _CALLS.get(name)
        if wanted is None or len(node.args) != len(wanted[0]):
            return self._fixed(node)
        args = [self._typed(arg) for arg in node.args]
        if tuple(kind for _, kind in args) != wanted[0]:
            raise UntranslatableError(name)
        return self.backend.call(name, [made for made, _ in args]), wanted[1]
