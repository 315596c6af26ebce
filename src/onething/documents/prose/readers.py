"""Files to plain lines: Markdown and text as they are, Word by paragraphs, PDF by its text layer with wrapped lines joined."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from onething.core.decoding import decoded
from onething.core.errors import Problem
from onething.documents.prose.errors import SCANNED, TOO_LARGE, UNREADABLE
from onething.documents.prose.labels import ANNEX, ARTICLE, CHINESE_DOT, HEADING, ITEM
from onething.documents.prose.page_lines import PageLine, begins
from onething.documents.prose.pdf_apart import pages_of
from onething.documents.prose.word import docx_lines

MAX_BYTES = 20_000_000
_ENDS = frozenset("。；：！？:;")
LONGEST_HEADING = 300
_PAGE = re.compile(r"^\s*(?:[-—–―]\s*\d{1,4}\s*[-—–―]|\d{1,4}|第\s*\d+\s*页(?:\s*[,，/共]*\s*\d*\s*页?))\s*$")
_STARTS = re.compile(r"^\s*(?:第\s*[〇零一二三四五六七八九十百千0-9]+\s*[编章节]\s|附件|目\s*录)")
_CHINESE = re.compile(r"[一-鿿]")
_GAP = re.compile(r"(?<=[一-鿿]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[一-鿿])")


Ocr = Callable[[bytes], list[str]]
"""Pages of a scan as text, line by line."""


def read_file(path: Path, scanned: Ocr | None = None) -> str:
    """The text of a regulation's file. Raises `Problem` (policy.unreadable, policy.unsafe, policy.unsettled, policy.scanned, policy.too_large).

    `scanned` reads PDFs without text; without it such a file is refused.
    """
    if not path.is_file():
        raise Problem(UNREADABLE, why=path.name)
    return read_bytes(path.read_bytes(), path.name, scanned)


def read_bytes(content: bytes, name: str, scanned: Ocr | None = None) -> str:
    """The same for what was uploaded; the kind is judged by the content, not by the name."""
    if len(content) > MAX_BYTES:
        raise Problem(TOO_LARGE, megabytes=len(content) // 1_000_000)
    if content.startswith(b"%PDF"):
        return _pdf(content, scanned)
    if content.startswith(b"PK\x03\x04"):
        return "\n".join(docx_lines(content)) + "\n"
    if scanned and is_picture(content):
        return _picture(scanned(content))
    return _plain(content, name)


def is_picture(content: bytes) -> bool:
    """A photograph or scan of a page: JPEG, PNG, TIFF, WebP, HEIC."""
    return (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"II*\x00", b"MM\x00*"))
        or content[4:8] == b"ftyp"
        or content[8:12] == b"WEBP"
    )


def _picture(pages: list[str]) -> str:
    if _is_scan(pages):
        raise Problem(SCANNED, pages=len(pages))
    lines = [line for number, text in enumerate(pages) for line in _placeless(text, number)]
    return join_wrapped([_close(line.text) for line in lines if not _PAGE.match(line.text)])


def _plain(content: bytes, name: str) -> str:
    if b"\x00" in content[:4000]:
        raise Problem(UNREADABLE, why=name)
    try:
        return decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise Problem(UNREADABLE, why=name) from None


def _pdf(content: bytes, scanned: Ocr | None) -> str:
    """The text of its pages; those that are pictures without text are read by OCR, and without it the file is refused."""
    found = pages_of(content)
    pages, pictures = [each.text for each in found], [n for n, each in enumerate(found) if each.is_scan]
    if pictures or _is_scan(pages):
        read = scanned(content) if scanned else []
        if _is_scan(pages):
            pages = read
        elif len(read) == len(pages):
            # Only what is missing is taken from the reader: the letters of a text layer are exact, the reader's are not.
            pages = [read[n] if n in pictures else text for n, text in enumerate(pages)]
        if _is_scan(pages) or (pictures and not read):
            raise Problem(SCANNED, pages=len(pictures) or len(found))
    lines: list[PageLine] = []
    for number, (each, text) in enumerate(zip(found, pages, strict=True) if len(pages) == len(found) else ()):
        lines += each.lines if text == each.text else _placeless(text, number)
    if len(pages) != len(found):
        lines = [line for number, text in enumerate(pages) for line in _placeless(text, number)]
    lines = [line for line in lines if not _PAGE.match(line.text)]
    marks = begins(lines) if all(line.size for line in lines) else None
    return join_wrapped([_close(line.text) for line in lines], marks)


def _placeless(text: str, number: int) -> list[PageLine]:
    """Lines from the reader of scans, of which only the words are known."""
    return [PageLine(line, 0, 0, 0, 0, number) for line in map(str.strip, re.split(r"\r\n|\r|\n", text)) if line]


def _close(line: str) -> str:
    """Without the gaps that a typesetter puts between Chinese and digits or letters (GB/T 15834); the one after a label stays."""
    label = ARTICLE.match(line) or HEADING.match(line)
    head = label.end(1) + 1 if label else 0
    return line[:head] + _GAP.sub("", line[head:])


def _is_scan(pages: list[str]) -> bool:
    """Less than twenty Chinese characters a page: a stamp or a page number alone is not a text."""
    return len(_CHINESE.findall("".join(pages))) < 20 * max(len(pages), 1)


def join_wrapped(lines: list[str], marks: Sequence[bool | None] | None = None) -> str:
    """Lines broken by the width of a page put together again. `marks`: what the page says of each line, None where it does not.

    A line goes on in the next one when it is as wide as the page or ends in the middle of a sentence, unless the next one
    begins something. `第十二条` at the head of a wrapped line may be a citation: after the first article, one begins only after a full stop.
    """
    lengths = sorted(len(line) for line in lines)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    out: list[str] = []
    begun, last = False, 0
    for line, mark in zip(lines, marks or [None] * len(lines), strict=True):
        before = out[-1] if out else ""
        # Only the end of what has grown is looked at, and no heading is as long as what has grown long.
        short = before if len(before) <= LONGEST_HEADING else ""
        ended = not before or before[-1] in _ENDS or bool(HEADING.match(short)) or ANNEX.match(short) is not None
        starts = any(each.match(line) for each in (ITEM, CHINESE_DOT)) or HEADING.match(line) or _STARTS.match(line)
        starts = starts or (ARTICLE.match(line) and (ended or not begun or last < width - 2))
        goes_on = not starts and not ended and (begun or last >= width - 2)
        if out and (goes_on if mark is None else not mark):
            out[-1] += line
        else:
            out.append(line)
        begun, last = begun or ARTICLE.match(line) is not None, len(line)
    return "\n".join(out) + "\n"
