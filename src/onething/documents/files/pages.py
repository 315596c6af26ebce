"""Files become pages: pictures decoded within bounds, PDF pages drawn, with their text where there is any."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from onething.core.errors import Problem
from onething.core.settings import settings_of
from onething.documents import errors
from onething.documents.files import heic
from onething.documents.files.ofd import OfdFile
from onething.documents.files.pdf import ENOUGH_TEXT, PdfFile
from onething.documents.files.uploads import check_upload
from onething.documents.lines import Line, Pixels
from onething.documents.settings import DocumentsSettings

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
    if info.media_type == "application/ofd":
        for number in range(info.pages):
            with OfdFile(content) as file:
                pixels, lines = file.draw(number)
            yield Page(number, pixels, tuple(lines) if sum(len(line.glyphs) for line in lines) >= ENOUGH_TEXT else ())
        return
    if info.media_type != "application/pdf":
        for number, pixels in enumerate(decode_all(content)):
            yield Page(number, pixels)
        return
    for number in range(info.pages):
        with PdfFile(content) as file:
            pixels, lines = file.draw(number)
        yield Page(number, pixels, tuple(lines))


def decode(content: bytes) -> Pixels:
    """Pixels of a picture (the first, if it holds several), as `decode_all`."""
    return next(decode_all(content))


def decode_all(content: bytes) -> Iterator[Pixels]:
    """Pixels of a picture, turned as its EXIF says, at most `LONG_SIDE` long; transparency on white. A fax or scan of
    several pages (TIFF) gives each. Raises `Problem(DAMAGED)`.
    """
    try:
        if heic.is_heic(content):
            yield _pixels(heic.decode(content))
            return
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format == "JPEG":
                picture.draft("RGB", (LONG_SIDE, LONG_SIDE))  # lets the decoder skip detail that is thrown away
            settings = settings_of(DocumentsSettings)
            pages = min(getattr(picture, "n_frames", 1), settings.upload_max_pages) if picture.format == "TIFF" else 1
            for number in range(pages):
                if number:
                    picture.seek(number)
                if picture.width * picture.height > settings.upload_max_pixels:
                    raise Problem(errors.TOO_MANY_PIXELS, megapixels=round(picture.width * picture.height / 10**6), limit=settings.upload_max_pixels // 10**6)  # fmt: skip
                picture.load()
                yield _pixels(_upright(picture))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Problem(errors.DAMAGED, detail=type(error).__name__) from None


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the EXIF says; an EXIF that cannot be understood is nobody's reason to lose the photo."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - Pillow's EXIF reader raises whatever the broken bytes lead it to
        return picture


def _pixels(upright: Image.Image) -> Pixels:
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        rgba = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    if upright.mode.startswith("I"):
        upright = Image.fromarray((np.asarray(upright, np.float32) / 257).clip(0, 255).astype(np.uint8))
    upright = upright.convert("RGB")
    upright.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return np.asarray(upright, np.uint8)
