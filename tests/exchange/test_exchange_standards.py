"""Data standards as data: maps that do not fit the vocabulary are found, and a sample of answers is judged."""

import json
from pathlib import Path
from typing import Any

import pytest
from exchange_world import MOTHER, RESIDENT, make_city, resident_answer
from tests.conftest import ROOT
from typer.testing import CliRunner

from onething.catalog.models import City, CodeMap, EvidenceType, FieldSpec
from onething.catalog.service import load_city
from onething.core.i18n import Text
from onething.exchange.cli import app
from onething.exchange.standards import standards

ANY = Text(zh="某", en="some")


def city_with(
    folder: Path | None = None, *, codes: dict[str, str] | None = None, kind: EvidenceType | None = None, **changes: Any
) -> City:
    city = make_city("")
    police = city.agencies[0]
    resident = police.operations[0].model_copy(update=changes)
    police = police.model_copy(
        update={"operations": (resident,), **({"codes": (CodeMap(id="sex", values=codes),)} if codes else {})}
    )
    return city.model_copy(
        update={"agencies": (police,), "evidence_types": (kind or RESIDENT,), "folder": folder or Path()}
    )


def found(city: City, level: str = "error") -> dict[str, str]:
    told: dict[str, str] = {}
    for one in standards.check(city, standards.load(city)):
        if one.level == level:
            told[one.where] = f"{told[one.where]}; {one.what.en}" if one.where in told else one.what.en
    return told


def test_a_map_that_fits_has_no_findings(tmp_path: Path) -> None:
    assert standards.check(city_with(tmp_path), standards.load(city_with(tmp_path))) == []


@pytest.mark.parametrize("name", ["shanghai", "shenzhen"])
def test_the_cities_have_no_errors(name: str) -> None:
    assert found(load_city(ROOT / "cities" / name)) == {}


def test_what_would_lose_answers_is_an_error(tmp_path: Path) -> None:
    response = {"id_number": "a", "name": "b", "sex": "c", "birth_day": "d"}
    told = found(city_with(tmp_path, response=response))
    assert set(told) == {"police.resident.birth_day", "police.resident.birth_date"}
    told = found(city_with(tmp_path, formats={"birth_date": "datetime:%Y%m%d"}))
    assert told == {"police.resident.birth_date": "a date is read by the converter datetime"}


def test_codes_are_held_against_the_vocabulary_and_the_standard(tmp_path: Path) -> None:
    assert (
        "which is not in the code list"
        in found(city_with(tmp_path, codes={"1": "male", "2": "woman"}))["police.resident.sex"]
    )
    swapped = found(city_with(tmp_path, codes={"1": "female", "2": "male"}))
    assert "code 2 is “female” in GB/T 2261.1-2003, here it becomes “male”" in swapped["police.resident.sex"]
    own = city_with(tmp_path, codes={"M": "male", "F": "female"})
    assert found(own) == {}
    assert found(own, "note")["police.resident.sex"] == "codes of its own instead of GB/T 2261.1-2003: F, M"
    assert "never gives: female" in found(city_with(tmp_path, codes={"1": "male"}), "note")["police.resident.sex"]


def test_a_field_of_another_type_than_its_standard_is_an_error(tmp_path: Path) -> None:
    fields = (FieldSpec(id="id_number", name=ANY, type="text"), *RESIDENT.fields[1:])
    told = found(city_with(tmp_path, kind=RESIDENT.model_copy(update={"fields": fields})))
    assert "GB 11643-1999" in told["resident.id_number"]


def test_a_city_adds_its_own_standards_and_a_broken_file_is_named(tmp_path: Path) -> None:
    text = """
code_lists:
  - {id: sex, standard: DB31/T 1, values: {"1": female, "2": male}}
elements:
  - {id: home, standard: DB31/T 2, name: {zh: 住址, en: Home}, fields: [address], type: text}
"""
    (tmp_path / "standards.yaml").write_text(text)
    told = found(city_with(tmp_path))
    assert "DB31/T 2" in told["resident.address"]
    assert "DB31/T 1" in standards.check(city_with(tmp_path), standards.load(city_with(tmp_path)))[-1].what.zh
    (tmp_path / "standards.yaml").write_text("elements: [{id: 1}]")
    with pytest.raises(ValueError, match=r"standards\.yaml"):
        standards.load(city_with(tmp_path))


def test_a_sample_of_answers_is_judged_field_by_field_without_repeating_anybodys_values() -> None:
    city = city_with()
    police = city.agencies[0]
    sample = [
        resident_answer(), resident_answer(xb="9"), resident_answer(csrq="1990-3-7"), resident_answer(xm=None),
        resident_answer(gmsfhm=MOTHER[:-1] + "0"), {"code": 1004}, {"code": "7"}, None,
    ]  # fmt: skip
    told = standards.examine(city, police, police.operations[0], sample)
    assert (told.answers, told.good, told.empty) == (8, 1, 1)
    assert dict(told.fields["sex"].unknown_codes) == {"9": 1}
    assert (told.fields["birth_date"].misfit, told.fields["name"].missing) == (1, 1)
    assert told.refused == 2
    assert "id_number is not a citizen_id" in told.reasons
    assert MOTHER not in repr(told)
    assert "王小丽" not in repr(told)


def test_the_command_line_checks_and_reports(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["standards", "check", "--json"])
    assert done.exit_code == 0, done.output
    assert all(one["level"] == "note" for one in json.loads(done.stdout))
    rows = json.loads(CliRunner().invoke(app, ["standards", "report", "--agency", "police", "--json"]).stdout)
    born = next(one for one in rows if one["field"] == "birth_date" and one["operation"] == "resident")
    assert (born["theirs"], born["standard"], born["format"]) == ("data.list.0.csrq", "GB/T 7408.1-2023", "date:%Y%m%d")
    file = tmp_path / "answers.jsonl"
    file.write_text('{"code": "1004"}\n{"code": "0", "data": {"list": [{"xb": "7"}]}}\n{"a": 1, "a": 2}\n')
    done = CliRunner().invoke(
        app, ["standards", "report", "--operation", "police.resident", "--file", str(file), "--json"]
    )
    told = json.loads(done.stdout)
    assert (done.exit_code, told["answers"], told["empty"], told["fields"]["sex"]["unknown_codes"]) == (
        1,
        3,
        1,
        {"7": 1},
    )
