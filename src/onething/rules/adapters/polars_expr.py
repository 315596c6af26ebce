"""Conditions as Polars expressions, lazily combined with whatever query they join."""

# Operators are applied to whatever expression an engine has.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportMissingImports=false, reportUnknownMemberType=false

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

import polars as pl

from onething.rules.adapters.translate import Translator
from onething.rules.expression import Expression
from onething.rules.feel import syntax as s

_COMPARE: dict[str, Any] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne}


class PolarsBackend:
    """Polars' `&` and `|` are Kleene already."""

    def column(self, name: str) -> pl.Expr:
        return pl.col(name)

    def value(self, value: Any) -> pl.Expr:
        return pl.lit(float(value) if isinstance(value, Decimal) else value)

    def all_of(self, parts: list[Any]) -> pl.Expr:
        return reduce(and_, parts)

    def any_of(self, parts: list[Any]) -> pl.Expr:
        return reduce(or_, parts)

    def negate(self, part: Any) -> pl.Expr:
        return ~part

    def is_null(self, part: Any) -> pl.Expr:
        return part.is_null()

    def compare(self, op: str, left: Any, right: Any) -> pl.Expr:
        return _COMPARE[op](left, right)

    def arithmetic(self, op: str, left: Any, right: Any) -> pl.Expr:
        match op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                return left / pl.when(right != 0).then(right)

    def choose(self, condition: Any, then: Any, otherwise: Any) -> pl.Expr:
        return pl.when(condition).then(then).otherwise(otherwise)

    def unknown(self, kind: str = "bool") -> pl.Expr:
        return pl.lit(None, dtype=pl.Boolean if kind == "bool" else pl.Null)

    def call(self, name: str, args: list[Any]) -> pl.Expr:
        match name:
            case "starts with":
                return args[0].str.starts_with(args[1])
            case "ends with":
                return args[0].str.ends_with(args[1])
            case "contains":
                return args[0].str.contains(args[1], literal=True)
            case "string length":
                return args[0].str.len_chars().cast(pl.Int64)
            case _:
                return getattr(args[0], {"ceiling": "ceil"}.get(name, name))()


def polars_schema(frame: pl.DataFrame | pl.LazyFrame) -> dict[str, str]:
    """Column → kind; columns of other types are left out, so conditions on them are not translated."""
    found: dict[str, str] = {}
    for name, kind in frame.collect_schema().items():
        if kind.is_numeric():
            found[name] = "number"
        elif kind == pl.String:
            found[name] = "text"
        elif kind == pl.Boolean:
            found[name] = "bool"
        else:
            found[name] = "date" if kind == pl.Date else "other"
    return found


def to_polars(
    clause: str | Expression | s.Node, schema: Mapping[str, str], as_of: date, parameters: Mapping[str, Any] | None = None
) -> pl.Expr:  # fmt: skip
    """A Boolean expression, null where it cannot be told. Raises `UntranslatableError`.

    Comparisons agree with row evaluation on every value; arithmetic is float64 there and Decimal here, so sums within
    one part in 10¹⁵ of a limit may fall on the other side.
    """
    return Translator(PolarsBackend(), schema, as_of, parameters).condition(clause)
