"""Telephone numbers of every kind in one spelling; characters that no reader sees or no register keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.characters import plain, strange, visible
from onething.core.identifiers import InvalidIdentifierError, eighteen_digits, parse_citizen_id
from onething.core.phones import parse_any_phone, takes_messages


@pytest.mark.parametrize(
    ("typed", "kept", "message"),
    [
        ("+86 138 0013 8000", "13800138000", True),
        ("021-63850000", "021-63850000", False),
        ("(0755) 2512 3456", "0755-25123456", False),
        ("０２１－６３８５００００", "021-63850000", False),
        ("021-63850000转8001", "021-63850000-8001", False),
        ("+852 9123 4567", "+85291234567", True),
        ("0085366123456", "+85366123456", True),
        ("+886 912 345 678", "+886912345678", True),
        ("+1 (415) 555-2671", "+14155552671", True),
    ],
)
def test_a_number_has_one_spelling(typed: str, kept: str, message: bool) -> None:
    assert parse_any_phone(typed) == kept
    assert parse_any_phone(kept) == kept
    assert takes_messages(kept) is message


@pytest.mark.parametrize("typed", ["", "12345", "没有电话", "1380013800", "021-6385", "+999123456789"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidIdentifierError):
        parse_any_phone(typed)


def test_an_old_id_becomes_the_new_one() -> None:
    assert parse_citizen_id("110105491231002").number == "11010519491231002X"
    assert eighteen_digits("11010519491231002X") == "11010519491231002X"


def test_what_nobody_sees_goes_and_old_codes_become_standard() -> None:
    assert visible("王\u202e小\u200b明\ufeff") == "王小明"
    assert plain("\u3000王\ue854\ufe00 ") == "王\u9fba"
    assert strange("王小明") == strange("Anna-Maria O'Neil 上海市人民路12号（B座）") == strange("阿卜杜拉·买买提") == ""
    assert strange("王😀") == "😀"
    assert strange("王\ue000") == "\ue000"


@given(st.text(max_size=60))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)
