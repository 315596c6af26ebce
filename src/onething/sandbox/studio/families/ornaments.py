"""What is on a page beside its texts: grounds, frames, emblems, portraits, codes, seals, gutters. Specimen artwork only:
round medals with 样本 in them stand for emblems, grey figures for portraits, random squares for codes."""

import math
import random
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from onething.sandbox.studio.families.faces import emboldened, face
from onething.sandbox.studio.families.flow import Sheet, colour
from onething.sandbox.studio.families.markup import fields_in
from onething.sandbox.studio.families.models import Box, Piece
from onething.sandbox.studio.families.seals import seal, stamp

Options = Mapping[str, Any]


def _wide(sheet: Sheet, own: Options, least: float = 0.2) -> int:
    return max(1, round(own.get("w", least) * sheet.px))


def line(sheet: Sheet, x: float, y: float, x2: float, y2: float, own: Options) -> None:
    """`[line, x, y, x2, y2, {c w dash}]`."""
    p, ink = sheet.px, colour(own.get("c", "#555555"))
    if not own.get("dash"):
        sheet.draw.line((x * p, y * p, x2 * p, y2 * p), fill=ink, width=_wide(sheet, own))
        return
    long, step = math.hypot(x2 - x, y2 - y), float(own["dash"])
    for i in range(int(long / step / 2)):
        a, b = 2 * i * step / long, (2 * i + 1) * step / long
        ends = [(x + (x2 - x) * t) * p if even else (y + (y2 - y) * t) * p for t in (a, b) for even in (True, False)]
        sheet.draw.line(ends, fill=ink, width=_wide(sheet, own))


def box(sheet: Sheet, x: float, y: float, w: float, h: float, own: Options) -> None:
    """`[box, x, y, w, h, {c fill w r}]`; `c: none` for no outline."""
    p = sheet.px
    fill = colour(own["fill"]) if own.get("fill") else None
    ink = None if own.get("c") == "none" else colour(own.get("c", "#555555"))
    area = (x * p, y * p, (x + w) * p, (y + h) * p)
    sheet.draw.rounded_rectangle(area, own.get("r", 0) * p, fill=fill, outline=ink, width=_wide(sheet, own))


def frame(sheet: Sheet, inset: float, own: Options) -> None:
    """`[frame, inset, {kind c w}]`: gold (an ornate band), double, thin, wave, corner."""
    p, (width, height) = sheet.px, sheet.image.size
    ink, kind, draw = colour(own.get("c", "#b8923c")), own.get("kind", "double"), sheet.draw
    i, band = inset * p, own.get("w", 3) * p
    if kind == "thin":
        draw.rectangle((i, i, width - i, height - i), outline=ink, width=max(1, round(0.3 * p)))
        return
    draw.rectangle((i, i, width - i, height - i), outline=ink, width=max(1, round(0.5 * p)))
    draw.rectangle(
        (i + band, i + band, width - i - band, height - i - band), outline=ink, width=max(1, round(0.25 * p))
    )
    if kind not in ("gold", "wave"):
        return
    pale = tuple((2 * 255 + part) // 3 for part in ink)
    step = band * (0.9 if kind == "gold" else 0.5)
    for a, b, upright in ((i, width - i, False), (i, height - i, True)):
        for k in range(int((b - a) / step)):
            at = a + (k + 0.5) * (b - a) / max(1, int((b - a) / step))
            for side in (i + band / 2, (width if upright else height) - i - band / 2):
                cx, cy = (side, at) if upright else (at, side)
                r = band * 0.34
                if kind == "gold":
                    draw.polygon([(cx - r, cy), (cx, cy - r), (cx + r, cy), (cx, cy + r)], outline=ink)
                    draw.ellipse((cx - r / 3, cy - r / 3, cx + r / 3, cy + r / 3), fill=ink)
                else:
                    draw.arc((cx - r, cy - r, cx + r, cy + r), 180 * (k % 2), 180 * (k % 2) + 180, fill=pale, width=2)
    for cx in (i + band / 2, width - i - band / 2):
        for cy in (i + band / 2, height - i - band / 2):
            draw.rectangle((cx - band / 2, cy - band / 2, cx + band / 2, cy + band / 2), fill=pale, outline=ink)


def ground(sheet: Sheet, own: Options) -> None:
    """`[ground, {kind c step x y w h}]`: waves, rosette, grid, dots, rays, fade (to colour c)."""
    p, kind, ink = sheet.px, own.get("kind", "waves"), colour(own.get("c", "#e6dcc8"))
    x, y = own.get("x", 0) * p, own.get("y", 0) * p
    w, h = own.get("w", sheet.image.width / p) * p, own.get("h", sheet.image.height / p) * p
    if kind == "fade":
        ramp = Image.linear_gradient("L").resize((int(w), int(h)))
        sheet.image.paste(ink, (int(x), int(y)), ramp.rotate(180 if own.get("up") else 0))
        return
    layer = sheet.image.crop((int(x), int(y), int(x + w), int(y + h)))
    _GROUNDS[kind](ImageDraw.Draw(layer), layer.size, own.get("step", 3) * p, ink, sheet.rng)
    sheet.image.paste(layer, (int(x), int(y)))


def _waves(draw: ImageDraw.ImageDraw, size: tuple[int, int], step: float, ink: Any, rng: random.Random) -> None:
    phase, swing = rng.random() * 6, step * rng.uniform(0.7, 1.3)
    xs = np.arange(0, size[0] + 14, 14)
    for row in np.arange(-2 * step, size[1] + 2 * step, step):
        ys = (
            row
            + swing * np.sin(xs / (step * 5) + phase + row / (step * 4))
            + step / 4 * np.sin(xs / (step * 1.4) + row)
        )
        draw.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), fill=ink, width=1)


def _rosette(draw: ImageDraw.ImageDraw, size: tuple[int, int], step: float, ink: Any, rng: random.Random) -> None:
    cx, cy, reach = size[0] / 2, size[1] / 2, min(size) * 0.45
    turns = np.linspace(0, 2 * math.pi, 260)
    petals = rng.randrange(7, 15)
    for k in range(max(4, int(reach / step / 1.6))):
        r = reach * (k + 1) / max(4, int(reach / step / 1.6)) * (0.75 + 0.25 * np.cos(petals * turns + k / 3))
        draw.line(
            list(zip((cx + r * np.cos(turns)).tolist(), (cy + r * np.sin(turns)).tolist(), strict=True)),
            fill=ink,
            width=1,
        )


def _squares(draw: ImageDraw.ImageDraw, size: tuple[int, int], step: float, ink: Any, rng: random.Random) -> None:
    for at in np.arange(rng.uniform(0, step), max(size), step):
        draw.line((at, 0, at, size[1]), fill=ink)
        draw.line((0, at, size[0], at), fill=ink)


def _dots(draw: ImageDraw.ImageDraw, size: tuple[int, int], step: float, ink: Any, rng: random.Random) -> None:
    off = rng.uniform(0, step)
    for i, y in enumerate(np.arange(off, size[1], step)):
        for x in np.arange(off + (step / 2 if i % 2 else 0), size[0], step):
            draw.ellipse((x - 1.5, y - 1.5, x + 1.5, y + 1.5), fill=ink)


def _rays(draw: ImageDraw.ImageDraw, size: tuple[int, int], step: float, ink: Any, rng: random.Random) -> None:
    cx, cy = size[0] * rng.uniform(0.3, 0.7), size[1] * rng.uniform(0.3, 0.7)
    reach = math.hypot(*size)
    for k in range(int(900 / step)):
        turn = 2 * math.pi * k / int(900 / step)
        draw.line((cx, cy, cx + reach * math.cos(turn), cy + reach * math.sin(turn)), fill=ink)


_GROUNDS: dict[str, Callable[..., None]] = {
    "waves": _waves, "rosette": _rosette, "grid": _squares, "dots": _dots, "rays": _rays,
}  # fmt: skip


def specimen(sheet: Sheet, ink: str, paper: str) -> None:
    """样本 all over the page, noted as marks: as much darker as `ink` is than `paper`, so that it shows in white boxes too."""
    width, height = sheet.image.size
    layer, places = _marks(width, height, max(40, min(width, height) // 8), sheet.held_out)
    darker = tuple(
        min(255, 255 * part // max(1, whole)) for part, whole in zip(colour(ink), colour(paper), strict=True)
    )
    tint = Image.new("RGB", (width, height), "white")
    tint.paste(darker, (0, 0, width, height), layer)
    sheet.image = ImageChops.multiply(sheet.image, tint)
    sheet.pieces.extend(Piece("样本", place, "mark") for place in places)


@lru_cache(maxsize=16)
def _marks(width: int, height: int, size: int, held_out: bool) -> tuple[Image.Image, list[Box]]:
    layer, places = Image.new("L", (width, height), 0), list[Box]()
    font, bold = face("heib", size, held_out), emboldened("heib", size, held_out)
    word = Image.new("L", (size * 3, size * 3), 0)
    ImageDraw.Draw(word).text((size * 1.5, size * 1.5), "样本", font=font, fill=165, anchor="mm", stroke_width=bold)
    word = word.rotate(18, Image.Resampling.BICUBIC)
    word = word.crop(word.getbbox())
    for row, y in enumerate(range(size // 3, height - word.height, int(size * 2.4))):
        for x in range(size // 3 + (row % 2) * size * 2, width - word.width, size * 4):
            layer.paste(word, (x, y))
            places.append((x, y, x + word.width, y + word.height))
    return layer, places


def photo(sheet: Sheet, x: float, y: float, w: float, h: float, own: Options) -> None:
    """`[photo, x, y, w, h, {c two grey}]`: a grey figure on a plain ground; `two` of them for a couple."""
    p = sheet.px
    size = (int(w * p), int(h * p))
    back = colour(own.get("c", "#dfe8f1"))
    layer = Image.new("RGB", size, back)
    draw, shade = ImageDraw.Draw(layer), sheet.rng.randrange(105, 165)
    heads = ((0.3, 0.9), (0.7, 0.9)) if own.get("two") else ((0.5, 1.0),)
    for cx, grow in heads:
        r = size[0] * (0.13 if own.get("two") else 0.21) * grow
        mx, my = size[0] * cx, size[1] * 0.42
        draw.ellipse((mx - 2.1 * r, my + 1.35 * r, mx + 2.1 * r, my + 6 * r), fill=(shade - 60, shade - 50, shade - 40))
        draw.ellipse((mx - r * 1.05, my - r * 1.55, mx + r * 1.05, my + r * 0.6), fill=(46, 42, 40))
        draw.ellipse(
            (mx - r * 0.9, my - r * 1.1, mx + r * 0.9, my + r * 1.3), fill=(shade + 50, shade + 34, shade + 20)
        )
    sheet.image.paste(layer, (int(x * p), int(y * p)))
    if own.get("edge"):
        box(sheet, x, y, w, h, {"c": own["edge"]})


def qr(sheet: Sheet, x: float, y: float, d: float, own: Options) -> None:
    """`[qr, x, y, d]`: squares that look like a code and say nothing."""
    cells = int(own.get("n", 25))
    noise = np.random.default_rng(sheet.rng.randrange(2**32)).integers(0, 2, (cells, cells)).astype(np.uint8) * 255
    for top, left in ((0, 0), (0, cells - 7), (cells - 7, 0)):
        noise[top : top + 7, left : left + 7] = 0
        noise[top + 1 : top + 6, left + 1 : left + 6] = 255
        noise[top + 2 : top + 5, left + 2 : left + 5] = 0
    side = int(d * sheet.px)
    picture = Image.fromarray(noise).resize((side, side), Image.Resampling.NEAREST).convert("L")
    sheet.image.paste(
        colour(own.get("c", "#202020")), (int(x * sheet.px), int(y * sheet.px)), ImageChops.invert(picture)
    )


def bar(sheet: Sheet, x: float, y: float, w: float, h: float, own: Options) -> None:
    """`[bar, x, y, w, h]`: bars that look like a code and say nothing."""
    p, at = sheet.px, x * sheet.px
    while at < (x + w) * p:
        wide = sheet.rng.choice((1, 1, 2, 3)) * max(1, p / 5)
        sheet.draw.rectangle(
            (at, y * p, min(at + wide, (x + w) * p), (y + h) * p), fill=colour(own.get("c", "#202020"))
        )
        at += wide + sheet.rng.choice((1, 2, 2)) * max(1, p / 5)


def emblem(sheet: Sheet, x: float, y: float, d: float, own: Options) -> None:
    """`[emblem, x, y, d, {c text}]`: a medal with 样本 where an emblem would be; x, y is its middle."""
    p, ink = sheet.px, colour(own.get("c", "#c8322d"))
    cx, cy, r = x * p, y * p, d * p / 2
    for grow, wide in ((1.0, 0.05), (0.84, 0.02)):
        k = r * grow
        sheet.draw.ellipse((cx - k, cy - k, cx + k, cy + k), outline=ink, width=max(1, int(r * wide * 2)))
    words = str(own.get("text", "样本"))
    font = face("songb", max(6, int(r * (1.3 / max(2, len(words))))), sheet.held_out)
    sheet.draw.text((cx, cy), words, font=font, fill=ink, anchor="mm")
    left, top, right, bottom = sheet.draw.textbbox((cx, cy), words, font=font, anchor="mm")
    sheet.pieces.append(Piece(words, (left, top, right, bottom), "mark"))


def chip(sheet: Sheet, x: float, y: float, own: Options) -> None:
    """`[chip, x, y]`: the contacts of a chip card."""
    box(sheet, x, y, 11, 9, {"fill": "#d8bd6a", "c": "#9a7f35", "r": 1.2, **own})
    for k in (3, 6):
        line(sheet, x, y + k, x + 11, y + k, {"c": "#9a7f35"})
    line(sheet, x + 5.5, y, x + 5.5, y + 9, {"c": "#9a7f35"})


def fold(sheet: Sheet, x: float, own: Options) -> None:
    """`[fold, x, {w level}]`: the gutter between facing pages (or along, with `level`)."""
    p, reach = sheet.px, own.get("w", 5) * sheet.px
    size = sheet.image.height if own.get("level") else sheet.image.width
    away = np.abs(np.arange(size, dtype=np.float32) - x * p)
    shade = 1 - 0.28 * np.exp(-((away / reach) ** 2) * 4)
    page = np.asarray(sheet.image, np.float32)
    page = page * (shade[:, None, None] if own.get("level") else shade[None, :, None])
    sheet.image.paste(Image.fromarray(page.astype(np.uint8)))


PAINTERS: dict[str, tuple[Callable[..., None], int]] = {
    "line": (line, 4), "box": (box, 4), "frame": (frame, 1), "ground": (ground, 0), "photo": (photo, 4),
    "qr": (qr, 3), "bar": (bar, 4), "emblem": (emblem, 3), "chip": (chip, 2), "fold": (fold, 1), "seal": (seal, 4),
    "stamp": (stamp, 3),
}  # fmt: skip
"""Each with how many arguments stand before its options."""


def names_in(element: object) -> set[str]:
    """Fields printed anywhere in an element of the data."""
    if isinstance(element, str):
        return fields_in(element)
    if isinstance(element, Mapping):
        return set().union(*(names_in(part) for part in element.values()), set())
    if isinstance(element, list | tuple):
        return set().union(*(names_in(part) for part in element), set())
    return set()
