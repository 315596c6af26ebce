"""Numbers of people without a citizen id: every paper in any spelling, and nothing read out of digits that say nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.identifiers import (
    Fault,
    InvalidIdentifierError,
    citizen_id_check_digit,
    mask_name,
    mask_number,
    normalize,
)
from onething.core.logs import mask
from onething.core.persons.numbers import (
    PersonDocument,
    as_person_number,
    countries,
    country_code,
    masked_number,
    number_words,
    numbers_meant,
    parse_person_number,
    person_number,
    person_numbers_in,
    same_person_number,
)

DIGITS = "0123456789"
issuers = st.sampled_from(sorted(countries()))


def on_a_card(first6: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """18 characters: six, a day, three, the check character of GB 11643."""
    parts = st.tuples(first6, st.dates(date(1900, 1, 1), date(2026, 11, 30)), st.integers(0, 999))
    first17 = parts.map(lambda made: f"{made[0]}{made[1]:%Y%m%d}{made[2]:03d}")
    return first17.map(lambda text: text + citizen_id_check_digit(text))


digits = lambda least, most: st.text(DIGITS, min_size=least, max_size=most)  # noqa: E731
residence_permits = on_a_card(st.sampled_from(["810000", "820000", "830000"]))
permanent = on_a_card(
    st.tuples(st.sampled_from(["31", "44", "11"]), st.integers(0, 999)).map(lambda p: f"9{p[0]}{p[1]:03d}")
)
old_permanent = st.tuples(issuers, digits(12, 12)).map("".join)
hk_macao = st.tuples(st.sampled_from("HM"), digits(8, 8)).map("".join)
taiwan = digits(8, 8)
passports = st.text(DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=20).filter(
    lambda text: any(c in DIGITS for c in text)
)
numbers = st.one_of(
    residence_permits.map(lambda n: person_number(PersonDocument.RESIDENCE_PERMIT, n)),
    permanent.map(lambda n: person_number(PersonDocument.PERMANENT_RESIDENCE, n)),
    old_permanent.map(lambda n: person_number(PersonDocument.PERMANENT_RESIDENCE, n)),
    hk_macao.map(lambda n: person_number(PersonDocument.HK_MACAO_PERMIT, n)),
    taiwan.map(lambda n: person_number(PersonDocument.TAIWAN_PERMIT, n)),
    st.tuples(passports, issuers).map(lambda p: person_number(PersonDocument.PASSPORT, p[0], p[1])),
)  # fmt: skip


def fault(document: PersonDocument, number: str, country: str = "") -> Fault:
    with pytest.raises(InvalidIdentifierError) as error:
        person_number(document, number, country)
    assert not number or number not in str(error.value)
    return error.value.fault


@given(numbers)
def test_the_one_spelling_of_a_number_tells_its_paper_and_stays_as_it_is(number: object) -> None:
    text = number.text  # type: ignore[attr-defined]
    again = parse_person_number(f" {text.lower()} ")
    assert again == number
    assert again.text == text == normalize(text), "what tidies up a number must leave it alone"


@given(st.one_of(permanent, old_permanent, hk_macao, residence_permits))
def test_a_bare_number_that_can_only_be_of_one_paper_is_taken(number: str) -> None:
    assert parse_person_number(number).number == number


@given(numbers)
def test_birth_date_and_sex_are_read_from_citizen_ids_alone(number: object) -> None:
    permit = number.document is PersonDocument.RESIDENCE_PERMIT  # type: ignore[attr-defined]
    assert (number.birth_date is not None) is permit  # type: ignore[attr-defined]
    assert (number.sex is not None) is permit  # type: ignore[attr-defined]


@given(st.one_of(permanent, residence_permits), st.integers(0, 17), st.sampled_from(DIGITS + "X"))
def test_one_wrong_character_of_a_checked_number_is_caught(number: str, at: int, wrong: str) -> None:
    changed = number[:at] + wrong + number[at + 1 :]
    if changed != number:
        found = as_person_number(changed)
        assert found is None or found.document not in (
            PersonDocument.PERMANENT_RESIDENCE,
            PersonDocument.RESIDENCE_PERMIT,
        )


@given(passports, issuers, issuers)
def test_passports_of_two_countries_are_never_the_same_person(number: str, one: str, other: str) -> None:
    left, right = (person_number(PersonDocument.PASSPORT, number, each).text for each in (one, other))
    assert same_person_number(left, right) is (one == other)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_nothing_and_never_a_crash(text: str) -> None:
    found = as_person_number(text)
    if found is not None:
        assert as_person_number(found.text) == found
    numbers_meant(text)
    masked_number(text)
    person_numbers_in({"a": [text]})


@given(numbers)
def test_a_covered_number_tells_less_than_half_of_it(number: object) -> None:
    bare = number.number  # type: ignore[attr-defined]
    covered = masked_number(number.text)  # type: ignore[attr-defined]
    assert len(covered) == len(bare)
    assert covered.count("*") * 2 >= len(bare)


@given(numbers)
def test_logs_never_hold_a_number_that_says_its_paper(number: object) -> None:
    if ":" in number.text:  # type: ignore[attr-defined]
        assert number.number not in mask(f"asked about {number.text} today")  # type: ignore[attr-defined]


def test_permits_keep_the_part_that_stays_for_life() -> None:
    assert person_number(PersonDocument.HK_MACAO_PERMIT, "H 0123456702").text == "HK_MACAO_PERMIT:H01234567"
    assert person_number(PersonDocument.TAIWAN_PERMIT, "0123456701(B)").text == "TAIWAN_PERMIT:01234567"
    assert parse_person_number("台胞证 01234567").text == "TAIWAN_PERMIT:01234567"


def test_a_number_that_could_be_of_several_papers_asks_which() -> None:
    for text in ("01234567", "C12345678", "123456789"):
        with pytest.raises(InvalidIdentifierError) as error:
            parse_person_number(text)
        assert error.value.fault is Fault.DOCUMENT


def test_a_paper_that_is_not_taken_says_so() -> None:
    with pytest.raises(InvalidIdentifierError) as error:
        parse_person_number("PASSPORT:USA:C12345678", accepts=[PersonDocument.CITIZEN_ID])
    assert error.value.fault is Fault.DOCUMENT


@pytest.mark.parametrize(
    ("document", "number", "country", "wrong"),
    [
        (PersonDocument.PASSPORT, "C12345678", "", Fault.COUNTRY),
        (PersonDocument.PASSPORT, "C12345678", "XYZ", Fault.COUNTRY),
        (PersonDocument.PASSPORT, "ABCDEF", "USA", Fault.CHARACTERS),
        (PersonDocument.PASSPORT, "C12", "USA", Fault.LENGTH),
        (PersonDocument.HK_MACAO_PERMIT, "K12345678", "", Fault.CHARACTERS),
        (PersonDocument.HK_MACAO_PERMIT, "H1234567", "", Fault.LENGTH),
        (PersonDocument.TAIWAN_PERMIT, "1234567", "", Fault.LENGTH),
        (PersonDocument.PERMANENT_RESIDENCE, "XYZ110080010112", "", Fault.COUNTRY),
        (PersonDocument.PERMANENT_RESIDENCE, "931840198802300010", "", Fault.DATE),
        (PersonDocument.RESIDENCE_PERMIT, "310101199003070038", "", Fault.CHECKSUM),
        (PersonDocument.PASSPORT, "", "USA", Fault.EMPTY),
    ],
)
def test_what_cannot_be_right_says_why(document: PersonDocument, number: str, country: str, wrong: Fault) -> None:
    assert fault(document, number, country) is wrong


def test_a_foreigners_number_of_eighteen_digits_is_no_citizen_id() -> None:
    number = "931840199003070015"
    number = number[:17] + citizen_id_check_digit(number[:17])
    found = parse_person_number(number)
    assert found.document is PersonDocument.PERMANENT_RESIDENCE
    assert found.text == f"PERMANENT_RESIDENCE:{number}"
    assert person_numbers_in([number]) == {found.text}


def test_a_number_reads_with_its_paper_in_both_languages() -> None:
    words = number_words("PASSPORT:USA:C12345678")
    assert (words.zh, words.en) == ("护照（美国）C12345678", "Passport (United States) C12345678")
    assert number_words("HK_MACAO_PERMIT:H01234567", masked=True).zh == "港澳居民来往内地通行证 H*****567"
    assert number_words("310101199003070038").zh == "310101199003070038"


def test_an_issuer_is_found_by_letters_or_by_name() -> None:
    for text in ("USA", "usa", "美国", "United States", "USA 美国 United States"):
        assert country_code(text) == "USA"
    assert country_code("Wakanda") is None
    assert country_code("") is None
    assert person_number(PersonDocument.PASSPORT, "L01X00T47", "D").country == "DEU", "German passports say D"


def test_names_in_latin_letters_are_covered_word_by_word() -> None:
    assert mask_name("Jean-Luc Picard") == "J*** P***"
    assert mask_name("O'Neil") == "O***"
    assert mask_name("约翰·史密斯") == "*****斯"
    assert mask_number("1234") == "****"


def test_a_bare_number_is_looked_for_among_all_papers_that_can_have_it() -> None:
    found = numbers_meant("12345678")
    assert "TAIWAN_PERMIT:12345678" in found
    assert "PASSPORT:NOR:12345678" in found
    assert numbers_meant("王小明") == []
    assert numbers_meant("PASSPORT:USA:C12345678") == ["PASSPORT:USA:C12345678"]
