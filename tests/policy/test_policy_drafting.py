"""Clauses become rules with their ground; limits are tried; a model that lies is caught; the gold set is met."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from gold_scores import HELD_OUT, scores
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.core.errors import Problem
from onething.policy.drafting.drafts import ruleset_of
from onething.policy.drafting.model import ModelDrafter, OpenAiChat
from onething.policy.drafting.vocabulary import Term, Vocabulary
from onething.policy.structuring import Structured, structure
from onething.rules.service import numbers_in, parse_rules, try_on

TEXT = """# 云州市支持中小企业条例

2026年1月5日 云州市人民代表大会常务委员会第一次会议通过

第一条 为了支持中小企业，制定本条例。

第二条 企业符合下列条件的，由市经济信息化部门按照实际投资额的10%给予补助，最高不超过50万元：

（一）在本市注册满二年；

（二）从业人员不足三百人；

（三）上年度纳税信用为优良。

第三条 有下列情形之一的，不得享受补助：

（一）被列入失信名单；

（二）法律、法规规定的其他情形。

第四条 企业首次获得认定的，给予一次性奖励20万元，但已享受同类奖励的除外。

第五条 本条例自2026年3月1日起施行。
"""


def drafted(text: str = TEXT, **more: Any) -> Structured:
    return structure(text, **more)


def test_a_subsidy_clause_becomes_a_rule_that_decides() -> None:
    found = drafted()
    draft = next(each for each in found.drafts if "art_2/" in each.id)
    assert (draft.authority, draft.modality, draft.problems) == ("市经济信息化部门", "right", ())
    ruleset = parse_rules(draft.rules)[ruleset_of(draft)]
    assert {rule.rule.ground[0].item for rule in ruleset.rules} == {"", "（一）", "（二）", "（三）"}
    facts: dict[str, Any] = draft.examples[0].facts
    assert draft.examples[0].expect == "yes"
    for invested, paid in ((1_000_000, 100_000), (9_000_000, 500_000)):
        facts["主体"]["实际投资额"] = invested
        decision = try_on(draft.rules, ruleset.spec.id, [facts])[0]
        assert (decision.outcome, int(decision.value)) == ("yes", paid)


def test_limits_are_tried_on_both_sides() -> None:
    draft = next(each for each in drafted().drafts if "art_2/" in each.id)
    tried = {each.name: each.expect for each in draft.examples}
    assert [tried[f"本市注册 = {n}"] for n in (1, 2, 3)] == ["no", "yes", "yes"]
    assert [tried[f"从业人员 = {n}"] for n in (299, 300, 301)] == ["yes", "no", "no"]


def test_exceptions_refuse_and_what_is_vague_is_listed() -> None:
    found = drafted()
    award = next(each for each in found.drafts if "art_4/" in each.id)
    ruleset = parse_rules(award.rules)[ruleset_of(award)]
    assert ruleset.spec.value == "200000"
    assert [rule.rule.then for rule in ruleset.rules if rule.rule.when] == [False]
    whys = {(each.why, each.text) for each in found.not_understood}
    assert ("catch_all", "法律、法规规定的其他情形") in whys
    assert any(why == "no_rule" and "制定本条例" in text for why, text in whys)


def test_every_link_points_at_the_words_it_names() -> None:
    found = drafted()
    for draft in found.drafts:
        assert draft.links
        for link in draft.links:
            assert found.document.source[slice(*link.span)].strip()
    share = next(link for each in found.drafts for link in each.links if link.part == "value" and "art_2/" in each.id)
    assert "10%" in found.document.source[slice(*share.span)]


def test_the_citys_own_words_name_the_facts() -> None:
    words = Vocabulary(terms=(
        Term(fact="company.age_months", phrases=("本市注册",), type="number", unit="月"),
        Term(fact="company.employees", phrases=("从业人员",), type="number", unit="人"),
        Term(fact="company.tax_grade", phrases=("纳税信用为优良",), type="text", equals='"A"'),
    ))  # fmt: skip
    from onething.policy.drafting.drafts import ParserDrafter

    draft = next(each for each in drafted(drafter=ParserDrafter(words)).drafts if "art_2/" in each.id)
    requires = [rule.rule.require for rule in parse_rules(draft.rules)[ruleset_of(draft)].rules]
    assert "company.age_months >= 24" in requires
    assert "company.employees < 300" in requires
    assert 'company.tax_grade = "A"' in requires


def test_the_json_has_exactly_the_agreed_shape() -> None:
    data = drafted().as_dict()
    assert list(data) == ["title", "articles", "references", "drafts", "not_understood"]
    assert list(data["articles"][1]) == ["number", "label", "text", "paragraphs"]
    assert list(data["articles"][1]["paragraphs"][0]) == ["text", "items"]
    assert list(data["articles"][1]["paragraphs"][0]["items"][0]) == ["label", "text"]
    json.dumps(data, ensure_ascii=False)


def test_conditions_of_the_gold_set() -> None:
    """Floors just under what is reached, so that a change that reads worse is noticed; the bench prints the figures."""
    tuned, held_out = scores(["si", "rp", "dt", "hf"]), scores(HELD_OUT)
    assert tuned["conditions"].precision >= 0.95
    assert tuned["conditions"].recall >= 0.95
    assert held_out["conditions"].precision >= 0.87
    assert held_out["conditions"].recall >= 0.82
    assert held_out["then"].precision >= 0.95
    assert held_out["then"].recall >= 0.88


class Liar(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that answers what the test tells it to, true or not."""

    answer: str = ""
    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"choices": [{"message": {"content": self.answer}}]}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def liar() -> Iterator[tuple[type[Liar], str]]:
    kind = type("OneLiar", (Liar,), {})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kind, f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


ONE = "# 云州市条例\n\n第一条 从业人员不足三百人的企业，给予补贴5万元。\n"


def said(**changes: Any) -> str:
    clause = {
        "quote": "从业人员不足三百人的企业，给予补贴5万元", "modality": "right", "subject": "企业", "benefit": "补贴",
        "conditions": [{"quote": "从业人员不足三百人", "fact": "从业人员", "op": "<", "value": 300, "unit": "人"}], "value": "50000",
    }  # fmt: skip
    return json.dumps({"clauses": [clause | changes], "not_understood": []}, ensure_ascii=False)


def by_model(url: str) -> Structured:
    return structure(ONE, drafter=ModelDrafter(OpenAiChat(url, "test", timeout=20)))


def test_an_honest_model_passes_the_same_checks(liar: tuple[type[Liar], str]) -> None:
    liar[0].answer = said()
    draft = by_model(liar[1]).drafts[0]
    assert draft.problems == ()
    assert draft.made_by == "model"
    assert {each.expect for each in draft.examples} >= {"yes", "no"}


@pytest.mark.parametrize(
    "lie",
    [
        {"conditions": [{"quote": "从业人员不足三百人", "fact": "从业人员", "op": "<", "value": 500}]},
        {"conditions": [{"quote": "从业人员不足五百人", "fact": "从业人员", "op": "<", "value": 300}]},
        {"value": "80000"},
        {"subject": "外资企业"},
        {"value": "exec("},
    ],
)
def test_a_lying_model_is_caught(liar: tuple[type[Liar], str], lie: dict[str, Any]) -> None:
    liar[0].answer = said(**lie)
    found = by_model(liar[1])
    assert all(draft.problems for draft in found.drafts)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("no json", 200),
        ('{"clauses": 3}', 200),
        ("{}", 500),
        (said(conditions=[{"quote": "x", "op": "< 3 or 1 <", "value": 3}]), 200),
    ],
)
def test_a_broken_answer_is_an_error_with_a_way_on(liar: tuple[type[Liar], str], answer: str, status: int) -> None:
    liar[0].answer, liar[0].status = answer, status
    with pytest.raises(Problem) as caught:
        by_model(liar[1])
    assert caught.value.kind.code == "policy.model_failed"


WORDS = st.sampled_from(
    ["企业", "符合下列条件的，", "满三年", "不足五人", "应当", "可以", "，", "。", "；", "的", "给予", "5万元", "百分之五", "由市部门", "自受理之日起十日内", "除外", "且",
     "或者", "有下列情形之一的", "：\n（一）", "{", "}", '"', "不得", "罚款", "10%至", "每人"]
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=25).map("".join))
def test_any_clause_gives_a_draft_that_loads_or_says_what_is_wrong(text: str) -> None:
    found = structure(f"# 试\n\n第一条 {text}\n")
    for draft in found.drafts:
        if not draft.problems:
            ruleset = parse_rules(draft.rules)[ruleset_of(draft)]
            assert all(rule.rule.ground for rule in ruleset.rules)
            assert numbers_in(ruleset.spec.value or "") is not None
