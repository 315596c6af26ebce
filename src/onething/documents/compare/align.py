"""Laying a photograph over the issued form: SIFT features, RANSAC, then a second look at small patches of print.

SIFT: D. G. Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 60 (2004). RANSAC by MAGSAC++
(D. Barath et al., CVPR 2020) as OpenCV implements it.
"""
# pyright: standard
# The stubs of OpenCV 5 lack its features, and say never None where it is None.

from dataclasses import dataclass
from typing import Any

import cv2 as _cv2
import numpy as np
from numpy.typing import NDArray

from onething.documents.lines import Pixels

cv2: Any = _cv2

Ink = NDArray[np.float32]
"""How dark print is, 0 paper to 1 black."""
Matrix = NDArray[np.float64]

_SIDE = 1000
"""Features are looked for at this size: finer ones are noise in a photograph."""
_ENOUGH = 18
"""Matches that agree; two different papers hardly ever reach ten."""
_PATCH, _REACH = 28, 9
"""Half the side of a patch, and how far it may have moved, in pixels of the form."""


@dataclass(frozen=True)
class Alignment:
    """`matrix` takes points of the photograph to the form; `matches` agree on it."""

    matrix: Matrix
    matches: int


@dataclass(frozen=True)
class Features:
    """Features of one picture, in its own pixels."""

    points: NDArray[np.float32]
    words: NDArray[np.float32]


def features(grey: NDArray[np.uint8]) -> Features:
    """SIFT features of a grey picture; none at all for an empty one."""
    scale = min(1.0, _SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    found, words = cv2.SIFT_create(nfeatures=2200, contrastThreshold=0.03).detectAndCompute(small, None)
    if words is None or not len(found):
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    points = np.array([point.pt for point in found], np.float32) / np.float32(scale)
    # RootSIFT (Arandjelović and Zisserman, CVPR 2012): Hellinger instead of Euclidean distance.
    words = np.sqrt(words / np.maximum(words.sum(axis=1, keepdims=True), 1e-6))
    return Features(points, np.asarray(words, np.float32))


def align(form: Features, photo: Features, size: tuple[int, int]) -> Alignment | None:
    """How the photograph lies on a form of `size` (width, height); None when it shows no such paper."""
    if len(form.points) < _ENOUGH or len(photo.points) < _ENOUGH:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(photo.words, form.words, k=2)
    good = [first for first, *second in pairs if second and first.distance < 0.8 * second[0].distance]
    if len(good) < _ENOUGH:
        return None
    source = photo.points[[match.queryIdx for match in good]]
    target = form.points[[match.trainIdx for match in good]]
    cv2.setRNGSeed(1)  # the same pair gives the same answer each time
    matrix, mask = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 5.0, maxIters=4000, confidence=0.999)
    if matrix is None or mask is None or int(mask.sum()) < _ENOUGH:
        return None
    matrix = np.asarray(matrix, np.float64)
    return Alignment(matrix, int(mask.sum())) if _possible(matrix, size) else None


def _possible(matrix: Matrix, size: tuple[int, int]) -> bool:
    """A sheet seen from above is a convex shape of some size, seen from its front."""
    try:
        back = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return False
    width, height = size
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float32)
    seen = cv2.perspectiveTransform(corners, back)[:, 0]
    area = float(cv2.contourArea(seen.astype(np.float32), oriented=True))
    return bool(cv2.isContourConvex(seen.astype(np.float32))) and area > 0.02 * width * height


def refine(form: Ink, laid: Ink) -> Matrix:
    """What still takes the laid photograph to the form: patches of print are found again nearby, most must agree."""
    here: list[tuple[float, float]] = []
    there: list[tuple[float, float]] = []
    height, width = form.shape
    grey = np.asarray(form * 255, np.uint8)
    corners = cv2.goodFeaturesToTrack(grey, 160, 0.02, 36)
    for x, y in corners[:, 0] if corners is not None else ():
        left, top = int(x) - _PATCH, int(y) - _PATCH
        right, bottom = int(x) + _PATCH, int(y) + _PATCH
        if left < _REACH or top < _REACH or right > width - _REACH or bottom > height - _REACH:
            continue
        patch = form[top:bottom, left:right]
        ground = laid[top - _REACH : bottom + _REACH, left - _REACH : right + _REACH]
        found = cv2.matchTemplate(ground, patch, cv2.TM_CCOEFF_NORMED)
        _, best, _, (dx, dy) = cv2.minMaxLoc(found)
        if best > 0.6 and 0 < dx < 2 * _REACH and 0 < dy < 2 * _REACH:
            fx, fy = _peak(found, dx, dy)
            here.append((x + fx - _REACH, y + fy - _REACH))
            there.append((x, y))
    if len(here) < 12:
        return np.eye(3)
    cv2.setRNGSeed(1)
    matrix, mask = cv2.findHomography(np.array(here, np.float32), np.array(there, np.float32), cv2.RANSAC, 1.5)
    if matrix is None or mask is None or int(mask.sum()) < 10:
        return np.eye(3)
    return np.asarray(matrix, np.float64)


def _peak(found: NDArray[np.float32], x: int, y: int) -> tuple[float, float]:
    """The top of the hill between pixels, by a parabola each way."""

    def top(before: float, at: float, after: float) -> float:
        bend = before - 2 * at + after
        return 0.0 if abs(bend) < 1e-9 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))

    return (
        x + top(float(found[y, x - 1]), float(found[y, x]), float(found[y, x + 1])),
        y + top(float(found[y - 1, x]), float(found[y, x]), float(found[y + 1, x])),
    )


def lay(picture: Pixels, matrix: Matrix, size: tuple[int, int]) -> Pixels:
    """The photograph as the form sees it; what it does not show is white."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if scale < 0.8:  # shrinking without a filter would make false edges
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.35 / max(scale, 0.05)), np.uint8)
    laid = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    return np.asarray(laid, np.uint8)
