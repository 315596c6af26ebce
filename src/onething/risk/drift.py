"""Drift: whether companies of late still look like those a model was grown on.

Population stability index per indicator: Σ (p − q) · ln(p / q) over tenths of the reference. Usual reading: below 0.1 nothing,
0.1–0.25 look, above 0.25 the model judges a world it has not seen.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onething.risk.trees import Model, Reference

LOOK, ALARM = 0.1, 0.25
_LEAST = 1e-3


@dataclass(frozen=True, slots=True)
class Drift:
    indicator: str
    index: float

    @property
    def level(self) -> str:
        """`steady`, `look` or `alarm`."""
        return "alarm" if self.index > ALARM else "look" if self.index > LOOK else "steady"


def tenths(column: NDArray[np.float32]) -> Reference:
    """What is kept of an indicator's spread. Values that repeat make fewer parts than ten, with their true shares."""
    known = column[~np.isnan(column)]
    edges = np.unique(np.quantile(known, np.linspace(0.1, 0.9, 9))).astype(np.float64) if len(known) else np.empty(0)
    return Reference(tuple(float(edge) for edge in edges), tuple(float(share) for share in _shares(edges, known)))


def measure_drift(model: Model, rows: NDArray[np.float32]) -> list[Drift]:
    """Largest first. `rows` are the indicators of recent filings, at least a few hundred for a steady figure."""
    found = [
        Drift(name, _index(reference, rows[:, place]))
        for place, (name, reference) in enumerate(zip(model.indicators, model.reference, strict=True))
    ]
    return sorted(found, key=lambda drift: -drift.index)


def _shares(edges: NDArray[np.float64], known: NDArray[np.float32]) -> NDArray[np.float64]:
    places = np.searchsorted(edges, known.astype(np.float64), side="left")
    return np.bincount(places, minlength=len(edges) + 1) / max(len(known), 1)


def _index(reference: Reference, recent: NDArray[np.float32]) -> float:
    known = recent[~np.isnan(recent)]
    if not reference.edges or not len(known):
        return 0.0
    seen = np.maximum(_shares(np.array(reference.edges), known), _LEAST)
    usual = np.maximum(np.array(reference.shares), _LEAST)
    return float(((seen - usual) * np.log(seen / usual)).sum())
