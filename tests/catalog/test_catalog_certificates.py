"""Mistakes in a certificate's form are found before one is issued: in its names at once, in its drawing when a package is checked."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalog.model.number_pattern import filled, mod11, mod37, places, values_in
from onething.catalog.service import check
from onething.catalog.template_values import BLOCKS, values_printed_by
from onething.core.clock import today
from onething.core.identifiers import citizen_id_check_digit
from onething.documents.rendering.certificate_forms import LIBRARY

ROOT = Path(__file__).parents[2]
FORM, TEMPLATE = "startup/evidence.yaml", "startup/templates/licence.typ"
PLANTED = [
    (FORM, 'number: "{uscc}"', 'number: "{usccc}"', "usccc"),
    (FORM, 'number: "{uscc}"', 'number: "{serial:x}"', "serial"),
    (FORM, 'number: "{uscc}"', 'number: "{uscc"', "brace"),
    (FORM, "holder: company", "holder: kompany", "kompany"),
    (FORM, "holder: company", "may_be_empty: [nobody]", "nobody"),
    (FORM, "    holder: company\n", "", "for whom"),
    (FORM, "company: name.full", "company: name.fuller", "fuller"),
    (FORM, "representative: representative.name", "representatives: representative.name", "representative"),
    (TEMPLATE, 'value("company")', '"某公司"', "company"),
    (TEMPLATE, 'value("representative")', 'value("legal_person")', "legal_person"),
    (TEMPLATE, 'money(value("capital"))', 'mony(value("capital"))', "cannot be drawn"),
    (TEMPLATE, 'value("scope")', 'box(width: 0pt, height: 0pt, clip: true, hide(value("scope")))', "scope"),
    (TEMPLATE, "#facts(", "#facts((", "cannot be drawn"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "right", "wrong", "said"), PLANTED)
def test_a_planted_mistake_is_found_and_named(tmp_path: Path, file: str, right: str, wrong: str, said: str) -> None:
    city = tmp_path / "shenzhen"
    shutil.copytree(ROOT / "cities" / "shenzhen", city)
    text = (city / file).read_text(encoding="utf-8")
    assert right in text
    (city / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    errors = [each for each in check(city) if each.severity == "error"]
    assert any(said in each.what.en for each in errors), [each.what.en for each in errors]


def test_blocks_of_the_library_print_what_is_said_of_them() -> None:
    library = (LIBRARY / "onething.typ").read_text(encoding="utf-8")
    for block, names in BLOCKS.items():
        body = library[library.index(f"#let {block}(") :]
        for name in names:
            assert f'"{name}"' in body, name


def test_values_are_read_from_a_template_in_their_order(tmp_path: Path) -> None:
    template = tmp_path / "one.typ"
    template.write_text(
        '#value("b") #text(value("a", default: "")) #data.c #data.at("d", default: 1) #value("b")', encoding="utf-8"
    )
    assert values_printed_by(template) == ("b", "a", "c", "d")


def test_numbers_are_filled_by_their_pattern() -> None:
    day = today().replace(year=2026, month=3, day=4)
    assert filled("沪公户登字〔{year}〕第{serial:7}号", {}, "310000", day, 12) == "沪公户登字〔2026〕第0000012号"
    assert filled("{uscc}", {"uscc": "91440300MA5"}, "440300", day) == "91440300MA5"
    assert filled("{division}{date}{serial:3}{check:mod11}", {}, "310101", day, 2)[:-1] == "31010120260304002"
    assert values_in("{a}-{division}{b}{serial:2}{check:mod37}") == ["a", "b"]
    for wrong in ("{", "{serial}", "{serial:0}", "{check:crc}", "{a:2}", "{A}"):
        with pytest.raises(ValueError, match=r"."):
            places(wrong)


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_character_of_digits_is_that_of_citizens_numbers(digits: str) -> None:
    assert mod11(digits) == citizen_id_check_digit(digits)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=20), st.data())
def test_one_wrong_character_never_fits_the_check_character(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([each for each in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if each != text[at]]))
    assert mod37(text[:at] + other + text[at + 1 :]) != mod37(text)
