"""A proposal becomes a draft of the next version with one step: clauses of the package and of officials, from their day on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from onething.catalog.service import load_city
from onething.core.access import Principal, Role
from onething.core.clock import frozen
from onething.core.db import Database
from onething.core.errors import Problem
from onething.policy.amendments.models import Change
from onething.policy.amendments.revising import in_words, revise
from onething.policy.amendments.service import Amendment, amend, begin, clauses_resting
from onething.policy.drafting.examples import examples_of
from onething.policy.fulfilment.books import CityBooks
from onething.policy.knowledge import store
from onething.policy.knowledge.tables import PolicyClauseRow
from onething.policy.matching.service import amount_of
from onething.policy.models import Clause, Document
from onething.policy.text.tree import parse_document

CITIES = Path(__file__).parents[2] / "cities"
HANGZHOU = CITIES / "hangzhou"
AUTHOR = Principal(Role.OFFICER, "u1", agency_id="hrss")
BOSS = Principal(Role.ADMIN, "u2")
BEFORE, AFTER = date(2027, 3, 31), date(2027, 4, 1)
GRADUATES = "招用毕业年度高校毕业生并缴纳社会保险的，按每人{each}元给予一次性补助，每家企业最高{cap}万元。"
LAW = """# 杭州市稳岗促就业若干措施

{made}杭州市人民政府公布

{articles}
"""


def law(made: str, *articles: str) -> Document:
    lines = "\n\n".join(f"第{'一二三四五六七'[n]}条 {each}" for n, each in enumerate(articles))
    return parse_document(LAW.format(made=made, articles=lines))


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with frozen(datetime(2026, 11, 26, 4, tzinfo=UTC)):
        yield


STABLE = "大型企业上年度裁员率不高于5.5%的，按企业上年度实际缴纳失业保险费的{share}%返还，最高300万元。"
GROWTH = "参保人数二十人以上的企业，本年净增参保职工十人以上的，按每人2000元给予奖励，最高20万元。"
OLD = law("2026年1月1日", "为了稳定就业，制定本措施。", STABLE.format(share=30), "有关部门按照职责分工落实。", "各区可以配套。", GRADUATES.format(each=1500, cap=15), "第六条原文在此处。", GROWTH)  # fmt: skip
NEW = law(
    "2027年3月1日", "为了稳定就业，制定本措施。", STABLE.format(share=40), "有关部门按照职责分工落实。", GRADUATES.format(each=2000, cap=20), "第六条原文在此处。",
    "本措施自2027年4月1日起施行。",
)  # fmt: skip


def compared(db: Database) -> Amendment:
    with db.reading() as session:
        return amend(OLD, NEW, CITIES, clauses_resting(session, HANGZHOU, OLD.title))


def live(db: Database, day: date, clause_id: str) -> Clause | None:
    with db.reading() as session:
        found = CityBooks(HANGZHOU).of(session, day).find(clause_id)
    return found.clause if found else None


def approved(db: Database, found: Amendment, clause_id: str, live_from: date | None = None) -> store.KeptClause:
    city = load_city(HANGZHOU)
    with db.transaction() as session:
        made = begin(session, AUTHOR, f"clause:{clause_id}", found, NEW, city, HANGZHOU)
        assert begin(session, AUTHOR, f"clause:{clause_id}", found, NEW, city, HANGZHOU).version == made.version
        store.submit_clause(session, AUTHOR, made.version)
        with pytest.raises(Problem, match="same_person"):
            store.approve_clause(session, AUTHOR, made.version)
        return store.approve_clause(session, BOSS, made.version, "", live_from)


@pytest.mark.slow
def test_a_clause_of_the_package_is_followed_by_a_new_version_on_the_day_of_the_law(db: Database) -> None:
    found = compared(db)
    changed = {(each.old, each.new) for each in found.proposals if each.target == "clause:graduates"}
    assert changed == {("company.graduates_hired * 1500", "company.graduates_hired * 2000"), ("150000", "200000")}
    kept = approved(db, found, "graduates")
    assert (kept.rule.live_from, kept.clause.valid_from) == (AFTER, AFTER)
    assert kept.clause.version == 2, "the package's own is the first"
    assert str(kept.clause.place) == "《杭州市稳岗促就业若干措施》第四条"
    assert "2000元" in kept.clause.text
    facts = {"company": {"graduates_hired": 4, "status_normal": True, "dishonest": False, "wage_arrears": False}}
    paid: dict[date, Decimal | None] = {}
    for day in (BEFORE, AFTER):
        with db.reading() as session:
            clause = CityBooks(HANGZHOU).of(session, day).find("graduates")
        paid[day] = amount_of(clause, facts) if clause else None
    assert paid == {BEFORE: Decimal(6000), AFTER: Decimal(8000)}, "each day is matched by the clause of that day"
    new = kept.clause.benefit
    assert new is not None
    assert (new.amount, new.cap) == ("company.graduates_hired * 2000", Decimal(200000))


@pytest.mark.slow
def test_rates_follow_and_moved_articles_only_change_their_number(db: Database) -> None:
    found = compared(db)
    fates = {each.old[0].label: each.fate for each in found.changes if each.old}
    assert fates["第六条"] == "moved"
    stable = next(each for each in found.proposals if each.target == "clause:stable-jobs-large")
    assert (stable.old, stable.new) == ("0.30", "0.4")
    kept = approved(db, found, "stable-jobs-large")
    assert kept.clause.benefit is not None
    assert (kept.clause.benefit.rate, kept.clause.benefit.cap) == (Decimal("0.4"), Decimal(3000000))
    assert "40%" in kept.clause.text


@pytest.mark.slow
def test_a_clause_whose_article_is_repealed_ends_the_day_before(db: Database) -> None:
    found = compared(db)
    assert next(each.why for each in found.proposals if each.target == "clause:growth-jobs") == "repealed"
    kept = approved(db, found, "growth-jobs")
    assert kept.clause.valid_to == min(date(2028, 12, 31), BEFORE)


RULES = """# kept as the official wrote it
rules_version: 1
rulesets:
- id: graduates
  kind: decision
  rules:
  - id: long_enough   # twelve months
    require: company.graduate_months >= 12 and company.age_months >= 12.0
    text: {zh: "招用满十二个月（12个月）", en: Employed for 12 months}
    ground: {title: 云州市促进就业条例, article: 第二条第一款}
  - id: other
    require: company.staff >= 12
    text: {zh: 十二人, en: twelve}
    ground: {title: 云州市其他条例, article: 第二条}
"""
JOBS = "# 云州市促进就业条例\n\n{day}云州市人民代表大会常务委员会通过\n\n第一条 目的。\n\n{more}第{n}条 企业招用高校毕业生满{months}个月的，给予补贴五千元。\n\n第{last}条 本条例自{begins}起施行。\n"
JOBS_OLD = parse_document(
    JOBS.format(day="2026年1月5日", more="", n="二", months="十二", last="三", begins="2026年3月1日")
)
JOBS_NEW = parse_document(JOBS.format(day="2027年1月5日", more="第二条 新的一条。\n\n", n="三", months="六", last="四", begins="2027年4月1日"))  # fmt: skip


def changes() -> list[Change]:
    return amend(JOBS_OLD, JOBS_NEW).changes


def test_a_rule_file_is_revised_in_place_and_only_where_it_rests_on_the_law() -> None:
    text, edits = revise(RULES, "云州市促进就业条例", changes())
    assert text == RULES.replace("graduate_months >= 12 and company.age_months >= 12.0", "graduate_months >= 6 and company.age_months >= 6").replace(
        "招用满十二个月（12个月）", "招用满六个月（6个月）"
    ).replace("for 12 months", "for 6 months").replace("第二条第一款", "第三条第一款")  # fmt: skip
    assert {each.name for each in edits} == {
        "long_enough.require",
        "long_enough.text.zh",
        "long_enough.text.en",
        "long_enough.ground",
    }


def jobs() -> Clause:
    return Clause.model_validate({
        "id": "jobs", "name": {"zh": "招用补贴", "en": "Jobs"}, "text": "企业招用高校毕业生满十二个月的，给予补贴五千元。",
        "place": {"document": JOBS_OLD.id, "title": JOBS_OLD.title, "article": "第二条"},
        "ruleset": {"id": "graduates", "rules": [{"id": "x", "require": "true"}]}, "benefit": {"kind": "subsidy", "name": {"zh": "补贴", "en": "Subsidy"}, "amount": "5000"},
    })  # fmt: skip


def test_an_officials_own_clause_gets_its_next_version_and_the_old_one_keeps_its_cases(db: Database) -> None:
    with db.transaction() as session:
        first = store.start_clause(session, AUTHOR, jobs(), RULES)
        store.submit_clause(session, AUTHOR, first.rule.id)
        store.approve_clause(session, BOSS, first.rule.id)
    with db.reading() as session:
        found = amend(JOBS_OLD, JOBS_NEW, None, clauses_resting(session, HANGZHOU, JOBS_OLD.title))
    with db.transaction() as session:
        made = begin(session, AUTHOR, "clause:jobs", found, JOBS_NEW, load_city(HANGZHOU), HANGZHOU)
        kept = store.clause_version(session, AUTHOR, made.version)
        assert [each.name for each in kept.examples], "limits are tried on the new version"
        store.submit_clause(session, AUTHOR, made.version)
        store.approve_clause(session, BOSS, made.version)
    for day, months, version in ((BEFORE, "12", 1), (AFTER, "6", 2)):
        now = live(db, day, "jobs")
        assert now is not None
        assert now.version == version
        assert (now.ruleset.rules[0].require or "").startswith(f"company.graduate_months >= {months} and")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("三十日内办理（30 days）", "二十日内办理（20 days）"),
        ("一百三十日内", "一百三十日内"),
        ("30.5 或 130", "30.5 或 130"),
        ("第三十条规定", "第三十条规定"),
    ],
)
def test_numbers_in_sentences_change_only_where_they_are_that_number(text: str, after: str) -> None:
    assert in_words(text, [(Decimal(30), Decimal(20), "日")]) == after


ASKS_MORE = """rulesets:
- id: more
  facts:
    company.staff: {type: number}
    company.listed: {type: bool}
    company.trade: {type: text, values: [software, food]}
    company.founded: {type: date}
  rules:
  - id: size
    require: company.staff >= 12
  - id: rest
    require: if company.listed then company.trade = "software" else company.founded < date("2020-01-01")
"""


def test_examples_have_a_value_for_everything_that_the_rules_ask() -> None:
    named = {each.name: each.expect for each in examples_of(ASKS_MORE, "more")}
    assert named["全部符合"] == "yes"
    assert (named["staff = 11"], named["staff = 12"]) == ("no", "yes")
    assert named["staff: 未知"] == "undecided"


def test_a_clause_whose_examples_decide_nothing_is_neither_handed_over_nor_approved(db: Database) -> None:
    with db.transaction() as session:
        first = store.start_clause(session, AUTHOR, jobs(), RULES)
        row = session.get_one(PolicyClauseRow, first.rule.id)
        tried = list(row.examples)
        row.examples = [each | {"expect": "undecided"} for each in tried]
        with pytest.raises(Problem, match="nothing_decided"):
            store.submit_clause(session, AUTHOR, first.rule.id)
        row.examples = tried
        store.submit_clause(session, AUTHOR, first.rule.id)
        row.examples = [each | {"expect": "undecided"} for each in tried]
        with pytest.raises(Problem, match="nothing_decided"):
            store.approve_clause(session, BOSS, first.rule.id)
