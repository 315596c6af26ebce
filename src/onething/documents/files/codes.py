"""QR and bar codes on a page, by zxing-cpp: what they say, for comparing with the print."""

import importlib
from typing import Any

import cv2
import numpy as np

from onething.documents.lines import Pixels
from onething.documents.models import Box, ReadCode

FORMATS = ("QRCode", "MicroQRCode", "DataMatrix", "PDF417", "Code128", "Code39", "Aztec")
"""Those that Chinese papers bear and that check themselves; weaker ones are found in any row of strokes."""
MOST = 8
LONGEST = 600
"""Characters kept of one code; a longer one is a form of its own and no copy of a few printed values."""
SMALL_SIDE = 1200


def _zxing() -> Any:
    return importlib.import_module("zxingcpp")  # has no type information


def read_codes(picture: Pixels) -> tuple[ReadCode, ...]:
    """Codes on an upright RGB page. Tried on a smaller copy first, where blur and noise matter less, then as it is."""
    scale = SMALL_SIDE / max(picture.shape[:2])
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    found: tuple[ReadCode, ...] = ()
    if scale < 1:
        found = _read(np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8))
    return found or _read(grey)


def _read(grey: Pixels) -> tuple[ReadCode, ...]:
    library = _zxing()
    formats = [getattr(library.BarcodeFormat, name) for name in FORMATS]
    height, width = grey.shape[:2]
    found: list[ReadCode] = []
    for code in library.read_barcodes(grey, formats=formats, try_invert=False)[:MOST]:
        text = str(code.text)
        if not code.valid or not text:
            continue
        corners = [
            code.position.top_left,
            code.position.top_right,
            code.position.bottom_right,
            code.position.bottom_left,
        ]
        found.append(
            ReadCode(kind=str(code.format).rsplit(".", 1)[-1], text=text[:LONGEST], box=_box(corners, width, height))
        )
    return tuple(found)


def _box(corners: list[Any], width: int, height: int) -> Box:
    xs, ys = [c.x / width for c in corners], [c.y / height for c in corners]
    box = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return tuple(round(float(min(max(v, 0.0), 1.0)), 4) for v in box)  # type: ignore[return-value]
