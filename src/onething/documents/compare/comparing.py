"""The door of comparing: `compare_paper(form, photograph)`; forms by `form_of`, `certificate_form`, `pdf_form`."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from onething.documents.compare import words
from onething.documents.compare.align import Alignment, Ink, Matrix, align, features, lay, refine
from onething.documents.compare.forms import Form, PixelBox, form_of
from onething.documents.compare.hints import picture_hints
from onething.documents.compare.inks import as_seen, camera_of, ink_of, likeness, nudge
from onething.documents.compare.issued import certificate_form, pdf_form
from onething.documents.compare.models import Comparison, FieldComparison, Verdict
from onething.documents.compare.picture import difference_picture
from onething.documents.lines import Pixels

__all__ = ["Comparison", "Form", "certificate_form", "compare_paper", "form_of", "pdf_form"]

DIFFERS, SAME = 0.62, 0.66
"""Likeness of the worst window below which print differs, and from which it is the same (docs/documents.md: how found)."""
_NOISE = 0.03
_WINDOW = 0.17
"""A window's sigma as a share of the height of the print: about half a character in all."""
_PAD, _REACH = 10, 4
_OTHER_RECORD = 0.5
"""Share of the fields that must differ before it is another record and not an altered paper."""


@dataclass(frozen=True)
class Laid:
    """A photograph laid over a form, both as print."""

    alignment: Alignment
    matrix: Matrix
    photo: Ink
    seen: Ink
    """The form as the camera would have shown it."""


def compare_paper(form: Form, photograph: Pixels, *, hints: bool = True) -> Comparison:
    """Compare a photograph (RGB, upright or not) with the issued form of a record.

    `hints=False` leaves the search for tampering out, which takes about as long again.
    """
    laid = lay_over(form, photograph)
    found_hints = tuple(picture_hints(photograph, sheet_of(form, laid, photograph))) if hints else ()
    if laid is None:
        return Comparison(
            verdict="other_paper", hints=found_hints, what=words.OTHER_PAPER[0], todo=words.OTHER_PAPER[1]
        )
    fields = tuple(_fields(form, laid, photograph.shape[1], photograph.shape[0]))
    verdict = _verdict(fields)
    what, todo = words.VERDICTS[verdict]
    places = [form.places[field.name] for field in fields if field.verdict == "differs"]
    return Comparison(
        verdict=verdict, fields=fields, hints=found_hints, matches=laid.alignment.matches, what=what, todo=todo,
        difference=difference_picture(form, lay(photograph, laid.matrix, form.size), laid, places) if places else None,
    )  # fmt: skip


def lay_over(form: Form, photograph: Pixels) -> Laid | None:
    """The photograph over the form, to a fraction of a pixel; None when it shows another kind of paper."""
    grey = np.asarray(cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY), np.uint8)
    alignment = align(form.features, features(grey), form.size)
    if alignment is None:
        return None
    first = ink_of(lay(photograph, alignment.matrix, form.size))
    matrix = refine(form.ink, first) @ alignment.matrix
    photo = ink_of(lay(photograph, matrix, form.size))
    return Laid(alignment, matrix, photo, as_seen(form.ink, camera_of(form.ink, photo)))


def sheet_of(form: Form, laid: Laid | None, photograph: Pixels) -> NDArray[np.uint8] | None:
    """Where on the photograph the sheet lies, without its rim; None when that is not known."""
    if laid is None:
        return None
    mask = np.full((form.size[1], form.size[0]), 255, np.uint8)
    mask[:24], mask[-24:], mask[:, :24], mask[:, -24:] = 0, 0, 0, 0
    size = (photograph.shape[1], photograph.shape[0])
    return np.asarray(cv2.warpPerspective(mask, np.linalg.inv(laid.matrix), size, flags=cv2.INTER_NEAREST), np.uint8)


def _fields(form: Form, laid: Laid, width: int, height: int) -> Iterator[FieldComparison]:
    back = np.linalg.inv(laid.matrix)
    for name, place in form.places.items():
        found = field_likeness(form, laid, place)
        verdict = "differs" if found < DIFFERS else "same" if found >= SAME else "unclear"
        left, top, right, bottom = place
        box = np.array([[[left, top]], [[right, top]], [[right, bottom]], [[left, bottom]]], np.float32)
        seen = cv2.perspectiveTransform(box, back)[:, 0] / np.array([width, height], np.float32)
        corners = tuple((round(float(x), 4), round(float(y), 4)) for x, y in seen)
        yield FieldComparison(
            name=name, verdict=verdict, likeness=round(found, 3), record=form.values.get(name, ""), corners=corners,
            reason=words.FIELD[verdict],
        )  # fmt: skip


def field_likeness(form: Form, laid: Laid, place: PixelBox) -> float:
    """The likeness of the worst window of a field's print, −1 … 1."""
    seen, photo = field_pair(form, laid, place)
    window = float(np.clip(_WINDOW * glyph_height(form.ink, place), 4.0, 12.0))
    return float(likeness(seen, photo, window, _NOISE).min())


def field_pair(form: Form, laid: Laid, place: PixelBox) -> tuple[Ink, Ink]:
    """A field's print as it should look and as it looks, shifted onto each other."""
    height, width = form.ink.shape
    left, top = max(place[0] - _PAD, _REACH), max(place[1] - _PAD, _REACH)
    right, bottom = min(place[2] + _PAD, width - _REACH), min(place[3] + _PAD, height - _REACH)
    seen = laid.seen[top:bottom, left:right]
    photo, _ = nudge(seen, laid.photo[top - _REACH : bottom + _REACH, left - _REACH : right + _REACH], _REACH)
    return seen, photo


def glyph_height(ink: Ink, place: PixelBox) -> float:
    """How high the print of a field is, in pixels: its tallest run of rows with ink."""
    left, top, right, bottom = place
    rows = np.r_[0, (ink[top:bottom, left:right].max(axis=1) > 0.3).astype(np.int8), 0]
    edges = np.flatnonzero(np.diff(rows))
    runs = edges[1::2] - edges[::2]
    return float(runs.max()) if len(runs) else float(bottom - top)


def _verdict(fields: tuple[FieldComparison, ...]) -> Verdict:
    count = len(fields)
    differs = sum(field.verdict == "differs" for field in fields)
    if not count:
        return "unclear"
    if differs > _OTHER_RECORD * count and differs >= 2:
        return "other_record"
    if differs:
        return "differs"
    return "unclear" if any(field.verdict == "unclear" for field in fields) else "same"
