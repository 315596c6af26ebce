"""Advice on a photo before anything is read: blurred, dark, washed out, empty. A hopeless one is not read at all."""

import cv2
import numpy as np

from onething.documents.errors import problem
from onething.documents.lines import Pixels
from onething.documents.models import ReadProblem

SIDE = 1000
"""Everything is measured on a copy of this size, so that cameras compare."""
BLURRED, HOPELESS = 9.0, 2.6
"""Strength of the sharpest edges (99th percentile of the Laplacian) below which print suffers, and is gone."""
SHARP = 12.0
"""Strength of the sharpest edges of all that no blurred picture reaches."""
DARK, BLACK = 70, 22
"""Brightness (95th percentile, 0–255) below which it is too dark, and black."""


def quality(picture: Pixels) -> list[ReadProblem]:
    """Warnings on an RGB photo; an `error` among them means that trying to read it is a waste of her time."""
    scale = SIDE / max(picture.shape[:2])
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    bright = float(np.percentile(grey, 95))
    if bright < BLACK:
        return [problem("too_dark")]
    found: list[ReadProblem] = []
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_32F))
    sharpness, sharpest = (float(value) for value in np.percentile(edges, (99, 99.9)))
    if sharpest > SHARP and sharpest > 3 * sharpness:
        sharpness = sharpest  # a line or two on an empty page: few edges, but sharp ones
    if sharpness < HOPELESS:
        return [problem("too_blurred")]
    if sharpness < BLURRED:
        found.append(problem("blurred", severity="warning"))
    if bright < DARK:
        found.append(problem("dark", severity="warning"))
    if _glare(grey):
        found.append(problem("glare", severity="warning"))
    return found


def hopeless(problems: list[ReadProblem]) -> bool:
    """Whether reading need not be tried."""
    return any(found.severity == "error" for found in problems)


def _glare(grey: Pixels) -> bool:
    """One burnt-out patch of a noticeable size on paper that is not itself white."""
    if float(np.median(grey)) > 215:
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats((grey >= 253).astype(np.uint8))
    return len(stats) > 1 and int(stats[1:, cv2.CC_STAT_AREA].max()) > 0.03 * grey.size


def is_blank(picture: Pixels) -> bool:
    """One even colour from edge to edge."""
    small = cv2.resize(picture, (160, 160), interpolation=cv2.INTER_AREA)
    return float(small.reshape(-1, 3).std(axis=0).max()) < 2.0
