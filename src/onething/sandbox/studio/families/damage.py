"""What happens to a sheet before it is photographed, and between it and the lens: creases, struck-on stamps, a finger over a
corner, a screen's pixels."""

import random
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from onething.sandbox.studio.families.faces import face
from onething.sandbox.studio.families.models import Box

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
_STRUCK = ("已受理", "复印无效", "仅供核对", "与原件一致", "材料齐全", "已核验")


def creased(page: Pixels, rng: random.Random, count: int) -> Pixels:
    """Folds across the sheet: one side darker, the other lighter, the fold itself rubbed pale."""
    height, width = page.shape[:2]
    out = page.astype(np.float32)
    for _ in range(count):
        across = rng.random() < 0.6
        ys, xs = np.ogrid[0:height, 0:width]
        lean = rng.uniform(-0.06, 0.06)
        along, size = (ys + xs * lean, height) if across else (xs + ys * lean, width)
        away = (along - rng.uniform(0.3, 0.7) * size).astype(np.float32)
        reach = size * 0.03
        near = np.exp(-np.abs(away) / reach)
        out *= (1 - rng.uniform(0.08, 0.2) * near * np.sign(away))[..., None]
        rubbed = np.exp(-((away / max(1.5, size / 900)) ** 2))[..., None] * rng.uniform(0.25, 0.55)
        out += (235 - out) * rubbed
    return np.clip(out, 0, 255).astype(np.uint8)


def struck(page: Pixels, rng: random.Random, targets: Sequence[Box]) -> Pixels:
    """A counter's stamp over some of the page's values, its ink letting the print through."""
    picture = Image.fromarray(page)
    words, size = rng.choice(_STRUCK), max(24, picture.width // 22)
    font = face("heib", size, False)
    long = int(font.getlength(words))
    layer = Image.new("L", (long + size, size * 2), 0)
    draw = ImageDraw.Draw(layer)
    draw.rectangle((3, 3, layer.width - 4, layer.height - 4), outline=255, width=max(3, size // 12))
    draw.text((layer.width / 2, size), words, font=font, fill=255, anchor="mm")
    layer = layer.rotate(rng.uniform(-25, 25), Image.Resampling.BICUBIC, expand=True)
    target = rng.choice(targets) if targets else (0.0, 0.0, float(picture.width), float(picture.height))
    x = int((target[0] + target[2]) / 2 - layer.width / 2 + rng.uniform(-0.5, 0.5) * size)
    y = int((target[1] + target[3]) / 2 - layer.height / 2 + rng.uniform(-0.5, 0.5) * size)
    strength = np.zeros(page.shape[:2], np.float32)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(page.shape[1], x + layer.width), min(page.shape[0], y + layer.height)
    if x1 > x0 and y1 > y0:
        strength[y0:y1, x0:x1] = np.asarray(layer, np.float32)[y0 - y : y1 - y, x0 - x : x1 - x] / 255
    ink = np.array(rng.choice(((205, 35, 50), (50, 60, 170))), np.float32) / 255
    worn = rng.uniform(0.5, 0.8) * strength[..., None]
    return np.clip(page * (1 - worn * (1 - ink)), 0, 255).astype(np.uint8)


def finger(picture: Floats, corner: tuple[float, float], inward: tuple[float, float], reach: float, rng: random.Random) -> tuple[Floats, NDArray[np.bool_]]:  # fmt: skip
    """A thumb that holds the sheet at a corner; gives the picture and where it hides the paper."""
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    x, y = corner
    dx, dy = inward
    long = reach * rng.uniform(0.8, 1.2)
    thick = long * rng.uniform(0.5, 0.65)
    tip, root = (x + dx * long * 0.75, y + dy * long * 0.75), (x - dx * long * 2, y - dy * long * 2)
    cv2.line(mask, (int(root[0]), int(root[1])), (int(tip[0]), int(tip[1])), 255, int(thick))
    soft = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), max(1.0, thick / 24))
    shade = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), max(2.0, thick / 5))
    skin = np.array(rng.choice(((222, 178, 150), (205, 160, 128), (232, 194, 168))), np.float32)
    tone = skin * (0.62 + 0.38 * shade[..., None])
    out = picture * (1 - 0.25 * shade[..., None])
    out = out * (1 - soft[..., None]) + tone * soft[..., None]
    return np.asarray(out, np.float32), mask > 0


def on_a_screen(picture: Floats, rng: random.Random) -> Floats:
    """Beats between a screen's pixels and the camera's (moiré), its cold light, its darker edge."""
    height, width = picture.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    turn, strength = rng.uniform(-0.5, 0.5), rng.uniform(4, 11)
    wave = np.zeros((height, width, 3), np.float32)
    for _ in range(2):
        long = rng.uniform(9, 60)
        angle = turn + rng.choice((0, np.pi / 2)) + rng.uniform(-0.15, 0.15)
        bend = rng.uniform(0, 0.00004)
        phase = 2 * np.pi * ((xs * np.cos(angle) + ys * np.sin(angle)) / long + bend * (xs - width / 2) ** 2 / 8)
        for channel, shift in enumerate((0.0, 2.1, 4.2)):
            wave[..., channel] += np.sin(phase + shift)
    pixels = 1 + 0.05 * np.sin(2 * np.pi * xs / 3) * np.sin(2 * np.pi * ys / 3)
    cold = np.array([0.95, 1.0, 1.06], np.float32)
    return np.asarray((picture * pixels[..., None] + wave * strength) * cold, np.float32)
