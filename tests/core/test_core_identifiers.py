"""Identifiers: what is right is taken in any spelling, what is nearly right is caught."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.identifiers import (
    Fault,
    InvalidIdentifierError,
    citizen_id_check_digit,
    mask_name,
    mask_phone,
    normalize,
    parse_citizen_id,
    parse_phone,
    parse_uscc,
    uscc_check_character,
)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@st.composite
def citizen_ids(draw: st.DrawFn) -> str:
    province = draw(st.sampled_from(["11", "31", "44", "65", "81", "82", "83"]))
    rest = draw(st.integers(0, 9999))
    born = draw(st.dates(date(1900, 1, 1), date(2026, 12, 31)))
    serial = draw(st.integers(0, 999))
    first17 = f"{province}{rest:04d}{born:%Y%m%d}{serial:03d}"
    return first17 + citizen_id_check_digit(first17)


@st.composite
def usccs(draw: st.DrawFn) -> str:
    body = draw(st.text(USCC_ALPHABET, min_size=9, max_size=9))
    first17 = draw(st.sampled_from(["91", "11", "52", "N1"])) + f"{draw(st.integers(0, 999999)):06d}" + body
    return first17 + uscc_check_character(first17)


def fault_of(parse: object, text: str) -> Fault:
    with pytest.raises(InvalidIdentifierError) as error:
        parse(text)  # type: ignore[operator]
    assert text == "" or text not in str(error.value)
    return error.value.fault


@given(citizen_ids())
def test_a_right_id_tells_date_and_sex(number: str) -> None:
    parsed = parse_citizen_id(number)
    assert parsed.number == number
    assert f"{parsed.birth_date:%Y%m%d}" == number[6:14]
    assert parsed.sex == ("male" if int(number[16]) % 2 else "female")
    assert parsed.region_known
    assert parsed.division == number[:6]


@given(citizen_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_caught(number: str, at: int, wrong: str) -> None:
    changed = number[:at] + wrong + number[at + 1 :]
    if changed == number:
        return
    with pytest.raises(InvalidIdentifierError):
        parse_citizen_id(changed)


@given(citizen_ids(), st.integers(0, 16))
def test_two_neighbours_swapped_are_always_caught(number: str, at: int) -> None:
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if swapped == number:
        return
    with pytest.raises(InvalidIdentifierError):
        parse_citizen_id(swapped)


@given(citizen_ids())
def test_spelling_does_not_matter(number: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    for spelling in (number.lower(), f"{number[:6]} {number[6:14]}-{number[14:]}", wide, f"\t{number}\n"):
        assert parse_citizen_id(spelling).number == number


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standards_own_examples(number: str) -> None:
    assert parse_citizen_id(number).number == number


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        ("  　", Fault.EMPTY),
        ("11010519491231002", Fault.LENGTH),
        ("1101051949123100２ＸX", Fault.LENGTH),
        ("01010519491231002X", Fault.CHARACTERS),
        ("1101O519491231002X", Fault.CHARACTERS),
        ("110105194912310X2X", Fault.CHARACTERS),
        ("११०१०५१९४९१२३१००२X", Fault.CHARACTERS),
        ("110105199002300024", Fault.DATE),
        ("110105190002290024", Fault.DATE),
        ("110105187912310024", Fault.DATE),
        ("110105194912310020", Fault.CHECKSUM),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text: str, fault: Fault) -> None:
    expected = {fault} if fault is not Fault.CHARACTERS else {Fault.CHARACTERS, Fault.DATE, Fault.CHECKSUM}
    assert fault_of(parse_citizen_id, text) in expected


@given(citizen_ids())
def test_nobody_is_born_tomorrow(number: str) -> None:
    born = parse_citizen_id(number).birth_date
    assert parse_citizen_id(number, on=born).birth_date == born
    with pytest.raises(InvalidIdentifierError) as error:
        parse_citizen_id(number, on=born - timedelta(days=1))
    assert error.value.fault is Fault.FUTURE


def test_an_unknown_province_is_only_a_warning() -> None:
    first17 = "78010119900307002"
    assert not parse_citizen_id(first17 + citizen_id_check_digit(first17)).region_known


@given(usccs(), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_company_codes_catch_one_wrong_character(code: str, at: int, wrong: str) -> None:
    assert parse_uscc(code.lower()) == code
    changed = code[:at] + wrong + code[at + 1 :]
    if changed != code:
        with pytest.raises(InvalidIdentifierError):
            parse_uscc(changed)


def test_company_codes_known_good_and_bad() -> None:
    assert parse_uscc("91350100M000100Y43") == "91350100M000100Y43"
    assert fault_of(parse_uscc, "") is Fault.EMPTY
    assert fault_of(parse_uscc, "91350100M000100Y4") is Fault.LENGTH
    assert fault_of(parse_uscc, "91350100I000100Y43") is Fault.CHARACTERS
    assert fault_of(parse_uscc, "91350100M000100Y44") is Fault.CHECKSUM


@pytest.mark.parametrize(
    "text", ["13812345678", "+86 138-1234-5678", "0086 13812345678", "86 138 1234 5678", "１３８１２３４５６７８"]
)
def test_phones_in_every_spelling(text: str) -> None:
    assert parse_phone(text) == "13812345678"


@pytest.mark.parametrize(
    "text",
    ["", "1381234567", "138123456789", "12812345678", "1381234567a", "02112345678", "+85291234567", "٠١٢٣٤٥٦٧٨٩٠"],
)
def test_what_is_no_mobile_number(text: str) -> None:
    fault_of(parse_phone, text)


@given(st.text(max_size=30))
def test_any_text_is_taken_or_refused_never_worse(text: str) -> None:
    for parse in (parse_citizen_id, parse_uscc, parse_phone):
        try:
            parse(text)
        except InvalidIdentifierError as error:
            assert text == "" or len(text) < 9 or text not in str(error)  # noqa: PT017 - any outcome but a crash is right


@given(st.text(max_size=20))
def test_normal_form_is_normal(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(citizen_ids())
def test_masks_hide_birthday_and_number(number: str) -> None:
    masked = parse_citizen_id(number).masked()
    assert len(masked) == 18
    assert number[3:14] not in masked
    assert masked[3:14] == "*" * 11


def test_masks_of_phone_and_name() -> None:
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("123") == "****"
    assert [mask_name(name) for name in ("王小明", "王明", "王", "")] == ["**明", "*明", "*王", ""]
