"""A person's number on the wire: kind, number and issuer as an agency has them, in questions, answers and lists, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalog.models import Agency, Operation
from onething.core.persons.numbers import PersonDocument, person_number
from onething.exchange.wire.agency_side import AgencySide
from onething.exchange.wire.formats import Unknown, parse_format
from onething.exchange.wire.translation import TranslationError, translation_of

CODES = {
    "111": "citizen_id", "131": "residence_permit.81", "133": "residence_permit.83", "516": "hk_macao_permit", "511": "taiwan_permit",
    "553": "permanent_residence", "227": "passport.CHN", "414": "passport",
}  # fmt: skip
CITIZEN, TAIWANESE = "310101199003070043", "830000198807152410"
OPERATION = {
    "id": "ask", "name": {"zh": "问", "en": "Ask"}, "path": "/", "request": {"body.zjhm": "id_number", "body.all": "asked"},
    "response": {"id_number": "answer.zjhm", "people": "answer.list"},
    "formats": {
        "id_number": "paper:zjlx/zjlb@id_type+gj", "asked": "rows:name=xm,id_number=zjhm+zjlx@id_type+gj",
        "people": "rows:name=xm,id_number=zjhm+zjlx@id_type+gj",
    },
}  # fmt: skip


def agency(**operation: object) -> tuple[Agency, Operation]:
    text = {"zh": "部门", "en": "Agency"}
    made = Agency.model_validate(
        {
            "id": "office", "name": text, "short": text, "phone": "1", "gateway": {"url": "http://127.0.0.1"},
            "codes": [{"id": "id_type", "values": CODES}], "operations": [OPERATION | operation],
        }
    )  # fmt: skip
    return made, made.operations[0]


numbers = st.one_of(
    st.from_regex(r"[HM][0-9]{8}", fullmatch=True).map(lambda n: person_number(PersonDocument.HK_MACAO_PERMIT, n).text),
    st.from_regex(r"[0-9]{8}", fullmatch=True).map(lambda n: person_number(PersonDocument.TAIWAN_PERMIT, n).text),
    st.tuples(st.from_regex(r"[A-Z][0-9]{7,8}", fullmatch=True), st.sampled_from(["USA", "CHN", "DEU"])).map(
        lambda p: person_number(PersonDocument.PASSPORT, *p).text
    ),
    st.just(CITIZEN), st.just(TAIWANESE),
)  # fmt: skip


@given(numbers)
def test_what_goes_out_comes_back_the_same_alone_and_in_a_list(number: str) -> None:
    made, operation = agency()
    sent = translation_of(made, operation).to_theirs(
        {"id_number": number, "asked": [{"name": "某人", "id_number": number}]}
    )
    side = AgencySide(made, operation)
    assert side.asked(sent) == {"id_number": number, "asked": [{"name": "某人", "id_number": number}]}
    _, answer = side.good({"id_number": number, "people": [{"name": "某人", "id_number": number}]})
    assert translation_of(made, operation).to_ours(answer) == {
        "id_number": number, "people": [{"name": "某人", "id_number": number}]
    }  # fmt: skip


def test_each_paper_goes_out_under_the_code_of_the_list() -> None:
    made, operation = agency()
    maps = translation_of(made, operation)
    for number, told in (
        ("PASSPORT:USA:C12345678", {"zjhm": "C12345678", "zjlx": "414", "gj": "USA"}),
        ("PASSPORT:CHN:E12345678", {"zjhm": "E12345678", "zjlx": "227", "gj": "CHN"}),
        ("HK_MACAO_PERMIT:H01234567", {"zjhm": "H01234567", "zjlx": "516"}),
        (TAIWANESE, {"zjhm": TAIWANESE, "zjlx": "133"}),
        (CITIZEN, {"zjhm": CITIZEN, "zjlx": "111"}),
    ):
        assert maps.to_theirs({"id_number": number}) == {"body": told}


def test_an_agency_that_takes_citizen_ids_alone_never_gets_a_passport_in_their_place() -> None:
    made, operation = agency(formats={})
    maps = translation_of(made, operation)
    assert maps.to_theirs({"id_number": CITIZEN}) == {"body": {"zjhm": CITIZEN}}
    with pytest.raises(TranslationError) as error:
        maps.to_theirs({"id_number": "PASSPORT:USA:C12345678"})
    assert "C12345678" not in str(error.value)
    rows = parse_format("rows:id_number=zjhm", {})
    with pytest.raises(ValueError, match="does not fit"):
        rows.to_theirs([{"id_number": "PASSPORT:USA:C12345678"}])


def test_a_kind_of_paper_that_is_in_no_list_is_unknown_and_no_other_person() -> None:
    maps = translation_of(*agency())
    told = maps.to_ours({"answer": {"zjhm": "C12345678", "zjlb": "999"}})
    assert isinstance(told["id_number"], Unknown)
    assert maps.to_ours({"answer": {"zjhm": CITIZEN}}) == {"id_number": CITIZEN}, "without a kind it is a citizen id"


def test_a_format_that_cannot_be_read_says_why() -> None:
    for text, why in (("paper:", "wants the field"), ("paper:zjlx@nothing", "no code map 'nothing'")):
        with pytest.raises(ValueError, match=why):
            parse_format(text, {"id_type": CODES})
