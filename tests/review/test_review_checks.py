"""Checks declared as data: each outcome, what the applicant is told, the time budget, and replaying from the trace."""

import threading
from datetime import date
from typing import Any

import orjson
import pytest
from review_world import make_city, make_plan, sound

from onething.catalog.model.checks import Check
from onething.catalog.models import City, FieldSpec, LifeEvent
from onething.core.i18n import Text
from onething.exchange.wire.formats import parse_format
from onething.review.checking import registry
from onething.review.checking.run import replay, run_checks
from onething.review.service import check_value, component, normal_form, review_filing

DAY = date(2026, 11, 25)
LAW = {"title": "中华人民共和国公司法", "article": "第四十七条"}
FOUNDERS = [{"name": "张一", "amount": "600000"}, {"name": "李二", "amount": "400000"}]


@pytest.fixture(autouse=True)
def _leave_no_component(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is not there for tests that run after it in the same process."""
    registry.described()
    monkeypatch.setattr(registry, "_components", dict(registry._components))
    monkeypatch.setattr(registry, "_described", dict(registry._described))


def make_check(**more: Any) -> Check:
    words = {
        "zh": "出资合计 {string(sum(for p in founders.people return number(p.amount)))} 元",
        "en": "They add up to another sum",
    }
    base: dict[str, Any] = {
        "id": "shares", "number": 23, "group": "capital", "name": {"zh": "出资", "en": "Shares"}, "ground": LAW, "text": words,
        "mend": {"zh": "请改成相加等于注册资本", "en": "Make them add up"}, "field": "founders.people",
    }  # fmt: skip
    return Check.model_validate(base | more)


ADDS_UP = make_check(refuse_when="sum(for p in founders.people return number(p.amount)) != number(company.capital)")


def run(check: Check, facts: dict[str, Any], seconds: float = 5.0, patience: float = 0.0) -> Any:
    city: City = make_city()
    event: LifeEvent = city.life_events[0].model_copy(update={"checks": (check,), "check_seconds": seconds})
    return run_checks(city, event, facts, DAY, patience=patience)[0]


def test_what_holds_passes_and_what_does_not_says_why_with_its_law() -> None:
    good = run(ADDS_UP, {"founders": {"people": FOUNDERS}, "company": {"capital": "1000000"}})
    assert good.outcome == "pass"
    bad = run(ADDS_UP, {"founders": {"people": FOUNDERS}, "company": {"capital": "900000"}})
    assert bad.outcome == "refuse"
    assert bad.what.zh == "出资合计 1000000 元"
    assert bad.mend.en == "Make them add up"
    assert bad.ground == "《中华人民共和国公司法》第四十七条"


def test_what_cannot_be_told_is_referred_never_passed() -> None:
    assert run(ADDS_UP, {"company": {"capital": "900000"}}).outcome == "refer"


def test_a_component_finds_and_the_data_judges() -> None:
    check = make_check(
        find={"component": "forbidden_words", "with": {"text": "company.mark"}, "options": {"words": {"state": ["国家级", "ABC"]}}},
        refuse_when="count(found.hits) > 0", text={"zh": "不能用“{found.hits}”", "en": "“{found.hits}” may not be used"},
    )  # fmt: skip
    assert run(check, {"company": {"mark": "云帆"}}).outcome == "pass"
    seen = run(check, {"company": {"mark": "АВС云帆"}})
    assert (seen.outcome, seen.what.zh) == ("refuse", "不能用“ABC”")


def test_articles_that_disagree_with_the_form_are_caught() -> None:
    text = "深圳市云帆科技有限公司章程 公司注册资本为100万元。股东张一认缴60万元,股东李二认缴30万元。"
    check = make_check(
        find={
            "component": "articles",
            "with": {"text": "articles.text", "capital": "company.capital", "founders": "founders.people"},
            "options": {"headings": {"注册资本": ["注册资本"], "解散": ["解散"]}},
        },
        refuse_when="count(found.missing) + count(found.differing) > 0",
    )  # fmt: skip
    facts = {"articles": {"text": text}, "company": {"capital": "1000000"}, "founders": {"people": FOUNDERS}}
    found = run(check, facts).found
    assert found["missing"] == ["解散"]
    assert found["differing"] == ["李二的出资额"]


def test_what_is_late_goes_to_an_officer() -> None:
    gate = threading.Event()

    @component("test_slow")
    def slow(_given: Any, /) -> dict[str, Any]:
        gate.wait(30)
        return {}

    try:
        late = run(make_check(find={"component": "test_slow"}, refuse_when="false"), {}, seconds=0.05)
        assert (late.outcome, late.fired) == ("refer", "time")
    finally:
        gate.set()


def test_a_case_waits_longer_for_a_busy_machine_before_an_officer_is_troubled() -> None:
    gate = threading.Event()

    @component("test_busy")
    def busy(_given: Any, /) -> dict[str, Any]:
        gate.wait(30)
        return {}

    timer = threading.Timer(0.3, gate.set)
    timer.start()
    result = run(make_check(find={"component": "test_busy"}, refuse_when="false"), {}, seconds=0.05, patience=60.0)
    timer.join()
    assert result.outcome == "pass"


def test_a_component_that_breaks_decides_nothing() -> None:
    @component("test_broken")
    def broken(_given: Any, /) -> dict[str, Any]:
        raise ZeroDivisionError

    assert run(make_check(find={"component": "test_broken"}, refuse_when="false"), {}).outcome == "refer"


@pytest.mark.parametrize("capital", ["1000000", "900000", None])
@pytest.mark.parametrize("when", [None, "company.capital = 5"])
def test_a_stored_trace_replays_to_the_same_result(capital: str | None, when: str | None) -> None:
    check = ADDS_UP.model_copy(update={"when": when})
    first = run(check, {"founders": {"people": FOUNDERS}, "company": {"capital": capital} if capital else {}})
    stored = orjson.loads(orjson.dumps(first.as_dict()))
    again = replay(check, stored, DAY)
    assert (again.outcome, again.fired, again.what) == (first.outcome, first.fired, first.what)


ROWS = FieldSpec(
    id="people", name=Text(zh="股东", en="Founders"), type="rows", most=2,
    fields=(
        FieldSpec(id="name", name=Text(zh="姓名", en="Name"), type="name"),
        FieldSpec(id="amount", name=Text(zh="出资额", en="Amount"), type="money"),
    ),
)  # fmt: skip


def test_a_repeating_group_keeps_known_columns_and_names_the_faulty_row() -> None:
    rows = normal_form(ROWS, [{"name": " 张 一 ", "amount": "600000", "x": "1"}, {"name": "", "amount": ""}])
    assert rows == [{"name": "张一", "amount": "600000"}]
    assert check_value(ROWS, rows, DAY) is None
    bad = check_value(ROWS, [FOUNDERS[0], {"name": "李二", "amount": "许多"}], DAY)
    assert bad is not None
    assert bad.what.zh.startswith("第 2 行")
    assert check_value(ROWS, FOUNDERS * 2, DAY) is not None
    assert check_value(ROWS, [{"name": "李二"}], DAY) is not None


def test_rows_are_renamed_both_ways_on_the_wire() -> None:
    form = parse_format("rows:name=xm,amount=rjcze", {})
    theirs = [{"xm": "张一", "rjcze": "600000"}]
    assert form.to_ours(theirs) == [FOUNDERS[0]]
    assert form.to_theirs([FOUNDERS[0]]) == theirs


@pytest.mark.parametrize(
    ("condition", "blocked", "group"), [("refuse_when", True, "fix_now"), ("refer_when", False, "officer")]
)
def test_a_declared_check_reaches_the_applicants_review(condition: str, blocked: bool, group: str) -> None:
    check = make_check(**{condition: "number(birth_certificate.weight_g) > 100", "field": "birth_certificate.weight_g"})
    check = check.model_copy(update={"text": Text(zh="太重", en="Too heavy"), "id": "weight"})
    city = make_city()
    event = city.life_events[0].model_copy(update={"checks": (check,)})
    review = review_filing(city, event, sound(), make_plan(), DAY)
    told = [finding for finding in review.findings if finding.code == "weight"]
    assert [(finding.group, finding.grounds[0].article, finding.field) for finding in told] == [
        (group, "第四十七条", "weight_g")
    ]
    assert review.may_submit is not blocked
    silent = event.model_copy(
        update={"checks": (check.model_copy(update={condition: "number(father_id.address) > 1"}),)}
    )
    assert "weight" not in {f.code for f in review_filing(city, silent, sound(), make_plan(), DAY).findings}
