"""Two clauses that can meet with opposite outcomes, and which of them law prefers (立法法 第九十九条至第一百零三条)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onething.core.i18n import Text, texts_of
from onething.rules.checking.conditions import Box, TooComplexError, boxes
from onething.rules.checking.sets import ValueSet
from onething.rules.models import Ground, Rule

say = texts_of(__name__)

_RANK = {"law": 5, "administrative": 4, "local": 3, "department": 2, "normative": 1}


@dataclass(frozen=True, slots=True)
class Precedence:
    """Which of two clauses to read as prevailing: a suggestion, never a decision."""

    winner: str
    principle: Text


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both conditions met, opposite outcomes, both in force from `since`."""

    first: str
    second: str
    box: str
    example: dict[str, Any]
    since: date | None
    suggestion: Precedence | None

    @property
    def text(self) -> Text:
        what = say("conflict.opposite", first=self.first, second=self.second, box=self.box)
        if not self.suggestion:
            return what
        principle, winner = self.suggestion.principle, self.suggestion.winner
        return say("conflict.suggested", what=what, principle=principle, winner=winner)


def together(first: Rule, second: Rule, constants: Mapping[str, Any], spaces: Mapping[str, ValueSet] | None = None) -> Box | None:  # fmt: skip
    """One way to meet both rules' conditions, None when there is none or too many ways to look at."""
    try:
        for one in boxes(_condition(first), constants, spaces):
            for other in boxes(_condition(second), constants, spaces):
                met = one.meet(other)
                if met is not None:
                    return met
    except TooComplexError:
        return None
    return None


def _condition(rule: Rule) -> str:
    """When the rule takes effect: a requirement does where it is not met."""
    if rule.require is not None:
        return f"not({rule.require})" + (f" and ({rule.when})" if rule.when else "")
    return rule.when or "true"


def outcome_of(rule: Rule) -> str:
    """What the rule says when it takes effect: its outcome code, else yes or no."""
    if rule.outcome:
        return rule.outcome
    return "no" if rule.require is not None or rule.then is False else "yes"


def find_conflict(
    first: Rule, second: Rule, constants: Mapping[str, Any], spaces: Mapping[str, ValueSet] | None = None
) -> Conflict | None:
    """Whether two rules contradict each other for some case on some day."""
    start = max(first.valid_from or date.min, second.valid_from or date.min)
    end = min(first.valid_to or date.max, second.valid_to or date.max)
    if start > end or outcome_of(first) == outcome_of(second) or first.id == second.id:
        return None
    box = together(first, second, constants, spaces)
    if box is None:
        return None
    since = None if start == date.min else start
    return Conflict(first.id, second.id, box.words(), box.sample(), since, precedence(first, second))


def precedence(first: Rule, second: Rule) -> Precedence | None:
    """上位法优先, then 特别法优先, then 新法优先. None when the grounds do not say enough."""
    a, b = _main(first), _main(second)
    if a is None or b is None:
        return None
    rank_a, rank_b = _RANK.get(a.level or "", 0), _RANK.get(b.level or "", 0)
    if rank_a and rank_b and rank_a != rank_b:
        return Precedence((first if rank_a > rank_b else second).id, say("precedence.higher"))
    if a.special != b.special:
        return Precedence((first if a.special else second).id, say("precedence.special"))
    made_a, made_b = a.made_on or first.valid_from, b.made_on or second.valid_from
    if made_a and made_b and made_a != made_b:
        return Precedence((first if made_a > made_b else second).id, say("precedence.newer"))
    return None


def _main(rule: Rule) -> Ground | None:
    return rule.ground[0] if rule.ground else None
