"""A trained model as plain arrays: boosted trees evaluated without the library that grew them.

So a stored decision replays to the same number years later, whatever version of scikit-learn is installed, and loading a
model never runs code (a pickle would). Scores are log odds; `calibration` maps them to probabilities.
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trees:
    """All trees' nodes in one table; tree `t` starts at `roots[t]`. Leaves have `feature` -1."""

    baseline: float
    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: Floats
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats

    def scores(self, rows: NDArray[np.float32]) -> Floats:
        """Log odds of each row; all trees walk down together, a level at a time."""
        rows = np.asarray(rows, np.float32)
        count = len(rows)
        place = np.broadcast_to(self.roots, (count, len(self.roots))).copy()
        line = np.arange(count)[:, None]
        while True:
            feature = self.feature[place]
            inner = feature >= 0
            if not inner.any():
                return self.baseline + self.value[place].sum(axis=1)
            seen = rows[line, np.maximum(feature, 0)].astype(np.float64)
            left = np.where(np.isnan(seen), self.missing_left[place], seen <= self.threshold[place])
            place = np.where(inner, np.where(left, self.left[place], self.right[place]), place)


@dataclass(frozen=True, slots=True)
class Reference:
    """How an indicator was spread over the companies a model was grown on: inner edges, and the share of each part."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """What is stored of a model: trees, calibration, the usual company, and from which probability cases are referred."""

    version: str
    indicators: tuple[str, ...]
    trees: Trees
    calibration: tuple[Floats, Floats]
    """Log odds (ascending) and the probability observed there; linear in between."""
    usual: NDArray[np.float32]
    """The middle value of each indicator among sound companies: what an explanation compares with."""
    refer_from: float
    reference: tuple[Reference, ...]
    """Per indicator: what drift is measured against."""
    facts: dict[str, Any]
    """How it came about: rows, period, share referred, precision and recall on later companies."""

    def probabilities(self, rows: NDArray[np.float32]) -> Floats:
        return self.calibrated(self.trees.scores(rows))

    def calibrated(self, scores: Floats) -> Floats:
        return np.interp(scores, *self.calibration)

    def contributions(self, row: NDArray[np.float32]) -> Floats:
        """Per indicator: by how much the log odds fall when it alone had its usual value."""
        variants = np.repeat(row[None, :], len(row) + 1, axis=0)
        np.fill_diagonal(variants[1:], self.usual)
        scores = self.trees.scores(variants)
        return scores[0] - scores[1:]


def as_json(model: Model) -> dict[str, Any]:
    trees = {name: getattr(model.trees, name) for name in Trees.__slots__}
    return {
        "version": model.version,
        "indicators": list(model.indicators),
        "trees": {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in trees.items()},
        "calibration": [part.tolist() for part in model.calibration],
        "usual": [None if np.isnan(v) else float(v) for v in model.usual],
        "refer_from": model.refer_from,
        "reference": [{"edges": list(r.edges), "shares": list(r.shares)} for r in model.reference],
        "facts": model.facts,
    }


def from_json(stored: dict[str, Any]) -> Model:
    """Raises `KeyError` or `ValueError` when it is not what `as_json` wrote."""
    parts = cast("dict[str, Any]", stored["trees"])
    kinds = {"roots": np.int32, "feature": np.int16, "left": np.int32, "right": np.int32, "missing_left": np.bool_}
    columns: dict[str, Any] = {
        name: np.array(parts[name], kinds.get(name, np.float64)) for name in Trees.__slots__ if name != "baseline"
    }
    scores, chances = stored["calibration"]
    return Model(
        str(stored["version"]), tuple(stored["indicators"]), Trees(float(parts["baseline"]), **columns),
        (np.array(scores, np.float64), np.array(chances, np.float64)),
        np.array([np.nan if v is None else v for v in stored["usual"]], np.float32),
        float(stored["refer_from"]), tuple(Reference(tuple(r["edges"]), tuple(r["shares"])) for r in stored["reference"]), dict(stored["facts"]),
    )  # fmt: skip
