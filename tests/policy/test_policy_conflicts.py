"""Clauses that get into each other's way: each kind with a company that shows it, and what an official may do, with the law it rests on."""

from typing import Any

import pytest
from fulfilment_world import clause
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.core.clock import today
from onething.policy.knowledge.conflicts import ClauseConflict, find_conflicts
from onething.policy.models import Clause, Relation
from onething.rules.ruleset import RuleSet
from onething.rules.service import decide

NAME = {"zh": "研发补助", "en": "R&D grant"}


def grant(id_: str, *requires: str, amount: str = "50000", article: str = "第五条", **changes: Any) -> Clause:
    """A clause with its place in law, about one purpose."""
    ground = [{"title": changes.pop("law", "云州市惠企条例"), "article": article, "level": changes.pop("level", "local"), "made_on": changes.pop("made_on", None)}]  # fmt: skip
    return clause(id_, requires, amount, benefit={"name": NAME} | changes.pop("benefit", {}), ground=ground, **changes)


def nested(facts: dict[str, Any]) -> dict[str, Any]:
    """`{"company.employees": 3}` as rules see it."""
    out: dict[str, Any] = {}
    for path, value in facts.items():
        *front, last = path.split(".")
        at = out
        for each in front:
            at = at.setdefault(each, {})
        at[last] = value
    return out


def meets(one: Clause, facts: dict[str, Any]) -> bool:
    return decide(RuleSet(one.ruleset), nested(facts), today()).outcome == "yes"


def only(clauses: list[Clause], *relations: Relation) -> ClauseConflict:
    (found,) = find_conflicts(clauses, relations)
    assert {found.first, found.second} == {each.id for each in clauses}
    assert found.suggestion.zh
    assert found.suggestion.en
    titles = {(ground.title, ground.article) for ground in found.grounds}
    assert {(each.ground[0].title, each.ground[0].article) for each in clauses} <= titles
    return found


SMALL, HIRES = "company.employees < 300", "company.graduates_hired >= 2"


def test_a_grant_and_a_ban_that_meet_in_one_company_contradict() -> None:
    ban = grant("ban", "company.employees >= 200", amount="", article="第九条", tags=["ban"])
    one = grant("one", SMALL)
    found = only([one, ban])
    assert found.kind == "contradict"
    assert 200 <= found.witness["company.employees"] < 300
    assert any("立法法" in each.title for each in found.grounds)


def test_the_same_conditions_with_other_amounts_contradict_and_the_higher_law_is_preferred() -> None:
    high = grant("high", SMALL, HIRES, amount="80000", law="浙江省促进条例", level="administrative")
    low = grant("low", HIRES, SMALL, amount="50000", law="云州市办法", level="normative")
    found = only([low, high])
    assert (found.kind, found.prefer) == ("contradict", "high")
    assert any(each.title == "中华人民共和国立法法" for each in found.grounds)
    assert meets(high, found.witness)
    assert meets(low, found.witness)


def test_two_that_exclude_each_other_are_paid_by_the_higher_one() -> None:
    one, two = grant("one", SMALL, amount="50000"), grant("two", HIRES, amount="80000", article="第六条")
    found = only([one, two], Relation(kind="excludes", source="one", target="two"))
    assert (found.kind, found.prefer) == ("exclude", "two")
    assert meets(one, found.witness)
    assert meets(two, found.witness)


def test_the_same_clause_in_two_regulations_is_a_duplicate() -> None:
    one = grant("one", SMALL, HIRES)
    two = grant("two", HIRES, SMALL, law="云州市若干措施", article="第二条")
    found = only([one, two])
    assert found.kind == "duplicate"
    assert meets(one, found.witness)


def test_two_of_one_purpose_that_some_company_meets_overlap() -> None:
    one, two = grant("one", SMALL), grant("two", HIRES, amount="80000", article="第六条")
    found = only([one, two])
    assert found.kind == "overlap"
    assert meets(one, found.witness)
    assert meets(two, found.witness)


@pytest.mark.parametrize(
    ("two", "relations"),
    [
        (grant("two", "company.employees >= 300", amount="80000"), ()),  # no company meets both
        (grant("two", HIRES, amount="80000"), (Relation(kind="combines", source="one", target="two"),)),
        (grant("two", HIRES, amount="80000", benefit={"name": {"zh": "外贸补助", "en": "Trade grant"}}), ()),
        (grant("two", HIRES, amount="80000", valid_from="2030-01-01"), ()),  # never on one day
    ],
)
def test_what_does_not_meet_or_may_be_combined_is_no_conflict(two: Clause, relations: tuple[Relation, ...]) -> None:
    assert find_conflicts([grant("one", SMALL, valid_to="2029-12-31"), two], relations) == []


NUMBERS = st.integers(0, 6)
PARTS = st.builds(
    lambda name, op, n: f"company.{name} {op} {n}",
    st.sampled_from(["employees", "graduates_hired", "apprentices"]), st.sampled_from(["<", "<=", "=", ">=", ">"]), NUMBERS,
)  # fmt: skip
SIDES = st.lists(st.one_of(PARTS, st.tuples(PARTS, PARTS).map(" or ".join)), min_size=1, max_size=3)


@settings(max_examples=120, deadline=None)
@given(SIDES, SIDES, st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_a_witness_meets_both_and_where_none_is_named_no_company_meets_both(left: list[str], right: list[str], tried: tuple[int, ...]) -> None:  # fmt: skip
    one, two = grant("one", *left), grant("two", *right, amount="80000", article="第六条")
    company = dict(zip(("company.employees", "company.graduates_hired", "company.apprentices"), tried, strict=True))
    found = [each for each in find_conflicts([one, two]) if each.kind != "impossible"]
    if found:
        witness = dict.fromkeys(company, 1) | found[0].witness
        assert meets(one, witness)
        assert meets(two, witness)
    else:
        assert not (meets(one, company) and meets(two, company))
