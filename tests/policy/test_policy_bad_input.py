"""Bad regulations and bad clauses, each as its own test: what is odd is listed with its words, the rest is read, nothing is guessed."""

from typing import Any

import pytest
from fulfilment_world import clause

from onething.policy.knowledge.conflicts import find_conflicts
from onething.policy.structuring import structure

HEAD = "# 云州市惠企条例\n\n2026年1月5日 云州市人民代表大会常务委员会第一次会议通过\n\n"
FIRST = "第一条 企业符合下列条件的，给予补贴5万元：\n\n（一）在本市注册满二年；\n\n（二）从业人员不足三百人。\n\n"
LAST = "第三条 本条例自2026年3月1日起施行。\n"


def read(text: str) -> dict[str, Any]:
    return structure(HEAD + text).as_dict()


def left(found: dict[str, Any], why: str) -> list[str]:
    return [each["text"] for each in found["not_understood"] if each["why"] in (f"text:{why}", f"reference:{why}")]


def numbers(found: dict[str, Any]) -> list[int]:
    return [each["number"] for each in found["articles"]]


@pytest.mark.parametrize(
    ("text", "why", "words"),
    [
        (FIRST + "第四条 由市部门负责。\n\n" + LAST, "numbering", "第四条 由市部门负责。"),
        (FIRST + "第一条 由市部门负责。\n\n" + LAST, "duplicate_article", "第一条 由市部门负责。"),
        (FIRST.replace("（二）", "（四）") + LAST, "numbering", "（四）从业人员不足三百人。"),
    ],
)
def test_broken_numbers_are_kept_as_printed_and_listed(text: str, why: str, words: str) -> None:
    found = read(text)
    assert any(words in each for each in left(found, why))
    labels = [each["label"] for each in found["articles"]]
    assert labels[0] == "第一条"  # no number is put right behind the author's back
    assert labels[-1] == "第三条"


def test_a_table_is_listed_whole_and_becomes_no_article() -> None:
    table = "| 档次 | 从业人员 | 补贴 |\n| --- | --- | --- |\n| 一 | 不足十人 | 5万元 |\n"
    found = read(FIRST + table + "\n第二条 补贴由市部门发放。\n\n" + LAST)
    assert numbers(found) == [1, 2, 3]
    assert [" ".join(each.split()) for each in left(found, "table")] == [" ".join(table.split())]
    assert not any("不足十人" in draft["rules"] for draft in found["drafts"])


def test_an_annex_is_listed_whole_and_its_articles_are_not_those_of_the_regulation() -> None:
    annex = "附件1：补贴标准\n\n第一条 高层次人才每人十万元。\n\n第二条 其他人才每人一万元。\n"
    found = read(FIRST + "第二条 标准见附件。\n\n" + LAST + "\n" + annex + "\n附件2：申请表\n\n单位名称：\n")
    assert numbers(found) == [1, 2, 3]
    first, second = left(found, "annex")
    assert first == annex.strip()
    assert second == "附件2：申请表\n\n单位名称："
    assert not any("十万" in draft["text"] for draft in found["drafts"])


def test_an_amending_decision_is_said_to_be_one() -> None:
    text = "# 云州市人民代表大会常务委员会关于修改《云州市惠企条例》的决定\n\n一、将第二条修改为：“第二条 企业从业人员不足五百人的，给予补贴8万元。”\n\n本决定自2026年6月1日起施行。\n"
    found = structure(text).as_dict()
    assert left(found, "amending") == [found["title"]]


def test_a_reference_that_leads_nowhere_is_listed_with_an_empty_target() -> None:
    found = read(FIRST + "第二条 违反本条例第九十九条规定的，不予补贴。\n\n" + LAST)
    assert [each["to"] for each in found["references"] if "第九十九条" in each["text"]] == [[]]
    assert ["第九十九条" in each for each in left(found, "no_such_article")] == [True]


def test_words_that_cannot_be_measured_are_listed_and_become_no_condition() -> None:
    found = read(
        "第一条 经营状况良好、有较大贡献且从业人员不足三百人的企业，可以给予适当补贴。\n\n" + LAST.replace("三", "二")
    )
    assert found["not_understood"]
    for draft in found["drafts"]:
        assert not any(f">= {n}" in draft["rules"] for n in range(1, 10))  # no threshold is made up


@pytest.mark.parametrize(
    "requires",
    [
        ("company.employees < 10", "company.employees > 300"),
        ("company.employees >= 10 and company.employees < 10",),
        ('company.tax_grade = "A"', 'company.tax_grade = "D"'),
        ("company.graduates_hired >= 1", "company.graduates_hired < 1"),
    ],
)
def test_a_clause_that_nobody_can_meet_is_said_to_be_impossible(requires: tuple[str, ...]) -> None:
    (found,) = find_conflicts([clause(requires=requires)])
    assert (found.kind, found.witness) == ("impossible", {})
    assert found.suggestion.zh
    assert find_conflicts([clause(requires=requires[:1])]) == [] or len(requires) == 1


def items(found: dict[str, Any]) -> list[list[str]]:
    return [[item["label"] for p in each["paragraphs"] for item in p["items"]] for each in found["articles"]]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("**第一条** 下列企业：\n\n- （一）甲；\n- （二）乙。\n", ["（一）", "（二）"]),
        ("第 1 条 下列企业：\n 1. 甲；\n 2. 乙；\n 3. 丙。\n", ["1.", "2.", "3."]),
        ("第一条 下列企业：\n（一）甲：\n1.子；\n2.丑。\n（二）乙。\n", ["（一）", "（二）"]),
    ],
)
def test_lists_as_people_write_them_are_items(text: str, labels: list[str]) -> None:
    assert items(read(text)) == [labels]


def test_a_title_of_two_lines_and_a_name_of_an_article_are_no_paragraphs() -> None:
    text = "云州市人民政府\n关于印发《云州市补贴办法》的通知\n云政〔2026〕3号\n\n### 第一条 目的\n\n为了促进就业，制定本办法。\n\n### 第二条 企业给予补贴。\n"
    found = structure(text).as_dict()
    assert found["title"] == "云州市人民政府关于印发《云州市补贴办法》的通知"
    assert [each["text"] for each in found["articles"]] == ["为了促进就业，制定本办法。", "企业给予补贴。"]


def test_a_table_of_a_web_page_is_listed_and_becomes_no_paragraph() -> None:
    found = read(FIRST + "<table><tr><td>一档</td><td>5万元</td></tr></table>\n\n" + LAST.replace("三", "二"))
    assert left(found, "table") == ["<table><tr><td>一档</td><td>5万元</td></tr></table>"]
    assert not any("一档" in each["text"] for each in found["articles"])
