"""A regulation's text as parts that can be edited: headings, articles, paragraphs, items, points; and back to text.

What is not edited comes back character by character.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeVar

from onething.documents.prose.service import ordinal
from onething.policy.models import Article, BlockKind, Division, Document, Item
from onething.policy.text.places import Spot
from onething.policy.text.tree import parse_document

T = TypeVar("T")
NEW, END = "\ue020", "\ue021"
"""Around words that the decision put in: their references count by the numbers afterwards."""
Key = tuple[int, int]
PartKind = Literal["paragraph", "item", "point"]
_LEAD = re.compile(r"[\s　\u200b>#]*(?:[-+][ 　]+)?[*]*")
_LABEL = r"\s*第\s*[〇零一二三四五六七八九十百千0-9]+\s*条(?:之[〇零一二三四五六七八九十]+)?"
LEVELS = {"part": 0, "chapter": 1, "section": 2}
KIND_OF = {"编": "part", "分编": "part", "章": "chapter", "节": "section"}


@dataclass(eq=False, slots=True)
class Part:
    """A paragraph (款), an item (项) or a point (目)."""

    kind: PartKind
    text: str
    style: str = ""
    """How its label is printed: `（）`, `()`, `1.`, `、`; empty for a paragraph."""
    lead: str | None = None
    """What stands before the label on its line; None for a new one."""
    gap: str = ""
    """Between label and text."""
    row: "Row" = field(default_factory=lambda: Row())
    """Its items or points."""
    inner: list["Part"] = field(default_factory=list["Part"])
    """款 inside it, before its points."""
    after: str = ""
    """Lines that are no text of the article, such as a table, as they stand behind it."""
    ended: bool = True
    """Whether its last sign may be fitted to its place in the list; not where its words were not touched."""


@dataclass(eq=False, slots=True)
class Row:
    """A list of parts. Places in it are counted as it was before; where things go, as it will be afterwards."""

    parts: list[Part] = field(default_factory=list[Part])
    before: list[Part] = field(default_factory=list[Part])
    placed: dict[int, int] = field(default_factory=dict[int, int])
    """id of a part → its number afterwards, as the decision says."""
    changed: bool = False

    def place(self, part: Part, number: int) -> None:
        """Give a part that is here, or a new one, its number afterwards."""
        if part not in self.parts:
            self.parts.append(part)
        self.placed[id(part)] = number
        self.changed = True

    def settle(self) -> None:
        """Those with a number of their own at their number, the others in their order in the places between.

        A number that there is none of is not given: what was there keeps its place, what is new stays out.
        """
        while True:
            out = arranged(self.parts, {id(p): n for p in self.parts if (n := self.placed.get(id(p)))})
            missed = [p for n, p in enumerate(out, 1) if self.placed.get(id(p), n) != n]
            if not missed:
                self.parts = out
                return
            for part in missed:
                del self.placed[id(part)]
            self.parts = [p for p in self.parts if p not in missed or p in self.before]


def arranged(things: Sequence[T], numbers: dict[int, int]) -> list[T]:
    """Things with a number (by id) at that number, the others in their order in the places between."""
    wanted = {numbers[id(each)]: each for each in things if id(each) in numbers}
    rest = [each for each in things if id(each) not in numbers]
    out: list[T] = []
    while rest or wanted:
        number = len(out) + 1
        if number in wanted:
            out.append(wanted.pop(number))
        elif rest:
            out.append(rest.pop(0))
        else:
            out += [wanted.pop(n) for n in sorted(wanted)]
    return out


@dataclass(eq=False, slots=True)
class Unit:
    """An article (条)."""

    number: int
    suffix: int
    lead: str
    between: str
    """What stands between label and text."""
    heading: str
    row: Row
    raw: str = ""
    """As it stood, without its label; used as long as nothing was edited."""
    style: str = "条"
    """How its label is printed: 第N条 or, where others count so, `、` and `1.`."""
    edited: bool = False
    added: bool = False


@dataclass(eq=False, slots=True)
class Heading:
    """The heading of a part, chapter or section, with the lines behind it."""

    kind: str
    number: int
    title: str
    raw: str
    dotted: bool = False
    """一、 instead of 第一章."""
    added: bool = False
    was: int = 0
    """Its number before; by this the decision names it. 0 for a new one."""


@dataclass(slots=True)
class HeadLine:
    """A line before the first heading or article."""

    kind: BlockKind
    text: str


@dataclass(slots=True)
class Outline:
    head: list[HeadLine]
    body: list["Heading | Unit"]
    tail: str
    gap: str
    """Between paragraphs: `\\n\\n` in Markdown, `\\n` in plain text."""
    leads: dict[str, str]
    """What new paragraphs, items and points begin with, as others do here."""

    @property
    def units(self) -> list[Unit]:
        return [each for each in self.body if isinstance(each, Unit)]

    @property
    def headings(self) -> list[Heading]:
        return [each for each in self.body if isinstance(each, Heading)]


def label_of(style: str, number: int, suffix: int = 0) -> str:
    """The printed label of a number: `（）` 3 → （三）, `1.` 3 → 3., `条` 3 → 第三条."""
    if style == "条":
        return f"第{ordinal(number)}条" + (f"之{ordinal(suffix)}" if suffix else "")
    if style == "(1)":
        return f"({number})"
    if style == "（1）":
        return f"（{number}）"
    if style == "①":
        return chr(ord("①") + number - 1) if number <= 20 else f"({number})"
    if style == "⒈":
        return chr(ord("⒈") + number - 1) if number <= 20 else f"{number}."
    if style in ("（）", "()", "（)", "(）"):
        return f"{style[0]}{ordinal(number)}{style[1]}"
    if style.startswith("1"):
        return f"{number}{style[1:]}"
    return f"{ordinal(number)}{style}" if style else ""


def style_of(label: str) -> str:
    """`（三）` → `（）`, `3.` → `1.`, `三、` → `、`, `②` → `①`."""
    if label[:1] and "①" <= label[0] <= "⒛":
        return "①" if label[0] <= "⑳" else "⒈"
    if re.match(r"[（(]\d", label):
        return re.sub(r"\d+", "1", label)
    if re.match(r"[0-9０-９]", label):
        return "1" + re.sub(r"[0-9０-９]+", "", label)
    return re.sub(r"[〇零一二三四五六七八九十百0-9]+", "", label)


def outline(document: Document) -> Outline:
    """The parts of a document. Written back unedited, the text is the same."""
    source = document.source
    spans = sorted([*(d.span for d in document.divisions), *(a.span for a in document.articles)])
    first = spans[0][0] if spans else _end(document)
    head = [HeadLine(b.kind, source[b.span[0] : b.span[1]]) for b in document.blocks if b.span[1] <= first]
    made = Outline(head, [], "", "\n\n" if "\n\n" in source[first:] or (not spans and "\n\n" in source) else "\n", {})
    divisions = {division.span[0]: division for division in document.divisions}
    articles = {article.span[0]: article for article in document.articles}
    marks = [*(span[0] for span in spans), _end(document)]
    for begin, end in pairwise(marks):
        text = source[begin:end]
        made.body.append(_unit(articles[begin], text, source, end) if begin in articles else _heading(divisions[begin], text))  # fmt: skip
    made.tail = source[marks[-1] :]
    made.leads = _leads(made)
    return made


def _end(document: Document) -> int:
    """Where the annexes begin, else the end."""
    return min((annex.span[0] for annex in document.annexes), default=len(document.source))


def _heading(division: Division, text: str) -> Heading:
    return Heading(division.kind, division.number, division.title, text, not division.label.startswith("第"), was=division.number)  # fmt: skip


def _unit(article: Article, text: str, source: str, end: int) -> Unit:
    style = "条" if article.label.startswith("第") else style_of(article.label)
    front = _LEAD.match(text)
    lead = front[0] if front else ""
    shown = re.match(_LABEL + r"[*]*" if style == "条" else r"\s*[^\s.．、]{1,6}[.．、]", text[len(lead) :])
    cut = len(lead) + (shown.end() if shown else len(article.label))
    stars = re.search(r"[*]*$", text[len(lead) : cut])
    cut -= len(stars[0]) if stars else 0
    blank = re.match(r"[*]*[\s　]*", text[cut:])
    between = (blank[0] if blank and "\n" not in blank[0] else "") or ("　" if style == "条" else "")
    heading = ""
    if article.heading and article.paragraphs:
        heading = source[article.span[0] + cut + len(between) : article.paragraphs[0].span[0]]
    row = row_of(article, source, end)
    return Unit(article.number, article.suffix, lead, between, heading, row, text[cut:], style)


def row_of(article: Article, source: str, stop: int = 0) -> Row:
    """Paragraphs with items and points; lines between them that are none go along with what stands before.

    `stop` is where the next article or heading begins.
    """
    made: list[Part] = []
    for n, paragraph in enumerate(article.paragraphs):
        part = Part("paragraph", paragraph.text, lead=_lead(source, paragraph.span[0], "")[0] if n else "", ended=False)
        part.row = _row([_item(item, source, "item") for item in paragraph.items])
        begin = max([paragraph.span[1], *(_last(item) for item in paragraph.items)])
        end = article.paragraphs[n + 1].span[0] if n + 1 < len(article.paragraphs) else stop or article.span[1]
        between = source[begin:end]
        part.after = between if re.search(r"^\s*(?:\||<t)", between, re.MULTILINE) else ""
        made.append(part)
    return _row(made)


def _last(item: Item) -> int:
    return max([item.span[1], *(_last(each) for each in (*item.points, *item.paragraphs))])


def _row(parts: list[Part]) -> Row:
    return Row(parts, list(parts))


def _item(item: Item, source: str, kind: PartKind) -> Part:
    lead = _lead(source, item.span[0], item.label)
    made = Part(kind, item.text, style_of(item.label), *lead, ended=False)
    made.row = _row([_item(point, source, "point") for point in item.points])
    made.inner = [Part("paragraph", each.text, lead=_lead(source, each.span[0], "")[0], ended=False) for each in item.paragraphs]  # fmt: skip
    return made


def _lead(source: str, start: int, label: str) -> tuple[str, str]:
    """What stands before a label on its line, and between it and the text."""
    prefix = source[source.rfind("\n", 0, start) + 1 : start]
    found = _LEAD.match(prefix)
    lead = found[0] if found else ""
    shown = re.match(r"\s*".join(re.escape(c) for c in label), prefix[len(lead) :]) if label else None
    return lead, prefix[len(lead) + shown.end() :] if shown else ""


def _leads(whole: Outline) -> dict[str, str]:
    """The lead that most lines of a kind have."""
    seen: dict[str, dict[str, int]] = {}
    for unit in whole.units:
        for n, part in enumerate(unit.row.parts):
            if n and part.lead is not None:
                seen.setdefault("paragraph", {}).setdefault(part.lead, 0)
                seen["paragraph"][part.lead] += 1
            for item in part.row.parts:
                for each in (item, *item.row.parts):
                    seen.setdefault(each.kind, {}).setdefault(each.lead or "", 0)
                    seen[each.kind][each.lead or ""] += 1
    return {kind: max(counts, key=lambda lead: counts[lead]) for kind, counts in seen.items()}


def written(unit: Unit, label: str, whole: Outline) -> str:
    """The article as text under a label."""
    if not unit.edited:
        return unit.lead + label + unit.raw
    ending = unit.raw[len(unit.raw.rstrip()) :] or whole.gap
    lines = [line for n, part in enumerate(unit.row.parts) for line in _lines(part, 0, whole, first=n == 0)]
    return unit.lead + label + unit.between + unit.heading + whole.gap.join(line for line in lines if line) + ending


def _lines(part: Part, number: int, whole: Outline, first: bool = False) -> list[str]:
    lead = "" if first else whole.leads.get(part.kind, "") if part.lead is None else part.lead
    out = [lead + label_of(part.style, number) + part.gap + part.text] if part.text or part.style else []
    for each in part.inner:
        out += _lines(each, 0, whole)
    for n, each in enumerate(part.row.parts, 1):
        out += _lines(each, n, whole)
    return out + ([part.after.strip("\n")] if part.after.strip() else [])


# -- new words


def units_from(text: str, between: str) -> list[Unit]:
    """New articles from words that begin with their labels (`第七条 …`); without one it is one article with number 0."""
    text = _tidy(text)
    blank = not re.match(_LABEL, text)
    if blank:
        text = f"第一条 {text}"
    spaced = re.sub(rf"(?m)^({_LABEL})[\s　]*", r"\1 ", text)
    document = parse_document(f"# 新条例\n\n{spaced}\n")
    out: list[Unit] = []
    for article in document.articles:
        heading = f"【{article.heading}】" if article.heading else ""
        unit = Unit(0 if blank else article.number, article.suffix, "", between, heading, row_of(article, document.source), edited=True, added=True)  # fmt: skip
        _fresh(unit.row)
        out.append(unit)
    return out if not blank else out[:1] if len(out) == 1 else []


def paragraphs_from(text: str) -> list[Part]:
    """New paragraphs, each with its items."""
    unit = units_from(re.sub(rf"^{_LABEL}[\s　]+", "", text), "")
    return unit[0].row.parts if unit else []


def items_from(text: str, kind: PartKind, style: str) -> list[Part]:
    """New items or points; their own labels give way to the style of the list they come into."""
    labelled = [_labelled(line, n) for n, line in enumerate(_tidy(text).split("\n"), 1)]
    unit = units_from("下列：\n" + "\n".join(labelled), "")
    found = unit[0].row.parts[0].row.parts if unit and unit[0].row.parts else []
    if len(unit[0].row.parts) > 1 if unit else False:
        return []
    for part in found:
        part.kind, part.style = kind, style
    return found


def own_number(text: str) -> int:
    """The number that new words bring with them (`（六）…` is 6); 0 without one."""
    unit = units_from("下列：\n" + text.strip(), "")
    found = re.match(r"\s*[（(]\s*([一二三四五六七八九十百]+)\s*[）)]", text)
    document = parse_document(f"# 新条例\n\n第一条 下列：\n{text.strip()}\n") if found and unit else None
    items = [item for each in document.articles for p in each.paragraphs for item in p.items] if document else []
    return items[0].number if items else 0


def _labelled(line: str, n: int) -> str:
    return line if re.match(r"[（(][〇零一二三四五六七八九十百0-9]+[）)]|[0-9]{1,2}[.．、]|[一二三四五六七八九十]{1,3}、", line) else f"（{ordinal(n)}）{line}"  # fmt: skip


def _fresh(row: Row) -> None:
    """The same as new words of the decision: numbers are to be given, references are kept as they are."""
    for part in row.parts:
        part.text = f"{NEW}{part.text}{END}" if part.text else ""
        part.lead, part.ended = None, True
        for each in part.inner:
            each.text, each.lead = f"{NEW}{each.text}{END}", None
        _fresh(part.row)


def _tidy(text: str) -> str:
    return "\n".join(line.strip(" 　>") for line in text.split("\n") if line.strip())


@dataclass(slots=True)
class Numbers:
    """Where everything went: places before → places afterwards. What is gone maps to None, what was not there is missing."""

    articles: dict[Key, Key | None] = field(default_factory=dict[Key, "Key | None"])
    parts: dict[Spot, Spot | None] = field(default_factory=dict[Spot, "Spot | None"])
    replaced: set[Key] = field(default_factory=set[Key])
    """Articles whose words are all new, so that places below them are not the same."""
    split: set[Key] = field(default_factory=set[Key])
    """Articles that became several."""
