"""A parsed clause, and the draft of a rule made from it."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from onething.policy.models import Span
from onething.rules.models import Model

Modality = Literal["must", "may", "ban", "right", "penalty", "is"]
Operator = Literal["<", "<=", "=", ">=", ">"]


class Condition(Model):
    """Something that must be the case. `number` compares a fact with a value; `unless` is an exception."""

    kind: Literal["text", "number", "unless"]
    text: str
    """As printed, without 的, 时 and connecting words."""
    fact: str = ""
    op: Operator | None = None
    value: Decimal | None = None
    unit: str = ""
    partial: bool = False
    """Holds for a part of what follows only: 有违法所得的，没收违法所得."""
    span: Span = (0, 0)


class Quantity(Model):
    """A number in what follows: a time limit (`within`), an amount or share (`quantity`), a day (`date`)."""

    kind: Literal["within", "quantity", "date"]
    text: str
    op: Operator = "="
    value: Decimal = Decimal(0)
    unit: str = ""
    since: str = ""
    """For a time limit: from when it runs."""
    day: date | None = None
    span: Span = (0, 0)


class Listed(Model):
    """One item of an enumeration with the conditions in it."""

    id: str
    label: str
    text: str
    conditions: tuple[Condition, ...]
    span: Span


class ParsedClause(Model):
    """One sentence, or part of one between semicolons, with the items it introduces."""

    source: str
    """Id of the paragraph or item."""
    text: str
    span: Span
    modality: Modality
    subject: str = ""
    subject_span: Span = (0, 0)
    inherited: bool = False
    """The subject was taken from the part before it."""
    conditions: tuple[Condition, ...] = ()
    logic: Literal["", "any", "all", "list"] = ""
    listed: tuple[Listed, ...] = ()
    then: tuple[Quantity, ...] = ()
    outcome: str = ""
    """What follows, as printed."""
    authority: str = ""
    benefit: str = ""


class OpenPlace(Model):
    """What was not understood; an official has to say what it means."""

    source: str
    text: str
    why: str
    span: Span = (0, 0)


class Example(Model):
    """Facts at a limit and what the draft decides for them."""

    name: str
    facts: dict[str, Any]
    expect: Literal["yes", "no", "undecided"]


class Link(Model):
    """A part of the draft (`rule:r1`, `value`, `authority` …) and the words it stands on."""

    part: str
    span: Span


class Draft(Model):
    """A rule in the rule language with its ground, for an official to look at. Never in force by itself."""

    id: str
    source: str
    """Id of the paragraph it stands on."""
    text: str
    modality: Modality
    title: str
    subject: str = ""
    authority: str = ""
    benefit: str = ""
    rules: str
    """A rule file (docs/rules.md) with one ruleset."""
    links: tuple[Link, ...] = ()
    examples: tuple[Example, ...] = ()
    problems: tuple[str, ...] = ()
    """What the checks found; a draft with problems cannot be submitted."""
    open: tuple[OpenPlace, ...] = ()
    made_by: str = "parser"
