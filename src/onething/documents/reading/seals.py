"""Red seals on a page: where they are and of what shape. Hints for the officer and for "this copy bears no seal"."""

import cv2
import numpy as np

from onething.documents.lines import Pixels
from onething.documents.models import ReadSeal

SIDE = 700
SMALLEST, LARGEST = 0.045, 0.4
"""Extent of a seal as shares of the page's longer side."""
ROUND = 0.8
"""Shorter through longer extent from which a seal is called round."""
MOST = 6


def find_seals(picture: Pixels) -> tuple[ReadSeal, ...]:
    """Seals on an upright RGB page, largest first.

    Red ink is more red than the page's own tint; its strokes are joined to one blob, whose outline must be round, oval
    or square and neither full of red (a portrait's ground, an emblem's field) nor nearly empty.
    """
    scale = min(1.0, SIDE / max(picture.shape[:2]))
    small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.int16)
    redness = small[..., 0] - np.maximum(small[..., 1], small[..., 2])
    redness -= int(np.median(redness))
    ink = (redness > 28).astype(np.uint8) * 255
    ink[:3], ink[-3:], ink[:, :3], ink[:, -3:] = 0, 0, 0, 0
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11)))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    side = float(max(small.shape[:2]))
    found: list[ReadSeal] = []
    for contour in contours:
        seal = _seal(contour, np.asarray(ink, np.uint8), side)
        if seal is not None:
            found.append(seal)
    return tuple(sorted(found, key=lambda seal: -seal.box[2] * seal.box[3])[:MOST])


def _seal(contour: cv2.typing.MatLike, ink: Pixels, side: float) -> ReadSeal | None:
    hull = cv2.convexHull(contour)
    if len(hull) < 5:
        return None
    (_, _), (a, b), _ = cv2.minAreaRect(hull)
    longer, shorter = max(a, b), min(a, b)
    if not SMALLEST * side < longer < LARGEST * side or shorter < 0.5 * longer:
        return None
    x, y, w, h = cv2.boundingRect(hull)
    inside = np.zeros((h, w), np.uint8)
    cv2.drawContours(inside, [hull - np.array([x, y])], -1, 255, -1)
    area = max(float(cv2.contourArea(hull)), 1.0)
    filled = float(((ink[y : y + h, x : x + w] > 0) & (inside > 0)).sum()) / area
    if not 0.08 < filled < 0.75:
        return None
    roundness = area / max(longer * shorter, 1.0)  # a circle fills 0.785 of its square
    shape = "square" if roundness > 0.9 else "round" if shorter / longer > ROUND else "oval"
    height, width = ink.shape[:2]
    box = (round(x / width, 4), round(y / height, 4), round(w / width, 4), round(h / height, 4))
    return ReadSeal(shape=shape, box=box)
