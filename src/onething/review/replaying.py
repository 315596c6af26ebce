"""What other review rules would have said of filings that are over: rule by rule, and who would have been held up.

Pure: filings come as facts with the day they were submitted, so each is judged by the rules that were in force that day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onething.core.i18n import Text
from onething.rules.service import RuleResult, RuleSet, decide

EXAMPLES = 20
"""References kept for each change; the counts are of all."""
_HOLDS_UP, _OFFICER = "fix_now", "officer"


@dataclass(slots=True)
class RuleChange:
    """One rule over all filings: how often it spoke before and would after, and on which filings that differs."""

    rule: str
    text: Text
    group: str
    before: int = 0
    after: int = 0
    gained: int = 0
    lost: int = 0
    gained_examples: list[str] = field(default_factory=list[str])
    lost_examples: list[str] = field(default_factory=list[str])

    @property
    def changed(self) -> bool:
        return bool(self.gained or self.lost)


@dataclass(slots=True)
class ReviewReplay:
    """Two versions of review rules over the same filings."""

    filings: int = 0
    rules: dict[str, RuleChange] = field(default_factory=dict[str, RuleChange])
    held_up_before: int = 0
    """Filings that could not be submitted without a change."""
    held_up_after: int = 0
    officer_before: int = 0
    officer_after: int = 0

    def add(self, reference: str, before: Mapping[str, RuleResult], after: Mapping[str, RuleResult]) -> None:
        self.filings += 1
        for name in before.keys() | after.keys():
            result = after.get(name) or before[name]
            change = self.rules.setdefault(name, RuleChange(name, result.text, group_of(result)))
            change.before += name in before
            change.after += name in after
            if name not in before:
                change.gained += 1
                _keep(change.gained_examples, reference)
            elif name not in after:
                change.lost += 1
                _keep(change.lost_examples, reference)
        self.held_up_before += _any(before, _HOLDS_UP)
        self.held_up_after += _any(after, _HOLDS_UP)
        self.officer_before += _any(before, _OFFICER)
        self.officer_after += _any(after, _OFFICER)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON; rules that change most first."""
        return {
            "filings": self.filings, "held_up": [self.held_up_before, self.held_up_after], "officer": [self.officer_before, self.officer_after],
            "rules": [
                {
                    "rule": c.rule, "text": c.text.model_dump(), "group": c.group, "before": c.before, "after": c.after, "gained": c.gained,
                    "lost": c.lost, "gained_examples": c.gained_examples, "lost_examples": c.lost_examples,
                }
                for c in self.ordered()
            ],
        }  # fmt: skip

    def ordered(self) -> list[RuleChange]:
        return sorted(self.rules.values(), key=lambda change: (-(change.gained + change.lost), change.rule))


def replay_review(old: RuleSet, new: RuleSet, filings: Iterable[tuple[str, Mapping[str, Any], date]]) -> ReviewReplay:
    """`filings`: (reference, facts, day). Rules that are drafts count on the new side: that is what is being tried."""
    replay = ReviewReplay()
    for reference, facts, day in filings:
        replay.add(reference, spoken(old, facts, day), spoken(new, facts, day, drafts=True))
    return replay


def spoken(rules: RuleSet, facts: Mapping[str, Any], day: date, *, drafts: bool = False) -> dict[str, RuleResult]:
    """The rules that speak of a filing, by id: those that fire, and those that are told to when they cannot tell."""
    said = decide(rules, facts, day, drafts=drafts).reasons
    return {
        result.id: result
        for result in said
        if result.outcome == "yes" or (result.outcome == "undecided" and result.rule.if_unknown == "fire")
    }


def group_of(result: RuleResult) -> str:
    return str(result.attributes.get("group") or _HOLDS_UP)


def _any(spoken_rules: Mapping[str, RuleResult], group: str) -> int:
    return int(any(group_of(result) == group for result in spoken_rules.values()))


def _keep(examples: list[str], reference: str) -> None:
    if len(examples) < EXAMPLES:
        examples.append(reference)
