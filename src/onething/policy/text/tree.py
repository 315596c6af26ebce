"""From classified lines to a document: divisions, articles, paragraphs, items, points; every character of the source kept."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from onething.core.i18n import Text
from onething.documents.prose.service import dates
from onething.policy.models import Article, Block, Division, DivisionKind, Document, Item, Paragraph, Problem, Span
from onething.policy.text.head import front_title, title_of
from onething.policy.text.lines import Classifier, Line
from onething.policy.text.naming import document_id, is_amending_title, jurisdiction_of, level_of

_KINDS: dict[str, DivisionKind] = {"编": "part", "分编": "part", "章": "chapter", "节": "section"}
_DEPTH = {"part": 0, "chapter": 1, "section": 2}
_FORCE = re.compile(r"自(.{4,20}?)起施行")
_NAMED = re.compile(r"[^。；：，！？]{1,30}")
"""What follows `### 第一条` in Markdown, when it is the article's name and not its text."""
_HEADING = re.compile(r"[【（(]([^】）)]{2,30})[】）)][\s　]*")


@dataclass(slots=True)
class _Item:
    line: Line
    points: list["_Item"] = field(default_factory=list["_Item"])
    inner: list[Span] = field(default_factory=list[Span])
    """款 inside it."""


@dataclass(slots=True)
class _Paragraph:
    span: Span
    items: list[_Item] = field(default_factory=list[_Item])


@dataclass(slots=True)
class _Article:
    line: Line
    heading: str = ""
    divisions: tuple[str, ...] = ()
    paragraphs: list[_Paragraph] = field(default_factory=list[_Paragraph])
    end: int = 0


class _Builder:
    def __init__(self, source: str, name: str) -> None:
        self.source = source
        classifier = Classifier(source)
        self.lines = classifier.lines()
        self.front = source[: classifier.spans[classifier.front - 1][1]] if classifier.front else ""
        self.counts_on = classifier.by_dots or classifier.by_numbers
        """Items may be counted through from one article to the next."""
        self.last_item = 0
        self.name = name
        self.problems: list[Problem] = []
        self.divisions: list[Division] = []
        self.annexes: list[Division] = []
        self.open: list[Division] = []
        self.articles: list[_Article] = []
        self.told = Counter[tuple[int, int]]()
        self.newest: dict[tuple[str, str], Division] = {}
        self.blocks: list[Block] = []

    def text(self, line: Line) -> str:
        return self.source[line.text_start : line.text_end]

    def complain(self, code: str, zh: str, en: str, span: Span) -> None:
        self.problems.append(Problem(code=code, message=Text(zh=zh, en=en), span=span))

    def build(self) -> Document:
        printed = title_of([self.source[each.start : each.end] for each in self.lines if each.kind == "title"])
        title = re.sub(r"[\s　]+", "", front_title(self.front) or printed or self.name)
        history = tuple(self.text(each).strip() for each in self.lines if each.kind == "history")
        made_on = _made_on(history, self.name)
        self.root = document_id(title, made_on)
        for line in self.lines:
            self.blocks.append(Block(kind=line.kind, span=(line.start, line.end)))
            getattr(self, f"_on_{line.kind}", self._ignore)(line)
        self._check_numbers()
        if is_amending_title(title):
            self.complain("amending", "这是一份修改决定：请在它所修改的法规上执行，得到修改后的全文。", "This is an amending decision: carry it out on the regulation that it amends.", (0, 0))  # fmt: skip
        articles = tuple(self._article(each) for each in self.articles)
        if not articles:
            self.complain("no_articles", "没有找到任何条文。", "No article was found.", (0, 0))
        return Document(
            id=self.root, title=title, jurisdiction=jurisdiction_of(title), level=level_of(title, history), made_on=made_on,
            in_force_from=_in_force(articles, made_on, history), history=history, divisions=tuple(self.divisions), articles=articles,
            annexes=tuple(self.annexes), blocks=tuple(self.blocks), source=self.source, problems=tuple(self.problems),
        )  # fmt: skip

    def _ignore(self, line: Line) -> None:
        """Title, history, contents, notes and blank lines are blocks only."""

    def _on_heading(self, line: Line) -> None:
        kind = _KINDS.get(line.label[-1], "part")  # 一、 heads a part
        while self.open and _DEPTH[self.open[-1].kind] >= _DEPTH[kind]:
            self.open.pop()
        parent = self.open[-1].id if self.open else self.root
        title = re.sub(r"[\s　]+", "", self.text(line))
        tag = {"part": "prt", "chapter": "chp", "section": "sec"}[kind]
        division = Division(
            id=f"{parent}/{tag}_{line.number}", kind=kind, number=line.number, label=line.label, title=title,
            parent=parent if self.open else "", span=(line.start, line.end),
        )  # fmt: skip
        last = self.newest.get((kind, division.parent))
        self.newest[kind, division.parent] = division
        if line.number != (last.number + 1 if last else 1):
            self.complain(
                "numbering", f"{line.label} 的编号不连续。", f"{line.label} is out of sequence.", division.span
            )
        self.divisions.append(division)
        self.open.append(division)

    def _on_annex(self, line: Line) -> None:
        if line.label:
            self.annexes.append(Division(id=f"{self.root}/anx_{line.number or len(self.annexes) + 1}", kind="annex", number=line.number or len(self.annexes) + 1, label=line.label, title=self.text(line).strip(), span=(line.start, line.end)))  # fmt: skip
            self.complain("annex", f"{line.label}没有拆解成条文，请人工核对。", f"{line.label} is kept as it is; please look at it.", (line.start, line.end))  # fmt: skip
        elif self.annexes and self.problems[-1].code == "annex":
            # Its problem shows the whole annex, so that whoever looks sees all that is in no article.
            last = self.problems[-1]
            self.problems[-1] = last.model_copy(update={"span": (last.span[0], line.end)})

    def _on_table(self, line: Line) -> None:
        if not self.problems or self.problems[-1].code != "table" or self.problems[-1].span[1] != line.start:
            self.complain("table", "表格没有拆解，请人工核对。", "A table is kept as it is; please look at it.", (line.start, line.end))  # fmt: skip
        else:
            last = self.problems.pop()
            self.problems.append(last.model_copy(update={"span": (last.span[0], line.end)}))

    def _on_article(self, line: Line) -> None:
        article = _Article(line, divisions=tuple(each.id for each in self.open), end=line.end)
        start = line.text_start
        heading = _HEADING.match(self.source, start, line.text_end)
        if heading and (self.source[start] == "【" or heading.end() == line.text_end):
            article.heading, start = heading[1], heading.end()
        elif self.source[line.start : line.text_end].lstrip().startswith("#") and _NAMED.fullmatch(self.source, start, line.text_end):  # fmt: skip
            article.heading, start = self.source[start : line.text_end].strip(" 　*#"), line.text_end
        if start < line.text_end:
            article.paragraphs.append(_Paragraph((start, line.text_end)))
        self.articles.append(article)

    def _on_paragraph(self, line: Line) -> None:
        if not self.articles:
            self.complain(
                "loose_text", "这段文字不在任何一条之下。", "This text stands under no article.", (line.start, line.end)
            )
            return
        self.articles[-1].paragraphs.append(_Paragraph((line.text_start, line.text_end)))
        self.articles[-1].end = line.end

    def _on_item(self, line: Line) -> None:
        if not self.articles:
            self._on_paragraph(line)
            return
        article = self.articles[-1]
        article.end = line.end
        if not article.paragraphs:
            article.paragraphs.append(_Paragraph((line.text_start, line.text_start)))
        if self._goes_on(article, line):
            return
        items = article.paragraphs[-1].items
        expected = items[-1].line.number + 1 if items else 1
        through = self.counts_on and not items and line.number == self.last_item + 1
        if line.number != expected and not through:
            self.complain("numbering", f"{article.line.label}的{line.label}不连续（应为第{expected}项）。", f"{line.label} of {article.line.label} is out of sequence (item {expected} expected).", (line.start, line.end))  # fmt: skip
        self.last_item = line.number
        items.append(_Item(line))

    def _goes_on(self, article: _Article, line: Line) -> bool:
        """An item whose number follows the one before some paragraphs: those are 款 inside that item, and the list goes on."""
        home = next((p for p in reversed(article.paragraphs) if p.items), None)
        if home is None or line.number < 2:
            return False
        between = article.paragraphs[article.paragraphs.index(home) + 1 :]
        last = home.items[-1]
        point = last.points[-1] if last.points else None
        if between and last.line.number == line.number - 1 and last.line.arabic == line.arabic:
            (point or last).inner += [each.span for each in between]
            home.items.append(_Item(line))
        elif line.arabic and not last.line.arabic and point and point.line.number == line.number - 1:
            point.inner += [each.span for each in between]
            last.points.append(_Item(line))
        else:
            return False
        del article.paragraphs[len(article.paragraphs) - len(between) :]
        return True

    def _on_point(self, line: Line) -> None:
        items = self.articles[-1].paragraphs[-1].items if self.articles and self.articles[-1].paragraphs else []
        if not items:
            self._on_item(line)
            return
        items[-1].points.append(_Item(line))
        self.articles[-1].end = line.end

    def _check_numbers(self) -> None:
        before, seen = (0, 0), set[tuple[int, int]]()
        for article in self.articles:
            line = article.line
            here = (line.number, line.suffix)
            span = (line.start, line.end)
            if here in seen:
                self.complain("duplicate_article", f"{line.label}出现了两次。", f"{line.label} occurs twice.", span)
            elif here not in ((before[0] + 1, 0), (before[0], before[1] + 1)):
                self.complain("numbering", f"{line.label}的编号不连续。", f"{line.label} is out of sequence.", span)
            seen.add(here)
            before = here

    def _article(self, built: _Article) -> Article:
        line = built.line
        again = self.told[line.number, line.suffix]  # how many articles of this number stand before it
        self.told[line.number, line.suffix] += 1
        id_ = f"{self.root}/art_{line.number}" + (f"-{line.suffix}" if line.suffix else "") + (f"~{again + 1}" if again else "")  # fmt: skip
        paragraphs = tuple(self._paragraph(each, n, id_) for n, each in enumerate(built.paragraphs, 1))
        return Article(
            id=id_, number=line.number, suffix=line.suffix, label=line.label, heading=built.heading,
            divisions=built.divisions, paragraphs=paragraphs, span=(line.start, built.end),
        )  # fmt: skip

    def _paragraph(self, built: _Paragraph, n: int, parent: str) -> Paragraph:
        id_ = f"{parent}/par_{n}"
        items = tuple(self._item(each, f"{id_}/itm_{each.line.number}", "pnt") for each in built.items)
        return Paragraph(id=id_, number=n, text=self.source[slice(*built.span)], span=built.span, items=items)

    def _item(self, built: _Item, id_: str, below: str) -> Item:
        line = built.line
        inner = tuple(
            Item(id=f"{id_}/par_{n}", number=n, label="", text=self.source[slice(*span)], span=span)
            for n, span in enumerate(built.inner, 1)
        )
        points = tuple(self._item(each, f"{id_}/{below}_{each.line.number}", below) for each in built.points)
        return Item(id=id_, number=line.number, label=line.label, text=self.text(line), span=(line.text_start, line.text_end), points=points, paragraphs=inner)  # fmt: skip


def _made_on(history: tuple[str, ...], name: str) -> date | None:
    """The latest day under the title, else the day in the file's name."""
    found = [each for line in history for each, _, _ in dates(_FORCE.sub("", line))]
    named = re.search(r"(\d{4})-(\d{2})-(\d{2})", name)
    if named:
        try:
            return date(*(int(each) for each in named.groups()))
        except ValueError:
            pass
    return max(found) if found else None


def _in_force(articles: tuple[Article, ...], made_on: date | None, history: tuple[str, ...]) -> date | None:
    """The day that the latest line under the title gives for its amendment, else what the last articles say."""
    for line in reversed(history):
        amended = _FORCE.search(line)
        if amended and (said := dates(amended[1])):
            return said[0][0]
    for article in reversed(articles[-3:]):
        found = _FORCE.search(article.text)
        if found:
            said = dates(found[1])
            return said[0][0] if said else made_on if "之日" in found[1] else None
    return None


def parse_document(source: str, name: str = "") -> Document:
    """The tree of a regulation's text. `name` (a file's name) helps when the text has no title or date.

    Never raises: what is odd is a `Problem` of the document. `"".join` of the blocks is the source.
    """
    return _Builder(source, re.sub(r"\.\w{2,5}$", "", name)).build()
