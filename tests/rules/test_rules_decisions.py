"""Decisions an official can defend: reasons, sources, what is missing, how far short, and the law of the day in question."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.rights.service import scope_of
from onething.rules import service as rules
from onething.rules.cli import app
from onething.rules.columns.parallel import WorkerPool
from onething.rules.columns.service import compile_clauses, from_records
from onething.rules.people import evaluate_population
from onething.rules.versions import current

DATA = Path(__file__).parent / "data"
DAY = date(2026, 11, 23)
GOOD = {"months_paid": 99, "left_by": "expired", "registered_on": "2026-01-01", "seeks_work": True}


def draw(**changes: Any) -> rules.Decision:
    return rules.decide(rules.load_rules(DATA / "unemployment.yaml"), {"person": {**GOOD, **changes}}, DAY, origins={"person.months_paid": "medins registry"})  # fmt: skip


def test_yes_with_value_reasons_and_sources() -> None:
    decision = draw()
    assert (decision.outcome, decision.value, decision.missing) == ("yes", 18, [])
    paid = decision.reasons[0]
    assert str(paid.ground[0]) == "《中华人民共和国社会保险法》第四十五条(一)"
    assert "99" in paid.text.zh
    step = paid.trace[0]
    assert (step.text, step.outcome, step.values["person.months_paid"]) == (
        "person.months_paid >= 最低缴费月数",
        True,
        99,
    )
    assert step.evidence == {"person.months_paid": "medins registry"}


def test_no_says_how_far_short() -> None:
    decision = draw(months_paid=9)
    assert decision.outcome == "no"
    assert [result.id for result in decision.blocking] == ["paid_a_year"]
    assert decision.near_miss is not None
    assert (decision.near_miss.distance, decision.near_miss.wanted) == (3, 12)
    assert draw(months_paid=9, left_by="own_will").near_miss is None


def test_undecided_names_what_is_missing_and_a_sure_no_stays_no() -> None:
    assert draw(seeks_work=None).missing == ["person.seeks_work"]
    assert draw(seeks_work=None).outcome == "undecided"
    assert draw(seeks_work=None, months_paid=3).outcome == "no"


def test_review_rules_fire_only_when_true() -> None:
    review = rules.load_rules(f"{DATA / 'newborn_review.yaml'}#review")
    facts = {"birth_certificate": {"born_at": "2026-12-01", "mother_id_number": "A"}}
    decision = rules.decide(review, facts, DAY)
    assert [result.id for result in decision.fired] == ["born_in_future"]
    assert decision.fired[0].attributes["group"] == "fix_now"
    assert [result.id for result in decision.undecided] == ["mother_differs"]


GRANTS = """
rulesets:
  - id: subsidy
    rules:
      - {id: big, when: size >= 100, then: yes, value: '50000', ground: {title: 条例, article: 第十条, level: local, made_on: 2020-01-01}}
      - {id: small, when: 'size >= 30', then: yes, value: '20000'}
      - {id: banned, when: dishonest, then: no, text: {zh: 失信企业除外, en: Not for dishonest companies}}
      - {id: local, when: 'size < 200', require: 'city = "上海"'}
"""


@pytest.mark.parametrize(
    ("facts", "outcome", "value"),
    [
        ({"size": 150, "dishonest": False, "city": "上海"}, "yes", 50000), ({"size": 40, "dishonest": False, "city": "上海"}, "yes", 20000),
        ({"size": 10, "dishonest": False, "city": "上海"}, "no", None), ({"size": 500, "dishonest": False}, "yes", 50000),
        ({"size": 150, "dishonest": True, "city": "上海"}, "no", None), ({"size": 150, "city": "上海"}, "undecided", None),
        ({"dishonest": True}, "no", None), ({"size": 150, "dishonest": False}, "undecided", None),
    ],
)  # fmt: skip
def test_grants_refusals_and_guards(facts: dict[str, Any], outcome: str, value: int | None) -> None:
    decision = rules.decide(rules.parse_rules(GRANTS)["subsidy"], facts, DAY)
    assert (decision.outcome, decision.value) == (outcome, value)


fact = st.fixed_dictionaries({"size": st.none() | st.integers(0, 250), "dishonest": st.none() | st.booleans(), "city": st.sampled_from([None, "上海", "杭州"])})  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(fact, min_size=1, max_size=15))
def test_the_population_gets_the_answers_that_each_person_gets(people: list[dict[str, Any]]) -> None:
    ruleset = rules.parse_rules(GRANTS)["subsidy"]
    result = evaluate_population(ruleset, from_records(people), DAY)
    each = [rules.decide(ruleset, person, DAY) for person in people]
    assert [bool(x) for x in result.flags[0]] == [one.outcome == "yes" for one in each]
    assert [bool(x) for x in result.flags[1]] == [one.outcome == "undecided" for one in each]
    assert result.cost == sum(one.value for one in each if one.outcome == "yes")


@settings(max_examples=60, deadline=None)
@given(fact)
def test_filling_in_missing_facts_never_turns_a_sure_answer_round(person: dict[str, Any]) -> None:
    ruleset = rules.parse_rules(GRANTS)["subsidy"]
    before = rules.decide(ruleset, person, DAY)
    for size in (0, 60, 240):
        for dishonest in (True, False):
            full = {"size": size, "dishonest": dishonest, "city": "上海"} | {
                k: v for k, v in person.items() if v is not None
            }
            if before.outcome != "undecided":
                assert rules.decide(ruleset, full, DAY).outcome == before.outcome


VERSIONS = """
parameters:
  limit: {versions: [{value: 30, valid_from: 2020-01-01, valid_to: 2025-12-31}, {value: 20, valid_from: 2026-01-01}]}
rulesets:
  - id: r
    rules:
      - {id: a, require: size >= limit, valid_from: 2020-01-01}
      - {id: b, require: clean, valid_from: 2020-01-01, valid_to: 2025-06-30, status: repealed}
      - {id: c, require: size < 1000, status: draft}
"""


def test_the_law_of_the_day_counts_and_changes_are_told_in_words_and_subjects() -> None:
    ruleset = rules.parse_rules(VERSIONS)["r"]
    assert rules.decide(ruleset, {"size": 25, "clean": True}, date(2025, 1, 1)).outcome == "no"
    assert rules.decide(ruleset, {"size": 25}, date(2026, 1, 1)).outcome == "yes"
    assert rules.decide(ruleset, {"size": 2500}, date(2026, 1, 1), drafts=True).outcome == "no"
    assert rules.decide(ruleset, {"size": 25}, date(2019, 1, 1)).outcome == "undecided"
    changes = rules.differences(ruleset, ruleset, date(2025, 1, 1), date(2026, 1, 1), drafts=False)
    assert {(change.kind, change.what) for change in changes} == {("changed", "parameter:limit"), ("removed", "b")}
    crowd = from_records([{"size": n, "clean": n % 2 == 0} for n in range(10, 40)], ids=list(range(10, 40)))
    compared = rules.compare_population(ruleset, ruleset, crowd, date(2025, 1, 1), date(2026, 1, 1), drafts=False)
    expected = [n for n in range(20, 40) if not (n >= 30 and n % 2 == 0)]
    assert (compared.gain, compared.lose, compared.gainers) == (len(expected), 0, expected)


def test_two_processes_count_the_same() -> None:
    clauses = compile_clauses(["a > 3 and b", "a < 2", "not(b)"], DAY)
    crowd = from_records(
        [{"a": n % 7 if n % 5 else None, "b": None if n % 11 == 0 else n % 3 == 0} for n in range(3000)]
    )
    alone = clauses.evaluate(crowd)
    with WorkerPool(clauses, crowd, 2) as pool:
        together = pool.evaluate()
    assert alone.true.tolist() == together.true.tolist()
    assert alone.unknown.tolist() == together.unknown.tolist()
    assert alone.one_short.tolist()[0] == together.one_short.tolist()[0]


def test_rules_are_found_by_article_in_the_order_of_the_law() -> None:
    found = rules.by_article([rules.load_rules(DATA / "unemployment.yaml"), rules.parse_rules(GRANTS)["subsidy"]])
    assert [cited.rule.id for cited in found["中华人民共和国社会保险法"]["第四十五条"]] == [
        "paid_a_year",
        "not_own_will",
        "registered_and_seeking",
    ]


WHOSE = rules.Whose(scope_of("hrss"))


def officer(name: str) -> Principal:
    return Principal(Role.OFFICER, name, agency_id="hrss")


def test_approval_takes_a_second_person_and_can_be_rolled_back(db: Database) -> None:
    text = (DATA / "unemployment.yaml").read_text()
    with db.transaction() as session:
        first = rules.start_draft(session, officer("an"), WHOSE, "u.yaml", text)
        rules.submit(session, officer("an"), WHOSE, first.id)
        with pytest.raises(Problem, match="same_person"):
            rules.approve(session, officer("an"), WHOSE, first.id)
        rules.approve(session, officer("bo"), WHOSE, first.id)
        second = rules.start_draft(session, officer("bo"), WHOSE, "u.yaml", text.replace("value: 12,", "value: 6,"))
        saved = rules.save_draft(
            session, officer("cy"), WHOSE, second.id, text.replace("value: 12,", "value: 9,"), second.lock
        )
        with pytest.raises(Problem, match="stale_draft"):
            rules.save_draft(session, officer("bo"), WHOSE, second.id, "rulesets: []", second.lock)
        rules.submit(session, officer("bo"), WHOSE, saved.id)
        with pytest.raises(Problem, match="same_person"):
            rules.approve(session, officer("cy"), WHOSE, saved.id)
        rules.approve(session, officer("an"), WHOSE, saved.id)
        assert current(session, "u.yaml").number == 2  # type: ignore[union-attr]
        back = rules.roll_back(session, officer("an"), WHOSE, "u.yaml", 1, "a mistake in the text")
        rules.approve(session, officer("cy"), WHOSE, back.id)
        live = current(session, "u.yaml")
        assert live is not None
        assert (live.number, live.content, live.back_to) == (3, text, 1)
        assert [each.status for each in rules.history(session, officer("an"), WHOSE, "u.yaml")] == [
            "approved",
            "superseded",
            "superseded",
        ]
        with pytest.raises(Problem, match="other_role"):
            rules.history(session, Principal(Role.CITIZEN, "x"), WHOSE, "u.yaml")


def test_broken_rules_may_be_kept_as_a_draft_but_not_submitted(db: Database) -> None:
    with db.transaction() as session:
        draft = rules.start_draft(
            session, officer("an"), WHOSE, "b.yaml", "rulesets:\n  - id: x\n    rules: [{id: a, require: 'a >'}]"
        )
        with pytest.raises(Problem, match=r"rules\.invalid") as caught:
            rules.submit(session, officer("an"), WHOSE, draft.id)
        assert caught.value.extra["problems"][0]["place"]


def test_the_command_line_decides_explains_and_compares(tmp_path: Path) -> None:
    run = CliRunner()
    file = str(DATA / "unemployment.yaml")
    out = run.invoke(app, ["eval", file, json.dumps({"person": GOOD}), "--as-of", "2026-11-23", "--json"])
    assert json.loads(out.output)["outcome"] == "yes"
    assert (
        "只差一个条件" in run.invoke(app, ["explain", file, json.dumps({"person": {**GOOD, "months_paid": 9}})]).output
    )
    new = tmp_path / "new.yaml"
    new.write_text(Path(file).read_text().replace("value: 12,", "value: 6,"))
    people = tmp_path / "p.csv"
    rows = [f"{n},{n},expired,2026-01-01,true" for n in range(1, 20)]
    people.write_text("\n".join(["id,person.months_paid,person.left_by,person.registered_on,person.seeks_work", *rows]))
    out = run.invoke(
        app, ["diff", file, str(new), "--data", str(people), "--id", "id", "--as-of", "2026-11-23", "--json"]
    )
    assert json.loads(out.output)["population"]["gainers"] == [6, 7, 8, 9, 10, 11]
    assert run.invoke(app, ["check", file, str(DATA / "newborn_review.yaml")]).exit_code == 0
    new.write_text("rulesets: [{id: x, ruels: []}]")
    out = run.invoke(app, ["check", str(new)])
    assert out.exit_code == 1
    assert "rules" in out.output
    assert json.loads(run.invoke(app, ["schema"]).output)["$defs"]["Rule"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_population_is_read_in_the_encoding_that_offices_write(tmp_path: Path, encoding: str) -> None:
    rules_file, people = tmp_path / "r.yaml", tmp_path / "p.csv"
    rules_file.write_text(
        'rulesets:\n- id: x\n  rules:\n  - id: a\n    require: 人员.姓名 = "王小丽"\n', encoding="utf-8"
    )
    people.write_bytes("编号,人员.姓名\n1,王小丽\n2,李四\n".encode(encoding))
    out = CliRunner().invoke(app, ["population", str(rules_file), str(people), "--id", "编号", "--json"])
    assert out.exit_code == 0, out.output
    told = json.loads(out.output)
    assert (told["yes"], told["no"]) == (1, 1)
