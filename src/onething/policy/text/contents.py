"""Tables of contents: which lines only list what the text says later. A list ends where its first entry stands again. Pure."""

import re
from collections.abc import Sequence

from onething.documents.prose.service import ARTICLE, HEADING
from onething.policy.text.head import BLANK

_CONTENTS = re.compile(rf"[{BLANK}*#>\-]*目[{BLANK}]*[录次][{BLANK}*]*$")
_LONGEST = 400
"""Lines of the longest table of contents that is looked for."""


def contents_lines(lines: Sequence[str], begin: int) -> set[int]:
    """Numbers of the lines from `begin` on that are a table of contents."""
    found: set[int] = set()
    n = begin
    while n < len(lines):
        if _CONTENTS.match(lines[n]):
            end = _end(lines, n + 1)
            found |= set(range(n, end))
            n = end
            continue
        if _article(lines[n]):
            break
        entry = _entry(lines[n])
        if entry:
            # Chapters one behind the other without an article, and the first again: a list without its heading.
            end = _again(lines, n, entry)
            if end is None:
                break
            found |= set(range(n, end))
            n = end
            continue
        n += 1
    return found


def _end(lines: Sequence[str], begin: int) -> int:
    first = next((n for n in range(begin, min(begin + 6, len(lines))) if lines[n].strip(BLANK)), len(lines))
    entry = _entry(lines[first]) if first < len(lines) else ""
    if entry and (again := _again(lines, first, entry)) is not None:
        return again
    return _listed(lines, begin, lines[first].lstrip(BLANK).startswith("#") if entry else True)


def _listed(lines: Sequence[str], begin: int, marked: bool) -> int:
    """The first entry never stands again (a heading was lost): up to a chapter named twice, a Markdown heading, a sentence or an article."""
    seen: set[str] = set()
    for n in range(begin, min(begin + _LONGEST, len(lines))):
        text = lines[n].strip(BLANK)
        if not text:
            continue
        label = _entry(lines[n]).partition("\t")[0]
        again = label in seen and not label.endswith("节")
        heads = label and seen and not marked and text.startswith("#")
        if _article(lines[n]) or again or heads or (not label and (len(text) > 40 or text.endswith(("。", "：")))):
            return n
        seen |= {label} - {""}
    return begin


def _again(lines: Sequence[str], first: int, entry: str) -> int | None:
    """Where the same heading stands again before the first article."""
    for n in range(first + 1, min(first + _LONGEST, len(lines))):
        if _article(lines[n]):
            return None
        if _entry(lines[n]) == entry:
            return n
    return None


def _entry(line: str) -> str:
    found = HEADING.match(line.rstrip(BLANK))
    if not found or len(found[4]) > 60 or found[4].rstrip().endswith(("。", "；", "，", "：")):
        return ""
    title = re.sub(rf"[{BLANK}.…·]+\d*$", "", found[4])  # dots and a page number
    return re.sub(r"\s+", "", found[1]) + "\t" + re.sub(rf"[{BLANK}*]+", "", title)


def _article(line: str) -> re.Match[str] | None:
    found = ARTICLE.match(line)
    return found if found and not re.match(r"[、和至的]", line[found.end() :]) else None
