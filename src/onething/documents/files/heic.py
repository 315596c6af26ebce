"""HEIC photos, as iPhones take them, by pi-heif: decoding only (libheif with libde265; see docs/decisions/0026)."""

import importlib
from typing import Any

from PIL import Image

from onething.core.errors import Problem
from onething.documents import errors

BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")


def is_heic(content: bytes) -> bool:
    """By the file type box; AVIF and video sequences are not meant."""
    return content[4:8] == b"ftyp" and content[8:12] in BRANDS and b"avif" not in content[12:40]


def _open(content: bytes) -> Any:
    library = importlib.import_module("pi_heif")  # has no type information
    try:
        return library.open_heif(content, convert_hdr_to_8bit=True)
    except (ValueError, EOFError, SyntaxError, RuntimeError, OSError) as error:
        raise Problem(errors.DAMAGED, detail=type(error).__name__) from None


def size(content: bytes) -> tuple[int, int]:
    """Width and height of the main picture, turned as its properties say; only boxes are looked at."""
    width, height = _open(content).size
    return int(width), int(height)


def decode(content: bytes) -> Image.Image:
    """The main picture. The turn is a property of the file that the library follows; its EXIF must not turn it again."""
    try:
        picture: Image.Image = _open(content).to_pillow()
    except (ValueError, EOFError, SyntaxError, RuntimeError, OSError) as error:
        raise Problem(errors.DAMAGED, detail=type(error).__name__) from None
    picture.info.pop("exif", None)
    return picture
