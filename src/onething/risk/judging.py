"""From indicators to an assessment: rules first, then the model; the reasons in words; and the same again from a trace."""

import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from onething.core.i18n import Text
from onething.risk.declared import IndicatorText, RiskPolicy
from onething.risk.indicators import NAMES, PLACE
from onething.risk.models import Assessment, Reason
from onething.risk.trees import Model
from onething.rules.service import compile_expression

SHOWN = 3
"""An officer sees the two or three things that matter, not thirty-six numbers."""
_LEAST_WEIGHT = 0.15


def judge(policy: RiskPolicy, model: Model | None, row: NDArray[np.float32]) -> Assessment:
    """Refer when a rule says so or the model's probability reaches its threshold; never more than refer."""
    facts = _facts(row)
    fired = [rule for rule in policy.rules if compile_expression(rule.refer_when).evaluate(facts) is True]
    chance, weights = 0.0, np.zeros(len(NAMES))
    if model is not None:
        chance = float(model.probabilities(row[None, :])[0])
        weights = model.contributions(row)
    refer = bool(fired) or (model is not None and chance >= model.refer_from)
    reasons = [Reason(rule.id, math.inf, math.inf, _fill(rule.text, facts)) for rule in fired]
    if refer:
        reasons += _heaviest(policy, row, weights, {rule.id for rule in fired})
    version = model.version if model else "rules"
    trace = {
        "policy": policy.version, "model": version, "probability": chance, "refer": refer,
        "rules": [rule.id for rule in fired], "row": [None if np.isnan(v) else float(v) for v in row],
    }  # fmt: skip
    return Assessment(refer, chance, tuple(reasons[:SHOWN]), version, trace)


def replay(policy: RiskPolicy, model: Model | None, trace: Mapping[str, Any]) -> Assessment:
    """The stored measurements judged again. Give the policy and the model of the versions named in the trace."""
    row = np.array([np.nan if v is None else v for v in cast("list[float | None]", trace["row"])], np.float32)
    return judge(policy, model, row)


def _facts(row: NDArray[np.float32]) -> dict[str, float]:
    """Indicators by name; what is not known is absent, so a rule about it cannot fire."""
    return {name: float(value) for name, value in zip(NAMES, row, strict=True) if not np.isnan(value)}


def _heaviest(
    policy: RiskPolicy, row: NDArray[np.float32], weights: NDArray[np.float64], told: set[str]
) -> list[Reason]:  # fmt: skip
    """Indicators by how much they spoke for the risk, of those the city has words for, one a subject."""
    reasons: list[Reason] = []
    subjects: set[str] = set()
    for place in map(int, np.argsort(-weights)):
        name = NAMES[place]
        words: IndicatorText | None = policy.indicators.get(name)
        if weights[place] < _LEAST_WEIGHT or len(reasons) == SHOWN:
            break
        if words is None or np.isnan(row[place]) or words.subject in subjects or name in told:
            continue
        subjects.add(words.subject)
        reasons.append(Reason(name, float(row[PLACE[name]]), float(weights[place]), _fill(words.text, _facts(row))))
    return reasons


def _fill(text: Text, facts: Mapping[str, float]) -> Text:
    return text.fill(**{name: _plain(name, value) for name, value in facts.items()})


def _plain(name: str, value: float) -> str:
    if name.endswith("_share") or name == "rotation":
        return f"{value:.0%}"
    return f"{value:.1f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))
