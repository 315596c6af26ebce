"""Where a fact came from can be a condition; where nobody said, it is unknown and never "no"."""

import pytest

from onething.core.clock import today
from onething.rules.service import compile_expression, decide, parse_rules, with_origins

FACTS = with_origins(
    {"home": {"address": "海滨路1号", "since": "2015-03-01"}, "wish": {"plate": "A1"}},
    {"home": "registry", "home.since": "upload", "wish": "answer"},
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("origin(home)", "registry"),
        ("origin(home.address)", "registry"),
        ("origin(home.since)", "upload"),
        ('origin(wish) = "answer"', True),
        ('origin(home) in ("registry", "issued") and home.address != null', True),
        ("origin(car)", None),
        ('origin(car) = "registry"', None),
        ("origin(home, wish)", None),
        ('origin("home")', None),
    ],
)
def test_the_origin_of_evidence_or_of_one_field_is_told(text: str, told: object) -> None:
    assert compile_expression(text).evaluate(FACTS) == told


def test_without_origins_it_is_unknown() -> None:
    assert compile_expression('origin(home) = "registry"').evaluate({"home": {"address": "x"}}) is None
    assert compile_expression("origin(home)").names == {"home"}


def test_a_rule_that_wants_a_register_is_undecided_for_want_of_the_evidence() -> None:
    text = """
rules_version: 1
rulesets:
  - id: r
    rules: [{id: from_register, require: 'origin(car) = "registry"'}]
"""
    (rules,) = parse_rules(text).values()
    known = with_origins({"car": {"plate": "A1"}}, {"car": "answer"})
    assert decide(rules, known, today()).outcome == "no"
    missing = decide(rules, {}, today())
    assert missing.outcome == "undecided"
    assert missing.missing == ["car"]
