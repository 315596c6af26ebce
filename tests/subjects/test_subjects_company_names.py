"""Company names: taken apart whatever way they are typed, and found again among others by writing and by sound."""

import random

import pytest

from onething.subjects.names.service import NameIndex, clean, faults, split

REGIONS = ("深圳市", "深圳")
TRADES = {"科技": "I65", "餐饮管理": "H62", "贸易": "F51"}
MARKS = "华腾恒瑞鑫盛达远宏泰安信诚明德博雅文创新星辰海天云峰锦绣丰源正大"


def index(*names: str) -> NameIndex:
    made = NameIndex(REGIONS, TRADES)
    made.extend(names)
    return made


def test_a_name_is_taken_apart() -> None:
    parts = split("深圳市云帆科技有限公司", REGIONS, list(TRADES))
    assert (parts.region, parts.mark, parts.trade, parts.form) == ("深圳市", "云帆", "科技", "有限公司")


def test_width_script_and_brackets_make_no_other_name() -> None:
    assert clean("深圳市華騰(集团)有限公司") == clean("深圳市华腾集团有限公司")
    assert clean("АВС科技") == clean("ABC科技"), "Cyrillic letters that look like Latin ones"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("云帆🚀科技", "emoji"), ("云帆3科技", "digit"), ("云帆Аbc科技", "foreign_letter"), ("云帆𠮷科技", "rare"), ("深圳龘帆科技", "rare"), ("深圳市騰帆科技", "rare"), ("云帆９科技", "digit"), ("云帆*科技", "symbol")],
)  # fmt: skip
def test_what_may_not_stand_in_a_name_is_named(name: str, kind: str) -> None:
    assert kind in {found for found, _ in faults(name)}
    assert faults("深圳市云帆科技有限公司") == []
    assert faults("深圳市玥璟科技有限公司") == [], "characters that stand in many names"


@pytest.mark.parametrize(
    ("asked", "existing"),
    [
        ("深圳市云帆科技有限公司", "深圳云帆科技有限公司"),
        ("深圳市雲帆科技有限公司", "深圳市云帆科技有限公司"),
        ("深圳市云凡科技有限公司", "深圳市云帆科技有限公司"),
        ("深圳市新云帆科技有限公司", "深圳市云帆科技有限公司"),
    ],
)
def test_the_like_are_found_by_writing_sound_and_mark(asked: str, existing: str) -> None:
    others = ["深圳市海天贸易有限公司", "深圳市锦绣餐饮管理有限公司"]
    near = index(*others, existing).nearest(asked, least=0.75)
    assert [each.name for each in near] == [existing]
    assert near[0].same_trade


def test_an_unlike_name_is_left_alone() -> None:
    assert index("深圳市云帆科技有限公司").nearest("深圳市锦绣科技有限公司", least=0.75) == []


def test_the_same_trade_stands_before_others() -> None:
    near = index("深圳市云帆贸易有限公司", "深圳市云帆科技有限公司").nearest("深圳市云帆科技有限公司")
    assert [each.same_trade for each in near] == [True, False]


def test_the_index_finds_what_comparing_with_all_finds() -> None:
    rng = random.Random(3)

    def name() -> str:
        return f"深圳市{''.join(rng.choices(MARKS, k=rng.choice([2, 3, 4])))}{rng.choice(list(TRADES))}有限公司"

    made = index(*(name() for _ in range(3000)))
    missed = wanted = 0
    for _ in range(60):
        asked = name()
        truth = {each.name for each in made.brute(asked, least=0.75, most=10_000)}
        found = {each.name for each in made.nearest(asked, least=0.75, most=10_000)}
        assert found <= truth
        wanted += len(truth)
        missed += len(truth - found)
    assert wanted > 100
    assert missed / wanted < 0.01
