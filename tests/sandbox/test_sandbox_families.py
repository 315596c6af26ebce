"""Layout families: what stands on the page is what the truth says, left-out ones stay out, every kind has its six."""

import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from onething.core.identifiers import parse_citizen_id
from onething.sandbox import studio
from onething.sandbox.studio import families as house
from onething.sandbox.studio.cli import app
from onething.sandbox.studio.families import camera, check, faces, truth
from onething.sandbox.studio.families.formats import FORMATS, printed, words
from onething.sandbox.studio.families.models import Family, Page
from onething.sandbox.studio.families.press import prints

EVERY = house.families() + house.families(held_out=True)
FIRST = [house.families(kind)[0] for kind in house.kinds()]
_pages: dict[tuple[str, int], Page] = {}


def page_of(family: Family, seed: int) -> Page:
    """Rendered once a run, however many tests look at it."""
    key = (family.id, seed)
    if key not in _pages:
        _pages[key] = house.page(family.id, seed, held_out=family.held_out)
    return _pages[key]


@pytest.mark.parametrize("family", FIRST, ids=lambda family: family.id)
def test_truth_stands_on_the_page_of_each_kinds_first_family(family: Family) -> None:
    _stands(family)


@pytest.mark.slow
@pytest.mark.parametrize("family", [f for f in EVERY if f not in FIRST], ids=lambda family: family.id)
def test_truth_stands_on_the_page_once_and_nothing_lies_over_anything(family: Family) -> None:
    _stands(family)


def _stands(family: Family) -> None:
    page = page_of(family, 3)
    assert not list(check.faults(page, twice=("nationality",)))
    width, height = page.image.size
    assert page.fields, "a page without a field is no paper"
    grey = np.asarray(page.image.convert("L"), np.float32)
    for name in page.fields:
        assert page.printed(name), name
        for left, top, right, bottom in page.boxes(name):
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
            inked = grey[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
            assert inked.max() - inked.min() > 25, f"nothing is printed where {name} is said to stand"
    assert any("样本" in piece.text for piece in page.pieces)


@pytest.mark.parametrize("kind", house.kinds())
def test_a_kind_has_six_families_of_which_a_third_is_left_out(kind: str) -> None:
    seen, left_out = house.families(kind), house.families(kind, held_out=True)
    total = len(seen) + len(left_out)
    assert total >= 6
    assert len(left_out) >= 2
    assert len(left_out) * 3 >= total


def test_every_kind_the_studio_prints_has_families() -> None:
    assert set(studio.TYPES) <= set(house.kinds())


def test_a_left_out_family_is_only_rendered_when_asked_for_so() -> None:
    assert not {family.id for family in house.families()} & {family.id for family in house.families(held_out=True)}
    for family in house.families(held_out=True):
        with pytest.raises(house.LeftOutError):
            house.page(family.id, 1)


def test_left_out_families_are_set_in_typefaces_no_other_family_has() -> None:
    """Even where a bold cut is missing, the first choice of every role differs from all that other families may be set in."""
    others = {choice for choices in faces.SEEN.values() for choice in choices}
    assert set(faces.SEEN) == set(faces.HELD_OUT)
    assert not {choices[0] for choices in faces.HELD_OUT.values()} & others


@pytest.mark.slow
@pytest.mark.parametrize("kind", house.kinds())
def test_the_same_seed_gives_the_same_page_and_another_seed_another(kind: str) -> None:
    family = house.families(kind)[0]
    again = house.page(family.id, 3)
    page = page_of(family, 3)
    assert hashlib.sha256(page.image.tobytes()).digest() == hashlib.sha256(again.image.tobytes()).digest()
    assert (page.fields, page.pieces) == (again.fields, again.pieces)
    other = house.page(family.id, 4)
    assert other.fields != page.fields


@pytest.mark.slow
def test_values_keep_their_laws_whatever_the_layout() -> None:
    """Check digits hold, and what is printed is the normal form in some format."""
    for family in EVERY:
        page = page_of(family, 3)
        for name, value in page.fields.items():
            if (
                name.endswith("id_number")
                and value.isalnum()
                and len(value) == 18
                and value[0] != "8"
                and value[:2] != "91"
            ):
                assert parse_citizen_id(value).number == value, (family.id, name)


@pytest.mark.slow
def test_a_family_prints_only_fields_its_record_has() -> None:
    for family in EVERY:
        page = page_of(family, 3)
        assert set(page.fields) - {"seal_text"} <= prints(family), family.id


@pytest.mark.slow
def test_layouts_of_a_kind_are_not_one_layout_in_other_colours() -> None:
    """The reading order of fields, or the way labels are worded, differs between any two families of a kind."""
    for kind in house.kinds():
        shapes = Counter(_shape(page_of(family, 3)) for family in EVERY if family.kind == kind)
        assert max(shapes.values()) == 1, kind


def _shape(page: Page) -> tuple[str, ...]:
    values = [piece for piece in page.pieces if piece.role == "value"]
    labels = sorted(
        {
            piece.text.replace("　", "").strip("：: ")
            for piece in page.pieces
            if piece.role == "label" and not any(c.isdigit() for c in piece.text)
        }
    )
    return (*dict.fromkeys(piece.field for piece in values), *labels)


@pytest.mark.slow
def test_the_camera_follows_every_text_into_the_picture() -> None:
    family = house.family("business_licence/copy-2019")
    page = page_of(family, 3)
    for severity in camera.SEVERITIES:
        shot = camera.taken(page, severity, 3, ())
        picture = Image.open(io.BytesIO(shot.jpeg))
        assert picture.size == shot.size
        assert len(shot.pieces) == len(page.pieces)
        grey = np.asarray(picture.convert("L"), np.float32)
        for piece in (p for p in shot.pieces if p.role == "value"):
            left, top, right, bottom = (int(v) for v in piece.box)
            assert 0 <= left < right <= picture.width
            assert 0 <= top < bottom <= picture.height
            assert grey[top : bottom + 1, left : right + 1].std() > 3, (severity, piece.text)
    assert min(camera.taken(page, "messenger", 3, ()).size) == camera.MESSENGER


@pytest.mark.slow
@pytest.mark.parametrize("effect", camera.EFFECTS)
def test_an_effect_changes_the_picture_and_is_named_in_the_truth(effect: camera.Effect) -> None:
    family = house.families("id_card_front")[0]
    page = page_of(family, 3)
    plain, hit = camera.taken(page, "mild", 3, ()), camera.taken(page, "mild", 3, (effect,))
    assert plain.jpeg != hit.jpeg
    said = truth.truth(page, hit, "mild")
    assert said["effects"] == [effect]
    assert hit.jpeg == camera.taken(page, "mild", 3, (effect,)).jpeg


def test_the_truth_holds_what_an_evaluation_compares_and_where_it_stands() -> None:
    page = page_of(house.families("vat_invoice")[0], 3)
    said = truth.truth(page)
    assert said["type"] == "vat_invoice"
    assert set(said["printed"]) == set(said["fields"]) | set(said["more"])
    assert set(said["fields"]) <= set(studio.sample("vat_invoice", 1)), "figures are set beside those of the specimens"
    assert all(entry["boxes"] for entry in said["printed"].values())
    labels = [entry["text"] for entry in said["other"] if entry["role"] == "label"]
    assert any("发票号码" in text for text in labels)


def test_a_kind_without_specimens_gives_all_its_fields() -> None:
    page = page_of(house.families("taxi_receipt")[0], 3)
    said = truth.truth(page)
    assert said["fields"] == page.fields
    assert not said["more"]


@pytest.mark.slow
def test_what_a_finger_lies_on_is_not_asked_for() -> None:
    """A thumb on every corner of a page full of values hides some; those leave `fields` and stand in `hidden`."""
    page = page_of(house.family("property_certificate/shares-listed"), 3)
    for seed in range(8):
        shot = camera.taken(page, "heavy", seed, ("finger",))
        said = truth.truth(page, shot, "heavy")
        assert set(said["hidden"]) | set(said["fields"]) | set(said["more"]) == set(page.fields)
        assert not set(said["hidden"]) & (set(said["fields"]) | set(said["more"]))


def test_commands_list_print_and_show(tmp_path: Path) -> None:
    listed = CliRunner().invoke(app, ["families", "--kind", "id_card_back"])
    assert listed.exit_code == 0
    assert len(listed.output.splitlines()) == len(house.families("id_card_back"))
    done = CliRunner().invoke(
        app, ["pages", str(tmp_path), "--family", "id_card_back/second-generation", "--severity", "clean"]
    )
    assert done.exit_code == 0, done.output
    [file] = tmp_path.glob("*.json")
    said = json.loads(file.read_text(encoding="utf-8"))
    assert said["type"] == "id_card_back"
    assert said["held_out"] is False
    assert file.with_suffix(".jpg").stat().st_size > 10_000
    shown = CliRunner().invoke(app, ["sheet", str(tmp_path / "sheet.png"), "--kind", "id_card_back"])
    assert shown.exit_code == 0, shown.output
    assert Image.open(tmp_path / "sheet.png").width > 1000


def test_commands_refuse_left_out_families_that_are_not_asked_for_so(tmp_path: Path) -> None:
    family = house.families("id_card_back", held_out=True)[0]
    refused = CliRunner().invoke(app, ["pages", str(tmp_path), "--family", family.id, "--flat"])
    assert refused.exit_code != 0
    assert not list(tmp_path.iterdir())
    done = CliRunner().invoke(app, ["pages", str(tmp_path), "--family", family.id, "--flat", "--held-out"])
    assert done.exit_code == 0, done.output
    assert len(list(tmp_path.glob("*.png"))) == 1


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("3400.00", "叁仟肆佰元整"),
        ("100508.06", "壹拾万零伍佰零捌元零陆分"),
        ("20000300.50", "贰仟万零叁佰元伍角整"),
        ("-18.20", "负壹拾捌元贰角整"),
        ("120000000.00", "壹亿贰仟万元整"),
    ],
)
def test_amounts_in_capitals(amount: str, text: str) -> None:
    assert words(amount) == text


def test_every_format_that_families_name_exists() -> None:
    assert printed("2019-03-05", "cn0") == "2019年03月05日"
    assert printed("2019-12-10", "han") == "二〇一九年十二月十日"
    assert printed("long", "dot") == "长期"
    assert printed("12500000.00", "rmbwanwords") == "人民币壹仟贰佰伍拾万元整"
    assert {"cn", "dot", "iso", "words", "wan"} <= set(FORMATS)
