"""Conditions as SQL through Ibis (DuckDB, PostgreSQL, …). Needs the optional extra `population`."""

# Ibis and its results are untyped here.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportMissingImports=false, reportUnknownMemberType=false

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

from onething.rules.adapters.translate import Translator
from onething.rules.expression import Expression
from onething.rules.feel import syntax as s

_COMPARE: dict[str, Any] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne}


class IbisBackend:
    """SQL's three-valued logic is Kleene's."""

    def __init__(self, table: Any) -> None:
        import ibis

        self.ibis: Any = ibis
        self.table = table

    def column(self, name: str) -> Any:
        return self.table[name]

    def value(self, value: Any) -> Any:
        return self.ibis.literal(float(value) if isinstance(value, Decimal) else value)

    def all_of(self, parts: list[Any]) -> Any:
        return reduce(and_, parts)

    def any_of(self, parts: list[Any]) -> Any:
        return reduce(or_, parts)

    def negate(self, part: Any) -> Any:
        return ~part

    def is_null(self, part: Any) -> Any:
        return part.isnull()

    def compare(self, op: str, left: Any, right: Any) -> Any:
        return _COMPARE[op](left, right)

    def arithmetic(self, op: str, left: Any, right: Any) -> Any:
        match op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                return left.cast("float64") / right.cast("float64").nullif(0.0)

    def choose(self, condition: Any, then: Any, otherwise: Any) -> Any:
        return self.ibis.ifelse(condition, then, otherwise)

    def unknown(self, kind: str = "bool") -> Any:
        return self.ibis.null({"bool": "boolean", "number": "float64", "text": "string", "date": "date"}[kind])

    def call(self, name: str, args: list[Any]) -> Any:
        match name:
            case "starts with":
                return args[0].startswith(args[1])
            case "ends with":
                return args[0].endswith(args[1])
            case "contains":
                return args[0].contains(args[1])
            case "string length":
                return args[0].length()
            case "ceiling":
                return args[0].ceil()
            case _:
                return getattr(args[0], name)()


def ibis_schema(table: Any) -> dict[str, str]:
    """Column → kind."""
    found: dict[str, str] = {}
    for name, kind in table.schema().items():
        if kind.is_numeric():
            found[name] = "number"
        elif kind.is_string():
            found[name] = "text"
        elif kind.is_boolean():
            found[name] = "bool"
        else:
            found[name] = "date" if kind.is_date() else "other"
    return found


def to_ibis(
    clause: str | Expression | s.Node, table: Any, as_of: date, parameters: Mapping[str, Any] | None = None
) -> Any:
    """A Boolean Ibis expression over `table`, null where it cannot be told. Raises `UntranslatableError`."""
    return Translator(IbisBackend(table), ibis_schema(table), as_of, parameters).condition(clause)
