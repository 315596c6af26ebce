"""The papers in a persona's drawer say what the registries say, but for the misprint."""

import io
from typing import Any

import pytest
from PIL import Image

from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id
from onething.core.persons.numbers import bare
from onething.sandbox.papers import Drawer, papers, photograph
from onething.sandbox.population.personas import table


def test_every_persona_has_her_papers() -> None:
    for entry in table():
        found = list(papers(entry["id"]))
        kinds = {paper.type for paper in found}
        cards = {"id_card_front", "id_card_back"}
        parents = [entry[who] for who in ("mother", "father") if who in entry]
        here = any("nationality" not in each for each in parents)
        assert {"birth_certificate"} | (cards if here else set()) <= kinds
        assert ("household_page" in kinds) == ("household" in entry)
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
                elif (parent := _from_abroad(entry, name)) is not None:
                    assert value == bare(parent["id_number"]), (
                        "the paper has the number alone, as it stands on the passport"
                    )
                else:
                    parse_citizen_id(value)


def _from_abroad(entry: dict[str, Any], field: str) -> dict[str, Any] | None:
    """The parent whom a field of a paper is of, should she have no resident identity card."""
    who = (
        "mother"
        if field.startswith(("mother", "wife"))
        else "father"
        if field.startswith(("father", "husband"))
        else ""
    )
    parent = entry.get(who, {})
    return parent if "nationality" in parent else None


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
