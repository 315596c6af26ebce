"""Expressions are read as a careful colleague would: also inside loops and filters, and by what values can be."""

from pathlib import Path

import pytest

from onething.catalog.checking.expressions import never_holds, read_expression
from onething.catalog.checking.shapes import Fields, Rows, Scalar
from onething.catalog.service import check, load_city
from onething.core.plain_yaml import load_yaml
from onething.review.checking.registry import Given, described, find_component
from onething.rules.service import parse_rules

NAMES = {
    "me": Fields({"name": Scalar("text"), "born": Scalar("date"), "months": Scalar("number"), "note": Scalar("loose"),
                  "kind": Scalar("text", ("a", "b")), "share": Scalar("text", ("50", "100")), "ok": Scalar("bool")}, "me"),
    "us": Fields({"people": Rows({"name": Scalar("text"), "amount": Scalar("number")})}, "us"),
}  # fmt: skip
WRONG = [
    ('me.kind = "c"', 'no code "c"'),
    ('"c" = me.kind', 'no code "c"'),
    ('me.kind in ("a", "c")', 'no code "c"'),
    ("me.name > 5", "cannot be compared"),
    ("me.note = 5", "in quotes"),
    ('me.months >= "many"', "cannot be compared"),
    ('me.born > "last year"', "cannot be compared"),
    ("me.ok = me.name", "cannot be compared"),
    ("me.born < me.months", "cannot be compared"),
    ("us.people = 3", "cannot be compared"),
    ("me.nam", 'no field of "me" called "nam"'),
    ("you.name", 'no slot called "you"'),
    ("me.name.first", 'no part "first"'),
    ("us.people[nmae = me.name]", 'called "nmae"'),
    ("us.people[1].nmae", 'no column called "nmae"'),
    ("for p in us.people return p.amont", 'no column called "amont"'),
    ("some p in us.people satisfies p.name", "condition is wanted"),
    ("substing(me.name, 1, 1)", "no function"),
    ("substring(me.name)", "takes (string, start position, length)"),
    ("me.ok and me.name", "condition is wanted"),
    ("if me.name then 1 else 2", "condition is wanted"),
    ("me.name and (", "cannot be understood"),
]  # fmt: skip
SOUND = [
    'me.kind = "a" and me.months between 1 and 3', 'me.born < today() - duration("P3Y")', 'me.born >= "2020-01-01"', "me.share = 100",
    "sum(for p in us.people return p.amount) > 5", 'us.people[name = "x"][1].amount > 5', 'if me.ok then me.name else "—"',
    '"号" + me.name', "every p in us.people satisfies p.amount > 0", "count(us.people) > 1", "is defined(me.note)", 'me.note = "long"',
    "concatenate(us.people, if me.ok then us.people else [])[1].name", "me.born.year > 2000", "null", 'matches(me.name, "^x")',
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_can_never_be_meant_is_said(text: str, said: str) -> None:
    faults = read_expression(text, NAMES).faults
    assert any(said in fault.what.en for fault in faults), faults
    assert all(fault.what.zh for fault in faults)


@pytest.mark.parametrize("text", SOUND)
def test_what_can_be_meant_is_left_alone(text: str) -> None:
    assert read_expression(text, NAMES).faults == []


def test_a_condition_that_is_false_whatever_the_facts_are() -> None:
    assert never_holds("1 > 2")
    assert never_holds("me.months > 5 and me.months < 3")
    assert not never_holds("me.months > 5")


def test_what_only_a_careful_check_sees_does_not_take_a_city_off_the_air(harbour: Path) -> None:
    """An upgrade must not stop a city whose package it was content with yesterday."""
    path = harbour / "retire" / "rules" / "decisions.yaml"
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("my_career.months", "string(my_career.months)", 1)
        .replace(">= 180", "= true"),
        encoding="utf-8",
    )
    found = [each for each in check(harbour) if each.severity == "error"]
    assert found
    assert not any(each.fatal for each in found)
    assert found[0].file == "retire/rules/decisions.yaml"
    assert "my_career" in path.read_text(encoding="utf-8").splitlines()[found[0].line - 1]
    assert load_city(harbour).id == "harbour"


def test_components_find_what_they_say_they_find(harbour: Path) -> None:
    city = load_city(harbour)
    for name, names in described().items():
        assert names is not None, f"{name} does not say what it takes and finds"
        assert set(find_component(name)(Given(city, {}, {}))) == set(names.finds), name


def test_no_and_yes_are_words_in_every_file_of_a_package() -> None:
    assert load_yaml("a: no\nb: yes\nc: off\nd: true\ne: False") == {
        "a": "no",
        "b": "yes",
        "c": "off",
        "d": True,
        "e": False,
    }
    rules = "rules_version: 1\nrulesets: [{id: r, rules: [{id: one, when: 'x = \"no\"', then: true, attributes: {code: no, seen: true}}]}]"
    assert parse_rules(rules)["r"].rules[0].rule.attributes == {"code": "no", "seen": True}
