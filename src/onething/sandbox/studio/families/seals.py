"""Seals and struck stamps: ink over what is there, uneven, a little turned. The text of a seal is a field of its own."""

import math
import random
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from onething.sandbox.studio.families.faces import emboldened, face
from onething.sandbox.studio.families.flow import Sheet, colour
from onething.sandbox.studio.families.markup import runs
from onething.sandbox.studio.families.models import Piece

Options = Mapping[str, Any]


def seal(sheet: Sheet, x: float, y: float, d: float, markup: str, own: Options) -> None:
    """`[seal, x, y, d, text, {kind note c star}]`: pressed over what is there; its text is the field `seal_text`.

    `kind` round, oval or square (a small personal or page seal, whose text belongs to no field).
    """
    words = "".join(run.text for run in runs(markup, sheet.record, sheet.rng))
    note, r = str(own.get("note", "")), d * sheet.px / 2
    side = int(2 * r * 1.25)
    layer = Image.new("L", (side, side), 0)
    own_seed = sheet.rng.randrange(2**32)
    {"round": _round, "oval": _oval, "square": _square}[own.get("kind", "round")](
        layer, words, note, r, sheet.held_out, own
    )
    layer = _pressed(layer, own_seed, own.get("worn", 0.5))
    cx, cy = int(x * sheet.px - side / 2), int(y * sheet.px - side / 2)
    ink = Image.composite(
        Image.new("RGB", layer.size, colour(own.get("c", "#d02030"))), Image.new("RGB", layer.size, "white"), layer
    )
    area = (max(cx, 0), max(cy, 0), min(cx + side, sheet.image.width), min(cy + side, sheet.image.height))
    under = sheet.image.crop(area)
    over = ink.crop((area[0] - cx, area[1] - cy, area[2] - cx, area[3] - cy))
    sheet.image.paste(ImageChops.multiply(under, over), area[:2])
    field = "" if own.get("kind") == "square" else "seal_text"
    place = tuple(float(v) for v in (max(area[0], cx + side * 0.1), max(area[1], cy + side * 0.1), min(area[2], cx + side * 0.9), min(area[3], cy + side * 0.9)))  # fmt: skip
    sheet.pieces.append(Piece(words, (place[0], place[1], place[2], place[3]), "seal", field))
    if note:
        sheet.pieces.append(Piece(note, (place[0], place[1], place[2], place[3]), "seal"))


def _around(layer: Image.Image, words: str, a: float, b: float, size: int, held_out: bool, span: float) -> None:
    """Letters along the upper part of an ellipse with half axes a, b."""
    middle = layer.width / 2
    font, bold = face("songb", size, held_out), emboldened("songb", size, held_out)
    for i, letter in enumerate(words):
        angle = math.radians(-span / 2 + span * (i + 0.5) / len(words))
        glyph = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(glyph).text((size, size), letter, font=font, fill=255, anchor="mm", stroke_width=bold)
        tilt = (
            math.degrees(math.atan2(a * math.sin(angle) / a**2, b * math.cos(angle) / b**2))
            if a != b
            else math.degrees(angle)
        )
        glyph = glyph.rotate(-tilt, Image.Resampling.BICUBIC)
        x, y = middle + a * math.sin(angle), middle - b * math.cos(angle)
        layer.paste(255, (int(x - size), int(y - size)), glyph)


def _star(draw: ImageDraw.ImageDraw, middle: float, r: float) -> None:
    points = [
        (middle + k * math.sin(math.pi * i / 5), middle - k * math.cos(math.pi * i / 5))
        for i in range(10)
        for k in ((r if i % 2 == 0 else r * 0.39),)
    ]
    draw.polygon(points, fill=255)


def _round(layer: Image.Image, words: str, note: str, r: float, held_out: bool, own: Options) -> None:
    draw, middle = ImageDraw.Draw(layer), layer.width / 2
    draw.ellipse((middle - r, middle - r, middle + r, middle + r), outline=255, width=max(2, int(r / 18)))
    size = max(7, int(min(r * 0.27, r * 4.0 / max(8, len(words)))))
    _around(layer, words, r * 0.76, r * 0.76, size, held_out, min(280.0, 24.0 * len(words)))
    if own.get("star", True):
        _star(draw, middle, r * 0.27)
    if note:
        font = face("songb", max(6, int(min(r * 0.21, r * 1.25 / len(note)))), held_out)
        draw.text((middle, middle + r * 0.55), note, font=font, fill=255, anchor="mm")


def _oval(layer: Image.Image, words: str, note: str, r: float, held_out: bool, own: Options) -> None:
    draw, middle, b = ImageDraw.Draw(layer), layer.width / 2, r * 0.68
    draw.ellipse((middle - r, middle - b, middle + r, middle + b), outline=255, width=max(2, int(r / 20)))
    size = max(7, int(min(r * 0.2, r * 3.3 / max(8, len(words)))))
    _around(layer, words, r * 0.8, b * 0.74, size, held_out, min(260.0, 20.0 * len(words)))
    middle_text = str(own.get("middle", ""))
    if middle_text:
        font = face("hei", max(6, int(min(r * 0.17, r * 2.4 / len(middle_text)))), held_out)
        draw.text((middle, middle + b * 0.08), middle_text, font=font, fill=255, anchor="mm")
    if note:
        draw.text(
            (middle, middle + b * 0.6), note, font=face("songb", max(6, int(r * 0.16)), held_out), fill=255, anchor="mm"
        )


def _square(layer: Image.Image, words: str, _note: str, r: float, held_out: bool, _own: Options) -> None:
    draw, middle = ImageDraw.Draw(layer), layer.width / 2
    per = 2 if len(words) <= 4 else math.ceil(len(words) / 3)
    rows = [words[i : i + per] for i in range(0, len(words), per)]
    size = int(1.7 * r / max(per, len(rows)))
    half_w, half_h = size * per / 2 + r * 0.12, size * len(rows) / 2 + r * 0.12
    draw.rectangle(
        (middle - half_w, middle - half_h, middle + half_w, middle + half_h), outline=255, width=max(2, int(r / 12))
    )
    font = face("songb", max(6, int(size * 0.92)), held_out)
    for i, row in enumerate(rows):
        for j, letter in enumerate(row):
            at = (middle - half_w + r * 0.12 + size * (j + 0.5), middle - half_h + r * 0.12 + size * (i + 0.5))
            draw.text(at, letter, font=font, fill=255, anchor="mm")


def _pressed(layer: Image.Image, seed: int, worn: float) -> Image.Image:
    """Uneven ink and a slight turn."""
    rng = random.Random(seed)
    side = layer.width
    grain = np.random.default_rng(seed).normal(128, 90, (side // 6 + 2, side // 6 + 2))
    patch = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8)).resize((side, side)).filter(ImageFilter.BoxBlur(2))
    weak = np.where(np.asarray(patch, np.float32) > 70, 1.0, 1 - worn)
    ink = np.asarray(layer, np.float32) * weak * rng.uniform(0.65, 0.92)
    return Image.fromarray(ink.astype(np.uint8)).rotate(rng.uniform(-12, 12), Image.Resampling.BICUBIC)


def stamp(sheet: Sheet, x: float, y: float, markup: str, own: Options) -> None:
    """`[stamp, x, y, text, {s c turn}]`: words in a box struck over the page at a slant (作废, 复印无效, 与原件一致)."""
    words = "".join(run.text for run in runs(markup, sheet.record, sheet.rng))
    size = int(own.get("s", 6) * sheet.px)
    font = face("heib", size, sheet.held_out)
    long = int(font.getlength(words))
    layer = Image.new("L", (long + size, size * 2), 0)
    draw = ImageDraw.Draw(layer)
    draw.rectangle((2, 2, layer.width - 3, layer.height - 3), outline=255, width=max(2, size // 12))
    draw.text((layer.width / 2, size), words, font=font, fill=255, anchor="mm")
    layer = layer.rotate(own.get("turn", 12) + sheet.rng.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True)
    layer = layer.point(lambda level: int(level * own.get("strength", 0.75)))
    at = (int(x * sheet.px - layer.width / 2), int(y * sheet.px - layer.height / 2))
    sheet.image.paste(colour(own.get("c", "#c82833")), at, layer)
    sheet.pieces.append(
        Piece(words, (float(at[0]), float(at[1]), float(at[0] + layer.width), float(at[1] + layer.height)), "label")
    )
