"""What a line of a regulation is: heading, article, paragraph, item, point, table, annex …; judged by its beginning and its neighbours."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from onething.documents.prose.service import (  # fmt: skip
    ANNEX,
    ARABIC_DOT,
    ARTICLE,
    CHINESE_DOT,
    CIRCLED,
    DOTTED,
    HEADING,
    ITEM,
    number,
)
from onething.policy.models import BlockKind
from onething.policy.text.contents import contents_lines
from onething.policy.text.head import BLANK, MARKS, front_matter, head_kinds, says

_NOTE = re.compile(r"\s*(<!--.*-->|[-=*_]{3,}|\[\^.*)\s*$")
_TABLES = ("|", "<table", "<tr", "<td", "<th", "<tbody", "</t")
_CITES = re.compile(r"第|[、和及或至]|规定|所|中|的|之一")
"""After a label without a space: the line goes on citing, it does not begin an article."""
_CITES_APART = re.compile(r"第|[、至]|(?:的|之)?规定|的")
"""The same after a label with a space, where 第二十六章 中介合同 is a heading."""
_GOES_ON = re.compile(
    r"第[^条款项]{1,6}[款项条]|[、至]|(?:[和及或]|以及)第|(?:中|里)?的?(?:规定|所列|所称|所述)|之规定|[和及或]者?本|中的?“|的[“《]"
)
"""The same, sure even where the number would be the next: 第三条第二款…, 第三条规定的…."""
_PAGE = re.compile(r"\s*[-—–―]?\s*\d{1,4}\s*[-—–―]?\s*$|\s*第\s*\d+\s*页(\s*共\s*\d+\s*页)?\s*$")
_STOPS = ("。", "；", "：", "！", "？", "”", "）", ";", ":", ")")
_SENTENCE = ("。", "；", "：", "，", "、", ";", ":")
_LONGEST_PART = 40
_THROUGH = 5
"""From so many numbers on, `1.` running through the headings 一、二、 are the articles."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its place in the source, its kind, its label and where its text begins and ends."""

    kind: BlockKind
    start: int
    end: int
    """Past the line end."""
    label: str = ""
    number: int = 0
    suffix: int = 0
    text_start: int = 0
    text_end: int = 0
    arabic: bool = False


def raw_lines(source: str) -> Iterator[tuple[int, int]]:
    """Spans of lines with their line ends; together they are the source."""
    start = 0
    while start < len(source):
        end = source.find("\n", start) + 1 or len(source)
        yield start, end
        start = end


class Classifier:
    """Looks over the lines for what stands at the beginning, then goes through them once, keeping what is needed to judge the next one."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.spans = list(raw_lines(source))
        self.texts = [source[a:b] for a, b in self.spans]
        self.article = 0
        self.in_annex = False
        self.begun = False
        """The first division or article has been met."""
        self.item = 0
        self.item_arabic = False
        self.ended = True
        """The line before ended its sentence."""
        self.front = front_matter(self.texts)
        has_articles = any(self._article(text, 0) for text in self.texts)
        self.by_numbers = not has_articles and _runs_through(self.texts)
        """Without 第…条, where `1.` to `137.` run through headings 一、二、, those are the articles."""
        self.by_dots = not has_articles and not self.by_numbers
        """Without either, lines of 一、二、三、 are what others call articles (规范性文件)."""
        self.contents = contents_lines(self.texts, self.front)
        self.parts: set[int] = set() if self.by_dots else set(_part_headings(self.texts, self._begins))
        """Lines 一、二、 that head a part of a text with articles, as in judicial interpretations."""
        self.first = next((n for n in range(self.front, len(self.texts)) if self._opens(n)), len(self.texts))
        self.head = self._head()

    def lines(self) -> list[Line]:
        out: list[Line] = []
        for n in range(len(self.spans)):
            out.append(self._line(n))
            if out[-1].kind not in ("blank", "note"):
                self.ended = self.texts[n].rstrip(MARKS).endswith(_STOPS) or out[-1].kind not in ("paragraph", "item", "point")  # fmt: skip
        return out

    def _begins(self, text: str) -> bool:
        """Whether a line begins an article, as far as it alone tells."""
        if self.by_numbers:
            return ARABIC_DOT.match(text) is not None
        found = ARTICLE.match(text)
        return found is not None and (self._article(text, -2) is not None or not _GOES_ON.match(text[found.end() :]))

    def _opens(self, n: int) -> bool:
        """Whether the text proper begins here: its first heading or article."""
        text = self.texts[n]
        if n in self.contents or not says(text):
            return False
        body = text.rstrip(BLANK)
        if n in self.parts or self._is_heading(body):
            return True
        return bool(CHINESE_DOT.match(body)) if self.by_dots else self._begins(text)

    def _head(self) -> dict[int, BlockKind]:
        places = [
            n for n in range(self.front, self.first)
            if n not in self.contents and says(self.texts[n]) and not _NOTE.match(self.texts[n].rstrip()) and not _table(self.texts[n])
        ]  # fmt: skip
        return head_kinds(self.texts, places)

    def _line(self, n: int) -> Line:
        start, end = self.spans[n]
        body = self.texts[n].rstrip(BLANK)
        if not says(body):
            return Line("blank", start, end)
        lead = len(body) - len(body.lstrip(MARKS))
        plain = Line("paragraph", start, end, text_start=start + lead, text_end=start + len(body))
        if n < self.front or _NOTE.match(body):
            return Line("note", start, end, text_start=start, text_end=start + len(body))
        if n in self.contents:
            return self._as(plain, "contents")
        if _table(body):
            return self._as(plain, "table")
        if n < self.first:
            return self._as(plain, self.head.get(n, "history"))
        return self._annexed(body, start, end, plain) or self._structural(n, body, start, end) or self._plain(body, plain)  # fmt: skip

    def _as(self, line: Line, kind: BlockKind) -> Line:
        return Line(kind, line.start, line.end, text_start=line.text_start, text_end=line.text_end)

    def _annexed(self, body: str, start: int, end: int, plain: Line) -> Line | None:
        annex = ANNEX.match(body)
        if annex and self.begun and len(body) < 60 and not body.endswith(("。", "；", "，")):
            self.in_annex = True
            return Line("annex", start, end, _tight(annex[1]), _number(annex[2]), 0, start + annex.start(3), start + annex.end(3))  # fmt: skip
        return self._as(plain, "annex") if self.in_annex else None

    def _structural(self, n: int, body: str, start: int, end: int) -> Line | None:
        heading = self._is_heading(body)
        if heading:
            self.begun = True
            return Line("heading", start, end, _tight(heading[1]), _number(heading[2]), 0, start + heading.start(4), start + heading.end(4))  # fmt: skip
        dotted = CHINESE_DOT.match(body) if n in self.parts else None
        if dotted:
            self.begun, self.item = True, 0
            return Line("heading", start, end, dotted[1], number(dotted[2]), 0, start + dotted.end(), start + len(body))
        pattern = CHINESE_DOT if self.by_dots else ARABIC_DOT if self.by_numbers else None
        found = pattern.match(body) if pattern else self._article(body, self.article)
        if found and (pattern is None or number(found[2]) == self.article + 1 or (self.by_dots and self.begun)):
            self.article, self.begun, self.item = number(found[2]), True, 0
            suffix = number(found[3]) if pattern is None and found[3] else 0
            return Line("article", start, end, _tight(found[1]), self.article, suffix, start + found.end(), start + len(body))  # fmt: skip
        return self._item(body, start, end) if self.begun else None

    def _is_heading(self, body: str) -> re.Match[str] | None:
        found = HEADING.match(body)
        if not found or len(found[4]) > 60 or found[4].endswith(("。", "；", "：", "，")):
            return None
        apart = body[found.end(1) : found.start(4)].strip("*") or body.lstrip(BLANK).startswith("#")
        cites = _CITES_APART if apart else _CITES
        return None if cites.match(found[4]) else found

    def _article(self, body: str, before: int) -> re.Match[str] | None:
        found = ARTICLE.match(body)
        if found is None:
            return None
        rest = body[found.end() :].rstrip(BLANK)
        if found[4] or not rest.strip():
            return found
        # Files made from PDF or Word often lose the space; then the next number, or a heading in brackets, is the sign.
        follows = before == -2 or _number(found[2]) in (before, before + 1)
        if rest[0] in "【（(" or (not _CITES.match(rest) and follows):
            return found
        # The next number behind the end of a sentence, in words that are no citation.
        return found if self.ended and before >= 0 and _number(found[2]) == before + 1 and not _GOES_ON.match(rest) else None  # fmt: skip

    def _item(self, body: str, start: int, end: int) -> Line | None:
        for pattern, arabic in ((ITEM, None), (CHINESE_DOT, False), (ARABIC_DOT, True), (DOTTED, True), (CIRCLED, True)):  # fmt: skip
            found = pattern.match(body)
            if found is None or (pattern is CHINESE_DOT and self.by_dots):
                continue
            value = _number(found[1]) if pattern in (DOTTED, CIRCLED) else _number(found[2])
            is_arabic = found[2][0].isdecimal() if arabic is None else arabic
            # 1. 2. below （一） are points; where they are all there is, they are the items.
            kind: BlockKind = "point" if is_arabic and self.item and not self.item_arabic else "item"
            if kind == "item":
                self.item, self.item_arabic = value, is_arabic
            return Line(kind, start, end, _tight(found[1]), value, 0, start + found.end(), start + len(body), is_arabic)
        return None

    def _plain(self, body: str, plain: Line) -> Line:
        if _PAGE.match(body):
            return self._as(plain, "note")
        self.item = 0
        return plain


def _table(body: str) -> bool:
    return body.lstrip(BLANK).lower().startswith(_TABLES)


def _part_headings(texts: list[str], begins: Callable[[str], bool]) -> Iterator[int]:
    """Lines 一、…  short and without an end of a sentence, counted from 一 in order, each right before an article."""
    wanted = 1
    shown = [n for n, text in enumerate(texts) if says(text)]
    for n, after in pairwise(shown):
        found = CHINESE_DOT.match(texts[n])
        if not found or number(found[2]) not in (1, wanted):
            continue
        title = texts[n][found.end() :].strip(MARKS)
        if title and len(title) <= _LONGEST_PART and not title.endswith(_SENTENCE) and begins(texts[after]):
            wanted = number(found[2]) + 1
            yield n


def _runs_through(texts: list[str]) -> bool:
    """Whether `1.`, `2.` … are counted on from heading 一、 to heading 二、 and so on."""
    last = parts = crossed = 0
    for text in texts:
        dotted = CHINESE_DOT.match(text)
        if dotted and not text.rstrip(MARKS).endswith(_SENTENCE):
            parts += 1
            crossed += 1 if parts > 1 and last else 0
            continue
        found = ARABIC_DOT.match(text)
        if found and _number(found[2]) == last + 1:
            last += 1
        elif found and _number(found[2]) == 1 and last:
            return False
    return last >= _THROUGH and crossed >= 1


def _tight(label: str) -> str:
    return re.sub(r"\s+", "", label)


def _number(text: str) -> int:
    text = text.strip()
    if len(text) == 1 and "①" <= text <= "⒛":
        return ord(text) - ord("①" if text <= "⑳" else "⒈") + 1
    try:
        return number(text)
    except ValueError:
        return 0
