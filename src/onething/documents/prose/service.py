"""The door of running text: files to lines, labels of paragraphs, and numbers and dates as Chinese writes them.

Files to text:
`read_file`: the text of a regulation's file. Refused as policy.unreadable, policy.unsafe (bombs, macros, entities),
    policy.unsettled, policy.too_large, or policy.scanned when it is pictures of pages and no reader of pictures was
    given.
`read_bytes`: the same for an upload; its kind is judged by the content, not by the name.
`scanned`: such a reader: pages of a scan → text, line by line; a Problem for a file that documents refuse.
`join_wrapped`: lines broken by the width of a page put together again, articles and items left apart.

Numbers:
`number`: 二十一 or 21 → 21; ValueError for what is no whole number.
`ordinal`: 12 → 十二, for labels up to 9999.
`amount`: a number in a sentence, 1万 → 10000, 半 → 0.5; ValueError for what is none.
`share`: 万分之五 or 3.5% → per cent; None when it is no share.
`dates`: every full date of a text with where it stands.

Patterns of numbers: `AMOUNT`, `NUMERAL`.
Patterns of labels: `ANNEX`, `ARABIC_DOT`, `ARTICLE`, `CHINESE_DOT`, `CIRCLED`, `DOTTED`, `HEADING`, `ITEM`.
The Problem of scans: `SCANNED`.
"""

from onething.documents.prose.errors import SCANNED
from onething.documents.prose.labels import ANNEX, ARABIC_DOT, ARTICLE, CHINESE_DOT, CIRCLED, DOTTED, HEADING, ITEM
from onething.documents.prose.numerals import AMOUNT, NUMERAL, amount, dates, number, ordinal, share
from onething.documents.prose.readers import join_wrapped, read_bytes, read_file
from onething.documents.prose.scans import scanned

__all__ = [
    "AMOUNT",
    "ANNEX",
    "ARABIC_DOT",
    "ARTICLE",
    "CHINESE_DOT",
    "CIRCLED",
    "DOTTED",
    "HEADING",
    "ITEM",
    "NUMERAL",
    "SCANNED",
    "amount",
    "dates",
    "join_wrapped",
    "number",
    "ordinal",
    "read_bytes",
    "read_file",
    "scanned",
    "share",
]
