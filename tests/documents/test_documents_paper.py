"""An upload beside its issuer's print, whatever size the print comes in, and alone, for traces of work."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from onething.core.errors import Problem
from onething.documents.compare.paper import compare_upload, issued_form, marked, traces
from onething.sandbox import studio

pytestmark = pytest.mark.slow
VALUES = {key: value for key, value in studio.sample("birth_certificate", 51).items() if key not in studio.UNREAD}


def jpeg(picture: Image.Image, **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, **more)
    return out.getvalue()


def photo(values: dict[str, str]) -> bytes:
    return studio.photograph(studio.render("birth_certificate", values, 9), "mild", 9)


@pytest.fixture(scope="module")
def printed() -> tuple[Image.Image, dict[str, Any]]:
    return studio.issued("birth_certificate", VALUES)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_print_of_any_size_is_laid_over_the_photo(printed: tuple[Image.Image, dict[str, Any]], scale: float) -> None:
    """A print larger than what is decoded is brought down, and its places with it."""
    picture, places = printed
    large = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    form = issued_form(jpeg(large), {name: [round(side * scale) for side in box] for name, box in places.items()})
    assert compare_upload(form, photo(VALUES)).verdict == "same"
    other = compare_upload(form, photo(VALUES | {"mother_name": "李小红"}))
    assert other.differing == ("mother_name",)
    assert other.difference is not None


def test_places_outside_the_print_are_left_out(printed: tuple[Image.Image, dict[str, Any]]) -> None:
    picture, _ = printed
    form = issued_form(jpeg(picture), {"far": [9000, 9000, 9100, 9100], "edge": [1200, 1580, 1400, 1700]})
    assert form.places == {"edge": (1200, 1580, 1240, 1600)}


def test_what_is_no_picture_is_refused_like_an_upload() -> None:
    with pytest.raises(Problem) as refused:
        issued_form(b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 20, {"a": [0, 0, 10, 10]})
    assert refused.value.kind.code == "documents.not_an_image"


def test_a_patch_pasted_in_is_hinted_at_and_framed() -> None:
    honest = photo(VALUES)
    assert traces(honest) == ()
    with Image.open(io.BytesIO(honest)) as opened:
        plain = np.asarray(opened.convert("RGB"), np.int16)
    noise = np.random.default_rng(3).normal(0, 4, plain.shape).astype(np.int16)  # of a camera, before any compression
    pixels = np.clip(plain + noise, 0, 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    top, left = height // 3, width // 4
    pixels[top + 200 : top + 300, left : left + 400] = pixels[top : top + 100, left : left + 400]
    worked = io.BytesIO()
    Image.fromarray(pixels).save(worked, "PNG")
    hints = traces(worked.getvalue())
    assert "copy_move" in {hint.code for hint in hints}
    assert all("线索" in hint.what.zh and "hint" in hint.what.en.lower() for hint in hints)
    with Image.open(io.BytesIO(marked(worked.getvalue(), hints))) as shown:
        assert max(shown.size) == 1000
        assert not shown.getexif()
