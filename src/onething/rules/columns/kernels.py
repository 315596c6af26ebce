"""One atomic predicate over a block of rows → two flags a row: certainly true, and possibly true (true or unknown)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from onething.rules.checking.conditions import constant
from onething.rules.columns.margins import comparison
from onething.rules.columns.population import MAX_EXACT, Coded, Column, Flags, Ordered, Population
from onething.rules.expression import Expression
from onething.rules.feel import syntax as s
from onething.rules.feel.free import paths

Pair = tuple[Flags, Flags]
Plane = npt.NDArray[np.uint64]
Planes = tuple[Plane, Plane]
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_UFUNC: dict[str, Any] = {"<": np.less, "<=": np.less_equal, "=": np.equal}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Atom:
    """An atomic predicate, made ready: the quick forms are looked for once."""

    node: s.Node
    expression: Expression
    names: tuple[str, ...]
    simple: tuple[str, str, Any] | None
    """(path, operator, constant) when it is such a comparison."""

    @staticmethod
    def of(node: s.Node, scope: Mapping[str, Any]) -> "Atom":
        free = tuple(dict.fromkeys(name for name in paths(node) if name.split(".")[0] not in scope))
        return Atom(node, Expression("", node), free, simple(node, scope))

    def planes(self, block: Population, scope: Mapping[str, Any], present: "Present") -> Planes:
        """Packed (true, false) of every row of the block; where neither bit is set it cannot be told."""
        quick = _quick(self, block, present) if self.simple else None
        if quick is not None:
            return quick
        true, possible = self.flags(block, scope)
        return pack(true), ~pack(possible) & present.valid

    def flags(self, block: Population, scope: Mapping[str, Any]) -> Pair:
        """The general forms, as flags: certainly true, and possibly true."""
        if isinstance(self.node, s.Compare):
            found = comparison(self.node, self.names, block, scope, partial(verdict_of, self, block, scope))
            if found is not None:
                return found
        if len(self.names) == 1:
            column = block.columns.get(self.names[0])
            if isinstance(column, Coded):
                return _by_dictionary(self, column, scope)
        return _by_row(self, block, scope)


def simple(node: s.Node, scope: Mapping[str, Any]) -> tuple[str, str, Any] | None:
    """`path op constant`, or a bare truth value as `path = true`."""
    path = s.path_of(node)
    if path is not None and path[0] not in scope:
        return ".".join(path), "=", True
    if not isinstance(node, s.Compare):
        return None
    left, op, right = node.left, node.op, node.right
    path = s.path_of(left)
    if path is None or path[0] in scope:
        left, op, right = right, _FLIP[op], left
        path = s.path_of(left)
    if path is None or path[0] in scope:
        return None
    if isinstance(right, s.Literal) and right.value is None:
        return (".".join(path), op, None) if op in ("=", "!=") else None
    value = constant(right, scope)
    return None if value is None else (".".join(path), op, value)


class Present:
    """Which rows of a block exist, and which have a value in a column; each worked out once."""

    def __init__(self, block: Population) -> None:
        self._block = block
        self.valid = pack(np.ones(block.rows, np.bool_))
        self._planes: dict[str, Plane] = {}
        self.hits: dict[tuple[str, str, type, Any], Plane] = {}
        """Comparisons already made in this block."""

    def plane(self, name: str) -> Plane:
        found = self._planes.get(name)
        if found is None:
            found = self._planes[name] = pack(~self._block.columns[name].null)
        return found


def pack(flags: Flags) -> Plane:
    """Flags to bits, lowest first, padded with zeros to whole 64-bit words."""
    packed = np.packbits(flags, bitorder="little")
    if packed.shape[0] % 8:
        packed = np.concatenate([packed, np.zeros(-packed.shape[0] % 8, np.uint8)])
    return packed.view(np.uint64)


def unpack(plane: Plane, rows: int) -> Flags:
    """Bits back to flags."""
    return np.unpackbits(plane.view(np.uint8), count=rows, bitorder="little").astype(np.bool_)


def _quick(atom: Atom, block: Population, present: Present) -> Planes | None:
    assert atom.simple is not None  # noqa: S101
    name, op, value = atom.simple
    column = block.columns.get(name)
    if column is None:
        if any(each.startswith(f"{name}.") for each in block.columns):
            return None
        return _absent(present.valid, op, value)
    if value is None:
        there = present.plane(name)
        missing = there ^ present.valid
        return (missing, there) if op == "=" else (there, missing)
    # > and >= are the opposite of <= and <, != of =: one pass over the column serves both. NaN is neither.
    base, opposite = _BASE[op]
    key = (name, base, value.__class__, value)
    packed = present.hits.get(key)
    if packed is None:
        hits = _hits(column, base, value)
        if hits is None:
            return None
        packed = present.hits[key] = pack(hits)
    other = present.plane(name) & ~packed
    return (other, packed) if opposite else (packed, other)


_BASE = {
    "<": ("<", False),
    ">=": ("<", True),
    "<=": ("<=", False),
    ">": ("<=", True),
    "=": ("=", False),
    "!=": ("=", True),
}


def _hits(column: Column, op: str, value: Any) -> Flags | None:
    """Rows whose value is `op` the constant; None when the column's kind has no quick form for it."""
    if isinstance(column, Ordered):
        limit = threshold(column.kind, value)
        return None if limit is None else _UFUNC[op](column.values, limit)
    if op == "=" and all(word.__class__ is value.__class__ for word in column.words):
        code = next((i for i, word in enumerate(column.words) if word == value), -2)
        return column.codes == code
    return None


def _absent(valid: Plane, op: str, value: Any) -> Planes:
    """No such column: null for everybody."""
    none = np.zeros_like(valid)
    if value is None:
        return (valid, none) if op == "=" else (none, valid)
    return none, none


def threshold(kind: str, value: Any) -> float | None:
    """A constant on a column's line, exact or not at all."""
    if kind == "date":
        return float(value.toordinal()) if isinstance(value, date) and not isinstance(value, datetime) else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int):
        return float(value) if abs(value) <= MAX_EXACT else None
    return float(value) if len(value.as_tuple().digits) <= 15 else None


def _by_dictionary(atom: Atom, column: Coded, scope: Mapping[str, Any]) -> Pair:
    """Row evaluation once for each distinct value, then a table look-up."""
    verdicts = [_verdict(atom, {}, scope, path=atom.names[0], value=word) for word in column.words]
    verdicts.append(_verdict(atom, {}, scope, path=atom.names[0], value=None))  # code -1 reads the last entry
    table_true = np.array([verdict is True for verdict in verdicts])
    table_possible = np.array([verdict is not False for verdict in verdicts])
    return table_true[column.codes], table_possible[column.codes]


def _verdict(atom: Atom, facts: dict[str, Any], scope: Mapping[str, Any], path: str, value: Any) -> bool | None:
    *parents, last = path.split(".")
    inner = facts
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[last] = value
    return _truth(atom.expression.run({**facts, **scope}))


def _truth(value: Any) -> bool | None:
    return value if value is True or value is False else None


def _by_row(atom: Atom, block: Population, scope: Mapping[str, Any]) -> Pair:
    """The slow, exact way, for predicates that have no vector form."""
    verdicts = [verdict_of(atom, block, scope, number) for number in range(block.rows)]
    true = np.fromiter((verdict is True for verdict in verdicts), np.bool_, block.rows)
    possible = np.fromiter((verdict is not False for verdict in verdicts), np.bool_, block.rows)
    return true, possible


def verdict_of(atom: Atom, block: Population, scope: Mapping[str, Any], number: int) -> bool | None:
    """Row evaluation of one subject."""
    return _truth(atom.expression.run({**block.facts(number, atom.names), **scope}))
