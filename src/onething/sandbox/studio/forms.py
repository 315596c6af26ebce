"""Pieces that forms are made of: a label with its value over a rule, ruled tables, running text, codes."""

import importlib
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from onething.sandbox.studio.canvas import INK, Canvas, font

LABEL = (70, 76, 84)


def chinese_date(iso: str, padded: bool = False) -> str:
    """`2026-11-01` → `2026年11月1日` (or `…11月01日`)."""
    year, month, day = iso[:10].split("-")
    return f"{year}年{month}月{day}日" if padded else f"{year}年{int(month)}月{int(day)}日"


def entry(page: Canvas, x: float, y: float, label: str, value: str, width: float, size: int = 30) -> None:
    """A label, then its value over a rule that ends at x + width."""
    end = page.put(x, y, label, size, "sans", LABEL)
    page.put(end + 18, y - 2, value, size + 2, "kai")
    page.rule(end + 8, y + size * 1.36, x + width - end - 8)


Cell = tuple[str, int, str, int]


def table(page: Canvas, x: int, y: int, height: int, rows: Sequence[Sequence[Cell]]) -> None:
    """A ruled table; each cell is (label, its width, value, its width)."""
    for index, row in enumerate(rows):
        at, top = x, y + index * height
        for label, label_width, value, value_width in row:
            for width in (label_width, value_width):
                page.draw.rectangle((at, top, at + width, top + height), outline=(96, 100, 96), width=2)
                at += width
            start = at - value_width - label_width
            size = 28 if font("sans", 28).getlength(label) < label_width - 12 else 24
            page.put(
                start + (label_width - font("sans", size).getlength(label)) / 2, top + 12, label, size, "sans", LABEL
            )
            page.put(start + label_width + 18, top + 10, value, 32, "kai")


def paragraphs(
    page: Canvas,
    x: float,
    y: float,
    width: float,
    texts: Sequence[str],
    size: int = 30,
    family: str = "serif",
    leading: float = 1.75,
) -> float:
    """Paragraphs indented by two characters, broken by width as a word processor does; gives the y under the last."""  # fmt: skip
    face = font(family, size)
    for text in texts:
        line, at = "", x + 2 * size
        for piece in re.findall(r"[0-9A-Za-z,.¥%()-]+|.", text):
            hangs = piece in "。，、；：）》”,;:)"
            if face.getlength(line + piece) > x + width - at and not hangs and line:
                page.put(at, y, line, size, family)
                line, at, y = "", x, y + size * leading
            line += piece
        page.put(at, y, line, size, family)
        y += size * leading
    return y


def code(page: Canvas, x: float, y: float, text: str, kind: str = "QRCode", side: int = 200) -> None:
    """A QR or bar code `side` pixels wide at a place."""
    library: Any = importlib.import_module("zxingcpp")  # has no type information
    made = library.create_barcode(text, getattr(library.BarcodeFormat, kind))
    plain = np.array(library.write_barcode_to_image(made, scale=4, add_quiet_zones=True))
    picture = Image.fromarray(plain).convert("RGB")
    height = max(1, round(picture.height * side / picture.width)) if kind == "QRCode" else 70
    page.image.paste(picture.resize((side, height), Image.Resampling.LANCZOS), (round(x), round(y)))


def boxed(page: Canvas, x: float, y: float, width: float, height: float, ink: tuple[int, int, int] = INK) -> None:
    """An empty frame."""
    page.draw.rectangle((x, y, x + width, y + height), outline=ink, width=2)
