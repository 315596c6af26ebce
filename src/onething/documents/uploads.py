"""The gate for files: what a file is by its content, and whether it may be opened at all. Nothing is decoded here."""

import io
import re
import warnings
from typing import Literal

from PIL import Image, UnidentifiedImageError

from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.documents import problems
from onething.documents.models import UploadInfo
from onething.documents.pdf import PdfFile

SMALLEST_SIDE = 200
_FORMATS: dict[str, Literal["image/jpeg", "image/png", "image/webp", "image/tiff", "image/bmp"]] = {
    "JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "TIFF": "image/tiff",
    "BMP": "image/bmp",
}  # fmt: skip
_OPENERS = [name for name in _FORMATS if name != "MPO"]
"""MPO (two pictures in one file, as some phones make) is opened by JPEG's opener; Pillow knows no opener of that name."""
_NO_PAGES = re.compile(rb"/Count\s+0\b")
_HEIC = re.compile(rb"ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1|avif)")


def check_upload(content: bytes, filename: str) -> UploadInfo:
    """What the file is. Raises `Problem` when it is empty, too large, of a kind we do not read, damaged or locked.

    Only headers are looked at: a picture of 200 megapixels is refused without unpacking it. `filename` is not trusted
    and not used for the decision.
    """
    del filename
    settings = get_settings()
    if not content.strip(b"\0 \r\n\t"):
        raise Problem(problems.EMPTY_FILE)
    if len(content) > settings.upload_max_bytes:
        limit = settings.upload_max_bytes // 1024**2
        raise Problem(problems.TOO_LARGE, megabytes=round(len(content) / 1024**2, 1), limit=limit)
    head = content[:1024]
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-"):
        return _check_pdf(content, settings.upload_max_pages)
    if _HEIC.search(head[4:16]):
        raise Problem(problems.HEIC)
    if b"%PDF-" in head:
        raise Problem(problems.TWO_KINDS)
    return _check_image(content, settings.upload_max_pixels)


def _check_image(content: bytes, most: int) -> UploadInfo:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=_OPENERS) as picture:
                kind, (width, height) = picture.format or "", picture.size
    except UnidentifiedImageError:
        raise Problem(problems.NOT_READABLE_TYPE) from None
    except Image.DecompressionBombError:
        raise Problem(problems.TOO_MANY_PIXELS, megapixels=">178", limit=most // 10**6) from None
    except (OSError, ValueError, SyntaxError) as error:
        raise Problem(problems.DAMAGED, detail=type(error).__name__) from None
    if width * height > most:
        raise Problem(problems.TOO_MANY_PIXELS, megapixels=round(width * height / 10**6), limit=most // 10**6)
    if min(width, height) < SMALLEST_SIDE:
        raise Problem(problems.TOO_SMALL, width=width, height=height)
    return UploadInfo(media_type=_FORMATS[kind], bytes=len(content), width=width, height=height)


def _check_pdf(content: bytes, most: int) -> UploadInfo:
    try:
        file = PdfFile(content)
    except Problem as problem:
        if problem.kind is problems.DAMAGED and _NO_PAGES.search(content):
            raise Problem(problems.EMPTY_PDF) from None  # pdfium calls a document without pages broken
        raise
    with file:
        pages = len(file)
        if pages == 0:
            raise Problem(problems.EMPTY_PDF)
        if pages > most:
            raise Problem(problems.TOO_MANY_PAGES, pages=pages, limit=most)
        width, height = file.page_size(0)
    return UploadInfo(
        media_type="application/pdf", bytes=len(content), pages=pages, width=round(width), height=round(height)
    )
