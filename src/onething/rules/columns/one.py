"""One subject against every clause: all atomic conditions in a few vector operations, then each clause from their results."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from onething.rules.columns.engine import ClauseSet
from onething.rules.columns.kernels import threshold
from onething.rules.expression import Tree
from onething.rules.feel.free import lookup
from onething.rules.feel.values import is_number, to_decimal

_OPS = ("<", "<=", ">", ">=", "=", "!=")
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """For each clause: certainly true, and unknown."""

    true: npt.NDArray[np.bool_]
    unknown: npt.NDArray[np.bool_]


class Matcher:
    """Compiled once for a clause set; `match` answers for one subject in well under a millisecond."""

    def __init__(self, clauses: ClauseSet) -> None:
        self.clauses = clauses
        self.names: list[str] = []
        self._kinds: list[str] = []
        self._codes: list[dict[Any, float]] = []
        slots: dict[tuple[str, str], int] = {}
        column: list[int] = []
        limits: list[float] = []
        ops: list[int] = []
        numbers: list[int] = []
        self._slow: list[int] = []
        for number, atom in enumerate(clauses.atoms):
            found = self._place(atom.simple, slots)
            if found is None:
                self._slow.append(number)
                continue
            column.append(found[0])
            ops.append(_OPS.index(found[1]))
            limits.append(found[2])
            numbers.append(number)
        self._column, self._limits = np.array(column, np.intp), np.array(limits, np.float64)
        self._ops, self._atoms = np.array(ops, np.int8), np.array(numbers, np.intp)
        self._masks = [np.flatnonzero(self._ops == code) for code in range(6)]
        self._flat, self._gather = self._matrix()

    def _place(
        self, simple: tuple[str, str, Any] | None, slots: dict[tuple[str, str], int]
    ) -> tuple[int, str, float] | None:
        if simple is None or simple[2] is None:
            return None
        name, op, value = simple
        kind = (
            "date"
            if isinstance(value, date)
            else "text"
            if isinstance(value, str)
            else "bool"
            if isinstance(value, bool)
            else "number"
        )
        if isinstance(value, datetime) or (kind in ("text", "bool") and op not in ("=", "!=")):
            return None
        slot = slots.setdefault((name, kind), len(slots))
        if slot == len(self.names):
            self.names.append(name)
            self._kinds.append(kind)
            self._codes.append({})
        if kind in ("text", "bool"):
            codes = self._codes[slot]
            return slot, op, codes.setdefault(value, float(len(codes)))
        limit = threshold(kind, value)
        return None if limit is None else (slot, op, limit)

    def _matrix(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Plain conjunctions as rows of atom numbers, padded with the atom that is always true."""
        flat = [(i, each) for i, each in enumerate(self.clauses.flat) if each is not None]
        width = max((len(each) for _, each in flat), default=1)
        always = len(self.clauses.atoms)
        matrix = np.full((len(flat), width), always, np.intp)
        for row, (_, each) in enumerate(flat):
            matrix[row, : len(each)] = each
        return np.array([i for i, _ in flat], np.intp), np.ascontiguousarray(matrix.T)

    def match(self, facts: Mapping[str, Any]) -> Verdicts:
        """Every clause for one subject's nested facts."""
        size = len(self.clauses.atoms)
        true = np.zeros(size + 1, np.bool_)
        possible = np.ones(size + 1, np.bool_)
        true[size] = True
        scope = {**facts, **self.clauses.scope}
        values, odd = self._vector(scope)
        with np.errstate(invalid="ignore"):
            given = values[self._column]
            flags = self._compare(given)
        null = np.isnan(given)
        flags &= ~null
        true[self._atoms], possible[self._atoms] = flags, flags | null
        for number in [*self._slow, *(n for slot in odd for n in self._atoms[self._column == slot])]:
            verdict = self.clauses.atoms[number].expression.run(scope)
            true[number], possible[number] = verdict is True, verdict is not False
        return self._clauses(true, possible)

    def _compare(self, given: Numbers) -> npt.NDArray[np.bool_]:
        flags = np.empty(given.shape[0], np.bool_)
        for mask, test in zip(self._masks, (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal), strict=True):  # fmt: skip
            flags[mask] = test(given[mask], self._limits[mask])
        return flags

    def _vector(self, scope: dict[str, Any]) -> tuple[Numbers, list[int]]:
        """The subject's values on each slot's line; slots whose value has another kind are decided one by one."""
        out = np.full(len(self.names), np.nan)
        odd: list[int] = []
        for slot, (name, kind) in enumerate(zip(self.names, self._kinds, strict=True)):
            value = lookup(scope, name)
            if value is None:
                continue
            if kind == "number" and is_number(value) and value.__class__ is not bool:
                exact = value.__class__ is float or threshold("number", value) is not None
                number = to_decimal(value)
                if not exact or number is None:
                    odd.append(slot)
                else:
                    out[slot] = float(number)
            elif kind == "date" and value.__class__ is date:
                out[slot] = value.toordinal()
            elif value.__class__ is {"text": str, "bool": bool}.get(kind):
                out[slot] = self._codes[slot].get(value, -1.0)
            else:
                odd.append(slot)
        return out, odd

    def _clauses(self, true: npt.NDArray[np.bool_], possible: npt.NDArray[np.bool_]) -> Verdicts:
        size = len(self.clauses.trees)
        sure, maybe = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        if self._flat.size:
            sure[self._flat] = np.logical_and.reduce(true[self._gather], axis=0)
            maybe[self._flat] = np.logical_and.reduce(possible[self._gather], axis=0)
        for number, flat in enumerate(self.clauses.flat):
            if flat is None:
                sure[number], maybe[number] = _truth(self.clauses.trees[number], true, possible)
        return Verdicts(sure, maybe & ~sure)


def _truth(tree: Tree, true: npt.NDArray[np.bool_], possible: npt.NDArray[np.bool_]) -> tuple[bool, bool]:
    if isinstance(tree, int):
        return bool(true[tree]), bool(possible[tree])
    kind, parts = tree
    inner = [_truth(part, true, possible) for part in parts]
    if kind == "not":
        return not inner[0][1], not inner[0][0]
    join = all if kind == "and" else any
    return join(t for t, _ in inner), join(p for _, p in inner)
