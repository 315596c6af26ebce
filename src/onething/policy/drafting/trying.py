"""A draft's rules as they stand in an editor: whether they load, and what they decide on the boundary examples."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from onething.core.i18n import Text
from onething.rules.service import RuleError, RuleSet, decide, parse_rules


@dataclass(frozen=True, slots=True)
class Tried:
    """A boundary example as the rules decide it now."""

    name: str
    facts: str
    expect: str
    now: str


def try_examples(text: str, examples: Iterable[Any], day: date) -> list[Tried]:
    """Boundary examples decided by the rules as they stand in the editor; none when the rules do not load."""
    try:
        rules: RuleSet = next(iter(parse_rules(text).values()))
    except (RuleError, StopIteration):
        return []
    return [
        Tried(each.name, _plain(each.facts), each.expect, decide(rules, each.facts, day, drafts=True).outcome)
        for each in examples
    ]


def _plain(facts: dict[str, Any], front: str = "") -> str:
    said: list[str] = []
    for name, value in facts.items():
        inner: Any = value
        said.append(_plain(inner, f"{front}{name}.") if isinstance(value, dict) else f"{front}{name} = {value}")
    return ", ".join(said)


def problems_of(text: str) -> list[Text]:
    """Why the rules cannot be used, in words; empty when they can."""
    try:
        parse_rules(text)
    except RuleError as error:
        return [problem.what for problem in error.problems[:10]]
    return []
