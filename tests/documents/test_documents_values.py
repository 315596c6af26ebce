"""Parsers of single values: what is mended, what is refused, and that nothing valid is ever changed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.i18n import Text
from onething.core.identifiers import citizen_id_check_digit
from onething.documents.fields.document_types import FieldSpec
from onething.documents.fields.values import NATIONS, parse, parse_date

LABEL = Text(zh="项", en="item")


def spec(kind: str, **more: object) -> FieldSpec:
    return FieldSpec.model_validate({"label": LABEL, "kind": kind, "anchors": [], **more})


ids = st.builds(
    lambda division, born, order: (first := f"{division}{born:%Y%m%d}{order:03d}") + citizen_id_check_digit(first),
    st.sampled_from(["310115", "110101", "440305"]),
    st.dates(date(1930, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
)


@given(ids)
def test_valid_ids_pass_unchanged(number: str) -> None:
    parsed = parse(f" {number[:6]} {number[6:]} ", spec("citizen_id"))
    assert (parsed.value, parsed.checked, parsed.corrections) == (number, True, ())


@given(ids, st.integers(0, 16))
def test_a_single_wrong_digit_is_never_believed(number: str, place: int) -> None:
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert not parse(wrong, spec("citizen_id")).checked


@given(ids)
def test_letters_that_look_like_digits_are_mended_and_noted(number: str) -> None:
    seen = number[:17].replace("0", "O").replace("1", "l") + number[17]
    parsed = parse(seen, spec("citizen_id"))
    assert parsed.value == number
    assert seen == number or parsed.corrections[0].reason == "confusion"


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_dates_in_every_printed_form(day: date) -> None:
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y年%m月%d日}",
        f"{day:%Y.%m.%d}",
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d}",
    ):
        assert parse_date(text) == day


@pytest.mark.parametrize("text", ["2026年13月1日", "2025年2月29日", "二〇二六年", "0026.01.01", ""])
def test_what_is_no_day_is_not_made_one(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=40), st.sampled_from(["text", "person_name", "address", "citizen_id", "date", "date_or_long", "moment", "sex", "ethnicity", "number"]))  # fmt: skip
def test_no_text_breaks_a_parser(text: str, kind: str) -> None:
    parse(text, spec(kind))


@pytest.mark.parametrize(
    ("kind", "more", "text", "value"),
    [
        ("moment", {}, "2026年11月01日08时15分", "2026-11-01T08:15"),
        ("moment", {}, "2026年11月1日 8时5分", "2026-11-01T08:05"),
        ("date_or_long", {"pick": "(长期|\\d{4}.\\d{2}.\\d{2})$"}, "2010.11.26-长期", "long"),
        ("sex", {}, "男", "male"),
        ("sex", {}, "女性", "female"),
        ("ethnicity", {}, "汉族", "汉"),
        ("ethnicity", {}, "维吾尔", "维吾尔"),
        ("ethnicity", {}, "维吾儿", "维吾尔"),
        ("number", {"drop": "克.*$"}, "325O克", "3250"),
        ("code", {"shape": "A999999999"}, "U3l24O6742", "U312406742"),
        ("code", {"shape": "J999999-9999-999999"}, "J310113—2026一447409".replace("一", "-"), "J310113-2026-447409"),
        ("person_name", {}, "迪丽热巴·买买提", "迪丽热巴·买买提"),
        ("person_name", {}, "王 小 明:", "王小明"),
        ("address", {}, "上海市浦东新区世纪大道１００号", "上海市浦东新区世纪大道100号"),
        ("word", {"words": {"长女": "长女", "次女": "次女"}}, "长女。", "长女"),
    ],
)
def test_normal_forms(kind: str, more: dict[str, object], text: str, value: str) -> None:
    assert parse(text, spec(kind, **more)).value == value


@pytest.mark.parametrize(
    ("kind", "more", "text", "fault"),
    [
        ("number", {"low": 300, "high": 8000}, "99999", "range"),
        ("code", {"shape": "A99"}, "A9", "pattern"),
        ("sex", {}, "男女", "pattern"),
        ("moment", {}, "2026年11月01日25时15分", "time"),
        ("word", {"words": {"户主": "户主"}}, "邻居", "vocabulary"),
        ("citizen_id", {}, "31011519900101123", "length"),
    ],
)
def test_faults_are_named(kind: str, more: dict[str, object], text: str, fault: str) -> None:
    assert parse(text, spec(kind, **more)).fault == fault


def test_fifty_six_nationalities() -> None:
    assert len(set(NATIONS)) == 56


def test_days_before_and_after_agree() -> None:
    day = date(2024, 2, 28)
    assert parse_date(f"{day + timedelta(days=1):%Y年%m月%d日}") == date(2024, 2, 29)


@pytest.mark.parametrize("name", ["Jean-Luc O'Connor", "Hans-Jürgen Müller", "Anne Marie de la Tour", "A. P. J. Kalam"])
def test_a_name_in_latin_letters_keeps_its_blanks_hyphens_and_apostrophes(name: str) -> None:
    parsed = parse(f"  {name.replace(' ', '  ')} ", spec("person_name"))
    assert (parsed.value, parsed.fault) == (name, None)


def test_the_number_of_another_paper_is_read_where_only_that_can_be_meant() -> None:
    assert (parse("H 0829 1374", spec("citizen_id")).value, parse("H08291374", spec("citizen_id")).fault) == (
        "H08291374",
        None,
    )
    passport = parse("C08294417", spec("citizen_id"))
    assert (passport.value, passport.checked, passport.fault is not None) == ("C08294417", False, True)
