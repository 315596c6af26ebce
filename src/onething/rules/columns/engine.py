"""Many clauses over many subjects: atoms are shared, planes are packed bits, memory is bounded by row blocks.

A condition is a tree of and/or/not over atoms. Each atom gives two planes: T (true) and F (false); neither: unknown.
Kleene logic is then plain bit logic: and → (T∧T, F∨F); or → (T∨T, F∧F); not → (F, T).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from onething.rules.columns.kernels import Atom, Plane, Present, unpack
from onething.rules.columns.population import Flags, Population
from onething.rules.expression import Expression, Tree, compile_expression, make_scope, tree_of
from onething.rules.feel import syntax as s

BLOCK = 1 << 17
"""Rows a block: a column's slice stays in the second-level cache while its predicates are evaluated."""


@dataclass(frozen=True, slots=True)
class Counts:
    """For each clause, how many subjects: true, unknown, and exactly one condition short."""

    true: npt.NDArray[np.int64]
    unknown: npt.NDArray[np.int64]
    one_short: npt.NDArray[np.int64]

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.true + other.true, self.unknown + other.unknown, self.one_short + other.one_short)


@dataclass(slots=True)
class Planes:
    """One clause over one block as packed bits (64 subjects a word, lowest bit first)."""

    true: Plane
    unknown: Plane
    one_short: Plane | None


Sink = Callable[[int, int, Planes], None]
"""Called with (clause number, first row of the block, planes)."""


@dataclass(slots=True)
class ClauseSet:
    """Clauses compiled together. Make with `compile_clauses`."""

    atoms: list[Atom]
    trees: list[Tree]
    scope: dict[str, Any]
    flat: list[tuple[int, ...] | None] = field(default_factory=list[tuple[int, ...] | None])
    """The atoms of clauses that are plain conjunctions; None for the others."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for atom in self.atoms for name in atom.names)

    def evaluate(self, population: Population, *, near: bool = True, sink: Sink | None = None) -> Counts:
        """Count every clause; `near` also counts "exactly one condition short"; `sink` sees the planes of each block."""
        size = len(self.trees)
        total = Counts(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64))
        for start in range(0, population.rows, BLOCK):
            total = total + self._block(population.slice(start, start + BLOCK), start, near=near, sink=sink)
        return total

    def _block(self, block: Population, start: int, *, near: bool, sink: Sink | None) -> Counts:
        true, false, valid = self.planes(block)
        counts = np.zeros((3, len(self.trees)), np.int64)
        buffers = tuple(np.empty(valid.shape[0], np.uint64) for _ in range(4))
        for number, tree in enumerate(self.trees):
            flat = self.flat[number]
            if flat is None:
                t, f, one = _parted(tree, true, false, near=near)
            else:
                t, f, one = _conjunction(flat, true, false, buffers, near=near)
            hits = counts[0, number] = int(np.bitwise_count(t).sum())
            counts[1, number] = block.rows - hits - int(np.bitwise_count(f).sum())
            if one is not None:
                counts[2, number] = int(np.bitwise_count(one).sum())
            if sink is not None:
                sink(number, start, Planes(t.copy(), valid & ~(t | f), None if one is None else one.copy()))
        return Counts(counts[0], counts[1], counts[2])

    def planes(self, block: Population) -> tuple[list[Plane], list[Plane], Plane]:
        """T and F of every atom over the block, and the plane of rows that exist."""
        present = Present(block)
        pairs = [atom.planes(block, self.scope, present) for atom in self.atoms]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs], present.valid


def _conjunction(
    flat: tuple[int, ...],
    true: list[Plane],
    false: list[Plane],
    buffers: tuple[Plane, ...],
    *,
    near: bool,
) -> tuple[Plane, Plane, Plane | None]:
    """All atoms at once, in place: T, F and, when `near`, the rows where exactly one atom is false and the rest true."""
    t, f, one, scratch = buffers
    first, *rest = flat
    np.copyto(t, true[first])
    np.copyto(f, false[first])
    if near:
        np.copyto(one, f)
    for number in rest:
        ti, fi = true[number], false[number]
        if near:
            np.bitwise_and(one, ti, out=one)
            np.bitwise_and(t, fi, out=scratch)
            np.bitwise_or(one, scratch, out=one)
        np.bitwise_and(t, ti, out=t)
        np.bitwise_or(f, fi, out=f)
    return t, f, one if near else None


def _parted(tree: Tree, true: list[Plane], false: list[Plane], *, near: bool) -> tuple[Plane, Plane, Plane | None]:
    """The same for any tree: what stands between the outermost `and` is one condition, however it is made."""
    parts = tree[1] if not isinstance(tree, int) and tree[0] == "and" else (tree,)
    t, f = _tree_planes(parts[0], true, false)
    one = f if near else None
    for part in parts[1:]:
        more_t, more_f = _tree_planes(part, true, false)
        one = None if one is None else (one & more_t) | (t & more_f)
        t, f = t & more_t, f | more_f
    return t, f, one


def _tree_planes(tree: Tree, true: list[Plane], false: list[Plane]) -> tuple[Plane, Plane]:
    if isinstance(tree, int):
        return true[tree], false[tree]
    kind, parts = tree
    t, f = _tree_planes(parts[0], true, false)
    if kind == "not":
        return f, t
    join, meet = (np.bitwise_and, np.bitwise_or) if kind == "and" else (np.bitwise_or, np.bitwise_and)
    for part in parts[1:]:
        more_t, more_f = _tree_planes(part, true, false)
        t, f = join(t, more_t), meet(f, more_f)
    return t, f


def _flat(tree: Tree) -> tuple[int, ...] | None:
    if isinstance(tree, int):
        return (tree,)
    kind, parts = tree
    numbers = tuple(part for part in parts if isinstance(part, int))
    return numbers if kind == "and" and len(numbers) == len(parts) else None


def compile_clauses(
    clauses: Iterable[str | s.Node | Expression], as_of: date, parameters: Mapping[str, Any] | None = None
) -> ClauseSet:
    """Compile conditions together, sharing equal atoms. Raises `FeelError`."""
    nodes: list[s.Node] = []
    index: dict[s.Node, int] = {}
    trees = [tree_of(_node(clause), nodes, index) for clause in clauses]
    scope = make_scope({}, as_of, parameters)
    return ClauseSet([Atom.of(node, scope) for node in nodes], trees, scope, [_flat(tree) for tree in trees])


def _node(clause: str | s.Node | Expression) -> s.Node:
    if isinstance(clause, str):
        return compile_expression(clause).node
    return clause.node if isinstance(clause, Expression) else clause


def truths(condition: str | s.Node | Expression, population: Population, as_of: date, parameters: Mapping[str, Any] | None = None) -> tuple[Flags, Flags]:  # fmt: skip
    """One condition over everybody: (certainly true, unknown) as flags."""
    compiled = compile_clauses([condition], as_of, parameters)
    true = np.zeros(population.rows, np.bool_)
    unknown = np.zeros(population.rows, np.bool_)

    def keep(_: int, start: int, planes: Planes) -> None:
        stop = min(start + BLOCK, population.rows)
        true[start:stop] = unpack(planes.true, stop - start)
        unknown[start:stop] = unpack(planes.unknown, stop - start)

    compiled.evaluate(population, near=False, sink=keep)
    return true, unknown
