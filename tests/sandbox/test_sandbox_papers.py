"""The papers in a persona's drawer say what the registries say, but for the misprint."""

import io

import pytest
from PIL import Image

from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id
from onething.sandbox.papers import Drawer, papers, photograph
from onething.sandbox.population.personas import table


def test_every_persona_has_her_papers() -> None:
    for entry in table():
        found = list(papers(entry["id"]))
        kinds = {paper.type for paper in found}
        assert {"birth_certificate", "id_card_front", "id_card_back", "household_page"} <= kinds
        assert ("marriage_certificate" in kinds) == ("married" in entry)
        certificates = [paper for paper in found if paper.type == "birth_certificate"]
        assert len(certificates) == len(entry["children"])
    assert list(papers("nobody")) == []


def test_only_the_misprinted_certificate_has_a_wrong_check_digit() -> None:
    for entry in table():
        for paper in papers(entry["id"]):
            for name, value in paper.fields.items():
                if not name.endswith("id_number") or not value:
                    continue
                if (entry["id"], name) == (
                    "misprinted_certificate",
                    "mother_id_number",
                ) and paper.type == "birth_certificate":
                    with pytest.raises(InvalidIdentifierError):
                        parse_citizen_id(value)
                else:
                    parse_citizen_id(value)


def test_the_father_from_elsewhere_has_a_card_and_no_page_of_this_city() -> None:
    drawer = Drawer("father_elsewhere")
    card = next(p for p in drawer.papers if p.type == "id_card_front" and p.name.startswith("爸爸"))
    assert card.fields["address"].startswith("安徽省")
    assert drawer.photo("household_page", "father_household") is None
    name, _ = drawer.photo("id_card_front", "father_id") or ("", b"")
    assert name == "爸爸身份证正面.jpg"


@pytest.mark.slow
def test_a_photograph_is_a_jpeg_and_the_same_every_time() -> None:
    paper = next(iter(papers("unmarried_mother")))
    picture = photograph(paper)
    assert Image.open(io.BytesIO(picture)).format == "JPEG"
    assert picture == photograph(paper)
