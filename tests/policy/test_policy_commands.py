"""What officials ask on the command line: conflicts with a witness, the graph, an amendment, a scanned regulation."""

import json
from pathlib import Path

import pytest
from rdflib import Graph
from typer.testing import CliRunner

from onething.documents.prose.service import read_bytes
from onething.policy.cli import app
from onething.policy.text.tree import parse_document

runner = CliRunner()
HANGZHOU = Path(__file__).parents[2] / "cities" / "hangzhou"
LAW = """# 云州市用工条例

2020年1月5日云州市人民代表大会常务委员会通过

第一条 为了促进就业，制定本条例。

第二条 用人单位应当自用工之日起{days}日内办理登记。

第三条 本条例自2020年3月1日起施行。
"""


def test_conflicts_of_a_city_have_a_witness_and_a_suggestion() -> None:
    result = runner.invoke(app, ["conflicts", str(HANGZHOU), "--no-approved", "--day", "2026-11-26", "--json"])
    found = json.loads(result.stdout)
    assert result.exit_code == (1 if found else 0)
    pair = next(each for each in found if {each["first"], each["second"]} == {"rd-subsidy", "rd-subsidy-hightech"})
    assert pair["kind"] == "exclude"
    assert pair["witness"]["company.high_tech"] is True
    assert pair["suggestion"]["zh"]
    assert pair["suggestion"]["en"]
    assert pair["grounds"]


def test_clauses_come_out_as_a_graph() -> None:
    result = runner.invoke(app, ["export", str(HANGZHOU), "--base", "https://example.org/id/", "--no-approved"])
    assert result.exit_code == 0, result.output
    assert len(Graph().parse(data=result.stdout, format="turtle")) > 100


def test_two_files_are_compared(tmp_path: Path) -> None:
    for name, days in (("old", "三十"), ("new", "二十")):
        (tmp_path / f"{name}.md").write_text(LAW.format(days=days), encoding="utf-8")
    files = [str(tmp_path / "old.md"), str(tmp_path / "new.md")]
    result = runner.invoke(app, ["diff", *files, "--cities", str(tmp_path), "--json"])
    assert result.exit_code == 0, result.output
    amended = [each for each in json.loads(result.stdout)["changes"] if each["fate"] == "amended"]
    assert [each["new"] for each in amended] == [["第二条"]]
    assert ["out", "三十"] in amended[0]["pieces"]
    assert ["in", "二十"] in amended[0]["pieces"]


@pytest.mark.slow
def test_a_scanned_regulation_is_read_by_ocr() -> None:
    from onething.documents.prose.service import scanned

    text = read_bytes(_scan(LAW.format(days="三十").replace("# ", "")), "scan.pdf", scanned)
    document = parse_document(text, "scan.pdf")
    assert [each.number for each in document.articles] == [1, 2, 3]
    assert "三十日内办理登记" in document.articles[1].text


def _scan(text: str) -> bytes:
    """A PDF whose only page is a picture."""
    import io

    from PIL import Image, ImageDraw, ImageFont

    font = next((path for path in map(Path, FONTS) if path.is_file()), None)
    if font is None:
        pytest.skip("no Chinese font here; `scripts/system-packages` installs one")
    page = Image.new("RGB", (1240, 1754), "white")
    draw, top = ImageDraw.Draw(page), 160
    for line in text.splitlines():
        if line.strip():
            draw.text((140, top), line, "black", ImageFont.truetype(str(font), 30))
            top += 70
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150)
    return out.getvalue()


FONTS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")  # fmt: skip
