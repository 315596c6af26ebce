"""Facts from free text: what people really write is understood, what cannot be is a doubt, and every spot is right."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onething.core.identifiers import citizen_id_check_digit
from onething.documents.cli import app
from onething.documents.fields.amounts import to_chinese
from onething.documents.text.divisions import load_divisions
from onething.documents.text.service import understand
from onething.documents.text.understand import read_text
from onething.documents.text.writing import even, number_of

LEASE = """房屋租赁合同
出租方(甲方):张伟,身份证号:110101199003077774,电话 13812345678
承租方(乙方):上海星河信息科技有限公司
甲方将位于上海市浦东新区张江镇科苑路八十八弄12号楼3单元502室的房屋出租给乙方办公使用。
租赁期限自2026年1月1日起至2027年12月31日止,共计两年。月租金为人民币(大写)叁仟伍佰元整(¥3,500.00),押金7000元。
租赁用途:办公。二〇二六年十一月三日签订。
"""


def test_a_lease_gives_its_parties_with_roles_and_ids() -> None:
    found = understand(LEASE)
    assert [(party.name, party.role, party.kind) for party in found.parties] == [
        ("张伟", "lessor", "person"),
        ("上海星河信息科技有限公司", "lessee", "organisation"),
    ]
    assert found.parties[0].ids == ("110101199003077774", "13812345678")


def test_a_lease_gives_place_money_time_and_purpose() -> None:
    found = understand(LEASE)
    (address,) = found.addresses
    assert address.parts.filled() == {
        "province": "上海市", "city": "上海市", "district": "浦东新区", "street": "张江镇", "road": "科苑路", "lane": "八十八",
        "building": "12", "unit": "3", "room": "502",
    }  # fmt: skip
    assert address.normal == "上海市浦东新区张江镇科苑路88弄12幢3单元502室"
    assert [(each.yuan, each.about, each.per) for each in found.amounts] == [
        (Decimal("3500.00"), "rent", "month"),
        (Decimal("7000.00"), "deposit", None),
    ]
    assert found.amounts[0].capitals == "叁仟伍佰元整"
    assert [(each.begins, each.ends, each.months) for each in found.periods] == [("2026-01-01", "2027-12-31", 24)]
    assert [each.value for each in found.dates if each.about == "signed"] == ["2026-11-03"]
    assert [each.code for each in found.purposes] == ["office"]
    assert not found.doubts


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("租金人民币叁仟伍佰元整(¥5,300.00)。", "amounts_differ"),
        ("身份证号:310115198805121234", "bad_number"),
        ("2026年2月30日出生", "no_such_day"),
        ("自2026年5月1日起至2026年4月30日止", "period_backwards"),
        ("租期自2026年1月1日至2026年12月31日,共计三年。", "period_length"),
    ],
)
def test_what_cannot_be_right_is_a_doubt(text: str, code: str) -> None:
    assert code in {doubt.code for doubt in understand(text).doubts}


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("年收入12.8万元", "128000.00"), ("注册资本1.5亿元", "150000000.00"), ("总价款为人民币贰佰叁拾万元整", "2300000.00"),
        ("押金¥1,280.50", "1280.50"), ("工资8千元", "8000.00"),
    ],
)  # fmt: skip
def test_amounts_in_every_way_of_writing(text: str, yuan: str) -> None:
    assert [str(each.yuan) for each in understand(text).amounts] == [yuan]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("因购房需要,特申请开具。", "house_purchase"), ("本证明仅用于办理孩子入学手续", "school"), ("借款用途:装修", None),
        ("申请提取住房公积金用于支付房租", "fund_withdrawal"), ("兹证明……,用于申请签证。", "travel"),
    ],
)  # fmt: skip
def test_purposes_are_put_into_the_closed_list_or_left_open(text: str, code: str | None) -> None:
    found = understand(text).purposes
    assert found
    assert found[0].code == code


def test_roads_named_after_places_are_roads() -> None:
    (address,) = understand("现住上海市虹口区四川北路1688号302室。").addresses
    assert (address.parts.district, address.parts.road, address.parts.number) == ("虹口区", "四川北路", "1688")
    (address,) = understand("地址:北京东路280号702室").addresses
    assert address.parts.road == "北京东路"


def test_an_income_statement_knows_employee_and_employer() -> None:
    found = understand("兹证明王小明(身份证号110101199003077774)系我公司员工,年收入12万元。单位:杭州云帆软件有限公司")
    assert [(party.name, party.ids) for party in found.parties if party.kind == "person"] == [("王小明", ("110101199003077774",))]  # fmt: skip
    assert "杭州云帆软件有限公司" in {party.name for party in found.parties}
    assert (found.amounts[0].about, found.amounts[0].per) == ("income", "year")


def test_a_length_from_a_start_has_an_end() -> None:
    periods = understand("租期自2026年3月15日起三年。").periods
    assert [(each.begins, each.ends, each.months) for each in periods] == [("2026-03-15", "2029-03-14", 36)]


def test_an_operators_divisions_complete_an_address(shared_data) -> None:  # type: ignore[no-untyped-def]
    places = load_divisions(shared_data / "divisions")
    (address,) = read_text("住昆山市玉山镇前进中路100号", divisions=places).addresses
    assert (address.parts.province, address.parts.district or address.parts.city) == ("江苏省", "昆山市")


def test_the_command_prints_json_and_says_when_nothing_was_found(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "lease.txt"
    file.write_text(LEASE, encoding="utf-8")
    done = CliRunner().invoke(app, ["understand", str(file), "--json"])
    assert done.exit_code == 0
    assert '"yuan": "3500.00"' in done.stdout
    assert CliRunner().invoke(app, ["understand", "-"], input="你好").exit_code == 1


# -- properties ---------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        "甲方", "乙方:", "出租方(甲方):", "张伟", "上海星河有限公司", "身份证", "110101199003077774", "自", "至", "止", "2026年1月1日", "二〇二六年",
        "3个月", "¥", "叁仟元整", "12.8万元", "1-2-303", "上海市", "浦东新区", "世纪大道", "100号", "八十八弄", "3幢", "502室", "用于", "购房", "因",
        ",", "。", "(", ")", "\n", "□", "\u3000", "𠮷", "①", "½", "㎡",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=30).map("".join)))
def test_any_text_is_read_and_every_spot_holds_its_words(text: str) -> None:
    found = understand(text)
    assert len(even(text)) == len(text)
    for name in ("parties", "ids", "addresses", "amounts", "dates", "periods", "purposes", "doubts"):
        for each in getattr(found, name):
            assert text[each.start : each.end] == each.text
            assert 0 <= each.start < each.end <= len(text)


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value="0.01", max_value="99999999.99", places=2))
def test_capitals_and_figures_of_one_sum_are_one_amount(yuan: Decimal) -> None:
    found = understand(f"转让价款为人民币(大写){to_chinese(yuan)}(¥{yuan:,.2f})。")
    assert [each.yuan for each in found.amounts] == [yuan]
    assert not found.doubts


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["{y}年{m}月{d}日", "{y}-{m:02d}-{d:02d}", "{y}.{m}.{d}", "{y}/{m:02d}/{d}"]))  # fmt: skip
def test_a_day_is_found_however_it_is_written(day: date, form: str) -> None:
    found = understand(f"签订日期:{form.format(y=day.year, m=day.month, d=day.day)}。").dates
    assert [each.value for each in found] == [day.isoformat()]


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_a_citizen_id_is_found_and_one_wrong_digit_never_passes(born: date, order: int, place: int, shift: int) -> None:
    first = f"310115{born:%Y%m%d}{order:03d}"
    number = first + citizen_id_check_digit(first)
    assert [each.value for each in understand(f"身份证号{number}").ids if each.kind == "citizen_id"] == [number]
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert all(each.value != wrong for each in understand(f"身份证号{wrong}").ids if each.kind == "citizen_id")


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9999))
def test_numerals_of_an_address_are_numbers(number: int) -> None:
    ones = "零一二三四五六七八九"
    assert number_of("".join(ones[int(c)] for c in str(number))) == number
    day = date(2026, 1, 1) + timedelta(days=number % 365)
    assert number_of(str(day.day)) == day.day


@pytest.mark.parametrize(
    "said",
    [
        "农历2026年8月15日出生",
        "二〇二六年正月初三签订",
        "丙午年八月初一",
        "生于一九八八年腊月廿三",
        "阴历:1990年3月7日",
    ],
)
def test_a_lunar_day_is_never_taken_for_a_solar_one(said: str) -> None:
    found = understand(said)
    assert not found.dates
    assert "lunar_date" in {doubt.code for doubt in found.doubts}


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("月租金3万5千元", "35000.00"),
        ("退款-1,280.00元", "-1280.00"),
        ("租金3000-5000元", "5000.00"),
        ("共计负500元", "-500.00"),
    ],
)
def test_sums_are_what_a_reader_understands(said: str, yuan: str) -> None:
    assert [str(each.yuan) for each in understand(said).amounts] == [yuan]
