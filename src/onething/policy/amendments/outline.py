"""A regulation's text as parts that can be edited: chapters with articles, paragraphs, items, points; and back to text.

What is not edited comes back character by character.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from onething.documents.prose.service import ordinal
from onething.policy.models import Article, Document, Item
from onething.policy.text.tree import parse_document

T = TypeVar("T")
NEW, END = "\ue020", "\ue021"
"""Around words that the decision put in: their references count by the numbers afterwards."""


@dataclass(eq=False, slots=True)
class Part:
    """A paragraph (款), an item (项) or a point (目). `number` is that of the text before; 0 for a new one."""

    text: str
    number: int = 0
    style: str = ""
    """How its label is printed: `（）`, `()`, `.`, `、`; empty for a paragraph."""
    parts: list["Part"] = field(default_factory=list["Part"])
    after: str = ""
    """Lines that are no text of the article, such as a table, as they stand behind it."""

    def lines(self, number: int) -> list[str]:
        out = [_label(self.style, number) + self.text] if self.text or self.style else []
        for n, each in enumerate(self.parts, 1):
            out += each.lines(n)
        return out + ([self.after.strip("\n")] if self.after.strip() else [])


@dataclass(eq=False, slots=True)
class Unit:
    """An article (条)."""

    number: int
    suffix: int
    label: str
    between: str
    """What stands between label and text."""
    heading: str
    parts: list[Part]
    raw: str
    """As it stood, without its label; used as long as nothing was edited."""
    edited: bool = False
    added: bool = False

    def written(self, label: str, gap: str) -> str:
        if not self.edited:
            return label + self.raw
        ending = self.raw[len(self.raw.rstrip()) :] or gap
        lines: list[str] = []
        for part in self.parts:
            lines += part.lines(0)
        return label + self.between + self.heading + gap.join(line for line in lines if line) + ending


@dataclass(eq=False, slots=True)
class Section:
    """Headings and the articles under them. The first one has no headings when articles come first."""

    headings: str
    units: list[Unit] = field(default_factory=list[Unit])
    kind: str = ""
    number: int = 0
    added: bool = False
    was: int = 0
    """Its number before; by this the decision names it."""


@dataclass(slots=True)
class Outline:
    head: str
    sections: list[Section]
    tail: str
    gap: str
    """Between paragraphs: `\\n\\n` in Markdown, `\\n` in plain text."""

    @property
    def units(self) -> list[Unit]:
        return [unit for section in self.sections for unit in section.units]

    def section_of(self, unit: Unit) -> Section:
        return next(section for section in self.sections if unit in section.units)


def _label(style: str, number: int) -> str:
    if style in ("（）", "()", "（)", "(）"):
        return f"{style[0]}{ordinal(number)}{style[1]}"
    if style.startswith("1"):
        return f"{number}{style[1:]}"
    return f"{ordinal(number)}{style}" if style else ""


def style_of(label: str) -> str:
    """`（三）` → `（）`, `3.` → `1.`, `三、` → `、`."""
    if re.match(r"[0-9０-９]", label):
        return "1" + re.sub(r"[0-9０-９]+", "", label)
    return re.sub(r"[〇零一二三四五六七八九十百0-9]+", "", label)


def outline(document: Document) -> Outline:
    """The parts of a document. Written back unedited, the text is the same."""
    source = document.source
    starts = sorted([*(d.span for d in document.divisions), *(a.span for a in document.articles)])
    first = starts[0][0] if starts else len(source)
    made = Outline(source[:first], [], "", "\n\n" if "\n\n" in source[first:] else "\n")
    divisions = {division.span[0]: division for division in document.divisions}
    articles = {article.span[0]: article for article in document.articles}
    marks = [*(span[0] for span in starts), _end(document)]
    for begin, end in pairwise(marks):
        text = source[begin:end]
        if begin in articles:
            made.sections = made.sections or [Section("")]
            made.sections[-1].units.append(_unit(articles[begin], text, source, end))
            continue
        last, division = (made.sections[-1] if made.sections else None), divisions[begin]
        if last is not None and not last.units and last.headings:
            last.headings, last.kind, last.number, last.was = (
                last.headings + text,
                division.kind,
                division.number,
                division.number,
            )
        else:
            made.sections.append(Section(text, kind=division.kind, number=division.number, was=division.number))
    made.tail = source[marks[-1] :]
    return made


def _end(document: Document) -> int:
    """Where the annexes begin, else the end."""
    return min((annex.span[0] for annex in document.annexes), default=len(document.source))


def _unit(article: Article, text: str, source: str, end: int) -> Unit:
    body = text[text.find("第") :] if "第" in text[:12] else text
    shown = re.match(r"[\s　*#>]*第\s*[^\s条]+\s*条(?:之[〇零一二三四五六七八九十]+)?[*]*", text)
    cut = shown.end() if shown else len(text) - len(body) + len(article.label)
    front = re.match(r"[\s　*#>]*", text)
    lead = front[0] if front else ""
    blank = re.match(r"[\s　]*", text[cut:])
    between = (blank[0] if blank and "\n" not in blank[0] else "") or "　"
    heading = source[article.span[0] + cut + len(between) : article.paragraphs[0].span[0]] if article.heading and article.paragraphs else ""  # fmt: skip
    unit = Unit(article.number, article.suffix, lead, between, heading, [], text[cut:])
    unit.parts = parts_of(article, source, end)
    return unit


def parts_of(article: Article, source: str, stop: int = 0) -> list[Part]:
    """Paragraphs with items and points; lines between them that are none go along with what stands before.

    `stop` is where the next article or heading begins.
    """
    made = [Part(each.text, each.number, parts=[_item(item) for item in each.items]) for each in article.paragraphs]
    for n, part in enumerate(made):
        paragraph = article.paragraphs[n]
        inner = [p.span[1] for item in paragraph.items for p in (item, *item.points)]
        begin = max([paragraph.span[1], *inner])
        end = article.paragraphs[n + 1].span[0] if n + 1 < len(made) else stop or article.span[1]
        between = source[begin:end]
        part.after = between if re.search(r"^\s*\|", between, re.MULTILINE) else ""
    return made


def _item(item: Item) -> Part:
    return Part(item.text, item.number, style_of(item.label), [_item(point) for point in item.points])


def units_from(text: str, between: str) -> list[Unit]:
    """New articles from words that begin with their labels (`第七条 …`); without one it is one article with number 0."""
    text = _tidy(text)
    if not re.match(r"[\s　*]*第\s*[〇零一二三四五六七八九十百千0-9]+\s*条", text):
        text, blank = f"第一条 {text}", True
    else:
        blank = False
    document = parse_document(f"# 新\n\n{_spaced(text)}\n")
    out: list[Unit] = []
    for article in document.articles:
        unit = Unit(0 if blank else article.number, article.suffix, "", between, f"【{article.heading}】" if article.heading else "", [], "", edited=True, added=True)  # fmt: skip
        unit.parts = [fresh(part) for part in parts_of(article, document.source)]
        out.append(unit)
    return out


def _spaced(text: str) -> str:
    """A label that the decision prints without a space after it is a label all the same."""
    return re.sub(
        r"(?m)^(\s*第\s*[〇零一二三四五六七八九十百千0-9]+\s*条(?:之[一二三四五六七八九十]+)?)[\s　]*", r"\1 ", text
    )


def _tidy(text: str) -> str:
    return "\n".join(line.strip(" 　") for line in text.split("\n") if line.strip())


def paragraphs_from(text: str) -> list[Part]:
    """New paragraphs, each with its items."""
    unit = units_from(re.sub(r"^\s*第\s*[〇零一二三四五六七八九十百千0-9]+\s*条(?:之[一二三四五六七八九十]+)?[\s　]+", "", text), "")  # fmt: skip
    return unit[0].parts if unit else []


def items_from(text: str, style: str) -> list[Part]:
    """New items or points; their own labels give way to the style of the list they come into."""
    unit = units_from("下列：\n" + "\n".join(_labelled(line) for line in _tidy(text).split("\n")), "")
    found = unit[0].parts[0].parts if unit and unit[0].parts else []
    for part in found:
        part.style = style
    return found


def _labelled(line: str) -> str:
    return line if re.match(r"[（(]?[〇零一二三四五六七八九十百0-9]+[）)、.．]", line) else f"（一）{line}"


def fresh(part: Part) -> Part:
    """The same as new words of the decision: its number is to be given, its references are kept as they are."""
    return Part(
        f"{NEW}{part.text}{END}" if part.text else "", 0, part.style, [fresh(each) for each in part.parts], part.after
    )


def arrange(kept: Sequence[T], placed: Sequence[tuple[int, T]]) -> list[T]:
    """Those with a number of their own at their number, the others in their order in the places between."""
    wanted = dict(placed)
    own = {id(each) for each in wanted.values()}
    rest = [each for each in kept if id(each) not in own]
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
