"""The text of a PDF's pages, read in a process of its own: `python -m onething.policy.text.pdf_apart` takes it from stdin.

A file that unpacks without end, hangs or crashes the library ends that process and nothing else.
"""

import importlib
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from onething.core.errors import Problem
from onething.policy.problems import UNREADABLE

SECONDS = 60
MEMORY_CEILING = 2_000_000_000
MOST_PAGES, MOST_TEXT = 3_000, 20_000_000


@dataclass(frozen=True, slots=True)
class PageText:
    """`picture`: the page shows a picture, as a scanned one does."""

    text: str
    picture: bool = False

    @property
    def is_scan(self) -> bool:
        """A picture without a single Chinese character beside it."""
        return self.picture and not any("一" <= each <= "鿿" for each in self.text)


def pages_of(content: bytes, seconds: float = SECONDS) -> list[PageText]:
    """Text of each page as the file has it. Raises `Problem` (policy.unreadable): broken, locked, too much, too slow."""
    command = [sys.executable, "-m", "onething.policy.text.pdf_apart"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - our own module; the file comes by stdin
        told: Any = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Problem(UNREADABLE, why="pdf", detail="time") from None
    except ValueError:
        raise Problem(UNREADABLE, why="pdf", detail="crash") from None
    if "problem" in told:
        raise Problem(UNREADABLE, why="pdf", detail=str(told["problem"])[:300])
    return [PageText(text, picture) for text, picture in told["pages"]]


def _read(content: bytes) -> list[tuple[str, bool]]:
    library: Any = importlib.import_module("pypdfium2")
    raw: Any = importlib.import_module("pypdfium2.raw")
    document = library.PdfDocument(content)
    if len(document) > MOST_PAGES:
        raise ValueError(f"{len(document)} pages")
    pages: list[tuple[str, bool]] = []
    size = 0
    for page in document:
        text = str(page.get_textpage().get_text_range())
        size += len(text)
        if size > MOST_TEXT:
            raise ValueError("too much text")
        pages.append((text, any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))))
    return pages


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
