"""Pre-review on seeded filings, and what a changed rule would have said of filings that are over."""

from datetime import date

import pytest
from bench.review_prereview import DAY, Desk, filings, measure

from onething.core.i18n import Text
from onething.review.service import replay_review
from onething.rules.service import RuleSet, parse_rules

RULES = """
rules_version: 1
rulesets:
  - id: doubts
    kind: review
    rules:
      - id: heavy
        when: paper.weight_g > {limit}
        text: {{zh: 体重偏高, en: Heavy}}
        attributes: {{group: officer}}
        ground: {{title: 测试条例, article: 第一条}}
{more}"""
VOID = """      - id: void
        when: paper.status = "void"
        text: {zh: 已作废, en: Void}
        attributes: {group: fix_now}
        ground: {title: 测试条例, article: 第二条}
"""


def rules(limit: int, more: str = "") -> RuleSet:
    return parse_rules(RULES.format(limit=limit, more=more))["doubts"]


def test_planted_faults_are_caught_and_sound_filings_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ONETHING_CITY", "ONETHING_CITIES_DIR"):
        monkeypatch.setenv(name, "")  # so that what the desk sets is undone
    figures = measure(filings(152, 77))
    assert figures["missed"] == {}
    assert figures["sound_passed"] >= 0.95


def test_a_sound_filing_says_nothing_that_an_officer_must_see(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ONETHING_CITY", "ONETHING_CITIES_DIR"):
        monkeypatch.setenv(name, "")
    review = Desk().review(filings(1, 9)[0])
    assert review.may_submit
    assert not review.group("officer")
    assert date(2026, 11, 25) == DAY


def test_a_changed_rule_is_shown_on_the_filings_where_it_speaks_otherwise() -> None:
    seen = [
        ("A", {"paper": {"weight_g": 3000}}),
        ("B", {"paper": {"weight_g": 4100}}),
        ("C", {"paper": {"weight_g": 4600, "status": "void"}}),
    ]
    replay = replay_review(rules(4000), rules(4500, VOID), [(name, facts, DAY) for name, facts in seen])
    heavy, void = replay.rules["heavy"], replay.rules["void"]
    assert (heavy.before, heavy.after, heavy.lost_examples, heavy.gained_examples) == (2, 1, ["B"], [])
    assert (void.before, void.after, void.gained_examples) == (0, 1, ["C"])
    assert (replay.held_up_before, replay.held_up_after) == (0, 1)
    assert (replay.officer_before, replay.officer_after) == (2, 1)


def test_the_same_rules_change_nothing() -> None:
    replay = replay_review(
        rules(4000, VOID), rules(4000, VOID), [("A", {"paper": {"weight_g": 5000}}, DAY), ("B", {}, DAY)]
    )
    assert not any(change.changed for change in replay.rules.values())
    assert replay.rules["heavy"].text == Text(zh="体重偏高", en="Heavy")


def test_each_filing_is_judged_by_the_rules_of_its_day() -> None:
    later = RULES.replace(
        "        ground: {{title: 测试条例, article: 第一条}}",
        "        valid_from: 2026-06-01\n        ground: {{title: 测试条例, article: 第一条}}",
    )
    new = parse_rules(later.format(limit=10, more=""))["doubts"]
    paper = {"paper": {"weight_g": 3000}}
    replay = replay_review(rules(9999), new, [("early", paper, date(2026, 5, 1)), ("late", paper, date(2026, 7, 1))])
    assert replay.rules["heavy"].gained_examples == ["late"]
