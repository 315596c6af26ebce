"""The three inputs of a person's number: taken apart, put together again, and nothing that was typed is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.persons.numbers import PersonDocument
from onething.web.http.paper_input import one_number, paper_parts

RIGHT = [
    "310101199003070043",
    "PASSPORT:USA:C12345678",
    "HK_MACAO_PERMIT:H01234567",
    "TAIWAN_PERMIT:01234567",
    "830000198807152410",
]


@pytest.mark.parametrize("number", RIGHT)
def test_a_kept_number_comes_back_the_same_through_the_form(number: str) -> None:
    parts = paper_parts(number)
    assert parts.paper is not None
    assert one_number(parts.number, parts.paper.value, parts.country) == number


def test_what_is_wrong_keeps_paper_number_and_issuer() -> None:
    kept = one_number("C12", "passport", "Wakanda")
    parts = paper_parts(kept)
    assert (parts.paper, parts.number, parts.country) == (PersonDocument.PASSPORT, "C12", "WAKANDA")
    assert paper_parts(one_number("H0829", "hk_macao_permit", "")).number == "H0829"
    assert one_number("  ", "passport", "USA") == "", "a paper alone is no answer"


def test_a_number_that_begins_with_a_letter_proposes_a_passport_and_no_issuer() -> None:
    parts = paper_parts("C08294417")
    assert (parts.paper, parts.number, parts.country) == (PersonDocument.PASSPORT, "C08294417", "")


@given(st.text(max_size=30), st.sampled_from([*PersonDocument, "", "other"]), st.text(max_size=20))
def test_whatever_is_sent_is_an_answer_and_never_a_crash(number: str, paper: str, country: str) -> None:
    kept = one_number(number, paper, country)
    assert bool(kept) == bool(number.strip())
    paper_parts(kept)
