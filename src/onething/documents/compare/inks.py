"""Is the same print there? The form's print is blurred as the photograph is, then structure is compared window by window.

The measure is the contrast-structure part of SSIM (Z. Wang et al., IEEE TIP 13, 2004) on ink, not on grey: uneven light
and seals are taken out before.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from onething.documents.compare.align import Ink
from onething.documents.lines import Pixels
from onething.documents.reading.upright import bleach

_KERNEL = 9
_SAMPLE = 24_000


def ink_of(picture: Pixels) -> Ink:
    """Print without seals, shadows and paper."""
    grey = bleach(picture)[..., 0].astype(np.float32)
    return np.asarray(np.clip((232 - grey) / 232, 0, 1), np.float32)


def camera_of(form: Ink, laid: Ink, size: int = _KERNEL) -> Ink:
    """The kernel (blur, shake, contrast, rest of shift) that makes the form's print look like the photograph's.

    Least squares over the pixels near print, with a little ridge; one altered field of many hardly moves it.
    """
    half = size // 2
    near = cv2.dilate(form, np.ones((size, size), np.uint8)) > 0.15
    near[:half], near[-half:], near[:, :half], near[:, -half:] = False, False, False, False
    ys, xs = np.nonzero(near)
    if len(ys) < 400:
        kernel = np.zeros((size, size), np.float32)
        kernel[half, half] = 1
        return kernel
    keep = np.linspace(0, len(ys) - 1, min(_SAMPLE, len(ys))).astype(int)
    ys, xs = ys[keep], xs[keep]
    columns = [form[ys + dy, xs + dx] for dy in range(-half, half + 1) for dx in range(-half, half + 1)]
    table = np.stack(columns, axis=1).astype(np.float64)
    seen = laid[ys, xs].astype(np.float64)
    square = table.T @ table + 0.002 * len(ys) * np.eye(size * size)
    return np.linalg.solve(square, table.T @ seen).reshape(size, size).astype(np.float32)


def as_seen(form: Ink, kernel: Ink) -> Ink:
    """The form's print as that camera would show it."""
    return np.asarray(cv2.filter2D(form, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)


def nudge(seen: Ink, laid: Ink, reach: int = 4) -> tuple[Ink, float]:
    """The part of `laid` (which has `reach` more on each side) that fits `seen` best, and how well (−1 … 1)."""
    if float(seen.std()) < 1e-4:
        return laid[reach:-reach, reach:-reach], 0.0
    found = cv2.matchTemplate(laid, seen, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(found)
    height, width = seen.shape
    return laid[y : y + height, x : x + width], float(best)


def likeness(seen: Ink, laid: Ink, window: float, noise: float) -> NDArray[np.float32]:
    """At each pixel how alike the print around it is, −1 … 1. `window` is a Gaussian's sigma in pixels."""

    def around(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), window), np.float32)

    mean_a, mean_b = around(seen), around(laid)
    var_a, var_b = around(seen * seen) - mean_a**2, around(laid * laid) - mean_b**2
    both = around(seen * laid) - mean_a * mean_b
    return np.asarray((2 * both + noise) / (np.maximum(var_a, 0) + np.maximum(var_b, 0) + noise), np.float32)
