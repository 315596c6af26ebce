"""PDF by pdfium: how many pages, their pictures, their text with positions. Scripts and forms are never run."""

import importlib
import threading
from typing import Any, Self

import numpy as np

from onething.core.errors import Problem
from onething.documents import errors
from onething.documents.lines import Glyph, Line, Pixels

_LOCK = threading.Lock()
"""pdfium keeps global state: one caller at a time in a process."""
SIDE = 1900
"""Longest side of a drawn page in pixels, whatever size the page claims to have."""
ENOUGH_TEXT = 24
"""A page with at least this many characters is read from its text, not from its picture."""
MOST_TEXT = 20_000

Char = tuple[str, float, float, float, float]
"""A character with left, top, right, bottom in pixels of the drawn page."""


def _pdfium() -> Any:
    return importlib.import_module("pypdfium2")  # has no type information


class PdfFile:
    """An open PDF; use as a context manager. Raises `Problem` for a file that is locked or damaged."""

    def __init__(self, content: bytes) -> None:
        self._library = _pdfium()
        _LOCK.acquire()
        try:
            self._document: Any = self._library.PdfDocument(content)
        except self._library.PdfiumError as error:
            _LOCK.release()
            locked = "password" in str(error).lower()
            raise Problem(errors.ENCRYPTED_PDF if locked else errors.DAMAGED, detail=str(error)) from None
        except BaseException:
            _LOCK.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._document.close()
        finally:
            _LOCK.release()

    def __len__(self) -> int:
        return len(self._document)

    def page_size(self, number: int) -> tuple[float, float]:
        """Width and height in points (1/72 inch)."""
        width, height = self._document.get_page_size(number)
        _expect_size(width, height)
        return float(width), float(height)

    def text(self, number: int) -> str:
        """All text of a page as the file has it, in its own order."""
        page: Any = self._document[number].get_textpage()
        return str(page.get_text_range())[:MOST_TEXT]

    def active(self) -> bool:
        """Whether the file carries JavaScript or attachments. Neither is ever run or opened: this pdfium has no engine."""
        raw: Any = importlib.import_module("pypdfium2.raw")
        scripts = int(raw.FPDFDoc_GetJavaScriptActionCount(self._document.raw))
        return scripts > 0 or int(raw.FPDFDoc_GetAttachmentCount(self._document.raw)) > 0

    def draw(self, number: int) -> tuple[Pixels, list[Line]]:
        """The page as RGB pixels, and its lines of text when it has enough of it. Raises `Problem(DAMAGED)`."""
        try:
            page: Any = self._document[number]
            width, height = page.get_size()
            _expect_size(width, height)
            scale = SIDE / max(width, height, 1.0)
            picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
            chars = self._chars(page, scale, float(height))
        except self._library.PdfiumError as error:
            raise Problem(errors.DAMAGED, detail=str(error)) from None
        lines = [_line(row) for row in _rows(chars)] if len(chars) >= ENOUGH_TEXT else []
        return np.asarray(picture, np.uint8), lines

    @staticmethod
    def _chars(page: Any, scale: float, height: float) -> list[Char]:
        text: Any = page.get_textpage()
        chars: list[Char] = []
        for i in range(min(text.count_chars(), MOST_TEXT)):
            char = str(text.get_text_range(i, 1))
            if char.strip():
                left, bottom, right, top = (float(v) for v in text.get_charbox(i, loose=True))
                chars.append((char, left * scale, (height - top) * scale, right * scale, (height - bottom) * scale))
        return chars


LARGEST_SIDE = 14_400.0
"""ISO 32000-1, annex C: a page is at most 14,400 units wide or high."""


def _expect_size(width: float, height: float) -> None:
    """Raises `Problem(DAMAGED)` for a page of no size or of one that no page has; NaN is neither."""
    if not (1 <= width <= LARGEST_SIDE and 1 <= height <= LARGEST_SIDE):
        raise Problem(errors.DAMAGED, detail="a page of impossible size")


def _rows(chars: list[Char]) -> list[list[Char]]:
    """Characters grouped into runs: same base line, no gap wider than a character and a half."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (round((c[2] + c[4]) / 16), c[1])):
        size = max(char[4] - char[2], 1.0)
        for row in reversed(rows[-24:]):
            last = row[-1]
            level = abs((last[2] + last[4]) - (char[2] + char[4])) / 2 < 0.4 * size
            if level and -0.6 * size < char[1] - last[3] < 1.5 * size:
                row.append(char)
                break
        else:
            rows.append([char])
    return rows


def _line(row: list[Char]) -> Line:
    left, right = row[0][1], max(row[-1][3], row[0][1] + 1)
    top, bottom = min(c[2] for c in row), max(c[4] for c in row)
    quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    width = right - left
    return Line(quad, [Glyph(c[0], 1.0, (c[1] - left) / width, (c[3] - left) / width, i) for i, c in enumerate(row)])
