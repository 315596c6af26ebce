"""The text of a PDF's pages, read in a process of its own: `python -m onething.documents.prose.pdf_apart` takes it from stdin.

A file that unpacks without end, hangs or crashes the library ends that process and nothing else.
"""

import ctypes
import importlib
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from onething.core.errors import Problem
from onething.documents.prose.errors import UNREADABLE
from onething.documents.prose.page_lines import PageLine

SECONDS = 60
MEMORY_CEILING = 2_000_000_000
MOST_PAGES, MOST_TEXT = 3_000, 20_000_000


@dataclass(frozen=True, slots=True)
class PageText:
    """`picture`: the page shows a picture, as a scanned one does."""

    lines: tuple[PageLine, ...]
    picture: bool = False

    @property
    def text(self) -> str:
        return "\n".join(each.text for each in self.lines)

    @property
    def is_scan(self) -> bool:
        """A picture without a single Chinese character beside it."""
        return self.picture and not any("一" <= each <= "鿿" for each in self.text)


def pages_of(content: bytes, seconds: float = SECONDS) -> list[PageText]:
    """Text of each page as the file has it. Raises `Problem` (policy.unreadable): broken, locked, too much, too slow."""
    command = [sys.executable, "-m", "onething.documents.prose.pdf_apart"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - our own module; the file comes by stdin
        told: Any = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Problem(UNREADABLE, why="pdf", detail="time") from None
    except ValueError:
        raise Problem(UNREADABLE, why="pdf", detail="crash") from None
    if "problem" in told:
        raise Problem(UNREADABLE, why="pdf", detail=str(told["problem"])[:300])
    return [
        PageText(tuple(PageLine(*line, page=number) for line in lines), picture)
        for number, (lines, picture) in enumerate(told["pages"])
    ]


Line = tuple[str, float, float, float, float]
"""Text, left, right, base line, size of letters."""


def _read(content: bytes) -> list[tuple[list[Line], bool]]:
    library: Any = importlib.import_module("pypdfium2")
    raw: Any = importlib.import_module("pypdfium2.raw")
    document = library.PdfDocument(content)
    if len(document) > MOST_PAGES:
        raise ValueError(f"{len(document)} pages")
    pages: list[tuple[list[Line], bool]] = []
    size = 0
    for page in document:
        letters = page.get_textpage()
        size += letters.count_chars()
        if size > MOST_TEXT:
            raise ValueError("too much text")
        picture = any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
        pages.append((_lines(letters, raw), picture))
    return pages


def _lines(letters: Any, raw: Any) -> list[Line]:
    """The text of a page by lines, each with its place. A letter of two units counts twice, so places are by index of the library."""
    made: list[Line] = []
    start, count = 0, int(letters.count_chars())
    for at in range(count + 1):
        if at < count and raw.FPDFText_GetUnicode(letters, at) not in (10, 13):
            continue
        if at > start and (text := str(letters.get_text_range(start, at - start)).strip()):
            made.append((text, *_place(letters, raw, start, at - 1)))
        start = at + 1
    return made


def _place(letters: Any, raw: Any, first: int, last: int) -> tuple[float, float, float, float]:
    """Left, right, base line and size of the letters from `first` to `last`; spaces at the ends do not count."""
    while first < last and chr(raw.FPDFText_GetUnicode(letters, first)).isspace():
        first += 1
    while last > first and chr(raw.FPDFText_GetUnicode(letters, last)).isspace():
        last -= 1
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(letters, first, ctypes.byref(x), ctypes.byref(y))
    right = letters.get_charbox(last, loose=True)[2]
    size = float(raw.FPDFText_GetFontSize(letters, first))
    bottom, top = letters.get_charbox(first, loose=True)[1::2]
    # Some programs set letters of size 1 and scale them; then their box tells.
    return (
        round(x.value, 1),
        round(float(right), 1),
        round(y.value, 1),
        round(size if size > 4 else max(top - bottom, 1.0), 1),
    )


def main() -> None:
    """Bounded by the kernel as well, so that nothing depends on the parent's clock alone."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_CEILING, MEMORY_CEILING))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told: dict[str, Any] = {"pages": _read(sys.stdin.buffer.read())}
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the file, the parent is told in one line
        told = {"problem": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
