"""An upload beside the paper as its issuer printed it, and an upload alone: what an officer is shown of both."""

import io
from collections.abc import Mapping, Sequence
from itertools import islice

import cv2
import numpy as np
from PIL import Image

from onething.core.errors import Problem
from onething.documents import errors
from onething.documents.compare.comparing import compare_paper
from onething.documents.compare.forms import Form, PixelBox
from onething.documents.compare.hints import picture_hints
from onething.documents.compare.issued import pdf_form
from onething.documents.compare.models import Comparison, Hint
from onething.documents.files.pages import decode, open_pages
from onething.documents.files.uploads import check_upload
from onething.documents.lines import Pixels

__all__ = ["Comparison", "Form", "Hint", "compare_upload", "issued_form", "marked", "traces"]

MARKED_SIDE = 1000


def issued_form(picture: bytes, places: Mapping[str, Sequence[int]], values: Mapping[str, str] | None = None) -> Form:
    """The issuer's own print: a picture with `places` in its pixels, or a PDF whose text says where `values` stand.

    Raises the `Problem`s of `check_upload`: what another agency sends is opened within the same bounds as an upload.
    """
    info = check_upload(picture, "issued")
    if info.media_type == "application/pdf":
        return pdf_form(picture, values)
    pixels = decode(picture)
    scale = pixels.shape[1] / info.width if info.width else 1.0
    height, width = pixels.shape[:2]
    boxes = {name: _inside([round(side * scale) for side in box], width, height) for name, box in places.items()}
    return Form(pixels, {name: box for name, box in boxes.items() if box is not None}, dict(values or {}))


def _inside(box: Sequence[int], width: int, height: int) -> PixelBox | None:
    left, top, right, bottom = max(box[0], 0), max(box[1], 0), min(box[2], width), min(box[3], height)
    return (left, top, right, bottom) if right - left > 2 and bottom - top > 2 else None


def compare_upload(form: Form, content: bytes, page: int = 0) -> Comparison:
    """The page of an uploaded file against the issuer's print; 1–4 s. Raises `Problem` when it cannot be opened."""
    return compare_paper(form, _pixels(content, page))


def traces(content: bytes, page: int = 0) -> tuple[Hint, ...]:
    """Signs of work on the picture, from the upload alone: hints for a person, never verdicts; about 1 s."""
    return tuple(picture_hints(_pixels(content, page)))


def marked(content: bytes, hints: Sequence[Hint], page: int = 0) -> bytes:
    """The page as it was uploaded, small, with the places of the hints framed: JPEG without metadata."""
    picture = np.array(_pixels(content, page))
    height, width = picture.shape[:2]
    line = max(2, width // 300)
    for hint in hints:
        for left, top, wide, high in hint.boxes:
            first = (round(left * width) - line, round(top * height) - line)
            last = (round((left + wide) * width) + line, round((top + high) * height) + line)
            cv2.rectangle(picture, first, last, (200, 30, 30), line)
    small = Image.fromarray(picture)
    small.thumbnail((MARKED_SIDE, MARKED_SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()


def _pixels(content: bytes, page: int) -> Pixels:
    found = next(islice(open_pages(content, ""), page, None), None)
    if found is None:
        raise Problem(errors.EMPTY_PDF)
    return found.pixels
