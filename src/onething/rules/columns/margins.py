"""Comparisons of arithmetic over number columns in float64 with a running error bound.

Where the two sides are closer than the bound, or anything is not finite, the row is decided again exactly (Decimal),
so that both evaluators agree on every row. Error analysis: Higham, Accuracy and Stability, 2nd ed., section 3.1.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from onething.rules.checking.conditions import constant
from onething.rules.columns.population import Flags, Floats, Ordered, Population
from onething.rules.feel import syntax as s
from onething.rules.feel.values import to_decimal

EPS = 2.0**-52
Bounded = tuple[Floats, Floats]
"""Values and a bound of their absolute error."""
_UFUNC: dict[str, Any] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal, "!=": np.not_equal,
}  # fmt: skip


def comparison(
    node: s.Node,
    names: Sequence[str],
    block: Population,
    scope: Mapping[str, Any],
    exactly: Callable[[int], bool | None],
) -> tuple[Flags, Flags] | None:
    """Flags of `left op right` where both sides are arithmetic over number columns; None when they are not.

    `names` are the columns it reads; `exactly` decides one row as row evaluation does.
    """
    if not isinstance(node, s.Compare):
        return None
    with np.errstate(all="ignore"):
        left, right = _bounded(node.left, block, scope), _bounded(node.right, block, scope)
        if left is None or right is None:
            return None
        true: Flags = np.asarray(_UFUNC[node.op](left[0], right[0]))
        near = np.abs(left[0] - right[0]) <= 4 * (left[1] + right[1])
        unsure = near | ~np.isfinite(left[0]) | ~np.isfinite(right[0])
    true = np.array(np.broadcast_to(true, block.rows))
    possible = true.copy()
    null = np.zeros(block.rows, np.bool_)
    for name in names:
        column = block.columns.get(name)
        null |= column.null if column is not None else np.ones(block.rows, np.bool_)
    true[null], possible[null] = False, True
    unsure = np.broadcast_to(unsure, block.rows) & ~null
    for number in np.flatnonzero(unsure):
        verdict = exactly(int(number))
        true[number], possible[number] = verdict is True, verdict is not False
    return true, possible


def _bounded(node: s.Node, block: Population, scope: Mapping[str, Any]) -> Bounded | None:
    path = s.path_of(node)
    if path is not None and path[0] not in scope:
        column = block.columns.get(".".join(path))
        if not isinstance(column, Ordered) or column.kind != "number":
            return None
        return column.values, np.abs(column.values) * EPS
    if isinstance(node, s.Negate):
        inner = _bounded(node.value, block, scope)
        return None if inner is None else (-inner[0], inner[1])
    if isinstance(node, s.Arithmetic):
        left, right = _bounded(node.left, block, scope), _bounded(node.right, block, scope)
        return None if left is None or right is None else _combine(node.op, left, right)
    number = to_decimal(constant(node, scope))
    if number is None or abs(number) > 10**300:
        return None
    value = np.array([float(number)])
    return value, np.abs(value) * EPS


def _combine(op: str, left: Bounded, right: Bounded) -> Bounded | None:
    (a, ea), (b, eb) = left, right
    match op:
        case "+" | "-":
            value = a + b if op == "+" else a - b
            return value, ea + eb + np.abs(value) * EPS
        case "*":
            value = a * b
            return value, np.abs(a) * eb + np.abs(b) * ea + ea * eb + np.abs(value) * EPS
        case "/":
            value = a / b
            room = np.abs(b) - eb
            error = np.where(room > 0, (ea + np.abs(value) * eb) / room, np.inf)
            return value, error + np.abs(value) * EPS
        case _:
            return None
