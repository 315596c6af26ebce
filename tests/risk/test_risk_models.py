"""Models: what is stored gives what was trained; reasons point at what is wrong; drift is seen; unseen schemes are found."""

import json

import numpy as np
import pytest
from bench.risk_shells import CITY, build, examples, filing_of, grown, score
from sklearn.ensemble import HistGradientBoostingClassifier

from onething.risk.declared import RiskPolicy, load_policy
from onething.risk.drift import measure_drift
from onething.risk.indicators import NAMES, PLACE, measure_all
from onething.risk.judging import judge, replay
from onething.risk.training import Examples, export, train
from onething.risk.trees import Model, as_json, from_json
from onething.sandbox.enterprise.history import make_history

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def policy() -> RiskPolicy:
    return load_policy(CITY)


@pytest.fixture(scope="module")
def model() -> Model:
    return train(made_up(4_000), calibrate_from=700)


def made_up(count: int, seed: int = 1) -> Examples:
    """Shells have many companies at their address and revoked partners; everything else is noise, some of it missing."""
    dice = np.random.default_rng(seed)
    rows = dice.normal(0, 1, (count, len(NAMES))).astype(np.float32)
    shell = dice.random(count) < 0.05
    rows[shell, PLACE["address_new_90d"]] += 6
    rows[shell, PLACE["people_revoked"]] += 4
    rows[dice.random((count, len(NAMES))) < 0.1] = np.nan
    return Examples(rows, np.arange(count, dtype=np.int32) % 1000, shell, np.ones(count))


def test_exported_trees_score_as_the_library_does() -> None:
    data = made_up(1_500)
    fitted = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=9, random_state=0).fit(data.rows, data.shell)
    assert np.allclose(export(fitted).scores(data.rows), fitted.decision_function(data.rows), atol=1e-9)


def test_a_model_survives_being_stored_as_json(model: Model) -> None:
    again = from_json(json.loads(json.dumps(as_json(model))))
    rows = made_up(300, seed=5).rows
    assert np.array_equal(again.probabilities(rows), model.probabilities(rows))
    assert again.refer_from == model.refer_from


def test_what_is_wrong_is_what_is_said(policy: RiskPolicy, model: Model) -> None:
    row = model.usual.copy()
    row[PLACE["address_new_90d"]] = 9
    found = judge(policy, model, row)
    assert found.refer
    assert found.reasons[0].indicator == "address_new_90d"
    assert "9" in found.reasons[0].text.zh
    assert "9" in found.reasons[0].text.en
    assert not judge(policy, model, model.usual).refer


def test_a_trace_replays_to_the_same_assessment(policy: RiskPolicy, model: Model) -> None:
    for row in made_up(50, seed=9).rows:
        first = judge(policy, model, row)
        again = replay(policy, model, json.loads(json.dumps(first.trace)))
        assert (again.refer, again.probability, again.reasons) == (first.refer, first.probability, first.reasons)


def test_a_ring_goes_to_an_officer_without_any_model(policy: RiskPolicy) -> None:
    row = np.zeros(len(NAMES), np.float32)
    row[PLACE["ring_size"]] = 4
    found = judge(policy, None, row)
    assert found.refer
    assert found.model == "rules"
    assert found.reasons[0].indicator == "ring_of_holdings"


def test_more_revoked_partners_never_lower_the_risk(model: Model) -> None:
    row = np.repeat(model.usual[None, :], 20, axis=0)
    row[:, PLACE["people_revoked"]] = np.arange(20)
    assert (np.diff(model.trees.scores(row)) >= 0).all()


def test_drift_is_seen_where_it_is_and_nowhere_else(model: Model) -> None:
    recent = made_up(3_000, seed=8).rows
    assert all(
        d.level == "steady"
        for d in measure_drift(model, recent)
        if d.indicator not in ("address_new_90d", "people_revoked")
    )
    recent[:, PLACE["phone_alive"]] += 3
    worst = measure_drift(model, recent)[0]
    assert (worst.indicator, worst.level) == ("phone_alive", "alarm")


def test_a_model_is_not_grown_without_both_kinds() -> None:
    data = made_up(500)
    sound = Examples(data.rows, data.moment, np.zeros(500, bool), data.weight)
    with pytest.raises(ValueError, match="both"):
        train(sound, calibrate_from=700)


def test_schemes_no_model_has_seen_are_found(policy: RiskPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a small city; how many, in one of three hundred thousand, is measured by `make bench ARGS=risk_shells`."""
    monkeypatch.setattr("bench.risk_shells.SOUND_SAMPLE", 2_500)
    history = make_history(9_000, 10, shells=0.014, seed=77)
    known, keys = build(history)
    seen = {
        history.companies[n].scheme
        for n in range(len(history.companies))
        if history.companies[n].at < history.tested_from
    }
    late = [n for n, c in enumerate(history.companies) if c.at >= history.tested_from]
    scheme = np.array([history.companies[n].scheme for n in late])
    assert not (set(scheme.tolist()) - {""}) & seen
    assert len(examples(history, known, keys)) > 1_000
    table = measure_all(known, (filing_of(history, keys, n) for n in late))
    figures = score(policy, grown(history, known, keys), table, scheme != "", scheme)
    usual = float((scheme != "").mean())
    assert figures["precision"] > 20 * usual  # a random pick would be right as often as shells are frequent
    assert figures["share_referred"] < 0.03
