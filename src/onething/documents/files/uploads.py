"""The gate for files: what a file is by its content, and whether it may be opened at all. Nothing is decoded here."""

import io
import re
import warnings
import zipfile
from typing import Literal

from PIL import Image, UnidentifiedImageError

from onething.core.errors import Problem
from onething.core.settings import settings_of
from onething.documents import errors
from onething.documents.files import heic, ofd
from onething.documents.files.pdf import PdfFile
from onething.documents.models import UploadInfo
from onething.documents.settings import DocumentsSettings

SMALLEST_SIDE = 200
MediaType = Literal["image/jpeg", "image/png", "image/webp", "image/tiff", "image/bmp", "image/heic"]
_FORMATS: dict[str, MediaType] = {
    "JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "TIFF": "image/tiff",
    "BMP": "image/bmp",
}  # fmt: skip
_OPENERS = [name for name in _FORMATS if name != "MPO"]
"""MPO (two pictures in one file, as some phones make) is opened by JPEG's opener; Pillow knows no opener of that name."""
_NO_PAGES = re.compile(rb"/Count\s+0\b")


def check_upload(content: bytes, filename: str) -> UploadInfo:
    """What the file is. Raises `Problem` when it is empty, too large, of a kind we do not read, damaged or locked.

    Only headers are looked at: a picture of 200 megapixels is refused without unpacking it. `filename` is not trusted
    and not used for the decision.
    """
    del filename
    settings = settings_of(DocumentsSettings)
    if not content.strip(b"\0 \r\n\t"):
        raise Problem(errors.EMPTY_FILE)
    if len(content) > settings.upload_max_bytes:
        limit = settings.upload_max_bytes // 1024**2
        raise Problem(errors.TOO_LARGE, megabytes=round(len(content) / 1024**2, 1), limit=limit)
    head = content[:1024]
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-"):
        if hides_another(content):
            raise Problem(errors.TWO_KINDS)
        return _check_pdf(content, settings.upload_max_pages)
    if heic.is_heic(content):
        return _check_size("image/heic", content, *heic.size(content), settings.upload_max_pixels)
    if ofd.is_ofd(content):
        return _check_ofd(content, settings.upload_max_pages)
    if b"%PDF-" in head or hides_another(content):
        raise Problem(errors.TWO_KINDS)
    return _check_image(content, settings.upload_max_pixels)


def hides_another(content: bytes) -> bool:
    """Whether a picture or PDF is a web page or an archive as well: shown by a browser or opened by a program, it would
    be that. Only a picture followed by a film is allowed, as phones make it.
    """
    head = content[:2048].lower()
    if any(mark in head for mark in (b"<html", b"<script", b"<!doctype html", b"<?php", b"<svg")):
        return content[:1] != b"<"  # a plain web page is refused for what it is
    if b"PK\x05\x06" not in content[-70_000:] or b"PK\x03\x04" not in content or content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _check_image(content: bytes, most: int) -> UploadInfo:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=_OPENERS) as picture:
                kind, (width, height) = picture.format or "", picture.size
    except UnidentifiedImageError:
        raise Problem(errors.NOT_READABLE_TYPE) from None
    except Image.DecompressionBombError:
        raise Problem(errors.TOO_MANY_PIXELS, megapixels=">178", limit=most // 10**6) from None
    except (OSError, ValueError, SyntaxError) as error:
        raise Problem(errors.DAMAGED, detail=type(error).__name__) from None
    return _check_size(_FORMATS[kind], content, width, height, most)


def _check_size(media_type: MediaType, content: bytes, width: int, height: int, most: int) -> UploadInfo:
    if width * height > most:
        raise Problem(errors.TOO_MANY_PIXELS, megapixels=round(width * height / 10**6), limit=most // 10**6)
    if min(width, height) < SMALLEST_SIDE:
        raise Problem(errors.TOO_SMALL, width=width, height=height)
    return UploadInfo(media_type=media_type, bytes=len(content), width=width, height=height)


def _check_ofd(content: bytes, most: int) -> UploadInfo:
    with ofd.OfdFile(content) as file:
        pages = len(file)
        if pages == 0:
            raise Problem(errors.EMPTY_PDF)
        if pages > most:
            raise Problem(errors.TOO_MANY_PAGES, pages=pages, limit=most)
        try:
            width, height = file.page_size(0)
        except (KeyError, ValueError, OSError, SyntaxError) as error:
            raise Problem(errors.DAMAGED, detail=type(error).__name__) from None
    return UploadInfo(
        media_type="application/ofd",
        bytes=len(content),
        pages=pages,
        width=round(width * 10),
        height=round(height * 10),
    )


def _check_pdf(content: bytes, most: int) -> UploadInfo:
    try:
        file = PdfFile(content)
    except Problem as problem:
        if problem.kind is errors.DAMAGED and _NO_PAGES.search(content):
            raise Problem(errors.EMPTY_PDF) from None  # pdfium calls a document without pages broken
        raise
    with file:
        pages = len(file)
        if pages == 0:
            raise Problem(errors.EMPTY_PDF)
        if pages > most:
            raise Problem(errors.TOO_MANY_PAGES, pages=pages, limit=most)
        (width, height), *_ = [file.page_size(number) for number in range(pages)]
        active = file.active()
    return UploadInfo(
        media_type="application/pdf", bytes=len(content), pages=pages, width=round(width), height=round(height),
        active=active,
    )  # fmt: skip
