"""Words of regulations and the facts that profiles know under them. Data of a city; without it a draft names facts by the law's own words."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field

from onething.policy.drafting.models import Condition
from onething.rules.models import FactType, Model

ROOT = "主体"
_KEEP = re.compile(r"[^一-鿿A-Za-z0-9_]")
_LONGEST = 28
_FACTORS: dict[tuple[str, str], Decimal] = {
    ("年", "月"): Decimal(12), ("元", "万元"): Decimal("0.0001"), ("月", "年"): Decimal(1) / 12, ("%", ""): Decimal("0.01"), ("周岁", "年"): Decimal(1),
    ("周岁", "岁"): Decimal(1),
}  # fmt: skip


class Term(Model):
    """`phrases` in a law's text mean `fact`. For a truth value `equals` may give the value to compare with."""

    fact: str
    phrases: tuple[str, ...]
    type: FactType = "bool"
    unit: str = ""
    equals: str = ""


class Vocabulary(Model):
    """`policy/vocabulary.yaml` of a city package."""

    vocabulary_version: int = 1
    terms: tuple[Term, ...] = Field(default=())

    def find(self, words: str, *, number: bool) -> Term | None:
        """The term with the longest phrase in `words`."""
        fitting = [
            (len(phrase), term)
            for term in self.terms
            for phrase in term.phrases
            if phrase in words and (term.type in ("number", "money")) == number
        ]
        return max(fitting, key=lambda each: each[0])[1] if fitting else None


def load_vocabulary(path: Path) -> Vocabulary:
    """Raises pydantic's ValidationError for a broken file; an absent one is empty."""
    from onething.core.plain_yaml import load_yaml

    data: Any = load_yaml(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return Vocabulary.model_validate(data or {})


def fact_name(words: str) -> str:
    """A name of the rule language made from a law's words: letters and digits only, not too long."""
    name = _KEEP.sub("", words)[:_LONGEST]
    return f"{ROOT}.{'第' if name[:1].isdigit() else ''}{name or '条件'}"


def factor(unit: str, wanted: str) -> Decimal | None:
    """By what to multiply a value in `unit` to have it in `wanted`; None when the two do not fit."""
    return Decimal(1) if unit == wanted or not wanted else _FACTORS.get((unit, wanted))


def expression(condition: Condition, words: Vocabulary) -> tuple[str, str, dict[str, Any], str]:
    """A condition as (expression, fact, what the fact is, why it is open)."""
    if condition.kind == "number":
        return _comparison(condition, words)
    term = words.find(condition.text, number=False)
    if term is not None:
        test = f"{term.fact} = {term.equals}" if term.equals else term.fact
        return test, term.fact, {"type": term.type, "name": condition.text}, ""
    return fact_name(condition.text), fact_name(condition.text), {"type": "bool", "name": condition.text}, ""


def _comparison(condition: Condition, words: Vocabulary) -> tuple[str, str, dict[str, Any], str]:
    name = condition.fact or condition.unit
    term, value, unit, why = words.find(name, number=True), condition.value or Decimal(0), condition.unit, ""
    fact = fact_name(name)
    if term is not None:
        scale = factor(unit, term.unit)
        if scale is None:
            why = "unit"
        else:
            fact, value, unit = term.fact, value * scale, term.unit or unit
    elif not condition.fact:
        why = "no_fact"
    return f"{fact} {condition.op} {plain(value)}", fact, {"type": "number", "name": name, "unit": unit}, why


def plain(value: Decimal) -> str:
    """Without an exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
