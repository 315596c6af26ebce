"""The document studio: seeded, plausible, marked as specimens."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from onething.core.identifiers import parse_citizen_id
from onething.documents.service import document_type
from onething.sandbox import studio
from onething.sandbox.studio.canvas import Canvas, faces, font
from onething.sandbox.studio.cli import app


@pytest.mark.slow
@pytest.mark.parametrize("kind", studio.TYPES)
def test_same_seed_same_photo_other_seed_other_photo(kind: str) -> None:
    page = studio.render(kind, studio.sample(kind, 5), 5)
    again = studio.render(kind, studio.sample(kind, 5), 5)
    assert page.tobytes() == again.tobytes()
    assert studio.photograph(page, "heavy", 5) == studio.photograph(again, "heavy", 5)
    assert studio.photograph(page, "heavy", 5) != studio.photograph(page, "heavy", 6)


@pytest.mark.parametrize("kind", studio.TYPES)
def test_contents_are_the_fields_of_the_type(kind: str) -> None:
    known = document_type(kind)
    assert known is not None
    for seed in range(20):
        fields = studio.truth(kind, studio.sample(kind, seed))["fields"]
        assert isinstance(fields, dict)
        assert set(fields) <= {field.name for field in known.fields}
        assert {field.name for field in known.fields if not field.optional} <= set(fields)
        for name, value in fields.items():
            if name.endswith("id_number"):
                assert parse_citizen_id(value).number == value


def test_known_facts_replace_made_up_ones() -> None:
    assert studio.sample("id_card_front", 1, name="王小明")["name"] == "王小明"


@pytest.mark.slow
def test_grades_get_worse_and_turns_turn() -> None:
    page = studio.render("id_card_front", studio.sample("id_card_front", 2), 2)
    sizes = [len(studio.photograph(page, grade, 2, 0)) for grade in studio.GRADES]
    assert sizes[0] > sizes[2]
    upright, lying = (Image.open(io.BytesIO(studio.photograph(page, "mild", 2, turn))) for turn in (0, 90))
    assert upright.size == lying.size[::-1]
    assert np.asarray(upright).std() > 10


def test_command_writes_pictures_with_their_truth(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["make", str(tmp_path), "--count", "1", "--type", "id_card_back", "--grade", "mild"])
    assert done.exit_code == 0, done.output
    [truth] = tmp_path.glob("*.json")
    assert json.loads(truth.read_text(encoding="utf-8"))["type"] == "id_card_back"
    assert truth.with_suffix(".jpg").stat().st_size > 20_000
    assert CliRunner().invoke(app, ["make", str(tmp_path), "--type", "passport"]).exit_code != 0


@pytest.mark.skipif(
    not Path("/usr/share/fonts/truetype/arphic/uming.ttc").exists(),
    reason="wants `scripts/system-packages studio-fonts`",
)
def test_held_out_pictures_are_made_of_other_faces_and_another_hand() -> None:
    """What is only measured on must differ in print and in photograph, whatever the seed."""
    roles = ("serif", "sans", "kai", "mono")
    with faces("held_out"):
        held_out = {role: font(role, 30).font.family for role in roles} | {"ink": _ink()}
    tuned = {role: font(role, 30).font.family for role in roles} | {"ink": _ink()}
    assert held_out["ink"] != tuned["ink"]
    assert all(held_out[role] != tuned[role] for role in ("serif", "sans", "kai"))
    page = studio.render("id_card_front", studio.sample("id_card_front", 5), 5)
    assert studio.photograph(page, "mild", 5, profile="held_out") != studio.photograph(page, "mild", 5)
    assert studio.photograph(page, "mild", 5, profile="held_out") == studio.photograph(
        page, "mild", 5, profile="held_out"
    )


def _ink() -> bytes:
    canvas = Canvas(300, 60)
    canvas.put(5, 5, "出生医学证明", 30)
    return canvas.image.tobytes()
