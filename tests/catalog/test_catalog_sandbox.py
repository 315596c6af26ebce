"""Mistakes in a package's sandbox and in the examples of its operations are told where they stand, and do not stop the city."""

from pathlib import Path

import pytest

from onething.catalog.scaffold.writing import write_new
from onething.catalog.service import check, load_city

OFFICE, RECORDS, FILING, RULES = (
    "agencies/office.yaml",
    "sandbox/office.yaml",
    "sandbox/filings/registration_plain.yaml",
    "registration/life_event.yaml",
)
MISTAKES = [
    (OFFICE, 'sends: {idNo: "890101199001011234"}', 'sends: {idNo: "1"}', '"idNo" goes out as "890101199001011234"'),
    (OFFICE, 'rq: "20150301"', 'rq: "2015-03-01"', 'The value of "since" cannot be read'),
    (OFFICE, "name: 王一, address", "name: 王二, address", '"name" is read as "王一"'),
    (OFFICE, "code: 404, msg: 无记录}", "code: 0, msg: 无记录}", "This answer is read as ok; the example says not_found"),
    (OFFICE, "dz: 海滨路1号, rq", "rq", 'This answer lacks "address"'),
    (RECORDS, "agency: office", "agency: offic", 'no agency called "offic"'),
    (RECORDS, "resident: {find: residents}", "resident: {find: resident}", 'no list of records called "resident"'),
    (RECORDS, "  cancel: {drop", "  cancl: {drop", 'no operation of this agency called "cancl"'),
    (RECORDS, 'since: "=today()"', 'since: "=todya()"', 'no function called "todya"'),
    (RECORDS, 'since: "2015-03-01"', 'since: "im März"', 'cannot write "im März" by its format date:%Y%m%d'),
    (RECORDS, "once: [id_number, purpose]", "once: [id_nummer]", 'no parameter called "id_nummer"'),
    (RECORDS, "DJ{year}{serial:6}", "DJ{yaer}", 'no place of a number called "yaer"'),
    (RECORDS, "give: {registered_on: today()}", "give: {registred_on: today()}", 'called "registred_on"'),
    (RECORDS, "'purpose = \"拒绝\"'", "'purpos = \"拒绝\"'", 'called "purpos"'),
    (FILING, "person: wang", "person: wnag", 'no person of the sandbox called "wnag"'),
    (FILING, "life_event: registration", "life_event: registraton", 'no life event called "registraton"'),
    (FILING, "services: {register: done}", "services: {registr: done}", 'no service called "registr"'),
    (FILING, "answers: {request.purpose:", "answers: {request.purpos:", 'no field of "request" called "purpos"'),
    (FILING, "asked: [request.purpose]", "asked: [home.address]", 'no question called "home.address"'),
    ("sandbox/people.yaml", 'id_number: "8', 'id_number: "7', "is no citizen id number"),
    ("sandbox/officials.yaml", "agency: office,", "agency: offcie,", 'no agency called "offcie"'),
]  # fmt: skip


@pytest.fixture
def newtown(tmp_path: Path) -> Path:
    write_new("newtown", tmp_path)
    return tmp_path / "newtown"


@pytest.mark.parametrize(("file", "right", "wrong", "said"), MISTAKES, ids=[each[3][:40] for each in MISTAKES])
def test_a_mistake_in_the_sandbox_is_told_where_it_stands(
    newtown: Path, file: str, right: str, wrong: str, said: str
) -> None:
    path = newtown / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    found = [each for each in check(newtown) if said in each.what.en]
    assert found, [each.text() for each in check(newtown)]
    assert {each.file for each in found} == {file}
    assert load_city(newtown).id == "newtown", "only the check tells; the city is served"


def test_a_table_inside_derive_is_checked_like_one_in_a_rule_file(newtown: Path) -> None:
    path = newtown / RULES
    derive = """  - id: fee
    type: registration_fee
    of: applicant
    sources:
      - derive: {monthly: fe * table}
        parameters: {fee_of_law: {versions: [{value: 3, valid_to: 2001-01-01}]}}
        table:
          inputs: [{expression: home.adress, type: text}]
          outputs: [{name: share, type: number}]
          rows: [{when: ["-"], then: ["1"]}]
"""
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  - {id: registration,", derive + "  - {id: registration,", 1), encoding="utf-8")
    evidence = newtown / "registration" / "evidence.yaml"
    kind = "- {id: registration_fee, name: {zh: 费, en: Fee}, fields: [{id: monthly, name: {zh: 月, en: Month}, type: money}]}\n"
    evidence.write_text(evidence.read_text(encoding="utf-8") + kind, encoding="utf-8")
    said = " ".join(each.what.en for each in check(newtown))
    assert 'no slot called "fe"' in said
    assert 'no field of "home" called "adress"' in said
    assert 'The parameter "fee_of_law" has no value in force today' in said
