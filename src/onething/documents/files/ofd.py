"""OFD, the page format of Chinese e-invoices and e-licences (GB/T 33190-2016): pages with their text, and their pictures.

Only what fixes text and pictures on a page is read: OFD.xml → Document.xml → page and template contents → text objects
and image objects. Signatures, scripts, attachments and actions are never opened. Every part is bounded: entries, bytes
unpacked, depth of the page tree. XML is parsed without entities, DTDs or network.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
from lxml import etree
from PIL import Image, ImageDraw, ImageFont

from onething.core.errors import Problem
from onething.documents import errors
from onething.documents.files.cost import LETTERS, Budget
from onething.documents.lines import Glyph, Line, Pixels

MOST_ENTRIES = 2_000
MOST_BYTES = 80_000_000
MOST_XML = 8_000_000
MOST_RATIO = 200
"""Unpacked through packed size of one entry; text packs about 10:1, a bomb 1000:1."""
MOST_OBJECTS = 5_000
"""Objects of one page, those of its templates with them."""
MOST_TEMPLATES = 8
MOST_PICTURE = 60_000_000
SIDE = 1900
"""Longest side of a drawn page in pixels."""
_FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"

Node = Any
Box = tuple[float, float, float, float]


def is_ofd(content: bytes) -> bool:
    """A zip archive with OFD.xml at its root."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "OFD.xml" in archive.namelist()[:MOST_ENTRIES]
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


@dataclass
class _Text:
    """A run of characters on a page, in millimetres: left, base line, size, offsets between characters."""

    text: str
    x: float
    y: float
    size: float
    steps: list[float] = field(default_factory=lambda: list[float]())

    def glyphs(self) -> Iterator[tuple[str, float, float]]:
        """Character, left and width."""
        x = self.x
        for i, char in enumerate(self.text):
            step = self.steps[i] if i < len(self.steps) else self.size * (1.0 if ord(char) > 0x2E7F else 0.55)
            yield char, x, step
            x += step


@dataclass
class _Contents:
    """What one page shows."""

    width: float
    height: float
    texts: list[_Text] = field(default_factory=lambda: list[_Text]())
    pictures: list[tuple[str, Box]] = field(default_factory=lambda: list[tuple[str, Box]]())
    objects: int = 0
    letters: int = 0


class OfdFile:
    """An open OFD. Raises `Problem` when it is damaged, holds no page or would unpack to too much."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            self._check_sizes()
            self._root = posixpath.dirname(self._doc_root())
            self._document = self._xml(self._doc_root())
        except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, OSError, NotImplementedError) as error:
            raise Problem(errors.DAMAGED, detail=type(error).__name__) from None
        self._pages = [self._path(page.get("BaseLoc", "")) for page in self._find(self._document, "Pages/Page")]
        self._templates = {
            node.get("ID", ""): self._path(node.get("BaseLoc", ""))
            for node in self._find(self._document, "CommonData/TemplatePage")
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def __len__(self) -> int:
        return len(self._pages)

    def _check_sizes(self) -> None:
        entries = self._archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        steep = any(e.file_size > 100_000 and e.file_size > MOST_RATIO * max(e.compress_size, 1) for e in entries)
        if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or steep:
            raise Problem(errors.UNPACKS_TOO_LARGE)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Problem(errors.ENCRYPTED_PDF)

    def _bytes(self, name: str, most: int) -> bytes:
        """One entry, never more of it than its header promised."""
        info = self._archive.getinfo(name)
        if info.file_size > most:
            raise Problem(errors.UNPACKS_TOO_LARGE)
        with self._archive.open(info) as stream:
            return stream.read(info.file_size)

    def _xml(self, name: str) -> Node:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
        )
        root = etree.fromstring(self._bytes(name, MOST_XML), parser)
        if root.getroottree().docinfo.internalDTD is not None:
            raise ValueError("a DTD has no place in an OFD")
        return root

    def _doc_root(self) -> str:
        [*bodies] = self._find(self._xml("OFD.xml"), "DocBody/DocRoot")
        return (bodies[0].text or "").strip().lstrip("/") if bodies else ""

    def _path(self, location: str, base: str | None = None) -> str:
        """A location inside the archive; one that leads out of it becomes a name that does not exist."""
        if location.startswith("/"):
            return posixpath.normpath(location.lstrip("/"))
        return posixpath.normpath(posixpath.join(base if base is not None else self._root, location))

    @staticmethod
    def _find(node: Node, path: str) -> list[Node]:
        """Children by local names, whatever the namespace prefix."""
        steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
        return list(node.xpath(steps))

    def page_size(self, number: int) -> tuple[float, float]:
        """Width and height in millimetres."""
        contents = self._contents(number, with_objects=False)
        return contents.width, contents.height

    def draw(self, number: int) -> tuple[Pixels, list[Line]]:
        """The page as RGB pixels and its lines of text. Raises `Problem(DAMAGED)`."""
        try:
            contents = self._contents(number)
        except (etree.XMLSyntaxError, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
            raise Problem(errors.DAMAGED, detail=type(error).__name__) from None
        scale = SIDE / max(contents.width, contents.height)
        budget = Budget()
        sizes = {max(6, round(text.size * scale)) for text in contents.texts}
        budget.load(len(sizes))
        for text in contents.texts:  # all of it is counted before any of it is drawn
            budget.write(len(text.text))
            budget.paint(len(text.text) * (text.size * scale) ** 2)
        page = Image.new("RGB", (round(contents.width * scale), round(contents.height * scale)), "white")
        for name, box in contents.pictures:
            self._paste(page, name, box, scale, budget)
        pen, faces = ImageDraw.Draw(page), {size: _font(size) for size in sizes}
        for text in contents.texts:
            face = faces[max(6, round(text.size * scale))]
            for char, x, _ in text.glyphs():
                if x * scale > page.width:
                    break  # what lies beyond the page is in the text, not in the picture
                pen.text((x * scale, text.y * scale), char, font=face, fill="black", anchor="ls")
        return np.asarray(page, np.uint8), [_line(text, scale) for text in contents.texts if text.text.strip()]

    def _contents(self, number: int, *, with_objects: bool = True) -> _Contents:
        page = self._xml(self._pages[number])
        areas = self._find(page, "Area/PhysicalBox") or self._find(self._document, "CommonData/PageArea/PhysicalBox")
        left, top, width, height = _numbers(areas[0].text if areas else "", (0.0, 0.0, 210.0, 297.0))
        del left, top
        if not (1 <= width <= 5000 and 1 <= height <= 5000):
            raise ValueError("a page of impossible size")
        contents = _Contents(width, height)
        if with_objects:
            for template in self._find(page, "Template")[:MOST_TEMPLATES]:
                name = self._templates.get(template.get("TemplateID", ""))
                if name is not None:
                    self._collect(self._xml(name), contents)
            self._collect(page, contents)
        return contents

    def _collect(self, page: Node, contents: _Contents) -> None:
        for item in page.iter("{*}TextObject", "{*}ImageObject"):
            contents.objects += 1
            if contents.objects > MOST_OBJECTS:
                raise Problem(errors.TOO_COSTLY)
            box = _numbers(item.get("Boundary"), (0.0, 0.0, 0.0, 0.0))
            if etree.QName(item).localname == "ImageObject":
                contents.pictures.append((item.get("ResourceID", ""), box))
                continue
            for code in self._find(item, "TextCode"):
                text = _text(item, code, box)
                contents.letters += len(text.text)
                if contents.letters > LETTERS:
                    raise Problem(errors.TOO_COSTLY)
                contents.texts.append(text)

    def _paste(self, page: Image.Image, resource: str, box: Box, scale: float, budget: Budget) -> None:
        """A picture of the page; one that cannot be opened is left out, the text still counts."""
        name = self._media.get(resource)
        if name is None:
            return
        try:
            with Image.open(
                io.BytesIO(self._bytes(name, MOST_BYTES)), formats=["JPEG", "PNG", "BMP", "TIFF"]
            ) as picture:
                if picture.width * picture.height > MOST_PICTURE:
                    raise Problem(errors.UNPACKS_TOO_LARGE)
                budget.paint(picture.width * picture.height)
                size = (max(1, min(page.width, round(box[2] * scale))), max(1, min(page.height, round(box[3] * scale))))
                shown = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
        except (KeyError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return
        page.paste(shown, (round(box[0] * scale), round(box[1] * scale)), shown)

    @cached_property
    def _media(self) -> dict[str, str]:
        """Resource id → entry of a picture."""
        found: dict[str, str] = {}
        for kind in ("CommonData/PublicRes", "CommonData/DocumentRes"):
            for node in self._find(self._document, kind):
                try:
                    name = self._path((node.text or "").strip())
                    resources = self._xml(name)
                except (KeyError, etree.XMLSyntaxError, ValueError):
                    continue
                base = posixpath.join(posixpath.dirname(name), resources.get("BaseLoc", ""))
                for media in resources.iter("{*}MultiMedia"):
                    files = self._find(media, "MediaFile")
                    if files and media.get("Type") == "Image":
                        found[media.get("ID", "")] = self._path((files[0].text or "").strip(), base)
        return found


def _numbers(text: str | None, otherwise: Box) -> Box:
    try:
        values = tuple(float(part) for part in (text or "").split())
    except ValueError:
        return otherwise
    return values if len(values) == 4 and np.isfinite(values).all() else otherwise


def _text(item: Node, code: Node, box: Box) -> _Text:
    scale_x, scale_y = _scales(item.get("CTM"))
    size = min(abs(float(item.get("Size", "3"))) * scale_y, 300.0)
    x, y = float(code.get("X", "0")) * scale_x + box[0], float(code.get("Y", "0")) * scale_y + box[1]
    if not np.isfinite([x, y, size]).all():
        raise ValueError("letters at no place")
    text = "".join((code.text or "").split("\n"))[: LETTERS + 1]
    return _Text(text, x, y, size, [step * scale_x for step in _steps(code.get("DeltaX"), len(text))])


def _scales(matrix: str | None) -> tuple[float, float]:
    """Horizontal and vertical stretch of a transformation a b c d e f; turned text keeps its size."""
    parts = [float(part) for part in (matrix or "").split()]
    if len(parts) != 6:
        return 1.0, 1.0
    return (abs(parts[0]) + abs(parts[1])) or 1.0, (abs(parts[2]) + abs(parts[3])) or 1.0


def _steps(deltas: str | None, most: int) -> list[float]:
    """`3 g 4 2.5 1` → 3, four times 2.5, 1: offsets to the next character."""
    out: list[float] = []
    parts = (deltas or "").split()
    i = 0
    while i < len(parts) and len(out) < most:
        if parts[i] == "g" and i + 2 < len(parts):
            out += [float(parts[i + 2])] * min(int(parts[i + 1]), most - len(out))
            i += 3
        else:
            out.append(float(parts[i]))
            i += 1
    return out


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype(_FONT, size, index=2)
    except OSError:  # the preview is poorer, the text is exact all the same
        return ImageFont.load_default()


def _line(text: _Text, scale: float) -> Line:
    places = [(char, x, width) for char, x, width in text.glyphs() if char.strip()]
    left, right = places[0][1], max(x + width for _, x, width in places)
    span = max(right - left, 1e-6)
    top, bottom = (text.y - 0.86 * text.size) * scale, (text.y + 0.14 * text.size) * scale
    quad = np.array(
        [[left * scale, top], [right * scale, top], [right * scale, bottom], [left * scale, bottom]], np.float32
    )
    return Line(
        quad, [Glyph(c, 1.0, (x - left) / span, (x + w - left) / span, i) for i, (c, x, w) in enumerate(places)]
    )
