"""A Word file to lines, from what is printed: automatic numbers are counted, and a file that could harm or mislead is refused.

ECMA-376 (Office Open XML). Only text is taken: nothing is run, nothing is fetched, and what the archive unpacks to is bounded
before it is unpacked.
"""

import importlib
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from onething.core.errors import Problem
from onething.documents.prose.errors import UNREADABLE, UNSAFE, UNSETTLED
from onething.documents.prose.word_numbers import Numbers

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
MOST_PARTS, MOST_UNPACKED, MOST_RATIO = 5_000, 120_000_000, 300
"""Parts of the archive, bytes unpacked in all, and unpacked through packed size of a part; text packs about 10:1, a bomb 1000:1."""
_CHANGES = (f"{_W}ins", f"{_W}del", f"{_W}moveFrom", f"{_W}moveTo")
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def docx_lines(content: bytes) -> list[str]:
    """Lines of the body in their order; rows of tables as `| a | b |`, so that they are seen as tables and not as articles.

    Raises `Problem`: policy.unsafe (bomb, entities, macros), policy.unsettled (changes nobody has accepted), policy.unreadable.
    """
    library: Any = importlib.import_module("docx")
    try:
        _check_archive(content)
        document = library.Document(io.BytesIO(content))
        body = document.element.body
        if next(body.iter(*_CHANGES), None) is not None:
            raise Problem(UNSETTLED)
        numbers = Numbers.of(document)
        return [line for block in _blocks(body) for line in _lines(block, numbers)]
    except Problem:
        raise
    except Exception as error:  # noqa: BLE001 - a hostile file fails in a hundred ways; each of them means that it is not read
        raise Problem(UNREADABLE, why="docx", detail=f"{type(error).__name__}: {error}"[:300]) from None


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED:
            raise Problem(UNSAFE, why="zip")
        if any(each.file_size > 1_000_000 and each.file_size > MOST_RATIO * max(each.compress_size, 1) for each in parts):  # fmt: skip
            raise Problem(UNSAFE, why="zip")
        for each in parts:
            name = each.filename.lower()
            if name.endswith(("vbaproject.bin", "vbadata.xml")):
                raise Problem(UNSAFE, why="macro")
            if name.endswith((".xml", ".rels")):
                # A part in UTF-16 has its letters two bytes apart.
                text = archive.read(each).replace(b"\x00", b"")
                if _DTD.search(text):
                    raise Problem(UNSAFE, why="entity")
                if name == "[content_types].xml" and b"macroenabled" in text.lower():
                    raise Problem(UNSAFE, why="macro")


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, also those inside content controls."""
    for child in parent:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"):
            yield from _blocks(child)


def _lines(block: Any, numbers: Numbers) -> list[str]:
    if block.tag == f"{_W}p":
        boxes = [line for box in _boxes(block) for inner in _blocks(box) for line in _lines(inner, numbers)]
        return [*(numbers.label(block) + _text(block)).split("\n"), *boxes]
    return [
        "| " + " | ".join(" ".join(_text(p) for p in cell.iter(f"{_W}p")) for cell in row.iter(f"{_W}tc")) + " |"
        for row in block.iter(f"{_W}tr")
    ]


def _text(node: Any) -> str:
    said: list[str] = []
    for child in node:
        if child.tag in (f"{_W}t", f"{_W}noBreakHyphen"):
            said.append(child.text or "" if child.tag == f"{_W}t" else "-")
        elif child.tag in (f"{_W}tab", f"{_W}ptab"):
            said.append("\t")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            said.append("\n")
        elif child.tag not in (f"{_W}pPr", f"{_W}rPr", f"{_W}txbxContent", f"{_W}rt", _FALLBACK):
            said.append(_text(child))
    return "".join(said)


def _boxes(node: Any) -> Iterator[Any]:
    """Text boxes, each once: what stands in for them in old programs is left out."""
    for child in node:
        if child.tag == f"{_W}txbxContent":
            yield child
        elif child.tag != _FALLBACK:
            yield from _boxes(child)
