"""Addresses as people, leases and registers write them: the same, different, or left open; never agreement by not reading."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.documents.text.service import same_address

PAIRS = [
    # one door in two spellings
    ("人民路廿三号", "人民路23号", True),
    ("人民路一百零五号", "人民路105号", True),
    ("人民路12号之一", "人民路12-1号", True),
    ("田林十二村3号101室", "田林12村3号101室", True),
    ("负一层12铺", "地下1层12铺", True),
    ("世纪大道100号50层", "世纪大道100号50楼", True),
    ("浦东新区张江高科技园区祖冲之路887弄84号", "祖冲之路887弄84号", True),
    ("南山区科苑路15号科兴科学园A栋12层1201", "南山区科苑路15号科兴科学园A座1201室", True),
    ("中山路88弄6号502室", "中山路88弄6-502", True),
    ("人民路1号6楼602室", "人民路1号602室", True),
    # other doors
    ("B1层12号铺", "88号铺", False),
    ("人民路甲12号", "人民路乙12号", False),
    ("人民路甲12号", "人民路12号", False),
    ("人民路12号附12", "人民路12号附15", False),
    ("人民路12号之一", "人民路12号之二", False),
    ("南京西路100号", "南京东路100号", False),
    ("鼓楼区中山路1号", "鼓楼区中山北路1号", False),
    ("中山一坊3号", "中山二坊3号", False),
    ("河滨新村5组12号", "河滨新村6组12号", False),
    ("静安区人民路12号", "黄浦区人民路12号", False),
    ("万达广场3楼305", "万象城3楼305", False),
    # nobody can tell
    ("人民路1号2单元301", "人民路1号301室", None),
    ("人民路1号6号楼602室", "人民路1号602室", None),
    ("人民路1号", "人民路", None),
    ("人民路100弄5支弄3号", "人民路100弄3号", None),
    ("大门口往右", "人民路100弄3号", None),
    ("人民路" * 200, "人民路1号", None),
]


@pytest.mark.parametrize(("left", "right", "same"), PAIRS)
def test_addresses_are_told_apart(left: str, right: str, same: bool | None) -> None:
    assert same_address(left, right).same is same
    assert same_address(right, left).same is same


_PARTS = st.sampled_from(
    [
        "上海市",
        "黄浦区",
        "人民路",
        "中山北路",
        "甲",
        "附",
        "12号",
        "14号",
        "3幢",
        "5楼",
        "B1层",
        "502室",
        "之一",
        "广场",
        "-",
        "八",
        "铺",
        "弄",
        "村",
    ]
)


@settings(max_examples=300)
@given(st.lists(_PARTS, max_size=9), st.lists(_PARTS, max_size=9))
def test_two_are_the_same_only_if_their_numbers_are(left: list[str], right: list[str]) -> None:
    """Whatever is put together: nothing with a number that the other side has not is the same door, but for a floor or a place."""
    one, other = "".join(left), "".join(right)
    there, back = same_address(one, other), same_address(other, one)
    assert there.same == back.same
    numbers = [{part for part in parts if part in {"12号", "14号", "3幢", "502室"}} for parts in (left, right)]
    if there.same and one != other:
        assert numbers[0] == numbers[1]
