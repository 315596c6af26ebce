"""A picture of the difference: for each field the record's print, the photograph's, and where they part, in red."""

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from onething.documents.compare.align import Ink
from onething.documents.compare.forms import Form, PixelBox
from onething.documents.lines import Pixels

_MARGIN = 14
_GAP = 6
MOST = 12


class LaidPrint(Protocol):
    """What is drawn from: the photograph's print, and the form's as the camera would show it."""

    @property
    def photo(self) -> Ink: ...
    @property
    def seen(self) -> Ink: ...


def difference_picture(form: Form, laid: Pixels, prints: LaidPrint, places: Sequence[PixelBox]) -> bytes:
    """PNG with one block a place: above the record, below the photograph, red where ink is missing or too much."""
    blocks = [_block(form.picture, laid, prints, place) for place in places[:MOST]]
    width = max(block.shape[1] for block in blocks)
    padded = [
        cv2.copyMakeBorder(b, 0, 2 * _GAP, 0, width - b.shape[1], cv2.BORDER_CONSTANT, value=(255, 255, 255)) for b in blocks
    ]  # fmt: skip
    picture = np.concatenate(padded, axis=0)
    return bytes(cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]))[1])


def _block(form: Pixels, laid: Pixels, prints: LaidPrint, place: PixelBox) -> NDArray[np.uint8]:
    height, width = form.shape[:2]
    # What was put in its place may be longer than the record's print.
    longer = max(_MARGIN, (place[2] - place[0]) // 3)
    left, top = max(place[0] - _MARGIN, 0), max(place[1] - _MARGIN, 0)
    right, bottom = min(place[2] + longer, width), min(place[3] + _MARGIN, height)
    above, below = form[top:bottom, left:right], laid[top:bottom, left:right].copy()
    apart = np.abs(prints.seen[top:bottom, left:right] - prints.photo[top:bottom, left:right])
    apart = np.asarray(cv2.GaussianBlur(apart, (0, 0), 2.0), np.float32)
    share = np.clip((apart - 0.12) / 0.25, 0, 0.65)[..., None]
    red = np.array([220, 30, 30], np.float32)
    below = np.asarray(below * (1 - share) + red * share, np.uint8)
    line = np.full((_GAP, above.shape[1], 3), 255, np.uint8)
    return np.concatenate([above, line, below], axis=0)
