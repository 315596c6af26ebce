"""The industry-access graph: plain questions answered in the order of obtaining, free wording mapped to standard phrases."""

from pathlib import Path

import pytest
import yaml

from onething.catalog.model.trades import TradeBook
from onething.catalog.service import check, load_city
from onething.catalog.trades.guide import guide
from onething.catalog.trades.scope import map_scope

SHENZHEN = Path(__file__).parents[2] / "cities" / "shenzhen"
GROUND = {"title": "中华人民共和国食品安全法", "article": "第三十五条"}
BOOK = {
    "circumstances": [
        {"id": "near_school", "name": {"zh": "在学校附近", "en": "near a school"}, "words": ["学校", "near a school"]}
    ],
    "permits": [
        {
            "id": "food_permit", "name": {"zh": "食品经营许可", "en": "Food business permit"}, "kind": "later", "ground": GROUND,
            "authority": {"zh": "市场监管局", "en": "Market regulation"}, "after": ["health_check"],
        },
        {
            "id": "health_check", "name": {"zh": "从业人员健康证明", "en": "Health certificates"}, "kind": "filing",
            "authority": {"zh": "卫健委", "en": "Health"}, "ground": GROUND,
        },
        {
            "id": "tobacco", "name": {"zh": "烟草零售许可", "en": "Tobacco permit"}, "kind": "later", "ground": GROUND,
            "authority": {"zh": "烟草专卖局", "en": "Tobacco monopoly"},
        },
    ],
    "phrases": [
        {"text": "餐饮服务", "gb": "H62", "permits": ["food_permit"], "words": ["奶茶", "餐馆"]},
        {"text": "食品销售", "gb": "F52", "permits": ["food_permit"], "words": ["卖吃的"]},
        {"text": "技术服务、技术开发、技术咨询", "gb": "M75", "words": ["软件外包"]},
    ],
    "trades": [
        {
            "id": "drinks", "name": {"zh": "饮品店", "en": "Drinks shop"}, "words": ["奶茶店", "奶茶", "bubble-tea shop"],
            "gb": "H62", "phrases": ["餐饮服务"], "permits": [{"permit": "tobacco", "when": ["near_school"]}],
        }
    ],
}  # fmt: skip


@pytest.fixture
def book() -> TradeBook:
    return TradeBook.model_validate(BOOK)


@pytest.mark.parametrize("question", ["我想在学校旁边开一家奶茶店,要办什么?", "a bubble-tea shop near a school"])
def test_a_plain_question_gets_permits_in_the_order_of_obtaining(book: TradeBook, question: str) -> None:
    answer = guide(book, question)
    assert [each.id for each in answer.trades] == ["drinks"]
    assert [each.id for each in answer.circumstances] == ["near_school"]
    order = [need.permit.id for need in answer.after]
    assert order.index("health_check") < order.index("food_permit")
    assert "tobacco" in order


def test_a_circumstance_that_is_not_given_asks_for_nothing(book: TradeBook) -> None:
    answer = guide(book, "开奶茶店")
    assert "tobacco" not in [need.permit.id for need in answer.after]
    assert not guide(book, "造火箭").trades


def test_free_wording_is_mapped_and_what_fits_nothing_is_said(book: TradeBook) -> None:
    mapped = map_scope(book, "一般项目:技术服务、技术开发、技术咨询(依法须经批准的除外);卖奶茶;火星采矿")
    assert [(each.phrase.text if each.phrase else None, each.how) for each in mapped] == [
        ("技术服务、技术开发、技术咨询", "standard"), ("餐饮服务", "words"), (None, "none"),
    ]  # fmt: skip


def test_a_phrase_inside_a_longer_word_is_not_that_phrase(book: TradeBook) -> None:
    assert all(each.how != "standard" for each in map_scope(book, "非食品销售类"))


def test_a_package_with_a_graph_is_loaded_and_a_broken_edge_is_named(harbour: Path) -> None:
    path = harbour / "trades.yaml"
    path.write_text(yaml.safe_dump(BOOK, allow_unicode=True), encoding="utf-8")
    assert [problem for problem in check(harbour) if problem.severity == "error"] == []
    assert load_city(harbour).trades.trade("drinks") is not None
    broken = {**BOOK, "phrases": [{"text": "餐饮服务", "gb": "H62", "permits": ["food_permitt"]}, *BOOK["phrases"][1:]]}
    path.write_text(yaml.safe_dump(broken, allow_unicode=True), encoding="utf-8")
    errors = [problem for problem in check(harbour) if problem.severity == "error"]
    assert [error.suggestion for error in errors] == ["food_permit"]
    assert "trades.yaml" in errors[0].file


def test_permits_that_wait_for_each_other_are_found_across_files(harbour: Path) -> None:
    more = {"permits": [BOOK["permits"][0] | {"id": "fire_check", "after": ["food_permit"]}]}
    first = BOOK | {"permits": [BOOK["permits"][0] | {"after": ["fire_check"]}, *BOOK["permits"][1:]]}
    (harbour / "trades.yaml").write_text(yaml.safe_dump(first, allow_unicode=True), encoding="utf-8")
    (harbour / "trades").mkdir(exist_ok=True)
    (harbour / "trades" / "fire.yaml").write_text(yaml.safe_dump(more, allow_unicode=True), encoding="utf-8")
    told = [problem for problem in check(harbour) if "wait for each other" in problem.what.en]
    assert len(told) == 1
    assert "fire_check" in told[0].what.en
    assert "food_permit" in told[0].what.en


def test_brackets_of_a_phrase_are_part_of_it() -> None:
    """Who sells packed food only must file; who sells food needs a licence."""
    city = load_city(SHENZHEN)
    (packed,) = map_scope(city.trades, "食品销售(仅销售预包装食品)")
    (any_food,) = map_scope(city.trades, "食品销售(依法须经批准的项目)")
    assert packed.phrase is not None
    assert any_food.phrase is not None
    assert (packed.phrase.text, any_food.phrase.text) == ("食品销售（仅销售预包装食品）", "食品销售")
    assert packed.phrase.permits != any_food.phrase.permits
