"""What of a text can stand in print: characters that a face has, without those that nobody sees.

A certificate must show every character that was signed, and sign none that is not shown.
"""

import struct
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from onething.core.characters import visible

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("~/.local/share/fonts").expanduser())
FACES = ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc", "HanaMinA.ttf", "HanaMinB.ttf")
"""Files of the faces that certificates are set in, in their order: templates name them, typst takes the next where one has no glyph."""
_PICTURES = ((0x1F000, 0x1FBFF), (0x2600, 0x27BF), (0x2B00, 0x2BFF))
"""Emoji, pictographs and dingbats."""


def tidy(value: Any) -> Any:
    """A value as it is to be signed and printed: nothing unseen, private code points as the standard has them; lists and rows within."""
    if isinstance(value, str):
        return visible(value).replace("\t", " ").strip()
    if isinstance(value, list):
        return [tidy(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: tidy(each) for name, each in cast("dict[str, Any]", value).items()}
    return value


def unprintable(text: str) -> str:
    """The characters of a tidy text that cannot stand on a certificate: pictures, private and unassigned code points, and what no
    face here has. Each once, in order; empty when all of it can be printed."""
    known = _glyphs()
    wrong = (each for each in text if not each.isspace() and (_is_picture(each) or (known and ord(each) not in known)))
    return "".join(dict.fromkeys(wrong))


def _is_picture(char: str) -> bool:
    """A picture, or no character of any writing: private, unassigned, invisible."""
    code = ord(char)
    return any(first <= code <= last for first, last in _PICTURES) or unicodedata.category(char)[0] == "C"


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """Every code point that one of the faces has; empty where none is found, and then only kinds of characters are judged."""
    found: set[int] = set()
    for folder in FONT_FOLDERS:
        for path in sorted(folder.rglob("*.tt[cf]")) if folder.is_dir() else ():
            if path.name in FACES:
                found.update(coverage(path.read_bytes()))
    return frozenset(found)


def coverage(font: bytes) -> Iterable[int]:
    """The code points of a font's (of a collection: its first font's) character map (OpenType `cmap`, formats 4 and 12)."""
    at = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", font, at + 4)[0]
    tables = (struct.unpack_from(">4sIII", font, at + 12 + 16 * each) for each in range(count))
    start = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    subtables = struct.unpack_from(">H", font, start + 2)[0]
    for each in range(subtables):
        _, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * each)
        kind = struct.unpack_from(">H", font, start + offset)[0]
        if kind == 12:
            yield from _long(font, start + offset)
        elif kind == 4:
            yield from _short(font, start + offset)


def _long(font: bytes, at: int) -> Iterable[int]:
    for group in range(struct.unpack_from(">I", font, at + 12)[0]):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * group)
        yield from range(first, last + 1)


def _short(font: bytes, at: int) -> Iterable[int]:
    half = struct.unpack_from(">H", font, at + 6)[0]
    for segment in range(0, half, 2):
        last = struct.unpack_from(">H", font, at + 14 + segment)[0]
        first = struct.unpack_from(">H", font, at + 16 + half + segment)[0]
        if first != 0xFFFF:
            yield from range(first, last + 1)
