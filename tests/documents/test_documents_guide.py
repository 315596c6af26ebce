"""The worked example of docs/documents.md is a document type as it stands."""

import re
from datetime import date
from pathlib import Path

import numpy as np

from onething.documents.fields.document_types import load_types
from onething.documents.lines import Glyph, Line
from onething.documents.reading.extract import Extractor, Sheet
from onething.documents.reading.split import documents_on
from onething.documents.service import document_types

GUIDE = Path(__file__).parents[2] / "docs" / "documents.md"


def line(text: str, x: float, y: float, size: float = 30) -> Line:
    width, step = size * len(text), 1 / len(text)
    quad = np.array([[x, y], [x + width, y], [x + width, y + size], [x, y + size]], np.float32)
    return Line(quad, [Glyph(c, 1.0, i * step, (i + 1) * step, i) for i, c in enumerate(text) if c.strip()])


def test_the_guide_s_example_reads_a_slip(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "bank_card_slip.yaml").write_text(example, encoding="utf-8")
    lines = [
        line("开户银行", 50, 40), line("中国建设银行上海分行", 200, 40), line("户名", 50, 120), line("王小明", 200, 120),
        line("银行账号", 50, 200), line("6217001234567890123", 200, 200),
        line("打印日期", 50, 280), line("2026年11月01日", 200, 280),
    ]  # fmt: skip
    [part] = documents_on(lines, load_types(tmp_path))
    assert part.spec.id == "bank_card_slip"
    blank = np.full((1000, 1000, 3), 255, np.uint8)
    fields, problems = Extractor(None, part.spec, Sheet(blank, blank, part.lines)).run(date(2026, 11, 23))
    assert {name: field.value for name, field in fields.items()} == {
        "account_name": "王小明", "account_number": "6217001234567890123", "printed_on": "2026-11-01",
    }  # fmt: skip
    assert problems == []


def test_the_guide_names_every_type() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [kind.id for kind in document_types() if f"`{kind.id}`" not in text] == []
