"""Document types as data: ours load, broken ones say where, and a new one needs no Python."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from onething.documents.fields.document_types import TypeSpec, TypeSpecError, load_type, load_types
from onething.documents.fields.gazetteer import load_gazetteer
from onething.documents.lines import Glyph, Line
from onething.documents.models import ReadField
from onething.documents.reading.extract import Extractor, Sheet
from onething.documents.reading.split import documents_on
from onething.documents.service import document_type, document_types

BANK = """
id: bank_slip
name: {zh: 银行账户信息页, en: Bank account slip}
recognise: {开户银行: 2, 银行账号: 2, 户名: 1}
enough: 3.0
labels: [网点]
fields:
  account_name: {label: {zh: 户名, en: Name}, kind: person_name, anchors: [{text: 户名}]}
  bank: {label: {zh: 开户银行, en: Bank}, kind: organisation, anchors: [{text: 开户银行}]}
  account_number: {label: {zh: 银行账号, en: Number}, kind: code, shape: '9999999999999999999', anchors: [{text: 银行账号}], where: below}
  opened_on: {label: {zh: 开户日期, en: Opened}, kind: date, anchors: [{text: 开户日期}], optional: true}
rules:
  - {rule: not_future, fields: [opened_on]}
"""


def line(text: str, x: float, y: float, size: float = 30) -> Line:
    """A line of exact text at a place; a blank leaves a gap of one character."""
    width = size * len(text)
    quad = np.array([[x, y], [x + width, y], [x + width, y + size], [x, y + size]], np.float32)
    step = 1 / len(text)
    glyphs = [Glyph(c, 1.0, i * step, (i + 1) * step, i) for i, c in enumerate(text) if c.strip()]
    return Line(quad, glyphs)


def extract(spec: TypeSpec, lines: Sequence[Line]) -> tuple[dict[str, ReadField], list[str]]:
    blank = np.full((1000, 1000, 3), 255, np.uint8)
    fields, problems = Extractor(None, spec, Sheet(blank, blank, list(lines))).run(date(2026, 11, 23))
    return fields, [f"{problem.code}:{problem.field}" for problem in problems]


def test_our_types_are_the_ones_promised() -> None:
    ids = {kind.id for kind in document_types()}
    assert {"birth_certificate", "id_card_front", "id_card_back", "household_page", "marriage_certificate"} <= ids
    birth = document_type("birth_certificate")
    assert birth is not None
    assert {"mother_id_number", "born_at", "weight_g", "issued_on"} <= {field.name for field in birth.fields}
    assert all(field.label.zh and field.label.en for kind in document_types() for field in kind.fields)


def test_a_new_type_needs_only_a_file(tmp_path: Path) -> None:
    (tmp_path / "bank_slip.yaml").write_text(BANK, encoding="utf-8")
    specs = load_types(tmp_path)
    lines = [
        line("开户银行 中国建设银行上海分行 网点 张江", 50, 50),
        line("户名", 50, 120), line("王小明", 140, 121),
        line("银行账号", 50, 200), line("6217001234567890123", 52, 245),
        line("开户日期2027年1月1日", 50, 320),
    ]  # fmt: skip
    [part] = documents_on(lines, specs)
    assert part.spec.id == "bank_slip"
    fields, problems = extract(part.spec, part.lines)
    assert {name: field.value for name, field in fields.items()} == {
        "account_name": "王小明", "bank": "中国建设银行上海分行", "account_number": "6217001234567890123",
        "opened_on": "2027-01-01",
    }  # fmt: skip
    assert problems == ["future_date:opened_on"]
    assert not fields["opened_on"].certain
    assert fields["bank"].certain


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("kind: date", "kind: dat", "opened_on"),
        ("fields: [opened_on]", "fields: [opend_on]", "opend_on"),
        ("id: bank_slip", "id: bank", "file's name"),
        ("enough: 3.0", "enuogh: 3.0", "enuogh"),
    ],
)
def test_a_broken_file_says_where(tmp_path: Path, before: str, after: str, told: str) -> None:
    path = tmp_path / "bank_slip.yaml"
    path.write_text(BANK.replace(before, after), encoding="utf-8")
    with pytest.raises(TypeSpecError, match=told) as caught:
        load_type(path)
    assert "bank_slip.yaml" in str(caught.value)


CARD = [
    line("姓名", 50, 50), line("张小明", 150, 48), line("性别男", 50, 120), line("民族汉", 300, 120),
    line("出生1990年1月2日", 50, 190), line("住址", 50, 260), line("上海市黄浦区民族路100号", 150, 260),
    line("5幢301室", 150, 305), line("公民身份号码310101199001020013", 50, 400),
]  # fmt: skip


def card(**changes: str) -> list[Line]:
    return [
        line(changes.get(item.text, item.text), *map(float, item.quad[0]), 30) if item.text in changes else item
        for item in CARD
    ]


def test_values_over_two_lines_and_labels_inside_values() -> None:
    fields, _ = extract(load_types()["id_card_front"], card())
    assert fields["address"].value == "上海市黄浦区民族路100号5幢301室"
    assert fields["ethnicity"].value == "汉"


def test_date_and_sex_must_agree_with_the_id() -> None:
    number = "公民身份号码310101199001020013"
    good = "31010119900102001"
    from onething.core.identifiers import citizen_id_check_digit

    right = card(**{number: f"公民身份号码{good}{citizen_id_check_digit(good)}"})
    fields, problems = extract(load_types()["id_card_front"], right)
    assert problems == []
    assert all(field.certain for field in fields.values())
    swapped = [line("性别女", 50, 120) if item.text == "性别男" else item for item in right]
    fields, problems = extract(load_types()["id_card_front"], swapped)
    assert problems == ["sex_disagrees:sex"]
    assert not fields["sex"].certain
    other = [line("出生1971年11月28日", 50, 190) if item.text.startswith("出生") else item for item in right]
    fields, problems = extract(load_types()["id_card_front"], other)
    assert "date_disagrees:birth_date" in problems
    assert not fields["birth_date"].certain


def test_wrong_check_digit_and_missing_field_are_told() -> None:
    wrong = card(公民身份号码310101199001020013="公民身份号码310101199001020011")
    fields, problems = extract(load_types()["id_card_front"], [item for item in wrong if item.text != "性别男"])
    assert "checksum:id_number" in problems
    assert "missing:sex" in problems
    assert not fields["id_number"].certain


def test_a_place_without_its_first_character_is_seen() -> None:
    known = load_gazetteer()
    assert known.lacks_its_head("海市松江区中心医院")
    assert not any(map(known.lacks_its_head, ("上海市松江区中心医院", "松江区中心医院", "海天公司", "")))


def test_text_without_a_known_form_is_no_document() -> None:
    assert documents_on([line("今天天气很好我们去公园散步吧", 10, 10)], load_types()) == []


def test_both_sides_and_two_cards_on_one_sheet() -> None:
    back = [
        line("中华人民共和国", 600, 50),
        line("居民身份证", 600, 120),
        line("签发机关 上海市公安局黄浦分局", 600, 300),
        line("有效期限2015.01.02-2035.01.02", 600, 400),
    ]
    second = [
        line(item.text.replace("张小明", "李小红"), float(item.quad[0][0]), float(item.quad[0][1]) + 600)
        for item in CARD
    ]
    parts = documents_on([*CARD, *back, *second], load_types())
    assert sorted(part.spec.id for part in parts) == ["id_card_back", "id_card_front", "id_card_front"]
    read = [extract(part.spec, part.lines)[0] for part in parts]
    assert {fields["name"].value for fields in read if "name" in fields} == {"张小明", "李小红"}
    assert [fields["issuer"].value for fields in read if "issuer" in fields] == ["上海市公安局黄浦分局"]


def test_one_label_of_two_makes_nobody_certain() -> None:
    """Which company's label it was cannot be known: the code is shown, and asked."""
    from onething.sandbox import studio

    code = studio.sample("vat_invoice", 7)["buyer_code"]
    rows = [
        line("电子发票(普通发票)", 300, 20), line("发票号码24312000000012345678", 50, 80), line("开票日期2026年11月01日", 50, 130),
        line("统一社会信用代码/纳税人识别号", 50, 200, 20), line(code, 400, 200, 20),
        line("价税合计(大写)", 50, 300), line("壹佰元整", 330, 300), line("(小写)", 600, 300), line("¥100.00", 720, 300),
    ]  # fmt: skip
    fields, problems = extract(load_types()["vat_invoice"], rows)
    assert fields["buyer_code"].value == code
    assert not fields["buyer_code"].certain
    assert "uncertain:buyer_code" in problems
    assert fields["invoice_number"].certain


def test_couple_printed_in_either_order() -> None:
    from onething.sandbox import studio

    truth = studio.sample("marriage_certificate", 7)
    rows = [
        line(f"持证人 {truth['holder_name']}", 50, 50), line("登记日期2020年01月02日", 50, 100),
        line(f"结婚证字号{truth['certificate_number']}", 50, 150), line("登记机关上海市黄浦区民政局", 50, 200),
        line(f"姓名{truth['wife_name']}", 50, 300), line(f"身份证件号{truth['wife_id_number']}", 50, 350),
        line(f"姓名{truth['husband_name']}", 50, 450), line(f"身份证件号{truth['husband_id_number']}", 50, 500),
    ]  # fmt: skip
    fields, _ = extract(load_types()["marriage_certificate"], rows)
    for name in ("wife_name", "wife_id_number", "husband_name", "husband_id_number"):
        assert fields[name].value == truth[name]
