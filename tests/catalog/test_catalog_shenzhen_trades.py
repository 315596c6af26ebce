"""Shenzhen's industry-access graph: people's questions, what the law forbids, classes and articles that exist."""

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from onething.catalog.service import load_city
from onething.catalog.trades.cli import app
from onething.catalog.trades.guide import follow_ups, guide, needed

CITY = Path(__file__).parents[2] / "cities" / "shenzhen"
BOOK = load_city(CITY).trades

QUESTIONS = [
    ("我想在学校附近开一家奶茶店，要办什么？", "bubble_tea", {"food_business"}),
    ("I want to open a bubble-tea shop near a school", "bubble_tea", {"food_business"}),
    ("幼儿园对面开个理发店", "hair", {"public_hygiene"}),
    ("想开个小药店卖药", "pharmacy", {"drug_retail"}),
    ("open a pharmacy", "pharmacy", {"drug_retail"}),
    ("卖医疗器械", "device", {"device_two"}),
    ("开民宿", "homestay", {"hotel_police", "public_hygiene", "fire_check"}),
    ("a guesthouse at home", "hotel", {"hotel_police", "public_hygiene"}),
    ("想做劳务派遣", "dispatch", {"labour_dispatch"}),
    ("成立物流公司", "freight", {"road_freight"}),
    ("import and export", "trade", {"customs_filing"}),
    ("开发app", "app_dev", set[str]()),
    ("建筑施工", "construction", {"construction", "safety_production"}),
    ("a real estate agent", "estate_agent", {"estate_agent"}),
    ("开印刷厂", "printing", {"printing"}),
    ("办一所幼儿园", "kindergarten", {"kindergarten"}),
    ("开个舞蹈培训班", "art_school", {"private_school"}),
    ("开游泳馆，500平", "pool", {"sport_risk", "public_hygiene"}),
    ("a karaoke bar", "ktv", {"entertainment", "fire_check"}),
    ("便利店卖香烟", "convenience", {"food_prepacked", "tobacco"}),
    ("vape shop", "vape_shop", {"e_cigarette"}),
    ("卖电子烟", "vape_shop", {"e_cigarette"}),
    ("二手车销售，带维修", "used_cars", {"car_repair"}),
    ("夜市小吃摊", "food_stall", {"stall_card"}),
    ("宠物医院", "vet", {"vet"}),
    ("网上卖衣服", "clothes", set[str]()),
    ("开快递站点", "express_point", {"express"}),
    ("注册一家旅行社", "travel", {"travel"}),
    ("我要卖种子", "seeds_shop", {"seed"}),
    ("补习班教小学生数学", "tutoring", {"private_school"}),
]


@pytest.mark.parametrize(("question", "trade", "permits"), QUESTIONS)
def test_people_are_told_what_they_need(question: str, trade: str, permits: set[str]) -> None:
    answer = guide(BOOK, question)
    assert trade in [each.id for each in answer.trades], answer
    assert permits <= {need.permit.id for need in (*answer.before, *answer.after)}


@pytest.mark.parametrize(
    ("question", "forbidden"),
    [
        ("学校旁边开网吧", True), ("开网吧", False), ("居民楼里开KTV", True), ("an internet cafe opposite a school", True),
        ("幼儿园附近开便利店卖烟", True), ("学校附近开便利店", False), ("开便利店卖烟，不在学校附近", False), ("a tobacconist, not near a school", False),
        ("小区里开饭店", True), ("外资做快递", True), ("an express courier with a foreign investor", True), ("面向小学生的学科辅导补习班", True),
    ],
)  # fmt: skip
def test_what_the_law_forbids_is_said_first_with_its_source(question: str, forbidden: bool) -> None:
    answer = guide(BOOK, question)
    assert answer.forbidden is forbidden
    if forbidden:
        assert answer.barriers[0].forbids
        assert answer.barriers[0].ground.title


@pytest.mark.parametrize("question", ["造火箭", "a velvet ribbon", "苹果手机维修", "？？？", "", "🚀" * 50])
def test_what_is_not_understood_is_not_guessed(question: str) -> None:
    assert not guide(BOOK, question).trades


@given(st.text(max_size=120))
def test_no_words_break_the_guide(question: str) -> None:
    answer = guide(BOOK, question)
    assert all(trade.name.zh for trade in answer.trades)
    assert all(part.said for part in answer.unclear)


def test_permits_stand_after_what_they_rest_on_and_name_authority_and_law() -> None:
    assert BOOK.trades
    everything = {each.id for each in BOOK.circumstances}
    for trade in BOOK.trades:
        order = [need.permit for need in needed(BOOK, trade, everything)]
        seen: set[str] = set()
        for permit in order:
            assert set(permit.after) <= seen, (trade.id, permit.id)
            assert permit.authority.zh
            assert permit.ground.article
            seen.add(permit.id)


def test_a_licensed_company_is_told_its_follow_ups_in_order() -> None:
    ids = [need.permit.id for need in follow_ups(BOOK, "歌舞娱乐活动;餐饮服务;学科类校外培训", "ktv")]
    assert ids.index("fire_check") < ids.index("entertainment")
    assert "food_business" in ids
    assert "private_school" not in ids  # it came before the licence


def test_classes_are_those_of_the_national_standard(shared_data: Path) -> None:
    with (shared_data / "industry" / "gbt4754-2017.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    parents = {row["code"]: row["parent"] for row in rows}
    for owner, gb in [(t.id, t.gb) for t in BOOK.trades] + [(p.text, p.gb) for p in BOOK.phrases]:
        assert parents.get(gb[1:3]) == gb[0], (owner, gb)


def test_articles_cited_from_laws_at_hand_are_in_them(shared_data: Path) -> None:
    laws = {
        file.name.partition("(")[0]: file.read_text(encoding="utf-8") for file in (shared_data / "laws").glob("*.md")
    }
    cited = [check.ground for event in load_city(CITY).life_events for check in event.checks]
    cited += [each.ground for each in (*BOOK.permits, *BOOK.barriers)]
    held = 0
    for ground in cited:
        text = laws.get(ground.title.removeprefix("中华人民共和国"))
        for article in re.findall(r"第[一二三四五六七八九十百]+条", ground.article) if text else ():
            assert re.search(rf"^\W*{article}\s", text or "", re.MULTILINE), ground
            held += 1
    assert held >= 5


@pytest.mark.slow
def test_the_command_answers_in_the_language_of_the_question() -> None:
    run = CliRunner().invoke
    english = run(app, ["advise", "--city", str(CITY), "a bubble-tea shop near a school"])
    assert english.exit_code == 0
    assert "Food business licence" in english.stdout
    chinese = run(app, ["advise", "--city", str(CITY), "学校旁边开网吧"])
    assert "✗ 中小学校园周围二百米" in chinese.stdout
    data = json.loads(run(app, ["follow-ups", "--city", str(CITY), "餐饮服务", "--json"]).stdout)
    assert [each["id"] for each in data] == ["food_business"]
    unknown = run(app, ["advise", "--city", str(CITY), "造火箭"])
    assert unknown.exit_code == 1
    assert "造火箭" in unknown.stdout


def test_a_trade_of_its_own_is_found_before_a_phrase() -> None:
    assert [trade.id for trade in guide(BOOK, "开网店").trades] == ["e_commerce"]
