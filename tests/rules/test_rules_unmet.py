"""A refusal says what is so, never the requirement as if it had come true: in the rule language, and in every shipped rule."""

from datetime import date
from pathlib import Path

import pytest

from onething.casework.decisions.law import findings_of
from onething.casework.views.outcomes import reasons_of
from onething.catalog.service import load_city
from onething.core.i18n import Text
from onething.rules.service import RuleSet, decide, load_file, parse_rules

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("cities/*/*/rules/*.yaml"))
DAY = date(2026, 11, 30)

PLAIN = """
rules_version: 1
rulesets:
  - id: plain
    rules:
      - {id: young, require: child.age < 3, text: {zh: 孩子未满3周岁。, en: The child is under three.}}
  - id: worded
    rules:
      - id: young
        require: child.age < 3
        text: {zh: 孩子未满3周岁, en: The child is under three}
        unmet: {zh: "孩子已经{child.age}周岁。", en: "The child is {child.age} already."}
  - id: refusing
    rules:
      - {id: dead, when: child.dead = true, then: false, text: {zh: 孩子的户口已注销。, en: The registration has ended.}}
      - {id: abroad, when: child.abroad = true, then: false, text: {zh: 孩子在境外。, en: The child is abroad.}}
"""


RULES = parse_rules(PLAIN)


def refused(ruleset: RuleSet, **child: object) -> tuple[Text, ...]:
    """The reasons as a person reads them on the case page, in the message and in the written decision."""
    return reasons_of({"findings": findings_of(decide(ruleset, {"child": child}, DAY))})


def test_a_requirement_that_fails_is_said_to_be_not_met() -> None:
    (said,) = refused(RULES["plain"], age=4)
    assert (said.zh, said.en) == (
        "不符合这项条件：孩子未满3周岁。",
        "This condition is not met: The child is under three.",
    )


def test_a_rule_says_what_is_so_instead_with_the_facts_of_the_case() -> None:
    (said,) = refused(RULES["worded"], age=4)
    assert (said.zh, said.en) == ("孩子已经4周岁。", "The child is 4 already.")


def test_of_several_grounds_to_refuse_only_the_one_that_is_there_is_a_reason() -> None:
    said = refused(RULES["refusing"], dead=True, abroad=False)
    assert [each.zh for each in said] == ["孩子的户口已注销。"]


def shipped() -> list[tuple[str, RuleSet]]:
    return [
        (path.relative_to(ROOT).as_posix(), each)
        for path in FILES
        for each in load_file(path).values()
        if each.kind == "decision"
    ]


def test_there_are_shipped_rules_that_can_refuse() -> None:
    assert shipped()


@pytest.mark.parametrize(("place", "ruleset"), shipped(), ids=lambda each: each if isinstance(each, str) else each.id)
def test_no_shipped_rule_refuses_in_the_words_of_its_requirement(place: str, ruleset: RuleSet) -> None:
    for compiled in ruleset.rules:
        rule = compiled.rule
        if rule.require is None and rule.then is not True:
            continue  # its words are of the refusal
        assert rule.text is not None, f"{place} {rule.id} has no words"
        assert rule.unmet is not None, f"{place} {rule.id} does not say what is so when it is not met"
        for lang in ("zh", "en"):
            requirement, refusal = rule.text.get(lang).rstrip("。."), rule.unmet.get(lang).rstrip("。.")
            assert refusal, f"{place} {rule.id}: nothing in {lang}"
            assert refusal != requirement, f"{place} {rule.id} refuses with its requirement: {refusal}"


@pytest.mark.parametrize(
    "city", sorted(path.name for path in (ROOT / "cities").iterdir() if (path / "city.yaml").exists())
)
def test_no_shipped_check_refuses_in_the_words_of_its_requirement(city: str) -> None:
    for event in load_city(ROOT / "cities" / city).life_events:
        for check in event.checks:
            for lang in ("zh", "en"):
                said = {check.text.get(lang), *([check.ask.get(lang)] if check.ask else [])}
                assert check.name.get(lang) not in {each.rstrip("。.") for each in said}, (
                    f"{check.id} fails in the words of its name"
                )
