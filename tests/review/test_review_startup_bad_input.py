"""Bad input at the company start-up, judged by the city's own checks: names nobody can write, faces and liveness in doubt."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from bench.startup_checks import DAY, ROOT, place_register

from onething.catalog.service import find_event, load_city
from onething.review.service import run_checks
from onething.sandbox.filings.sound import Drawn, Register, sound_filing

CITY = load_city(ROOT / "cities" / "shenzhen")
EVENT = find_event(CITY, "startup").model_copy(update={"check_seconds": 60.0})


@pytest.fixture(scope="module")
def register() -> Register:
    return Register(200, Random(8))


@pytest.fixture
def filing(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drawn:
    for name in ("ONETHING_DATA_DIR", "ONETHING_CITY", "ONETHING_CITIES_DIR"):
        monkeypatch.setenv(name, "")  # so that what place_register sets is undone
    place_register(tmp_path, register)
    return sound_filing(Random(5), register, DAY)


def outcomes(drawn: Drawn, day: date = DAY) -> dict[str, str]:
    return {result.id: result.outcome for result in run_checks(CITY, EVENT, drawn.facts, day)}


def test_the_checks_are_the_twenty_three_each_with_its_law_and_a_way_to_mend() -> None:
    assert [check.number for check in EVENT.checks] == list(range(1, 24))
    for check in EVENT.checks:
        assert check.ground.title, check.id
        assert "条" in check.ground.article, check.id
        assert check.mend.zh, check.id
        assert check.mend.en, check.id
        assert check.refer_when is None or check.ask, f"{check.id} asks an officer nothing"


@pytest.mark.parametrize(
    ("mark", "outcome"),
    [
        ("云🚀帆", "refuse"),
        ("云帆９９", "refuse"),
        ("云帆88", "refuse"),
        ("ＡＢ云帆", "refuse"),
        ("云帆АВ", "refuse"),
        ("云\u200b帆", "refuse"),
        ("云龘帆", "refer"),
        ("云𠮷帆", "refer"),
    ],
)
def test_a_trade_name_nobody_can_write_is_refused_and_a_rare_one_goes_to_an_officer(
    filing: Drawn, mark: str, outcome: str
) -> None:
    assert outcomes(filing)["name_composition"] == "pass"
    company, name = filing.facts["company"], filing.facts["name"]
    name["full"] = name["full"].replace(company["mark"], mark)
    company["mark"] = mark
    assert outcomes(filing)["name_composition"] == outcome


@pytest.mark.parametrize(
    ("check", "value", "score", "outcome"),
    [
        ("face_matches", "face", 0.2, "refuse"),
        ("face_matches", "face", 0.5, "refer"),
        ("face_matches", "face", 0.7, "pass"),
        ("face_matches", "face", None, "refer"),
        ("liveness", "live", 0.1, "refuse"),
        ("liveness", "live", 0.4, "refer"),
        ("liveness", "live", 0.7, "pass"),
        ("liveness", "live", None, "refer"),
    ],
)
def test_what_a_face_provider_doubts_or_leaves_open_never_passes(
    filing: Drawn, check: str, value: str, score: float | None, outcome: str
) -> None:
    filing.facts["signatures"]["people"][0][value] = score
    assert outcomes(filing)[check] == outcome


@pytest.mark.parametrize(
    ("part", "wrong", "told"),
    [
        (("scope", "text"), "金属矿石销售", "经营范围"),
        (("name", "full"), "深圳另名科技有限公司", "公司名称"),
        (("premises", "address"), "深圳市另外路1号", "住所"),
        (("company", "capital"), "7", "注册资本"),
        (("representative", "name"), "某外人", "法定代表人"),
    ],
)
def test_own_articles_that_say_something_else_than_the_form_are_refused_naming_it(
    filing: Drawn, part: tuple[str, str], wrong: str, told: str
) -> None:
    before = next(each for each in run_checks(CITY, EVENT, filing.facts, DAY) if each.id == "articles_complete")
    assert before.outcome == "pass"
    slot, field = part
    filing.facts[slot][field] = wrong
    after = next(each for each in run_checks(CITY, EVENT, filing.facts, DAY) if each.id == "articles_complete")
    assert after.outcome == "refuse"
    assert told in after.what.zh
