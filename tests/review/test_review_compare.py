"""Values compared by meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalog.models import FieldSpec
from onething.core.i18n import Text
from onething.review.compare import Same, compare
from onething.review.service import normal_form


@pytest.mark.parametrize(
    ("kind", "left", "right", "expected"),
    [
        ("name", "阿卜杜拉·买买提", "阿卜杜拉•买买提", Same.SAME),
        ("name", "李 晓燕", "李晓燕", Same.SAME),
        ("name", "張偉", "张伟", Same.WRITTEN_OTHERWISE),
        ("name", "王昇", "王升", Same.WRITTEN_OTHERWISE),
        ("name", "王小明", "王小民", Same.DIFFERENT),
        ("address", "上海市黄浦区方斜路419号", "黄浦区方斜路419号", Same.SAME),
        ("address", "黄浦区方斜路四百一十九号", "黄浦区方斜路419号", Same.SAME),
        ("address", "中山路88弄6号502室", "中山路88弄6-502", Same.SAME),
        ("address", "中山路８８弄６号502室", "中山路88弄6号 502", Same.SAME),
        ("address", "中山路88弄6号502室", "中山路88弄6号503室", Same.DIFFERENT),
        ("address", "中山路88号", "中华路88号", Same.DIFFERENT),
        ("date", "2026-11-20", "2026-11-20T08:15", Same.SAME),
        ("datetime", "2026-11-20T08:15:30", "2026-11-20T08:15", Same.SAME),
        ("datetime", "2026-11-20T00:15:00+00:00", "2026-11-20T08:15", Same.SAME),
        ("datetime", "2026-11-20T08:15", "2026-11-20T09:15", Same.DIFFERENT),
        ("money", "3600.00", "3600", Same.SAME),
        ("money", "1,280", "1280.00", Same.SAME),
        ("money", "1,280", "12.80", Same.DIFFERENT),
        ("money", "100万", "1000000", Same.SAME),
        ("money", "三千元", "未填写", Same.UNDECIDED),
        ("name", "王喆", "王□", Same.UNDECIDED),
        ("name", "王小\u200b明", "王小明", Same.SAME),
        ("name", "王\ue854", "王\u9fba", Same.SAME),
        ("citizen_id", "110105491231002", "11010519491231002X", Same.SAME),
        ("datetime", "2026-11-20T24:00", "2026-11-21T00:00", Same.SAME),
        ("datetime", "1988-06-01T23:30:00+08:00", "1988-06-01", Same.SAME),
        ("address", "南京西路100号", "南京东路100号", Same.DIFFERENT),
        ("address", "人民路1号B1层12号铺", "人民路1号88号铺", Same.DIFFERENT),
        ("address", "人民路甲12号", "人民路乙14号", Same.DIFFERENT),
        ("address", "人民路附12号", "人民路附15号", Same.DIFFERENT),
        ("address", "上海市黄浦区人民路12号", "上海市静安区人民路12号", Same.DIFFERENT),
        ("address", "人民路12号东侧平房", "人民路12号", Same.SAME),
        ("address", "人民路12号", "人民路", Same.UNDECIDED),
        ("citizen_id", "31010119950302122x", "31010119950302122X", Same.SAME),
        ("text", "复旦大学附属妇产科医院", "复旦大学附属妇产科医院(黄浦院区)", Same.WRITTEN_OTHERWISE),
        ("text", "一妇婴", "红房子", Same.DIFFERENT),
    ],
)  # fmt: skip
def test_by_meaning(kind: str, left: str, right: str, expected: Same) -> None:
    assert compare(kind, left, right) is expected
    assert compare(kind, right, left) is expected


@given(st.text(max_size=30), st.sampled_from(["name", "address", "text", "date", "money", "citizen_id"]))
def test_anything_equals_itself(text: str, kind: str) -> None:
    assert compare(kind, text, text) is Same.SAME


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("date", "2026年11月3日", "2026-11-03"),
        ("date", "20261103", "2026-11-03"),
        ("date", "2026/11/3", "2026-11-03"),
        ("citizen_id", " 31010119950302 122x", "31010119950302122X"),
        ("phone", "+86 138 0013 8000", "13800138000"),
        ("phone", "不是电话", "不是电话"),
        ("bool", "true", True),
        ("name", "李 晓燕", "李晓燕"),
        ("name", "John Smith", "John Smith"),
    ],
)
def test_what_is_typed_becomes_normal_form_or_stays(kind: str, typed: str, kept: object) -> None:
    spec = FieldSpec(id="x", name=Text(zh="x", en="x"), type=kind)  # type: ignore[arg-type]
    assert normal_form(spec, typed) == kept
