"""A text of one's own, such as articles of association, taken from files instead of being typed.

Files are read by the hardened readers of regulations: Word and PDF in exact letters, photographs and scans by OCR. What comes out is put
into the answer, where the applicant sees and may change it; no file is kept.
"""

from collections.abc import Sequence

from onething.core.errors import Problem, define
from onething.documents.prose.service import SCANNED, read_bytes, scanned

MOST_FILES = 12
"""Pages of one text, each photographed."""

TOO_LONG = define(
    "intake.text_too_long", 422,
    zh=("文件里的文字有 {count} 个字，超过了 {most} 个字。", "请只上传需要的部分，或者直接把文字贴进来。"),
    en=("The text in the file has {count} characters, more than {most}.", "Send only the part that is needed, or paste the text."),
)  # fmt: skip
NO_FILE = define(
    "intake.no_text_file", 422,
    zh=("没有收到文件。", "请选择 Word、PDF、文本文件，或拍下每一页；一次最多 {most} 个。"),
    en=("No file came.", "Choose a Word, PDF or text file, or photograph each page; at most {most} at once."),
)  # fmt: skip


NO_TEXT = define(
    "intake.no_text_in_file", 422,
    zh=("文件里认不出文字：{name}", "请把纸放平、拍清楚整页，或换成 Word、PDF 文件。"),
    en=("No text can be made out in this file: {name}", "Lay the page flat and photograph the whole of it sharply, or send a Word or PDF file."),
)  # fmt: skip


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
