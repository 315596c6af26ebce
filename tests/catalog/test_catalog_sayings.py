"""What people say they want to do: read whole or asked about, never guessed.

The sayings of `bench/startup_sayings.txt` were written before the matcher. Only those of the families that may be looked at
are held here; what the others give is a figure of `make bench`.
"""

from pathlib import Path

import pytest
from bench.startup_advice import Saying, classes, counts, judge, judge_class, sayings
from hypothesis import given
from hypothesis import strategies as st

from onething.catalog.service import load_city
from onething.catalog.trades.choosing import phrase_offer, standard_parts
from onething.catalog.trades.guide import Guide, guide
from onething.catalog.trades.lexicon import lexicon_of
from onething.catalog.trades.saying import LONGEST
from onething.catalog.trades.segment import normal, segment

BOOK = load_city(Path(__file__).parents[2] / "cities" / "shenzhen").trades
SEEN = [each for each in sayings() if each.seen]
WRONG, RIGHT = 1, 420
"""As measured; a change that makes it worse is looked at."""


def ids(answer: Guide) -> list[str]:
    return [trade.id for trade in answer.trades]


def test_on_sayings_written_before_the_matcher_it_is_not_wrong_with_confidence() -> None:
    found = counts(BOOK, SEEN)
    assert found["wrong"] <= WRONG, [each.text for each in SEEN if judge(BOOK, each) == "wrong"]
    assert found["right"] >= RIGHT


@pytest.mark.parametrize(("said", "done", "not_done"), [
    ("卖水果和零食，不卖酒", ["fruit", "snack_shop"], "不卖酒"), ("美容美发，不做医美", ["beauty"], "不做医美"), ("a pet shop, no live animals", ["pet_shop"], "no live animals"),
    ("手机壳也卖，手机整机不卖", ["digital"], "手机整机"),
])  # fmt: skip
def test_what_is_not_to_be_done_is_not_advised_on(said: str, done: list[str], not_done: str) -> None:
    answer = guide(BOOK, said)
    assert set(done) <= set(ids(answer))
    assert {"liquor", "medical_beauty", "pets_sale", "phones"}.isdisjoint(ids(answer))
    assert any(not_done in each for each in answer.declined)


@pytest.mark.parametrize(("said", "all_of_them"), [
    ("卖奶茶，也卖猫粮", {"bubble_tea", "pet_goods"}), ("二手车销售，带维修", {"used_cars", "car_repair"}), ("卖奶茶、卖衣服、修手机", {"bubble_tea", "clothes", "phone_repair"}),
    ("不止卖衣服，鞋子也卖", {"clothes", "shoes"}),
])  # fmt: skip
def test_of_several_trades_in_one_sentence_none_vanishes(said: str, all_of_them: set[str]) -> None:
    assert set(ids(guide(BOOK, said))) == all_of_them


@pytest.mark.parametrize(
    "said", ["电子烟花", "宠物奶茶", "量子奶茶店", "奶茶设备", "茶几翻新机", "我妈在奶茶店", "vape restaurant"]
)
def test_a_word_that_is_left_over_takes_the_confidence_away(said: str) -> None:
    answer = guide(BOOK, said)
    assert ids(answer) == []
    assert "".join(part.said for part in answer.unclear)


def test_what_was_not_understood_is_quoted_with_trades_to_choose_from() -> None:
    answer = guide(BOOK, "卖水果，还想开个奈茶店")
    assert ids(answer) == ["fruit"]
    assert not answer.whole
    assert "奈茶店" in answer.unclear[0].said
    assert "bubble_tea" in [trade.id for trade in answer.unclear[0].near]


@pytest.mark.parametrize("said", ["开赌场", "放高利贷", "代孕中介", "挖比特币", "卖野味", "private detective"])
def test_what_nobody_may_do_is_said_with_its_law_and_nothing_is_advised(said: str) -> None:
    answer = guide(BOOK, said)
    assert answer.forbidden
    assert not answer.trades
    assert answer.bans[0].ground.title


@pytest.mark.parametrize("said", ["我想在学校旁边开一家电子烟专卖店", "小学门口卖烟", "selling cigarettes next to a primary school", "学校旁边的文具店，也卖彩票"])  # fmt: skip
def test_a_place_where_it_may_not_be_is_said(said: str) -> None:
    assert guide(BOOK, said).forbidden


@pytest.mark.parametrize(("said", "all_of_them"), [
    ("生产、销售玩具", {"toy_factory", "toys"}), ("生产销售玩具", {"toy_factory", "toys"}), ("手机销售维修", {"phones", "phone_repair"}),
    ("种植和销售茶叶", {"tea_farm", "tea_shop"}), ("维修手机销售", {"phones", "phone_repair"}), ("汽车维修店", {"car_repair"}),
])  # fmt: skip
def test_several_things_done_to_one_are_all_meant_and_a_shop_is_no_act(said: str, all_of_them: set[str]) -> None:
    assert set(ids(guide(BOOK, said))) == all_of_them


@pytest.mark.parametrize("said", ["汽车维修培训", "家具店安装", "手机维修销售", "卖衣服批发"])
def test_acts_that_may_be_one_or_two_are_asked_about(said: str) -> None:
    assert ids(guide(BOOK, said)) == []


@pytest.mark.parametrize(("said", "never"), [
    ("在超市里卖水果", "supermarket"), ("酒店旁边开花店", "hotel"), ("a bar in a hotel", "hotel"), ("去书店", "book"),
    ("附近有加油站吗", "petrol_station"), ("哪里有药店", "pharmacy"), ("where is a bakery", "bakery"),
])  # fmt: skip
def test_a_place_and_what_is_there_already_are_no_plan(said: str, never: str) -> None:
    assert never not in ids(guide(BOOK, said))


@pytest.mark.parametrize(
    "said", ["公共建筑装饰和装修", "艺术品、收藏品拍卖", "美容、保健护理电器具制造", "危险化学品仓储"]
)
def test_a_list_is_one_phrase_of_which_no_member_is_claimed_while_another_is_not_understood(said: str) -> None:
    assert ids(guide(BOOK, said)) == []


def test_a_refusal_that_refuses_nothing_declines_nothing_and_a_refused_act_is_not_carried_on() -> None:
    about = guide(BOOK, "开个差不多五十平的奶茶店")
    assert about.declined == ()
    assert "奶茶店" in about.unclear[0].said
    assert ids(guide(BOOK, "不修手机，电脑")) == []


def test_names_of_the_national_classes_are_understood_as_that_class_or_asked_about(shared_data: Path) -> None:
    """Names that nobody here wrote. Two thirds of them may be looked at; the others are a figure of `make bench`."""
    names = classes(shared_data / "industry" / "gbt4754-2017.csv")
    seen = [each for each in names if each.seen]
    assert len(seen) > 800
    assert [each.name for each in seen if judge_class(BOOK, each) == "wrong"] == []
    assert sum(judge_class(BOOK, each) == "right" for each in seen) >= 80


def test_every_word_of_goods_belongs_to_one_kind() -> None:
    words = [word for goods in BOOK.goods for word in goods.words]
    assert len(words) == len(set(words))


def test_one_word_means_one_trade() -> None:
    for word, senses in lexicon_of(BOOK).senses.items():
        assert sum(kind == "trade" for kind, _ in senses) <= 1, word


@given(st.text(max_size=300))
def test_words_are_cut_without_losing_a_character(said: str) -> None:
    text = normal(said)
    assert len(text) == len(said)
    tokens = segment(lexicon_of(BOOK), text)
    assert "".join(token.text for token in tokens).replace(" ", "") == "".join(
        each for each in text if each == "\n" or not each.isspace()
    )


def test_a_long_story_is_read_to_a_bound_and_the_rest_is_said_not_to_be() -> None:
    answer = guide(BOOK, "我想开一家奶茶店，" + "好" * 100_000)
    assert answer.cut
    assert not answer.whole
    assert not guide(BOOK, "开奶茶店" + "，" * (LONGEST - 4)).cut


def test_a_saying_is_judged_by_what_it_must_and_may_hold() -> None:
    """The judge itself: a trade beyond what was meant is wrong, one left out in silence too, one asked about is not."""
    fruit = Saying("x", "卖水果", "trades", (("5223",),), ())
    assert judge(BOOK, fruit) == "right"
    assert judge(BOOK, Saying("x", "卖水果和衣服", "trades", (("5223",),), ())) == "wrong"
    assert judge(BOOK, Saying("x", "卖水果", "trades", (("5223",), ("5232",)), ())) == "wrong"
    assert judge(BOOK, Saying("x", "卖水果和哔哩吧啦", "trades", (("5223",), ("5232",)), ())) == "asked"
    assert judge(BOOK, Saying("x", "卖水果", "none", (), ())) == "wrong"
    assert judge(BOOK, Saying("x", "养鸡场", "trades", (("0321",),), ())) == "right", (
        "the group that holds the class is true"
    )
    assert judge(BOOK, Saying("x", "养鸡场", "trades", (("0313",),), ())) == "wrong"


def test_only_standard_phrases_are_a_scope_and_own_words_lead_to_choices() -> None:
    offer = phrase_offer(BOOK, "软件开发；卖衣服", BOOK.trade("software"))
    assert [each.text for each in offer.choices if each.chosen] == ["软件开发"]
    assert offer.own == ("卖衣服",)
    assert ("服装服饰零售", "卖衣服") in [(each.text, each.of) for each in offer.choices]
    assert standard_parts(BOOK, "广告设计、代理;软件开发等业务\n软件开发。软件开发") == (["广告设计、代理", "软件开发"], ["软件开发等业务"])  # fmt: skip


def test_words_whose_phrase_is_ticked_already_are_not_said_to_have_none() -> None:
    offer = phrase_offer(BOOK, "服装服饰零售；卖衣服；不卖酒", None)
    assert offer.own == ("卖衣服", "不卖酒")
    assert offer.led == ("卖衣服",)


@pytest.mark.parametrize("own", ["一般经营项目：软件开发", "软件开发(依法须经批准的除外)", "卖衣服", "软件开发、软件销售", "非软件开发"])  # fmt: skip
def test_a_wording_that_is_like_a_phrase_is_none(own: str) -> None:
    assert standard_parts(BOOK, own) == ([], [own])
