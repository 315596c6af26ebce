"""How much: for one company exactly, for a population as columns. Yuan, rounded to the fen at the end."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from onething.policy.matching.clauses import ReadyClause
from onething.policy.models import Benefit
from onething.rules.columns.service import Ordered, Population
from onething.rules.feel import service as feel
from onething.rules.feel.service import to_decimal
from onething.rules.service import compile_expression, decide

Floats = npt.NDArray[np.float64]
_CENT = Decimal("0.01")


def amount_of(clause: ReadyClause, facts: Mapping[str, Any]) -> Decimal | None:
    """Yuan for one company that has the right to it; None when it is no money or a fact it hangs on is missing."""
    benefit = clause.clause.benefit
    if benefit is None or not clause.is_money:
        return None
    if benefit.amount:
        raw = compile_expression(benefit.amount).evaluate(facts, clause.day, _parameters(clause))
    elif benefit.rate is not None:
        base = to_decimal(compile_expression(benefit.base).evaluate(facts, clause.day)) if benefit.base else None
        raw = None if base is None else base * benefit.rate
    else:
        raw = decide(clause.ruleset, facts, clause.day).value
    number = to_decimal(raw)
    return None if number is None else bounded(number, benefit)


def _parameters(clause: ReadyClause) -> Mapping[str, Any]:
    return clause.ruleset.plan(clause.day).parameters


def bounded(number: Decimal, benefit: Benefit) -> Decimal:
    """Between floor and cap, never negative, to the fen."""
    if benefit.floor is not None:
        number = max(number, benefit.floor)
    if benefit.cap is not None:
        number = min(number, benefit.cap)
    return max(number, Decimal(0)).quantize(_CENT, rounding=ROUND_HALF_UP)


def amounts_over(clause: ReadyClause, population: Population, rows: npt.NDArray[np.intp]) -> Floats:
    """Yuan for each of `rows`; NaN where a fact is missing. Plain arithmetic runs over columns, the rest row by row."""
    benefit = clause.clause.benefit
    if benefit is None or not clause.is_money:
        return np.zeros(len(rows), np.float64)
    values: Floats | None = _by_columns(clause, benefit, population, rows)
    if values is None:
        names = clause.amount_names | clause.names
        values = np.array([_plain(amount_of(clause, population.facts(int(row), names))) for row in rows], np.float64)
    low = 0.0 if benefit.floor is None else float(benefit.floor)
    high = np.inf if benefit.cap is None else float(benefit.cap)
    return np.round(np.clip(values, low, high), 2)


def _plain(amount: Decimal | None) -> float:
    return float("nan") if amount is None else float(amount)


def _by_columns(clause: ReadyClause, benefit: Benefit, population: Population, rows: npt.NDArray[np.intp]) -> Floats | None:  # fmt: skip
    if benefit.amount:
        node = compile_expression(benefit.amount).node
    elif benefit.rate is not None and benefit.base:
        node = feel.Arithmetic("*", compile_expression(benefit.base).node, feel.Literal(benefit.rate))
    elif clause.ruleset.value is not None and not any(rule.value for rule in clause.ruleset.rules):
        node = clause.ruleset.value.node
    else:
        return None
    with np.errstate(all="ignore"):
        found = _evaluate(node, population, rows, _parameters(clause))
    return None if found is None else np.asarray(np.broadcast_to(found, rows.shape[0]), np.float64).copy()


_OPERATORS: dict[str, Any] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def _evaluate(node: feel.Node, population: Population, rows: npt.NDArray[np.intp], known: Mapping[str, Any]) -> Any:
    path = feel.path_of(node)
    if path is not None and path[0] in known:
        number = to_decimal(known[path[0]])
        return None if number is None else np.float64(number)
    if path is not None:
        column = population.columns.get(".".join(path))
        return column.values[rows] if isinstance(column, Ordered) and column.kind == "number" else None
    if isinstance(node, feel.Literal):
        number = to_decimal(node.value)
        return None if number is None or isinstance(node.value, bool) else np.float64(number)
    if isinstance(node, feel.Arithmetic) and node.op in _OPERATORS:
        left, right = (_evaluate(side, population, rows, known) for side in (node.left, node.right))
        return None if left is None or right is None else _OPERATORS[node.op](left, right)
    if isinstance(node, feel.Call) and isinstance(node.function, feel.Name) and node.function.name in ("min", "max"):
        parts = [_evaluate(each, population, rows, known) for each in node.args]
        if not parts or any(part is None for part in parts):
            return None
        pick = np.minimum if node.function.name == "min" else np.maximum
        made = parts[0]
        for part in parts[1:]:
            made = pick(made, part)
        return made
    return None
