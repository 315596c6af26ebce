"""Files become pages: pictures decoded within bounds, PDF pages drawn, with their text where there is any."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from onething.core.errors import Problem
from onething.documents import problems
from onething.documents.engine import Line, Pixels
from onething.documents.pdf import PdfFile
from onething.documents.uploads import check_upload

LONG_SIDE = 2400
"""Pictures are brought down to this before anything else; text needs about 20 pixels a character."""


@dataclass(frozen=True)
class Page:
    """One page: RGB pixels, and lines already known (from a PDF's text)."""

    number: int
    pixels: Pixels
    lines: tuple[Line, ...] = ()


def open_pages(content: bytes, filename: str) -> Iterator[Page]:
    """Pages of a file, one in memory at a time. Raises `Problem` as `check_upload` does, or DAMAGED."""
    info = check_upload(content, filename)
    if info.media_type != "application/pdf":
        yield Page(0, decode(content))
        return
    for number in range(info.pages):
        with PdfFile(content) as file:
            pixels, lines = file.draw(number)
        yield Page(number, pixels, tuple(lines))


def decode(content: bytes) -> Pixels:
    """Pixels of a picture, turned as its EXIF says, at most `LONG_SIDE` long; transparency on white."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format == "JPEG":
                picture.draft("RGB", (LONG_SIDE, LONG_SIDE))  # lets the decoder skip detail that is thrown away
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
                rgba = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
            if upright.mode.startswith("I"):
                upright = Image.fromarray((np.asarray(upright, np.float32) / 257).clip(0, 255).astype(np.uint8))
            upright = upright.convert("RGB")
            upright.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
            return np.asarray(upright, np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Problem(problems.DAMAGED, detail=type(error).__name__) from None
