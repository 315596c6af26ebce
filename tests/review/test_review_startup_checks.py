"""The checks of a company's filing on filings with planted faults, made by a generator that shares no code with them."""

import ast
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from bench.startup_checks import filings, judge, place_register, replayed

from onething.catalog.service import find_event, load_city
from onething.review.checking.registry import Given
from onething.review.contrib.scopes import scope
from onething.sandbox.filings import sound
from onething.sandbox.filings.faults import FAULTS
from onething.sandbox.filings.sound import Drawn, Register

SHENZHEN = Path(__file__).parents[2] / "cities" / "shenzhen"


@pytest.fixture(scope="module")
def register() -> Register:
    return Register(3_000, Random(8))


@pytest.fixture(scope="module")
def judged(
    register: Register, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Drawn], list[dict[str, object]], list[str]]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ONETHING_DATA_DIR", "ONETHING_CITY", "ONETHING_CITIES_DIR"):
            patch.setenv(name, "")  # so that what place_register sets is undone
        place_register(tmp_path_factory.mktemp("register"), register)
        made = filings(330, 20261125, register)
        _, wrong, overall, _ = judge(made)
    return made, wrong, overall


@pytest.mark.slow
def test_each_fault_is_stopped_by_its_check_and_sound_filings_pass(
    judged: tuple[list[Drawn], list[dict[str, object]], list[str]],
) -> None:
    made, wrong, overall = judged
    assert len(wrong) <= 1, wrong  # 99.8 % of 330
    planted = Counter(drawn.fault for drawn in made if drawn.fault)
    assert len(planted) == len(FAULTS)
    passed = [drawn.fault for drawn, outcome in zip(made, overall, strict=True) if drawn.fault and outcome == "pass"]
    assert passed == []


def test_every_result_comes_out_the_same_from_its_stored_trace(register: Register) -> None:
    checks = find_event(load_city(SHENZHEN), "startup").checks
    results, same = replayed(filings(80, 99, register))
    assert results == same == 80 * len(checks)


def test_the_generator_knows_nothing_of_the_checks() -> None:
    folder = Path(sound.__file__).parent
    imports = {
        node.module or ""
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    ours = {name for name in imports if name.startswith("onething")}
    assert ours == {"onething.sandbox.filings.sound"}


@pytest.mark.slow
def test_sound_filings_need_no_officer(judged: tuple[list[Drawn], list[dict[str, object]], list[str]]) -> None:
    made, _, overall = judged
    sound = [outcome for drawn, outcome in zip(made, overall, strict=True) if not drawn.fault]
    assert sound.count("pass") >= len(sound) - 1


def test_a_trade_s_own_standard_phrases_are_a_scope_of_that_trade() -> None:
    """Retail and wholesale of food share a phrase that stands under retail: who trades wholesale has nothing else to write."""
    city = load_city(SHENZHEN)
    for trade in city.trades.trades:
        if trade.phrases:
            found = scope(Given(city, {"text": "；".join(trade.phrases), "trade": trade.id}, {}))
            assert (found["fits"], found["main_fits"]) == (True, True), trade.id
    other = scope(Given(city, {"text": "餐饮服务", "trade": "software"}, {}))
    assert (other["fits"], other["main_fits"]) == (False, False)
