"""Certificates: deterministic, both languages, with seal and QR; broken templates fail plainly."""

from pathlib import Path

import pytest

from onething.core.errors import Problem
from onething.documents.files.pdf import PdfFile
from onething.documents.service import render_certificate

TEMPLATE = """#import "/lib/onething.typ": *
#show: certificate.with(title: say("出生医学证明", "Birth certificate"), number: value("number"))
#facts((say("姓名", "Name"), value("name")), (say("性别", "Sex"), sex(data.sex)), (say("出生", "Born"), moment(data.born_at)),
  (say("金额", "Amount"), money("1234567.50")), (say("备注", "Note"), value("nothing")))
#issued(say("上海市卫生健康委员会", "Shanghai Health Commission"), data.issued_on, note: "电子证照专用章")
"""
DATA = {
    "number": "E310115-1", "name": "王小明", "sex": "male", "born_at": "2026-11-01T08:15", "issued_on": "2026-11-03",
    "verify_url": "https://city.example/verify/e310115-1",
}  # fmt: skip


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "birth.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def words(pdf: bytes) -> str:
    with PdfFile(pdf) as file:
        assert len(file) == 1
        return "".join(line.text for line in file.draw(0)[1])


def test_same_data_same_bytes(template: Path) -> None:
    assert render_certificate(template, DATA, "zh") == render_certificate(template, dict(reversed(DATA.items())), "zh")


def test_both_languages(template: Path) -> None:
    chinese, english = words(render_certificate(template, DATA, "zh")), words(render_certificate(template, DATA, "en"))
    for part in ("出生医学证明", "王小明", "2026年11月1日08:15", "¥1,234,567.50", "扫码核验"):
        assert part in chinese
    for part in ("Birthcertificate", "male", "1November2026", "Scantoverify"):
        assert part in english


def test_values_cannot_write_typst(template: Path) -> None:
    nasty = '#image("/etc/passwd") $x$ *b* \\ <label>'
    assert "#image" in words(render_certificate(template, DATA | {"name": nasty}, "zh"))


def test_a_broken_template_is_a_problem_of_ours(template: Path) -> None:
    template.write_text('#import "/lib/onething.typ": *\n#value(', encoding="utf-8")
    with pytest.raises(Problem) as caught:
        render_certificate(template, DATA, "zh")
    assert caught.value.kind.code == "documents.template_failed"


def test_templates_cannot_read_outside_their_folder(template: Path) -> None:
    template.write_text('#read("/../../../../etc/passwd")', encoding="utf-8")
    with pytest.raises(Problem):
        render_certificate(template, DATA, "zh")
