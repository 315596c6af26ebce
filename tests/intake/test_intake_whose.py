"""Placing papers, by themselves."""

from intake_world import BIRTH, FATHER_CARD, MOTHER_CARD

from onething.catalog.service import get_city
from onething.intake.filing.document_matching import Paper, place

BACK = {"issuer": "上海市公安局黄浦分局", "valid_from": "2020-01-01", "valid_until": "2040-01-01"}


def test_backs_follow_the_front_photographed_just_before() -> None:
    city = get_city()
    event = city.life_event("newborn")
    assert event is not None
    papers = [
        Paper("1", "a", "birth_certificate", None, BIRTH), Paper("2", "b", "id_card_front", None, MOTHER_CARD),
        Paper("3", "c", "id_card_back", None, BACK), Paper("4", "d", "id_card_front", None, FATHER_CARD),
        Paper("5", "e", "id_card_back", None, BACK),
    ]  # fmt: skip
    assert place(city, event, papers, []).slots == {
        "1": "birth_certificate", "2": "mother_id", "3": "mother_id", "4": "father_id", "5": "father_id",
    }  # fmt: skip
    apart = [papers[0], papers[1], papers[3], papers[4], papers[2]]
    assert place(city, event, apart, []).slots["5"] == "father_id"
