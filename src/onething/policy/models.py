"""Nouns of policy: a regulation's tree, the clauses that live in it, what they grant, and how they relate.

Ids follow ELI (European Legislation Identifier): a document is `eli/<jurisdiction>/<year>/<slug>`, a place in it
`…/art_12/par_2/itm_3`. Chinese law counts 编 part, 章 chapter, 节 section, 条 article, 款 paragraph, 项 item, 目 point
(立法法 第六十五条).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from onething.rules.models import Grounds, Level, Model, RuleSetSpec, Words

DivisionKind = Literal["part", "chapter", "section", "annex"]
BlockKind = Literal["title", "history", "preamble", "contents", "heading", "article", "paragraph", "item", "point", "table", "annex", "note", "blank"]  # fmt: skip
Span = tuple[int, int]
"""First and one-past-last character in `Document.source`."""


class Block(Model):
    """One line of the source with its line end, and what it is. All blocks together are the source, character by character."""

    kind: BlockKind
    span: Span


class Item(Model):
    """项: `（一）…`; or a 目 below it: `1.…`."""

    id: str
    number: int
    label: str
    """As printed: `（一）`, `1.`."""
    text: str
    """Without the label."""
    span: Span
    points: tuple["Item", ...] = ()
    paragraphs: tuple["Item", ...] = ()
    """款 inside it: lines that go on before the next item. Their labels are empty."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Its label and words, then its own paragraphs and points, a line each."""
        inner = (*self.paragraphs, *self.points)
        return (self.label + self.text, *(line for each in inner for line in each.lines))


class Paragraph(Model):
    """款: a paragraph of an article with the items that it introduces. `tail` is text that goes on after the items."""

    id: str
    number: int
    text: str
    span: Span
    items: tuple[Item, ...] = ()


class Article(Model):
    """条. `number` as counted by its label; inserted articles (第十二条之一) have `suffix` 1."""

    id: str
    number: int
    suffix: int = 0
    label: str
    """As printed: `第十二条`."""
    heading: str = ""
    """A title in brackets or after the label, as some regulations have."""
    divisions: tuple[str, ...] = ()
    """Ids of the part, chapter and section it stands in, outermost first."""
    paragraphs: tuple[Paragraph, ...]
    span: Span

    @property
    def text(self) -> str:
        """All its words, items in lines of their own, without the article's label."""
        lines: list[str] = []
        for paragraph in self.paragraphs:
            lines.append(paragraph.text)
            for item in paragraph.items:
                lines += item.lines
        return "\n".join(lines)


class Division(Model):
    """编, 章, 节 or an annex (附件)."""

    id: str
    kind: DivisionKind
    number: int
    label: str
    title: str
    parent: str = ""
    span: Span


class Problem(Model):
    """Something about the text that a person must look at; never guessed away."""

    code: str
    """`numbering`, `table`, `annex`, `no_articles`, `scanned`, `duplicate_article` …"""
    message: Words
    span: Span = (0, 0)


class Document(Model):
    """A regulation as identified text."""

    id: str
    title: str
    jurisdiction: str = "cn"
    level: Level | None = None
    made_on: date | None = None
    """Day of this version: adoption or latest amendment."""
    in_force_from: date | None = None
    history: tuple[str, ...] = ()
    """Who adopted and amended it and when, as printed under the title."""
    divisions: tuple[Division, ...] = ()
    articles: tuple[Article, ...] = ()
    annexes: tuple[Division, ...] = ()
    blocks: tuple[Block, ...] = ()
    source: str = ""
    problems: tuple[Problem, ...] = ()

    def article(self, number: int, suffix: int = 0) -> Article | None:
        return next((each for each in self.articles if (each.number, each.suffix) == (number, suffix)), None)


class Reference(Model):
    """A place of the text that points at another place, of this document or of another one."""

    source: str
    """Id of the paragraph or item that cites."""
    text: str
    """As printed: `前款第二项`, `本条例第十二条`, `《中华人民共和国物权法》`."""
    span: Span
    targets: tuple[str, ...] = ()
    """Ids; several for a range. Empty when it could not be resolved."""
    problem: str = ""
    """Why it could not be resolved: `no_such_article`, `no_such_item`, `unknown_document` …"""


class Place(Model):
    """Where a clause stands."""

    document: str
    """Document id."""
    title: str
    article: str = ""
    """`第十二条`."""
    paragraph: str = ""
    """`第二款`."""
    item: str = ""
    """`（三）`."""
    span: Span = (0, 0)

    @property
    def id(self) -> str:
        return "/".join(part for part in (self.document, self.article, self.paragraph, self.item) if part)

    def __str__(self) -> str:
        return f"《{self.title}》{self.article}{self.paragraph}{self.item}"


BenefitKind = Literal["subsidy", "award", "tax_relief", "fee_waiver", "interest", "voucher", "guarantee", "pension", "leave", "service", "permit"]  # fmt: skip


class Instalment(Model):
    """One part of a benefit paid later."""

    share: Annotated[Decimal, Field(gt=0, le=1)]
    """Of the amount; all shares add up to 1."""
    after_months: int = 0
    require: str = ""
    """A condition in the rule language that must hold when it is paid; empty for none."""


class Benefit(Model):
    """What a clause grants. Money in yuan."""

    kind: BenefitKind
    name: Words
    amount: str = ""
    """Expression of the rule language that yields yuan, before the cap; empty for what is no money."""
    rate: Decimal | None = None
    """When it is a share of something: 0.3 for 30 %."""
    base: str = ""
    """The fact that the rate applies to."""
    cap: Decimal | None = None
    floor: Decimal | None = None
    frequency: Literal["once", "yearly", "quarterly", "monthly"] = "once"
    instalments: tuple[Instalment, ...] = ()
    consent: bool = False
    """Must be accepted by the one who gets it, for example because it binds her to something."""
    object_days: Annotated[int, Field(ge=0, le=90)] | None = None
    """Days to object before money moves, where the regulation has its own (公示期); else those of the city's settings."""


class Budget(Model):
    """Money set aside. Clauses that name the same `key` draw from one purse."""

    key: str
    amount: Decimal
    valid_from: date | None = None
    valid_to: date | None = None


class Clause(Model):
    """A policy clause that can be decided: conditions in the rule language, what it grants, who pays and until when."""

    id: Annotated[str, Field(min_length=1, max_length=160)]
    version: int = 1
    name: Words
    place: Place
    text: str = ""
    """The words of the regulation it stands on."""
    subject: Literal["company", "person", "household", "agency", "any"] = "company"
    ruleset: RuleSetSpec
    """A `decision` ruleset; its `value` is the amount in yuan when the benefit is money."""
    benefit: Benefit | None = None
    agency: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day."""
    budget: Budget | None = None
    tags: tuple[str, ...] = ()
    ground: Grounds = ()


RelationKind = Literal["cites", "amends", "repeals", "specialises", "excludes", "combines", "implements"]


class Relation(Model):
    """A directed link between two clauses, places or documents, by their ids. `excludes` and `combines` hold both ways."""

    kind: RelationKind
    source: str
    target: str
    note: str = ""
    ground: Grounds = ()
    group: str = ""
    """For `excludes`: the name of the group of which only one may be taken (就高不重复)."""


class PolicyFile(Model):
    """One YAML file of clauses in a city package: `cities/<city>/policy/*.yaml`."""

    policy_version: Literal[1] = 1
    clauses: tuple[Clause, ...]
    relations: tuple[Relation, ...] = ()
