"""What a line of a regulation is: heading, article, paragraph, item, point, table, annex …; judged by its beginning and its neighbours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onething.documents.prose.service import ANNEX, ARABIC_DOT, ARTICLE, CHINESE_DOT, HEADING, ITEM, number
from onething.policy.models import BlockKind

_CONTENTS = re.compile(r"[\s　*#]*目\s*[录次][\s　*]*$")
_NOTE = re.compile(r"\s*(<!--.*-->|[-=*_]{3,}|\[\^.*)\s*$")
_TABLES = ("|", "<table", "<tr", "<td", "<th", "<tbody", "</t")
_NAMES = re.compile(
    r"(?:法|条例|办法|规定|规则|细则|通知|决定|意见|方案|措施|公告|决议|规划)(?:[（(][^）)]{1,20}[）)])?[\s　*#]*$"
)
"""How the title of a regulation ends."""
_CITES = re.compile(r"第|[、和及或至]|规定|所|中|的|之一")
"""After a label without a space: the line goes on citing, it does not begin an article."""
_PAGE = re.compile(r"\s*[-—–―]?\s*\d{1,4}\s*[-—–―]?\s*$|\s*第\s*\d+\s*页(\s*共\s*\d+\s*页)?\s*$")


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
    """Goes through the lines once and keeps what is needed to judge the next one."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.article = 0
        self.in_contents = False
        self.contents: list[str] = []
        self.in_annex = False
        self.titled = False
        self.begun = False
        """The first division or article has been met."""
        self.item = 0
        self.item_arabic = False
        self.named = False
        """The title has its last line."""
        has_articles = any(self._article(source[a:b], 0) for a, b in raw_lines(source))
        self.by_dots = not has_articles
        """Without 第…条, lines of 一、二、三、 are what others call articles (规范性文件)."""

    def lines(self) -> list[Line]:
        return [self._line(a, b) for a, b in raw_lines(self.source)]

    def _line(self, start: int, end: int) -> Line:
        text = self.source[start:end]
        body = text.rstrip()
        if not body.strip():
            return Line("blank", start, end)
        if _NOTE.match(body):
            return Line("note", start, end, text_start=start, text_end=start + len(body))
        lead = len(body) - len(body.lstrip(" \t　#*>"))
        plain = Line("paragraph", start, end, text_start=start + lead, text_end=start + len(body))
        if body.lstrip().lower().startswith(_TABLES):
            return self._as(plain, "table")
        if _CONTENTS.match(body):
            self.in_contents = True
            return self._as(plain, "contents")
        annex = ANNEX.match(body)
        if annex and self.begun and len(body) < 60 and not body.endswith(("。", "；", "，")):
            self.in_annex = True
            return Line("annex", start, end, annex[1], _number(annex[2]), 0, start + annex.start(3), start + annex.end(3))  # fmt: skip
        if self.in_annex:
            return self._as(plain, "annex")
        return self._structural(body, start, end) or self._plain(body, plain)

    def _as(self, line: Line, kind: BlockKind) -> Line:
        return Line(kind, line.start, line.end, text_start=line.text_start, text_end=line.text_end)

    def _structural(self, body: str, start: int, end: int) -> Line | None:
        heading = HEADING.match(body)
        if heading and len(heading[4]) <= 60 and not heading[4].endswith(("。", "；", "：", "，")) and not _CITES.match(heading[4]):  # fmt: skip
            return self._heading(heading, start, end)
        if self.by_dots:
            dotted = CHINESE_DOT.match(body)
            if dotted and (number(dotted[2]) == self.article + 1 or self.begun):
                self.article, self.begun, self.item, self.in_contents = number(dotted[2]), True, 0, False
                return Line("article", start, end, dotted[1], self.article, 0, start + dotted.end(), start + len(body))
        else:
            found = self._article(body, self.article)
            if found:
                self.article, self.begun, self.item, self.in_contents = number(found[2]), True, 0, False
                suffix = number(found[3]) if found[3] else 0
                return Line("article", start, end, _tight(found[1]), self.article, suffix, start + found.end(), start + len(body))  # fmt: skip
        return self._item(body, start, end) if self.begun else None

    def _heading(self, heading: re.Match[str], start: int, end: int) -> Line:
        label = _tight(heading[1])
        again = label in self.contents
        if self.in_contents and not again:
            self.contents.append(label)
            return Line("contents", start, end, text_start=start, text_end=start + heading.end())
        self.in_contents = False
        self.begun = True
        return Line("heading", start, end, label, _number(heading[2]), 0, start + heading.start(4), start + heading.end(4))  # fmt: skip

    def _article(self, body: str, before: int) -> re.Match[str] | None:
        found = ARTICLE.match(body)
        if found is None:
            return None
        rest = body[found.end() :]
        if found[4] or not rest.strip():
            return found
        # Files made from PDF or Word often lose the space; then the next number, or a heading in brackets, is the sign.
        if rest[0] in "【（(" or (not _CITES.match(rest) and _number(found[2]) in (before, before + 1)):
            return found
        return None

    def _item(self, body: str, start: int, end: int) -> Line | None:
        for pattern, arabic in ((ITEM, None), (CHINESE_DOT, False), (ARABIC_DOT, True)):
            found = pattern.match(body)
            if found is None or (pattern is CHINESE_DOT and self.by_dots):
                continue
            digits = found[2][0].isdecimal()
            is_arabic = digits if arabic is None else arabic
            value = _number(found[2])
            # 1. 2. below （一） are points; where they are all there is, they are the items.
            kind: BlockKind = "point" if is_arabic and self.item and not self.item_arabic else "item"
            if kind == "item":
                self.item, self.item_arabic = value, is_arabic
            return Line(kind, start, end, _tight(found[1]), value, 0, start + found.end(), start + len(body), is_arabic)
        return None

    def _plain(self, body: str, plain: Line) -> Line:
        if self.begun:
            if _PAGE.match(body):
                return self._as(plain, "note")
            self.item = 0
            return plain
        if self.in_contents:
            return self._as(plain, "contents")
        if not self.titled or self._names_on(body):
            self.titled, self.named = True, bool(_NAMES.search(body))
            return self._as(plain, "title")
        return self._as(plain, "history")

    def _names_on(self, body: str) -> bool:
        """Whether a title of several lines goes on: the first has not ended as titles do and this one does."""
        said = body.strip(" \t　*#>")
        going = not self.named and bool(_NAMES.search(body)) and not said.startswith(("（", "(")) and len(said) <= 80
        self.named = self.named or not going
        return going


def _tight(label: str) -> str:
    return re.sub(r"\s+", "", label)


def _number(text: str) -> int:
    try:
        return number(text.strip())
    except ValueError:
        return 0
