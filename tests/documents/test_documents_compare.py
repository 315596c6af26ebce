"""A photographed paper against the record it should be: the same, altered in one field, another record, another paper."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from onething.documents.cli import app
from onething.documents.compare.forms import otherwise
from onething.documents.compare.service import Form, compare_paper, form_of
from onething.sandbox import studio

pytestmark = pytest.mark.slow


def pixels(content: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def form(kind: str, values: dict[str, str], seed: int) -> Form:
    return form_of(lambda changed: np.asarray(studio.render(kind, dict(changed), seed).convert("RGB")), values)


def photo(kind: str, values: dict[str, str], seed: int, grade: Any = "mild") -> Any:
    return pixels(studio.photograph(studio.render(kind, values, seed), grade, seed))


@pytest.mark.parametrize("kind", ["birth_certificate", "id_card_front", "marriage_certificate"])
def test_the_record_s_own_paper_is_the_same_and_one_altered_field_is_named(kind: str) -> None:
    values = studio.sample(kind, 41)
    record = form(kind, values, 41)
    assert compare_paper(record, photo(kind, values, 41)).verdict == "same"
    field = sorted(record.places)[1]
    found = compare_paper(record, photo(kind, values | {field: otherwise(values[field])}, 41))
    assert found.verdict == "differs"
    assert found.differing == (field,)
    assert found.difference is not None
    assert Image.open(io.BytesIO(found.difference)).size[0] > 20


def test_somebody_elses_paper_and_another_kind_of_paper_are_not_taken_for_it() -> None:
    values = studio.sample("birth_certificate", 42)
    record = form("birth_certificate", values, 42)
    other = studio.sample("birth_certificate", 43)
    assert compare_paper(record, photo("birth_certificate", other, 43)).verdict in {"other_record", "other_paper"}
    card = photo("id_card_front", studio.sample("id_card_front", 42), 42)
    assert compare_paper(record, card).verdict == "other_paper"


def test_a_sheet_without_print_is_no_paper_and_no_crash() -> None:
    record = form("id_card_back", studio.sample("id_card_back", 44), 44)
    for blank in (np.full((900, 1400, 3), 255, np.uint8), np.zeros((40, 40, 3), np.uint8)):
        assert compare_paper(record, blank).verdict == "other_paper"


def test_from_the_command_line(tmp_path: Path) -> None:
    from onething.documents.service import render_certificate

    template = Path(__file__).parents[2] / "cities" / "shanghai" / "newborn" / "templates" / "birth_certificate.typ"
    data = {
        "number": "310000-2026-000001", "certificate_number": "T310012345", "child_name": "陈予安", "child_sex": "female",
        "born_at": "2026-11-23T08:15", "mother_name": "林晓雯", "issued_on": "2026-11-25", "verify_url": "http://127.0.0.1/v/1",
    }  # fmt: skip
    issued = render_certificate(template, data, "zh")
    (tmp_path / "issued.pdf").write_bytes(issued)
    from onething.documents.files.pdf import PdfFile

    with PdfFile(issued) as file:
        page, _ = file.draw(0)
    Image.fromarray(page).save(tmp_path / "photo.png")
    done = CliRunner().invoke(app, ["compare", str(tmp_path / "issued.pdf"), str(tmp_path / "photo.png"), "--json"])
    assert done.exit_code == 0, done.output
    assert '"verdict": "same"' in done.output
