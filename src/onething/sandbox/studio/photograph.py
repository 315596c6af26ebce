"""A phone's photograph of a paper: table under it, perspective, light, blur, noise, JPEG. Seeded and repeatable.

Three grades: `clean` (a flat-bed scan or a careful shot), `mild` (a good phone, indoor light), `heavy` (a hurried shot:
slanted, half in shadow, shaken, re-sent by a messenger that shrinks and squeezes pictures).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from onething.sandbox.studio import held_out
from onething.sandbox.studio.canvas import Profile

Grade = Literal["clean", "mild", "heavy"]
PAGE = 1.33
"""How much longer the picture of a whole page of running text is than that of a card."""
GRADES: tuple[Grade, ...] = ("clean", "mild", "heavy")
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Camera:
    """Ranges of one grade. Lengths are shares of the picture's side; `blur` and `shake` are pixels."""

    long_side: tuple[int, int]
    fill: tuple[float, float]
    slant: float
    tilt: float
    blur: tuple[float, float]
    shake: tuple[int, int]
    noise: tuple[float, float]
    shade: tuple[float, float]
    quality: tuple[int, int]
    turned: float
    """Share of pictures held sideways or upside-down."""


CAMERAS: dict[str, Camera] = {
    "clean": Camera((1600, 2000), (0.9, 0.98), 0.004, 1.0, (0.0, 0.4), (0, 0), (0, 2), (0.0, 0.06), (88, 95), 0.1),
    "mild": Camera((1500, 1900), (0.78, 0.92), 0.03, 4.0, (0.3, 0.9), (0, 2), (2, 5), (0.08, 0.3), (72, 88), 0.3),
    "heavy": Camera((1250, 1600), (0.72, 0.88), 0.06, 8.0, (0.7, 1.3), (0, 5), (5, 11), (0.25, 0.55), (38, 62), 0.4),
}


def scaled(camera: Camera, image: Image.Image) -> Camera:
    """Whole pages are taken with more pixels than cards and forms: their print is a third smaller in the picture."""
    if image.height / image.width < 1.35:
        return camera
    low, high = camera.long_side
    return replace(camera, long_side=(round(low * PAGE), round(high * PAGE)))


def table(rng: random.Random, width: int, height: int) -> NDArray[np.float32]:
    """Wood, cloth or plain ground to lay the paper on."""
    noise = np.random.default_rng(rng.randrange(2**32))
    base = np.array(rng.choice([(92, 70, 52), (60, 62, 66), (140, 118, 92), (44, 58, 74), (168, 160, 150)]), np.float32)
    ground = np.broadcast_to(base, (height, width, 3)).astype(np.float32).copy()
    grain = noise.normal(0, 1, (height // 40 + 2, width // 3 + 2)).astype(np.float32)
    ground += cv2.resize(grain, (width, height))[..., None] * rng.uniform(4, 14)
    return ground + noise.normal(0, 3, (height, width, 1)).astype(np.float32)


def lay(
    page: Pixels,
    rng: random.Random,
    camera: Camera,
    ground_of: Callable[[random.Random, int, int], NDArray[np.float32]],
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The page in perspective on a table, and the matrix from the page's pixels to the picture's."""
    page_height, page_width = page.shape[:2]
    fill = rng.uniform(*camera.fill)
    long_side = rng.randint(*camera.long_side)
    scale = fill * long_side / max(page_width, page_height)
    w, h = page_width * scale, page_height * scale
    margin = (1 / fill - 1) * max(w, h) + 2 * camera.slant * max(w, h)
    width, height = int(w + margin), int(h + margin)
    cx, cy = width / 2 + rng.uniform(-0.2, 0.2) * margin * 0.4, height / 2 + rng.uniform(-0.2, 0.2) * margin * 0.4
    turn = np.radians(rng.uniform(-camera.tilt, camera.tilt))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corners = np.array([[-w / 2, -h / 2], [w / 2, -h / 2], [w / 2, h / 2], [-w / 2, h / 2]]) @ spin.T
    jitter = np.array([[rng.uniform(-1, 1) * camera.slant * max(w, h) for _ in range(2)] for _ in range(4)])
    corners = corners + jitter
    # Whatever the draw, the whole page stays in the picture: a cut edge is a different test.
    reach = np.abs(corners).max(axis=0)
    corners *= min(1.0, (width / 2 - 6) / reach[0], (height / 2 - 6) / reach[1])
    half = np.abs(corners).max(axis=0)
    cx, cy = np.clip(cx, half[0] + 4, width - half[0] - 4), np.clip(cy, half[1] + 4, height - half[1] - 4)
    source = np.array([[0, 0], [page_width, 0], [page_width, page_height], [0, page_height]], np.float32)
    target = (corners + np.array([cx, cy])).astype(np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)
    if scale < 1:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), 0.35 / scale), np.uint8)
    paper = cv2.warpPerspective(page, matrix, (width, height), flags=cv2.INTER_CUBIC).astype(np.float32)
    mask = cv2.warpPerspective(np.full(page.shape[:2], 255, np.uint8), matrix, (width, height)).astype(np.float32) / 255
    shadow = cv2.GaussianBlur(np.roll(mask, (8, 6), (0, 1)), (0, 0), 9)
    ground = ground_of(rng, width, height) * (1 - 0.45 * shadow[..., None])
    return (ground * (1 - mask[..., None]) + paper * mask[..., None]).astype(np.float32), matrix


def light(picture: NDArray[np.float32], rng: random.Random, camera: Camera) -> NDArray[np.float32]:
    """Uneven light from one side, a soft shadow of the hand, warm or cold white."""
    height, width = picture.shape[:2]
    strength, angle = rng.uniform(*camera.shade), rng.uniform(0, 2 * np.pi)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = (xs / width - 0.5) * np.cos(angle) + (ys / height - 0.5) * np.sin(angle)
    light = 1 - strength * (slope + 0.5)
    if strength > 0.2:
        edge = (xs / width - rng.random()) * np.cos(angle + 1) + (ys / height - rng.random()) * np.sin(angle + 1)
        light *= 1 - 0.6 * strength / (1 + np.exp(-edge * 25))
    warmth = rng.uniform(-0.06, 0.06) * (1 if strength > 0.06 else 0.2)
    tint = np.array([1 + warmth, 1.0, 1 - warmth], np.float32)
    return (picture * light[..., None] * tint).astype(np.float32)


def lens(picture: NDArray[np.float32], rng: random.Random, camera: Camera) -> NDArray[np.float32]:
    """Out of focus, shaken, noisy."""
    blur, shake = rng.uniform(*camera.blur), rng.randint(*camera.shake)
    if blur > 0.1:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.float32)
    if shake >= 2:
        kernel = np.zeros((shake, shake), np.float32)
        cv2.line(kernel, (0, rng.randrange(shake)), (shake - 1, rng.randrange(shake)), 1.0)
        picture = np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, 1, picture.shape).astype(np.float32)
    grain = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.6), np.float32)
    return np.asarray(picture + grain * np.float32(rng.uniform(*camera.noise) * 1.8), np.float32)


def photograph(
    image: Image.Image, grade: Grade = "mild", seed: int = 0, turn: int | None = None, profile: Profile = "studio"
) -> bytes:
    """A JPEG of `image` as a camera of this grade would take it. `turn` forces 0, 90, 180 or 270 degrees clockwise.

    `profile` `held_out`: paper, ground, lamps, creases, lens and hand of pictures that are only ever measured on.
    """
    camera = CAMERAS[grade]
    if profile == "held_out":
        rng = random.Random(f"held-out/{grade}/{seed}")
        page = held_out.wear(np.asarray(image.convert("RGB"), np.uint8), grade, rng)
        picture, _ = lay(page, rng, scaled(camera, image), held_out.ground)
        picture = held_out.hand(held_out.lamps(picture, grade, rng), grade, rng)
    else:
        rng = random.Random(f"photo/{grade}/{seed}")
        picture, _ = lay(np.asarray(image.convert("RGB"), np.uint8), rng, scaled(camera, image), table)
        picture = lens(light(picture, rng, camera), rng, camera)
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    chosen = rng.choice((90, 180, 270)) if rng.random() < camera.turned else 0
    pixels = np.rot90(pixels, -((turn if turn is not None else chosen) // 90))
    quality = [int(cv2.IMWRITE_JPEG_QUALITY), rng.randint(*camera.quality)]
    return bytes(cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), quality)[1])
