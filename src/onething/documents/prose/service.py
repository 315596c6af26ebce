"""The door of running text: files to lines (`read_file`, `read_bytes`; `scanned` reads pictures of pages), labels and Chinese numbers."""

from onething.documents.prose.errors import SCANNED
from onething.documents.prose.labels import ANNEX, ARABIC_DOT, ARTICLE, CHINESE_DOT, HEADING, ITEM
from onething.documents.prose.numerals import AMOUNT, NUMERAL, amount, dates, number, ordinal, share
from onething.documents.prose.readers import Ocr, is_picture, join_wrapped, read_bytes, read_file
from onething.documents.prose.scans import scanned

__all__ = [
    "AMOUNT",
    "ANNEX",
    "ARABIC_DOT",
    "ARTICLE",
    "CHINESE_DOT",
    "HEADING",
    "ITEM",
    "NUMERAL",
    "SCANNED",
    "Ocr",
    "amount",
    "dates",
    "is_picture",
    "join_wrapped",
    "number",
    "ordinal",
    "read_bytes",
    "read_file",
    "scanned",
    "share",
]
