"""From a photograph to an upright, flat page: sheet found and straightened, turned the right way, seals bleached."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from onething.documents.lines import Pixels, Quad

Points = NDArray[np.float32]


def bleach(picture: Pixels) -> Pixels:
    """The page without red seals and uneven light, as three equal grey channels.

    The red channel shows red ink almost as paper; what is left of it is lifted by how red it is, unless it is as dark
    as print (a letter under the seal). Dividing by the local paper level takes shadows out.
    """
    red = np.ascontiguousarray(picture[..., 0])
    level = _paper_level(red)
    flat = red / level
    others = cv2.addWeighted(picture[..., 1], 0.5, picture[..., 2], 0.5, 0)
    redness = np.clip((red - others.astype(np.float32)) / level - 0.1, 0, None)
    light = np.clip((flat - 0.4) / 0.2, 0, 1)
    lifted = np.clip((flat + 0.7 * redness * light) * 245, 0, 250).astype(np.uint8)
    return np.repeat(lifted[..., None], 3, axis=2)


def even(picture: Pixels) -> Pixels:
    """The page in even light with whatever is printed in red still on it, for forms whose labels are red."""
    green = np.ascontiguousarray(picture[..., 1])
    flat = np.clip(green / _paper_level(green) * 245, 0, 250).astype(np.uint8)
    return np.repeat(flat[..., None], 3, axis=2)


def _paper_level(channel: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The brightness of the bare paper around every point."""
    small = cv2.resize(channel, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    size = max(9, (max(small.shape) // 24) | 1)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), size / 2)
    whole = cv2.resize(paper, (channel.shape[1], channel.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.maximum(whole, 40).astype(np.float32)


def find_sheet(picture: Pixels, quads: Sequence[Quad]) -> Points | None:
    """Corners (clockwise from left top) of one sheet of paper that stands out from its ground, or None.

    Only believed when it is convex with straight edges, fills between a fifth and nearly all of the picture, and holds
    all the text in `quads`: the edge of a shadow looks like the edge of a sheet, but text goes on behind it.
    """
    scale = 480 / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lab = np.asarray(cv2.cvtColor(cv2.medianBlur(small, 5), cv2.COLOR_RGB2LAB), np.uint8)
    area = float(small.shape[0] * small.shape[1])
    best: tuple[float, Points] | None = None
    for mask in _masks(lab):
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            hull = cv2.convexHull(contour)
            covered = cv2.contourArea(hull) / area
            if not 0.2 < covered < 0.985:
                continue
            shape = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)
            if len(shape) != 4:
                continue
            quad = shape.reshape(4, 2).astype(np.float32)
            fit = cv2.contourArea(contour) / max(cv2.contourArea(shape), 1.0)
            if (
                fit > 0.9
                and _right_angled(quad)
                and _holds(quad / np.float32(scale), quads)
                and (best is None or covered > best[0])
            ):
                best = (covered, quad)
    return None if best is None else _clockwise(best[1] / np.float32(scale))


def _holds(sheet: Points, quads: Sequence[Quad]) -> bool:
    """Whether (nearly) every corner of the text lies on the sheet."""
    points = [point for quad in quads for point in quad]
    outline = sheet.reshape(-1, 1, 2).astype(np.float32)
    slack = -0.01 * float(np.linalg.norm(sheet[2] - sheet[0]))
    inside = [cv2.pointPolygonTest(outline, (float(p[0]), float(p[1])), True) >= slack for p in points]
    return not points or sum(inside) >= 0.98 * len(inside)


def _masks(lab: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Guesses of where the sheet is: unlike the picture's rim, and brighter than Otsu's threshold."""
    rim = np.concatenate([lab[:4].reshape(-1, 3), lab[-4:].reshape(-1, 3), lab[:, :4].reshape(-1, 3), lab[:, -4:].reshape(-1, 3)])  # fmt: skip
    distance = np.linalg.norm(lab.astype(np.float32) - np.median(rim, axis=0).astype(np.float32), axis=2)
    apart = np.clip(distance * 2, 0, 255).astype(np.uint8)
    masks: list[NDArray[np.uint8]] = []
    for grey in (apart, lab[..., 0]):
        _, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
        masks.append(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)).astype(np.uint8))
    return masks


def _right_angled(quad: Points) -> bool:
    """All corners between 60 and 120 degrees, as a sheet seen at a usable slant has."""
    for i in range(4):
        a, b = quad[i - 1] - quad[i], quad[(i + 1) % 4] - quad[i]
        cosine = float(a @ b) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-6)
        if abs(cosine) > 0.5:
            return False
    return True


def _clockwise(quad: Points) -> Points:
    middle = quad.mean(axis=0)
    angles = np.arctan2(quad[:, 1] - middle[1], quad[:, 0] - middle[0])
    ordered = quad[np.argsort(angles)]
    return np.roll(ordered, -int(np.argmin(ordered.sum(axis=1))), axis=0)


def flatten(picture: Pixels, corners: Points, margin: float = 0.015) -> tuple[Pixels, NDArray[np.float64]]:
    """The sheet under `corners` as a rectangle with a small margin, and the homography that took it there."""
    wide = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    high = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
    pad = margin * max(wide, high)
    w, h = round(float(wide + 2 * pad)), round(float(high + 2 * pad))
    target = np.array([[pad, pad], [w - pad, pad], [w - pad, h - pad], [pad, h - pad]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    flat = cv2.warpPerspective(picture, matrix, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8), np.asarray(matrix, np.float64)


def moved(quads: Sequence[Quad], matrix: NDArray[np.float64]) -> list[Quad]:
    """Quads under a homography."""
    return [np.asarray(cv2.perspectiveTransform(q[None], matrix)[0], np.float32) for q in quads]


def trim(picture: Pixels, quads: Sequence[Quad], margin: float = 0.12) -> tuple[Pixels, list[Quad]]:
    """The part of the picture with text on it, when that is clearly less than the whole."""
    points = np.concatenate(quads)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    pad = margin * max(right - left, bottom - top)
    height, width = picture.shape[:2]
    x, y = max(0, int(left - pad)), max(0, int(top - pad))
    x2, y2 = min(width, int(right + pad)), min(height, int(bottom + pad))
    if (x2 - x) * (y2 - y) > 0.75 * width * height:
        return picture, list(quads)
    return np.ascontiguousarray(picture[y:y2, x:x2]), [quad - np.array([x, y], np.float32) for quad in quads]


def height(quad: Quad) -> float:
    """The shorter extent of a line's quad, in pixels."""
    return float(min(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])))


def slant(quads: Sequence[Quad]) -> float | None:
    """The direction of the lines in degrees, −90 … 90, clockwise positive; None without long lines.

    A picture lying on its side gives about ±90: its lines run up or down.
    """
    angles: list[float] = []
    weights: list[float] = []
    for quad in quads:
        across, down = quad[1] - quad[0], quad[3] - quad[0]
        long, short = (across, down) if np.linalg.norm(across) >= np.linalg.norm(down) else (down, across)
        length = float(np.linalg.norm(long))
        if length < 2.0 * float(np.linalg.norm(short)):
            continue
        angles.append(np.degrees(np.arctan2(long[1], long[0])))
        weights.append(length)
    if not angles:
        return None
    doubled = np.radians(np.array(angles) * 2)
    mean = np.arctan2(np.average(np.sin(doubled), weights=weights), np.average(np.cos(doubled), weights=weights))
    return float(np.degrees(mean) / 2)


def turn(picture: Pixels, degrees: float) -> Pixels:
    """The picture turned clockwise by `degrees`; quarter turns lose nothing, others grow the canvas."""
    quarters = round(degrees / 90)
    if quarters % 4:
        picture = np.ascontiguousarray(np.rot90(picture, -(quarters % 4)))
    rest = degrees - 90 * quarters
    if abs(rest) < 0.3:
        return picture
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -rest, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    w, h = int(height * sin + width * cos), int(height * cos + width * sin)
    matrix[:, 2] += [(w - width) / 2, (h - height) / 2]
    turned = cv2.warpAffine(picture, matrix, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8)


def turn_quads(quads: Sequence[Quad], width: int, height: int) -> list[Quad]:
    """Quads after a half turn of a picture of this size; corners are renamed so that text reads left to right."""
    return [np.roll(np.array([width, height], np.float32) - quad, 2, axis=0) for quad in quads]


def mirror(picture: Pixels) -> Pixels:
    """Left and right exchanged."""
    return np.ascontiguousarray(picture[:, ::-1])


def mirror_quads(quads: Sequence[Quad], width: int) -> list[Quad]:
    """Quads after `mirror` of a picture this wide; corners are renamed so that text reads left to right."""
    across = np.array([-1, 1], np.float32)
    return [(quad * across + np.array([width, 0], np.float32))[[1, 0, 3, 2]] for quad in quads]


def over_the_edge(quads: Sequence[Quad], width: int, height: int) -> bool:
    """Whether a line of print touches the rim of the picture, so that some of it is likely outside."""
    slack = 0.003 * max(width, height)
    for quad in quads:
        left, top = quad.min(axis=0)
        right, bottom = quad.max(axis=0)
        if left < slack or top < slack or right > width - slack or bottom > height - slack:
            return True
    return False
