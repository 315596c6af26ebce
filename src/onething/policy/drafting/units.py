"""A paragraph cut into sentences, and sentences into parts; brackets and quotation marks are not cut through."""

import re
from collections.abc import Iterator

from onething.policy.models import Span

_GROUP = re.compile(r"[0-9],[0-9]{3}(?![0-9])")
"""5,000: no comma between clauses."""
_OPEN, _CLOSE = "（(“《〈[【「", "）)”》〉]】」"


def cut(text: str, marks: str, offset: int = 0) -> list[tuple[str, Span]]:
    """Parts that end with one of `marks`, with their spans; the marks stay with the part before them."""
    out: list[tuple[str, Span]] = []
    start, depth = 0, 0
    for i, c in enumerate(text):
        if c in _OPEN:
            depth += 1
        elif c in _CLOSE:
            depth = max(0, depth - 1)
        elif c in marks and depth == 0 and not (c == "," and _GROUP.match(text, max(i - 1, 0))):
            out.append((text[start : i + 1], (offset + start, offset + i + 1)))
            start = i + 1
    if start < len(text):
        out.append((text[start:], (offset + start, offset + len(text))))
    return [(part, span) for part, span in out if part.strip(marks + " 　\n")]


def units(text: str, offset: int) -> Iterator[tuple[str, Span, bool]]:
    """Sentences and their parts between semicolons; `True` for a part that goes on a sentence begun before."""
    for sentence, span in cut(text, "。！？", offset):
        for n, (part, inner) in enumerate(cut(sentence, "；;", span[0])):
            yield part, inner, n > 0


def segments(text: str, offset: int) -> list[tuple[str, Span]]:
    """What stands between commas, without the marks."""
    return [(part.rstrip("，,。；;：:"), span) for part, span in cut(text, "，,", offset)]
