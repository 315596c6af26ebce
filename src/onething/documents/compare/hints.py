"""Signs that a photograph was worked on. Hints for a person, never verdicts: honest pictures can show them too.

Copy-move: two places that share even the camera's noise (keypoints as I. Amerini et al., IEEE TIFS 6, 2011, then the noise
itself is compared, because print repeats itself but noise does not). Error level: N. Krawetz, "A Picture's Worth", 2007:
what was pasted in after the first compression has another level.
"""
# pyright: standard
# The stubs of OpenCV 5 lack its features, and say never None where it is None.

from collections.abc import Iterator
from typing import Any

import cv2 as _cv2
import numpy as np
from numpy.typing import NDArray

from onething.documents.compare import words
from onething.documents.compare.models import Hint
from onething.documents.lines import Pixels
from onething.documents.models import Box

cv2: Any = _cv2

Grey = NDArray[np.float32]

_HALF = 10
"""Half the side of the square whose noise is compared."""
_NOISE_ALIKE = 0.8
_PAIRS = 6
"""Keypoints that must move together: one pair is chance."""
_BLOCK = 24
_NEIGHBOURS = 61
_LEVEL = 9.0
"""Robust deviations of a block's error level from blocks with as much print."""


def picture_hints(photo: Pixels, paper: NDArray[np.uint8] | None = None) -> Iterator[Hint]:
    """All hints about one photograph; `paper` is not 0 where the sheet is, if that is known."""
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), np.uint8)
    yield from copy_move(grey)
    yield from error_level(photo, grey, paper)


def copy_move(grey: NDArray[np.uint8]) -> Iterator[Hint]:
    """Print that was copied within the picture."""
    points, words_ = cv2.SIFT_create(nfeatures=3000, contrastThreshold=0.03).detectAndCompute(grey, None)
    if words_ is None or len(points) < 8:
        return
    noise = grey.astype(np.float32) - cv2.medianBlur(grey, 3).astype(np.float32)
    at = np.array([point.pt for point in points], np.float32)
    moves: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for near in cv2.BFMatcher(cv2.NORM_L2).knnMatch(words_, words_, k=4):
        for match in near[1:]:
            a, b = match.queryIdx, match.trainIdx
            shift = at[b] - at[a]
            if match.distance < 120 and float(np.hypot(*shift)) > 2 * _HALF and (shift[1], shift[0]) > (0, 0):
                dx, dy = round(float(shift[0])), round(float(shift[1]))
                if _same_noise(noise, grey, at[a], dx, dy):
                    moves.setdefault((dx, dy), []).append((round(float(at[a][0])), round(float(at[a][1]))))
    best = max(moves.items(), key=lambda item: len(set(item[1])), default=None)
    if best is None or len(set(best[1])) < _PAIRS:
        return
    (dx, dy), spots = best
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    left, top, right, bottom = min(xs) - _HALF, min(ys) - _HALF, max(xs) + _HALF, max(ys) + _HALF
    boxes = tuple(_share((left + ox, top + oy, right + ox, bottom + oy), grey.shape) for ox, oy in ((0, 0), (dx, dy)))
    yield Hint(code="copy_move", what=words.COPY_MOVE, boxes=boxes, strength=float(len(set(spots))))


def _same_noise(noise: Grey, grey: NDArray[np.uint8], at: NDArray[np.float32], dx: int, dy: int) -> bool:
    x, y = round(float(at[0])), round(float(at[1]))
    height, width = noise.shape
    if not (_HALF <= x < width - _HALF and _HALF <= y < height - _HALF):
        return False
    if not (_HALF <= x + dx < width - _HALF and _HALF <= y + dy < height - _HALF):
        return False
    a = noise[y - _HALF : y + _HALF, x - _HALF : x + _HALF]
    b = noise[y + dy - _HALF : y + dy + _HALF, x + dx - _HALF : x + dx + _HALF]
    # Where print is, the median's residue is print as well: only paper between the strokes tells.
    paper = grey[y - _HALF : y + _HALF, x - _HALF : x + _HALF]
    flat = (np.abs(a) < 12) & (np.abs(b) < 12) & (paper > np.percentile(paper, 40))
    if int(flat.sum()) < 80:
        return False
    u, v = a[flat] - a[flat].mean(), b[flat] - b[flat].mean()
    size = float(np.sqrt((u @ u) * (v @ v)))
    return size > 40.0 and float(u @ v) / size > _NOISE_ALIKE


def error_level(photo: Pixels, grey: NDArray[np.uint8], paper: NDArray[np.uint8] | None = None) -> Iterator[Hint]:
    """A place whose compression error stands out among places with as much print. `paper` marks where the sheet is."""
    error, busy, inside = _levels(photo, grey, paper)
    if error is None or int(inside.sum()) < 200:
        return
    order = np.argsort(busy[inside])
    ranked = np.log(error[inside][order] + 0.05)
    padded = np.pad(ranked, _NEIGHBOURS // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _NEIGHBOURS)
    middle = np.median(windows, axis=1)
    spread = np.maximum(1.4826 * np.median(np.abs(windows - middle[:, None]), axis=1), 0.12)
    apart = np.zeros(len(order), np.float32)
    apart[order] = np.abs(ranked - middle) / spread
    field = np.zeros(error.shape, np.float32)
    field[inside] = apart
    # One block may be a speck; what was pasted in covers several beside each other.
    several = np.sort(np.stack([np.roll(field, shift, (0, 1)) for shift in ((0, 0), (0, 1), (1, 0), (1, 1))]), axis=0)[
        1
    ]
    y, x = np.unravel_index(int(np.argmax(several)), several.shape)
    if several[y, x] >= _LEVEL:
        box = (int(x - 1) * _BLOCK, int(y - 1) * _BLOCK, int(x + 1) * _BLOCK, int(y + 1) * _BLOCK)
        yield Hint(code="error_level", what=words.ERROR_LEVEL, boxes=(_share(box, grey.shape),), strength=round(float(several[y, x]), 1))  # fmt: skip


def _levels(photo: Pixels, grey: NDArray[np.uint8], paper: NDArray[np.uint8] | None) -> tuple[Grey | None, Grey, NDArray[np.bool_]]:  # fmt: skip
    """Per block: error after compressing once more, how busy it is, whether it is wholly on the sheet and has print."""
    nothing = np.zeros((1, 1), np.float32), np.zeros((1, 1), bool)
    again = cv2.imdecode(
        cv2.imencode(".jpg", photo[..., ::-1], [int(cv2.IMWRITE_JPEG_QUALITY), 90])[1], cv2.IMREAD_COLOR
    )
    rows, columns = grey.shape[0] // _BLOCK, grey.shape[1] // _BLOCK
    if again is None or rows < 6 or columns < 6:
        return None, *nothing
    whole = (columns * _BLOCK, rows * _BLOCK)

    def blocks(values: NDArray[np.float32]) -> Grey:
        cut = values[: whole[1], : whole[0]]
        return np.asarray(cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)

    error = blocks(np.abs(photo.astype(np.float32) - again[..., ::-1].astype(np.float32)).mean(axis=2))
    busy = blocks(np.abs(np.asarray(cv2.Laplacian(grey, cv2.CV_32F), np.float32)))
    inside = np.ones(error.shape, bool) if paper is None else blocks((paper > 0).astype(np.float32)) > 0.999
    return error, busy, inside & (busy > np.median(busy[inside]) if inside.any() else inside)


def _share(box: tuple[int, int, int, int], shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    left, top, right, bottom = box
    return (
        round(max(left, 0) / width, 4), round(max(top, 0) / height, 4),
        round((right - left) / width, 4), round((bottom - top) / height, 4),
    )  # fmt: skip
