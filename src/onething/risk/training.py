"""Growing a model from findings: boosted trees (scikit-learn), calibrated on later companies than they were grown on.

Order in time is kept throughout: indicators are of the moment of each filing, the model is grown on the older filings,
calibrated on the newer ones, and said to be good only by companies that came after both.
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from onething.core.ids import new_id
from onething.risk.drift import tenths
from onething.risk.indicators import NAMES
from onething.risk.trees import Floats, Model, Trees

ROUNDS, LEAVES, RATE, SMALLEST_LEAF = 160, 12, 0.07, 15
"""Small trees: with a few thousand findings, deeper ones learn the schemes they saw by heart and miss the next."""

RISES = {
    "address_alive", "address_new_90d", "address_revoked_share", "representative_alive", "people_revoked", "people_revoked_recent",
    "home_burst", "phone_representatives", "agent_burst", "agent_revoked_share", "near_revoked_share", "far_revoked_share", "rotation",
    "ring_size", "watched_trade",
}  # fmt: skip
"""Indicators that may only raise the risk: an explanation must never say that more revoked partners speak for somebody."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Filings with their indicators, moments (minutes) and what was found out; `weight` makes up for sampling."""

    rows: NDArray[np.float32]
    moment: NDArray[np.int32]
    shell: NDArray[np.bool_]
    weight: Floats

    def take(self, which: NDArray[Any]) -> "Examples":
        return Examples(self.rows[which], self.moment[which], self.shell[which], self.weight[which])

    def __len__(self) -> int:
        return len(self.moment)


def train(examples: Examples, *, calibrate_from: int, share_referred: float = 0.002, seed: int = 20) -> Model:
    """A model grown on filings before `calibrate_from` and calibrated on those after.

    `share_referred` is what officers can look at. Half of it may go to sound companies: `refer_from` is where that many of
    the sound filings of the calibration period lie above. (A cut among all of them would be filled by the shells of
    schemes that are known, and nothing new would ever reach it.) Raises `ValueError` when
    either period lacks shells or sound companies: a model without both would be a guess.
    """
    older, newer = examples.take(examples.moment < calibrate_from), examples.take(examples.moment >= calibrate_from)
    for name, part in (("older", older), ("newer", newer)):
        if len(part) == 0 or part.shell.all() or not part.shell.any():
            raise ValueError(f"the {name} filings do not hold both shells and sound companies")
    monotone = [1 if name in RISES else 0 for name in NAMES]
    # Only who grows a model waits for scikit-learn: web, workers and commands load nothing of it.
    from sklearn.ensemble import HistGradientBoostingClassifier  # pyright: ignore[reportMissingTypeStubs]

    grown: Any = HistGradientBoostingClassifier(
        max_iter=ROUNDS, max_leaf_nodes=LEAVES, learning_rate=RATE, min_samples_leaf=SMALLEST_LEAF, l2_regularization=1.0,
        early_stopping=cast("Any", False), monotonic_cst=monotone, random_state=seed,
    )  # fmt: skip
    grown.fit(_with_values(older.rows), older.shell, sample_weight=older.weight)
    trees = export(grown)
    scores = trees.scores(newer.rows)
    calibration = _calibrate(scores, newer)
    sound = older.rows[~older.shell]
    facts = {
        "grown_on": len(older),
        "shells_grown_on": int(older.shell.sum()),
        "calibrated_on": len(newer),
        "share_referred": share_referred,
    }
    return Model(
        new_id("risk"), NAMES, trees, calibration, _middle(sound),
        _cut(np.interp(scores, *calibration)[~newer.shell], newer.weight[~newer.shell], share_referred / 2), tuple(tenths(column) for column in sound.T), facts,
    )  # fmt: skip


def _with_values(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """An indicator that is known of nobody is 0 for all: the library cannot bin an empty column, and never splits a constant."""
    return np.where(np.isnan(rows).all(axis=0), np.float32(0), rows)


def export(fitted: Any) -> Trees:
    """The arrays of a fitted `HistGradientBoostingClassifier` (two classes, numbers only)."""
    tables = [predictor[0].nodes for predictor in fitted._predictors]
    sizes = np.array([len(table) for table in tables])
    roots = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int32)
    every, shift = np.concatenate(tables), np.repeat(roots, sizes)
    leaf = every["is_leaf"].astype(bool)
    return Trees(
        float(np.ravel(fitted._baseline_prediction)[0]), roots,
        np.where(leaf, -1, every["feature_idx"]).astype(np.int16), every["num_threshold"].astype(np.float64),
        every["missing_go_to_left"].astype(bool), (every["left"] + shift).astype(np.int32), (every["right"] + shift).astype(np.int32),
        np.where(leaf, every["value"], 0.0).astype(np.float64),
    )  # fmt: skip


def _calibrate(scores: Floats, newer: Examples) -> tuple[Floats, Floats]:
    """Isotonic steps joined by lines, with a rest of slope so that equal probabilities keep their order."""
    from sklearn.isotonic import IsotonicRegression  # pyright: ignore[reportMissingTypeStubs]

    isotonic: Any = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    isotonic.fit(scores, newer.shell.astype(float), sample_weight=newer.weight)
    points = np.unique(np.quantile(scores, np.linspace(0, 1, 400)))
    points = np.unique(np.concatenate([points, scores[newer.shell]]))
    chances = np.asarray(isotonic.predict(points), np.float64)
    slope = (points - points[0]) / (points[-1] - points[0] or 1.0)
    return points, np.clip(0.999 * chances + 0.001 * slope, 0.0, 1.0)


def _cut(chances: Floats, weight: Floats, share: float) -> float:
    """The probability above which `share` of the weight lies."""
    order = np.argsort(-chances)
    below = np.cumsum(weight[order]) / weight.sum()
    return float(chances[order[min(int(np.searchsorted(below, share)), len(order) - 1)]])


def _middle(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    known = np.where(np.isnan(rows).all(axis=0), 0.0, rows)
    middle = np.nanmedian(known, axis=0)
    return np.where(np.isnan(rows).all(axis=0), np.nan, middle).astype(np.float32)
