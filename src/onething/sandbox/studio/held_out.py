"""Paper, ground, lamps and hand of pictures that nothing is tuned on: other code, other ranges, other randomness than
`photograph`, so that what holds here has not been learnt by heart. Grades mean the same: how bad it is.
"""

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Conditions:
    """Ranges of one grade. `path` (hand) and `focus` are pixels, `warp` shares of the side, the rest strengths."""

    creases: tuple[int, int]
    warp: float
    tint: float
    fibre: float
    lamp: tuple[float, float]
    glare: float
    focus: tuple[float, float]
    path: tuple[float, float]
    barrel: float
    noise: tuple[float, float]
    resent: int | None
    """JPEG quality of a first copy, where the picture was sent on."""


_GRADES: dict[str, _Conditions] = {
    "clean": _Conditions((0, 0), 0.0, 0.02, 1.5, (0.0, 0.08), 0.0, (0.0, 0.4), (0.0, 0.0), 0.0, (0.3, 1.2), None),
    "mild": _Conditions((0, 1), 0.0015, 0.05, 3.0, (0.1, 0.3), 0.1, (0.3, 0.9), (0.0, 2.0), 0.012, (1.0, 2.6), None),
    "heavy": _Conditions((1, 2), 0.003, 0.09, 4.5, (0.25, 0.5), 0.2, (0.6, 1.2), (0.5, 4.0), 0.03, (2.0, 5.0), 64),
}


def _noise(rng: random.Random, shape: tuple[int, ...]) -> Floats:
    return np.random.default_rng(rng.randrange(2**32)).normal(0, 1, shape).astype(np.float32)


def wear(page: Pixels, grade: str, rng: random.Random) -> Pixels:
    """The paper itself: fibres, age, creases where it was folded into a pocket."""
    terms = _GRADES[grade]
    height, width = page.shape[:2]
    out = page.astype(np.float32)
    fibre = (
        cv2.GaussianBlur(_noise(rng, (height, width)), (0, 0), 1.6) * 2
        + cv2.GaussianBlur(_noise(rng, (height, width)), (0, 0), 9) * 6
    )
    out += fibre[..., None] * terms.fibre
    age = rng.uniform(0, terms.tint)
    out *= np.array([1 - 0.2 * age, 1 - 0.5 * age, 1 - 1.4 * age], np.float32)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    shift_x, shift_y = np.zeros_like(xs), np.zeros_like(ys)
    for _ in range(rng.randint(*terms.creases)):
        across = rng.random() < 0.6
        angle = rng.uniform(-0.12, 0.12) + (0 if across else np.pi / 2)
        at = rng.uniform(0.3, 0.7) * (height if across else width)
        away = (
            (ys - at) * np.cos(angle) - (xs - (0 if across else at)) * np.sin(angle)
            if across
            else (xs - at) + (ys - height / 2) * np.sin(angle - np.pi / 2)
        )
        reach = 0.02 * max(height, width)
        bend = np.exp(-np.abs(away) / reach)
        out *= (1 - 0.16 * bend * np.sign(away) - 0.2 * np.exp(-((away / 2.2) ** 2)))[..., None]
        push = terms.warp * max(height, width) * bend
        shift_y += push if across else 0
        shift_x += 0 if across else push
    clipped = np.clip(out, 0, 255).astype(np.uint8)
    if not shift_x.any() and not shift_y.any():
        return clipped
    return np.asarray(
        cv2.remap(clipped, xs + shift_x, ys + shift_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def ground(rng: random.Random, width: int, height: int) -> Floats:
    """Checked cloth, tiles, marble or a dark desk with a lighter edge."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    kind = rng.choice(("cloth", "tiles", "marble", "desk"))
    base = np.array([rng.uniform(40, 170) for _ in range(3)], np.float32)
    if kind == "cloth":
        step = rng.randint(36, 90)
        pattern = ((xs // step).astype(int) + (ys // step).astype(int)) % 2 * rng.uniform(15, 45)
    elif kind == "tiles":
        step = rng.randint(220, 420)
        pattern = -40.0 * (((xs % step) < 5) | ((ys % step) < 5))
    elif kind == "marble":
        cloud = cv2.resize(_noise(rng, (9, 11)), (width, height), interpolation=cv2.INTER_CUBIC)
        pattern = 26 * np.sin(cloud * 3 + xs / 160)
    else:
        pattern = np.where(xs + ys * rng.uniform(-0.3, 0.3) > width * rng.uniform(0.1, 0.9), 30.0, 0.0)
    return (base + np.asarray(pattern, np.float32)[..., None] + _noise(rng, (height, width, 1)) * 2.5).astype(
        np.float32
    )


def lamps(picture: Floats, grade: str, rng: random.Random) -> Floats:
    """One or two lamps of their own colours, and a soft glare."""
    terms = _GRADES[grade]
    height, width = picture.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    light = np.full((height, width, 3), 1.0 - rng.uniform(*terms.lamp), np.float32)
    for _ in range(rng.randint(1, 2)):
        x, y = rng.uniform(-0.2, 1.2) * width, rng.uniform(-0.2, 1.2) * height
        reach = rng.uniform(0.5, 1.1) * max(width, height)
        fall = 1 / (1 + ((xs - x) ** 2 + (ys - y) ** 2) / reach**2)
        warm = rng.uniform(-0.05, 0.07) * (4 * terms.lamp[1])
        light += rng.uniform(*terms.lamp) * fall[..., None] * np.array([1 + warm, 1.0, 1 - warm], np.float32)
    out = picture * np.minimum(light, 1.12)
    if terms.glare and rng.random() < 0.5:
        x, y, reach = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height, rng.uniform(0.05, 0.12) * width
        spot = np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * reach**2))[..., None]
        out = out + (255 - out) * spot * rng.uniform(0, terms.glare)
    return np.asarray(out, np.float32)


def hand(picture: Floats, grade: str, rng: random.Random) -> Floats:
    """Lens and hand: barrel, focus as a disk, the path of a trembling hand, coloured noise, a first bad copy."""
    terms = _GRADES[grade]
    if terms.barrel:
        picture = _barrel(picture, rng.uniform(-terms.barrel, terms.barrel))
    focus = rng.uniform(*terms.focus)
    if focus > 0.3:
        picture = np.asarray(cv2.filter2D(picture, -1, _disk(focus)), np.float32)
    path = rng.uniform(*terms.path)
    if path > 0.8:
        picture = np.asarray(cv2.filter2D(picture, -1, _tremble(path, rng)), np.float32)
    strength = rng.uniform(*terms.noise)
    shot = np.sqrt(np.clip(picture, 0, 255) / 128 + 0.3)
    colour = cv2.resize(
        _noise(rng, (picture.shape[0] // 2 + 1, picture.shape[1] // 2 + 1, 3)), (picture.shape[1], picture.shape[0])
    )
    picture = np.asarray(
        picture + strength * shot * (_noise(rng, picture.shape[:2])[..., None] + 0.7 * colour), np.float32
    )
    if terms.resent is not None:
        pixels = np.clip(picture, 0, 255).astype(np.uint8)
        sent = cv2.imencode(".jpg", pixels, [int(cv2.IMWRITE_JPEG_QUALITY), terms.resent])[1]
        picture = np.asarray(cv2.imdecode(sent, cv2.IMREAD_COLOR), np.float32)
    return picture


def _barrel(picture: Floats, bend: float) -> Floats:
    height, width = picture.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (xs - width / 2) / width, (ys - height / 2) / width
    grow = 1 + bend * (x * x + y * y)
    bent = cv2.remap(
        picture,
        x * grow * width + width / 2,
        y * grow * width + height / 2,
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(bent, np.float32)


def _disk(radius: float) -> Floats:
    """A kernel of a defocused point, smoothed by eight sub-samples a pixel."""
    half = int(np.ceil(radius)) + 1
    fine = (np.arange((2 * half + 1) * 8) + 0.5) / 8 - half - 0.5
    inside = (fine[:, None] ** 2 + fine[None, :] ** 2 <= radius**2).astype(np.float32)
    kernel = inside.reshape(2 * half + 1, 8, 2 * half + 1, 8).mean(axis=(1, 3))
    return (kernel / max(float(kernel.sum()), 1e-6)).astype(np.float32)


def _tremble(length: float, rng: random.Random) -> Floats:
    """A short curved path of the camera while the shutter was open."""
    half = int(np.ceil(length)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    x = y = 0.0
    angle = rng.uniform(0, 2 * np.pi)
    for _ in range(24):
        angle += rng.gauss(0, 0.25)
        x, y = x + np.cos(angle) * length / 24, y + np.sin(angle) * length / 24
        kernel[int(np.clip(round(y), -half, half)) + half, int(np.clip(round(x), -half, half)) + half] += 1
    kernel = np.asarray(cv2.GaussianBlur(kernel, (0, 0), 0.5), np.float32)
    return (kernel / kernel.sum()).astype(np.float32)
