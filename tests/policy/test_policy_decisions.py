"""Amending decisions carried out on the text: the consolidated text results, every instruction is done or listed."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onething.documents.prose.service import ordinal
from onething.policy.amendments.applying import WHYS, Consolidated, carry_out
from onething.policy.amendments.decisions import is_amending, read_decision
from onething.policy.cli import app
from onething.policy.models import Document
from onething.policy.text.tree import parse_document

BASE = """# 云州市用工条例

2020年1月5日云州市人民代表大会常务委员会通过

## 第一章 总则

第一条 为了促进就业，制定本条例。

第二条 用人单位应当自用工之日起三十日内办理登记。

## 第二章 补贴

第三条 职工满五十周岁的，可以申请补贴一千元。

补贴由甲部门发放。

第四条 市场主体协助做好登记工作，按照本条例第三条第一款和第六条办理。

第五条 有下列情形之一的，不予补贴：

（一）未登记；

（二）弄虚作假；

（三）其他情形。

第六条 违反本条例第二条规定的，由甲部门处一千元罚款。

第七条 本条例自2020年3月1日起施行。
"""
HEAD = """云州市人民代表大会常务委员会关于修改《云州市用工条例》的决定

（2026年6月1日云州市第三届人民代表大会常务委员会第八次会议通过）

云州市第三届人民代表大会常务委员会第八次会议决定，对《云州市用工条例》作如下修改：

"""
FORCE = "\n本决定自2026年7月1日起施行。\n\n《云州市用工条例》根据本决定作相应修改，重新公布。\n"


def carried(*instructions: str, base: str = BASE) -> Consolidated:
    body = "\n".join(f"{ordinal(n)}、{each}" for n, each in enumerate(instructions, 1))
    return carry_out(parse_document(base, "云州市用工条例.md"), read_decision(HEAD + body + FORCE))


def after(found: Consolidated) -> Document:
    return parse_document(found.text, "云州市用工条例.md")


def article(found: Consolidated, label: str) -> str:
    return next(each.text for each in after(found).articles if each.label == label)


def test_a_whole_article_is_replaced_with_its_items_and_inner_quotation_marks() -> None:
    found = carried(
        "将第二条修改为：\n“第二条 用人单位应当通过“一网通办”登记：\n“（一）姓名；\n“（二）岗位。\n“登记不收费。”"
    )
    assert found.left == ()
    assert article(found, "第二条") == "用人单位应当通过“一网通办”登记：\n（一）姓名；\n（二）岗位。\n登记不收费。"
    assert article(found, "第三条") == "职工满五十周岁的，可以申请补贴一千元。\n补贴由甲部门发放。"


@pytest.mark.parametrize(
    ("instruction", "label", "text"),
    [
        ("将第三条第二款修改为：“补贴由乙部门发放。”", "第三条", "职工满五十周岁的，可以申请补贴一千元。\n补贴由乙部门发放。"),
        ("第三条第一款中的“五十周岁”修改为“四十五周岁”。", "第三条", "职工满四十五周岁的，可以申请补贴一千元。\n补贴由甲部门发放。"),
        ("删去第三条第二款。", "第三条", "职工满五十周岁的，可以申请补贴一千元。"),
        ("将第三条第二款删去。", "第三条", "职工满五十周岁的，可以申请补贴一千元。"),
        ("在第三条第一款“职工”后增加“、灵活就业人员”。", "第三条", "职工、灵活就业人员满五十周岁的，可以申请补贴一千元。\n补贴由甲部门发放。"),
        ("删去第六条中的“由甲部门”。", "第六条", "违反本条例第二条规定的，处一千元罚款。"),
        ("第三条增加一款，作为第二款：“补贴按月计算。”", "第三条", "职工满五十周岁的，可以申请补贴一千元。\n补贴按月计算。\n补贴由甲部门发放。"),
        ("第五条增加一项，作为第（二）项：“（二）已经退休；”", "第五条", "有下列情形之一的，不予补贴：\n（一）未登记；\n（二）已经退休；\n（三）弄虚作假；\n（四）其他情形。"),
        ("将第五条第（二）项修改为：“（二）骗取补贴；”", "第五条", "有下列情形之一的，不予补贴：\n（一）未登记；\n（二）骗取补贴；\n（三）其他情形。"),
        ("删去第五条第一款第二项，第三项改为第二项。", "第五条", "有下列情形之一的，不予补贴：\n（一）未登记；\n（二）其他情形。"),
        ("第三条第一款改为第二款，第二款改为第一款。", "第三条", "补贴由甲部门发放。\n职工满五十周岁的，可以申请补贴一千元。"),
        ("将第三条、第六条中的“甲部门”统一修改为“丙部门”。", "第六条", "违反本条例第二条规定的，由丙部门处一千元罚款。"),
        ("将本条例中的“甲部门”修改为“丙部门”。", "第六条", "违反本条例第二条规定的，由丙部门处一千元罚款。"),
        ("将第六条中的“甲部门”“一千元”分别修改为“乙部门”“二千元”。", "第六条", "违反本条例第二条规定的，由乙部门处二千元罚款。"),
        ('第三条第一款中的"五十周岁"修改为"四十五周岁"。', "第三条", "职工满四十五周岁的，可以申请补贴一千元。\n补贴由甲部门发放。"),
    ],
)  # fmt: skip
def test_each_way_of_saying_it(instruction: str, label: str, text: str) -> None:
    found = carried(instruction)
    assert found.left == ()
    assert article(found, label) == text


def test_numbers_and_references_follow() -> None:
    found = carried(
        "增加一条，作为第三条：“第三条 登记免收费用，依照第四条办理。”",
        "第三条改为第四条，将第一款中的“一千元”修改为“二千元”。",
        "删去第五条。",
    )
    assert found.left == ()
    assert [each.label for each in after(found).articles] == [f"第{ordinal(n)}条" for n in range(1, 8)]
    assert article(found, "第三条") == "登记免收费用，依照第四条办理。", (
        "words of the decision count by the new numbers"
    )
    assert article(found, "第四条").startswith("职工满五十周岁的，可以申请补贴二千元。")
    assert "按照本条例第四条第一款和第六条办理" in article(found, "第五条"), "references follow what they point at"
    assert found.renumbered == {"第三条": "第四条", "第四条": "第五条"}
    assert after(found).problems == ()


def test_a_reference_to_an_article_that_is_gone_is_listed() -> None:
    found = carried("删去第二条。", "此外，对条文顺序作相应调整。")
    assert found.dangling == (("第五条", "第二条"),)


def test_articles_with_a_suffix_leave_the_other_numbers_alone() -> None:
    found = carried("增加一条，作为第三条之一：“第三条之一 补贴可以分期发放。”")
    assert found.left == ()
    assert [each.label for each in after(found).articles][2:5] == ["第三条", "第三条之一", "第四条"]
    assert found.renumbered == {}


def test_deleting_without_a_word_about_numbers_leaves_a_gap() -> None:
    found = carried("删去第五条。")
    assert [each.number for each in after(found).articles] == [1, 2, 3, 4, 6, 7]


def test_chapters_are_added_deleted_and_renamed() -> None:
    found = carried("增加一章，作为第二章：“第二章 登记\n“第三条 登记应当真实。”", "将第二章章名修改为：“补贴和奖励”。")
    assert found.left == ()
    assert [(d.label, d.title) for d in after(found).divisions] == [
        ("第一章", "总则"),
        ("第二章", "登记"),
        ("第三章", "补贴和奖励"),
    ]
    assert [len([a for a in after(found).articles if a.divisions[-1].endswith(f"chp_{n}")]) for n in (1, 2, 3)] == [
        2,
        1,
        5,
    ]


def test_merged_articles_and_a_new_name() -> None:
    found = carried(
        "将名称修改为“云州市就业促进条例”。",
        "将第二条、第三条合并，作为第二条，修改为：“第二条 合并后的一条。”",
        "对相关条文顺序作相应调整。",
    )
    assert found.left == ()
    assert after(found).title == "云州市就业促进条例"
    assert [each.text[:5] for each in after(found).articles][:3] == ["为了促进就", "合并后的一", "市场主体协"]


def test_the_decision_is_noted_so_that_the_text_is_a_version_of_its_own() -> None:
    document = after(carried("第三条第一款中的“五十周岁”修改为“四十五周岁”。"))
    assert document.id == "eli/云州市/用工条例/2026-06-01"
    assert str(document.in_force_from) == "2026-07-01"


@pytest.mark.parametrize(
    ("instruction", "why"),
    [
        ("将第十二条修改为：“第十二条 没有的条。”", "no_place"),
        ("将第三条第五款修改为：“没有的款。”", "no_place"),
        ("将第六条中的“丁部门”修改为“乙部门”。", "no_words"),
        ("将第六条中的“甲部门”“一千元”修改为“乙部门”“二千元”“三千元”。", "counts"),
        ("第三条改为第九条。", "number"),
        ("请有关部门研究完善相关规定。", "unclear"),
    ],
)
def test_what_cannot_be_carried_out_is_listed_with_the_reason(instruction: str, why: str) -> None:
    found = carried("第三条第一款中的“一千元”修改为“二千元”。", instruction)
    assert [each.why for each in found.left] == [why]
    assert "二千元" in article(found, "第三条"), "what was understood is carried out all the same"
    if why != "number":
        assert [a.text for a in after(found).articles][5] == "违反本条例第二条规定的，由甲部门处一千元罚款。"


def test_a_decision_about_another_law_changes_nothing() -> None:
    text = HEAD.replace("对《云州市用工条例》", "对《云州市养犬条例》") + "一、删去第三条。\n" + FORCE
    found = carry_out(parse_document(BASE, "x.md"), read_decision(text))
    assert [each.why for each in found.left] == ["other_law"]
    assert [a.text for a in after(found).articles] == [a.text for a in parse_document(BASE).articles]


def test_one_decision_on_several_laws_carries_out_its_own_part() -> None:
    text = (
        "云州市人民代表大会常务委员会关于修改部分地方性法规的决定\n\n会议决定，对下列法规作出修改：\n\n一、对《云州市养犬条例》作出修改\n（一）删去第一条。\n"
        "二、《云州市用工条例》\n（一）将第三条第一款中的“一千元”修改为“二千元”。\n（二）删去第四条。\n" + FORCE
    )
    found = carry_out(parse_document(BASE, "x.md"), read_decision(text))
    assert (found.left, found.elsewhere) == ((), 1), "what is another law's is counted, not listed as undone here"
    assert "二千元" in article(found, "第三条")
    assert [each.number for each in after(found).articles] == [1, 2, 3, 5, 6, 7]


def test_a_forgotten_quotation_mark_does_not_swallow_the_next_instruction() -> None:
    found = carried("将第二条修改为：“第二条 用人单位应当登记。", "删去第三条第二款。")
    assert found.left == ()
    assert article(found, "第二条") == "用人单位应当登记。"
    assert article(found, "第三条") == "职工满五十周岁的，可以申请补贴一千元。"


def test_tables_annexes_and_untouched_articles_are_kept_character_by_character() -> None:
    base = (
        BASE.replace("补贴由甲部门发放。\n", "补贴由甲部门发放。\n\n| 档次 | 金额 |\n| 一 | 五万 |\n").rstrip()
        + "\n\n附件：补贴标准\n\n第一档　五千元\n"
    )
    found = carried("第六条中的“一千元”修改为“二千元”。", base=base)
    expected = base.replace("处一千元罚款", "处二千元罚款")
    assert found.text.split("## 第一章")[1] == expected.split("## 第一章")[1]
    touched = carried("第三条第一款中的“一千元”修改为“二千元”。", base=base)
    assert "| 一 | 五万 |" in touched.text
    assert touched.text.rstrip().endswith("第一档　五千元")


def test_an_amending_decision_is_known_from_a_regulation() -> None:
    assert is_amending(HEAD + "一、删去第三条。" + FORCE)
    assert not is_amending(BASE)
    found = parse_document(HEAD + "一、删去第三条。\n" + FORCE)
    assert "amending" in {each.code for each in found.problems}


def test_a_real_law_comes_back_unchanged_when_nothing_is_ordered(shared_data: Path) -> None:
    files = sorted((shared_data / "laws").glob("*.md"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        decision = read_decision("关于修改《某法》的决定\n\n作如下修改：\n")
        assert carry_out(parse_document(text, file.name), decision).text.rstrip() == text.rstrip(), file.name


def test_a_decision_on_a_real_law(shared_data: Path) -> None:
    file = next((shared_data / "laws").glob("上海市优化营商环境条例(2020*.md"))
    base = parse_document(file.read_text(encoding="utf-8"), file.name)
    decision = HEAD.replace("云州市用工条例", "上海市优化营商环境条例") + (
        "一、将本条例中的“市场主体”统一修改为“经营主体”。\n二、增加一条，作为第三条：“第三条 新增的一条。”\n三、删去第五条第二款。\n四、对条文顺序作相应调整。\n"
    )
    found = carry_out(base, read_decision(decision))
    new = parse_document(found.text, file.name)
    assert found.left == ()
    assert [a.number for a in new.articles] == list(range(1, len(base.articles) + 2))
    assert not any("市场主体" in a.text for a in new.articles)
    assert len(new.articles[5].paragraphs) == len(base.articles[4].paragraphs) - 1
    assert new.problems == ()


@st.composite
def amended(draw: st.DrawFn) -> tuple[str, str, list[list[str]]]:
    """(law, decision, articles afterwards)."""
    size = draw(st.integers(2, 8))
    base = [[f"甲{n}丙{p}乙的事项应当办理。" for p in range(draw(st.integers(1, 3)))] for n in range(size)]
    fate: list[str] = [
        draw(st.sampled_from(["same", "same", "replace", "delete", "swap", "par", "add_par"])) for _ in base
    ]
    if all(each == "delete" for each in fate):
        fate[0] = "same"
    orders: list[str] = []
    out: list[tuple[list[str], bool]] = []
    for n, paragraphs in enumerate(base):
        label, now, many = f"第{ordinal(n + 1)}条", list(paragraphs), len(paragraphs)
        if fate[n] == "delete":
            orders.append(f"删去{label}。")
            continue
        if fate[n] == "replace":
            now = [f"换{n}成这一段。", f"换{n}成另一段。"]
            orders.append(f"将{label}修改为：“{label} {now[0]}\n“{now[1]}”")
        elif fate[n] == "swap":
            now = [each.replace("应当", "可以") for each in now]
            orders.append(f"将{label}中的“应当”修改为“可以”。")
        elif fate[n] == "par":
            place = draw(st.integers(1, many))
            now[place - 1] = f"款{n}改成这样。"
            orders.append(f"{label}第{ordinal(place)}款修改为：“{now[place - 1]}”")
        elif fate[n] == "add_par":
            place = draw(st.integers(1, many + 1))
            now.insert(place - 1, f"款{n}是新的。")
            orders.append(f"{label}增加一款，作为第{ordinal(place)}款：“款{n}是新的。”")
        out.append((now, False))
    for k in range(draw(st.integers(0, 2))):
        out.insert(draw(st.integers(0, len(out))), ([f"新{k}增的一条。"], True))
    for n, (text, new) in enumerate(out, 1):
        if new:
            orders.append(f"增加一条，作为第{ordinal(n)}条：“第{ordinal(n)}条 {text[0]}”")
    if draw(st.booleans()):
        orders = draw(st.permutations(orders))
    orders.append("此外，对条文顺序作相应调整。")
    law = "# 云州市用工条例\n\n" + "\n\n".join(f"第{ordinal(n)}条 " + "\n\n".join(each) for n, each in enumerate(base, 1)) + "\n"  # fmt: skip
    return law, "\n".join(f"{ordinal(n)}、{each}" for n, each in enumerate(orders, 1)), [text for text, _ in out]


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(amended())
def test_any_decision_gives_the_law_that_it_orders(case: tuple[str, str, list[list[str]]]) -> None:
    law, orders, expected = case
    found = carry_out(parse_document(law), read_decision(HEAD + orders + FORCE))
    assert found.left == ()
    assert [[p.text for p in each.paragraphs] for each in after(found).articles] == expected
    assert [each.number for each in after(found).articles] == list(range(1, len(expected) + 1))


WORDS = st.sampled_from(
    ["将", "第二条", "第三条第二款", "修改为", "：", "“", "”", "\n", "一、", "二、", "删去", "增加一款", "增加一条", "，作为第三条", "第九条", "中的", "改为", "合并",
     "第（二）项", "后增加", "本条例中的", "《云州市用工条例》", "\"", "第二章", "章名", "之一", "此外"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=30).map("".join))
def test_no_decision_however_odd_breaks_anything(text: str) -> None:
    found = carry_out(parse_document(BASE), read_decision(HEAD + text))
    assert found.text
    assert all(each.why in ("", *WHYS) for each in found.carried)


def test_the_command_writes_the_text_and_lists_what_is_left(tmp_path: Path) -> None:
    (tmp_path / "base.md").write_text(BASE, encoding="utf-8")
    (tmp_path / "decision.md").write_text(
        HEAD + "一、第三条第一款中的“一千元”修改为“二千元”。\n二、删去第九条。\n" + FORCE, encoding="utf-8"
    )
    files = [str(tmp_path / name) for name in ("base.md", "decision.md")]
    result = CliRunner().invoke(app, ["consolidate", *files, "--out", str(tmp_path / "new.md"), "--json"])
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (said["in_force_from"], len(said["done"])) == ("2026-07-01", 1)
    assert [(each["text"], each["why"]) for each in said["not_understood"]] == [("删去第九条", "no_place")]
    assert "二千元" in (tmp_path / "new.md").read_text(encoding="utf-8")
