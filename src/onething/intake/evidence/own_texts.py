"""A text of one's own, such as articles of association, taken from files instead of being typed.

Files are read by the hardened readers of regulations: Word and PDF in exact letters, photographs and scans by OCR. What comes out is put
into the answer, where the applicant sees and may change it; no file is kept.
"""

from collections.abc import Sequence

from onething.core.errors import Problem
from onething.documents.prose.service import SCANNED, read_bytes, scanned
from onething.intake.errors import NO_FILE, NO_TEXT, TOO_LONG

MOST_FILES = 12
"""Pages of one text, each photographed."""


def text_of_files(files: Sequence[tuple[str, bytes]], longest: int) -> tuple[str, bool]:
    """(name, content) of each file, in the order of the pages → the text, and whether any of it was read off a picture.

    Raises `Problem` (intake.no_text_file, intake.no_text_in_file, intake.text_too_long, and those of `documents.prose.service.read_bytes` and of the document reader).
    """
    if not 0 < len(files) <= MOST_FILES:
        raise Problem(NO_FILE, most=MOST_FILES)
    by_eye = False

    def ocr(content: bytes) -> list[str]:
        nonlocal by_eye
        by_eye = True
        return scanned(content)

    pages: list[str] = []
    for name, content in files:
        try:
            pages.append(read_bytes(content, name, ocr).strip())
        except Problem as problem:
            raise Problem(NO_TEXT, name=name) if problem.kind is SCANNED else problem from None
    text = "\n".join(pages).strip()
    if len(text) > longest:
        raise Problem(TOO_LONG, count=len(text), most=longest)
    return text, by_eye


__all__ = ["MOST_FILES", "text_of_files"]
