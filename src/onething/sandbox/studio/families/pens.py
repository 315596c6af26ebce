"""What puts the letters on the sheet: press, printer, needle printer, typewriter, ball-pen, weak toner."""

import random
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from onething.sandbox.studio.families.faces import SHAPED, advance, emboldened, face

Colour = tuple[int, int, int]
PENS = frozenset({"print", "hand", "pin", "type", "faint"})


def width(text: str, role: str, size: int, held_out: bool, gap: float = 0) -> float:
    """Pixels that `text` takes with `gap` pixels between its letters."""
    if role in SHAPED or not gap:
        return advance(role, size, held_out, text)
    return sum(advance(role, size, held_out, letter) for letter in text) + gap * max(0, len(text) - 1)


def put(
    image: Image.Image, x: float, base: float, text: str, role: str, size: int, ink: Colour, held_out: bool,
    rng: random.Random, pen: str = "print", gap: float = 0,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Write `text` from `x` on the base line; gives the box of its ink, rounded outwards."""
    font, bold = face(role, size, held_out), emboldened(role, size, held_out)
    if pen == "print" and (not gap or role in SHAPED):
        draw = ImageDraw.Draw(image)
        draw.text((x, base), text, font=font, fill=ink, anchor="ls", stroke_width=bold)
        return draw.textbbox((x, base), text, font=font, anchor="ls", stroke_width=bold)
    boxes: list[tuple[float, float, float, float]] = []
    slope = rng.uniform(-0.012, 0.012) if pen == "hand" else 0.0
    start = x
    for letter in text:
        step = advance(role, size, held_out, letter)
        if not letter.isspace():
            boxes.append(_letter(image, x, base + (x - start) * slope, letter, role, size, ink, held_out, rng, pen))
        x += step + gap
    if not boxes:
        return (start, base - size, x, base)
    left, top, right, bottom = zip(*boxes, strict=True)
    return (min(left), min(top), max(right), max(bottom))


def _letter(
    image: Image.Image, x: float, base: float, letter: str, role: str, size: int, ink: Colour, held_out: bool,
    rng: random.Random, pen: str,
) -> tuple[float, float, float, float]:  # fmt: skip
    font, bold = face(role, size, held_out), emboldened(role, size, held_out)
    if pen == "print":
        draw = ImageDraw.Draw(image)
        draw.text((x, base), letter, font=font, fill=ink, anchor="ls", stroke_width=bold)
        return draw.textbbox((x, base), letter, font=font, anchor="ls", stroke_width=bold)
    edge = size // 2
    side = size * 2
    layer = Image.new("L", (side, side), 0)
    ImageDraw.Draw(layer).text((edge, side - edge), letter, font=font, fill=255, anchor="ls", stroke_width=bold)
    strength = 1.0
    if pen == "hand":
        turn, lean, grow = rng.gauss(0, 3.0), rng.gauss(0.06, 0.05), rng.uniform(0.9, 1.08)
        matrix = (1 / grow, lean, -lean * side / 2, 0, 1 / grow, (1 - 1 / grow) * side / 2)
        layer = layer.transform(layer.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
        layer = layer.rotate(turn, Image.Resampling.BICUBIC)
        x, base = x + rng.gauss(0, size * 0.02), base + rng.gauss(0, size * 0.035)
        strength = rng.uniform(0.8, 1.0)
    elif pen == "type":
        x, base, strength = x + rng.gauss(0, size * 0.012), base + rng.gauss(0, size * 0.02), rng.uniform(0.55, 1.0)
    elif pen == "pin":
        layer = Image.fromarray((np.asarray(layer, np.float32) * _needles(side, size)).astype(np.uint8))
        strength = 0.92
    else:
        strength = rng.uniform(0.45, 0.7)
    if strength < 1:
        layer = layer.point(lambda level: int(level * strength))
    at = (round(x - edge), round(base - side + edge))
    image.paste(ink, at, layer)
    box = layer.getbbox()
    if box is None:
        return (x, base - size, x + size, base)
    return (at[0] + box[0], at[1] + box[1], at[0] + box[2], at[1] + box[3])


@lru_cache(maxsize=64)
def _needles(side: int, size: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Rows of a 24-needle head: letters built of dots with pale seams between."""
    pitch = max(2.2, size / 20)
    ys, xs = np.mgrid[0:side, 0:side].astype(np.float32)
    seam = 0.5 + 0.5 * np.cos(2 * np.pi * ys / pitch)
    dots = 0.5 + 0.5 * np.cos(2 * np.pi * xs / pitch)
    return (0.72 + 0.28 * np.maximum(seam, 0.6 * dots)).astype(np.float32)
