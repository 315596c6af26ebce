"""Each way in which real decisions order a change: the text becomes what they say, or the order is listed and nothing is touched."""

import json
import lzma
import tarfile
from pathlib import Path

import pytest

from onething.documents.prose.service import ordinal
from onething.policy.amendments.applying import Consolidated, carry_out
from onething.policy.amendments.decisions import read_decision
from onething.policy.models import Document
from onething.policy.text.tree import parse_document

LAW = """# 云州市用工条例

（2020年1月5日云州市人民代表大会常务委员会通过）

为了促进就业，现规定如下：

目　录

第一章　总　则

第二章　补贴

第三章　附　则

第一章　总　则

第一条　为了促进就业，制定本条例。

第二条　用人单位应当自用工之日起三十日内办理登记。

登记由甲部门、乙部门办理。

第二章　补贴

第三条　职工满五十周岁的，可以申请补贴。

补贴由甲部门发放。

对甲部门的决定不服的，可以申诉。

第四条　有下列情形之一的，不予补贴：

（一）未登记；

（二）弄虚作假；

（三）其他情形。

前款第三项的情形，由甲部门认定。

第五条　违反本条例第二条第一款、第三条第三款和第四条第一款第三项规定的，依照劳动法第三条和《云州市处罚办法》第四条处理。

第三章　附　则

第六条　本条例自2020年3月1日起施行。
"""
HEAD = "云州市人民代表大会常务委员会关于修改《云州市用工条例》的决定\n\n（2026年6月1日云州市第三届人民代表大会常务委员会第八次会议通过）\n\n会议决定，对《云州市用工条例》作如下修改：\n\n"
END = "\n\n本决定自2026年7月1日起施行。\n\n《云州市用工条例》根据本决定作相应修改，重新公布。\n"
ANEW = "\n\n本决定自2026年7月1日起施行。\n\n《云州市用工条例》根据本决定作相应修改并对条文顺序作相应调整，重新公布。\n"


def done(*orders: str, law: str = LAW, end: str = END) -> Consolidated:
    lines = "\n\n".join(f"{ordinal(n)}、{each}" for n, each in enumerate(orders, 1))
    return carry_out(parse_document(law, "云州市用工条例.md"), read_decision(HEAD + lines + end))


def tree(found: Consolidated) -> Document:
    return parse_document(found.text, "云州市用工条例.md")


def text(found: Consolidated, number: int) -> str:
    article = tree(found).article(number)
    assert article is not None
    return article.text


def test_several_swaps_in_one_sentence_change_words_and_nothing_else() -> None:
    found = done(
        "将第三条第二款中的“甲部门”修改为“丙部门”，“发放”修改为“按月发放”；将第二条第二款中的“乙部门”修改为“丁部门”。"
    )
    assert found.left == ()
    assert (
        text(found, 3) == "职工满五十周岁的，可以申请补贴。\n补贴由丙部门按月发放。\n对甲部门的决定不服的，可以申诉。"
    )
    assert text(found, 2).endswith("登记由甲部门、丁部门办理。")


def test_two_places_replaced_in_one_sentence() -> None:
    found = done("将第四条第一项修改为“（一）没有登记”，第二项修改为：“（二）骗取补贴”。")
    assert found.left == ()
    assert text(found, 4).split("\n")[1:4] == ["（一）没有登记；", "（二）骗取补贴；", "（三）其他情形。"], (
        "signs as the list has them"
    )


def test_a_paragraph_added_after_the_article_was_renumbered_belongs_to_that_article() -> None:
    found = done("增加一条，作为第二条：“登记免费。”", "将第三条改为第四条，第一款修改为：“职工满四十五周岁的，可以申请补贴。”\n\n增加一款，作为第三款：“补贴按月计算。”\n\n第三款改为第四款，修改为：“对决定不服的，可以复议。”", end=ANEW)  # fmt: skip
    assert found.left == ()
    assert (
        text(found, 4)
        == "职工满四十五周岁的，可以申请补贴。\n补贴由甲部门发放。\n补贴按月计算。\n对决定不服的，可以复议。"
    )


def test_an_item_added_moves_the_signs_of_those_around_it() -> None:
    found = done("第四条增加一项，作为第四项：“（四）已经退休的情形”。")
    assert text(found, 4).split("\n")[3:5] == ["（三）其他情形；", "（四）已经退休的情形。"]


def test_references_below_the_article_follow_what_they_point_at() -> None:
    found = done("删去第二条第一款。", "第四条增加一项，作为第一项：“（一）已经退休”。", "删去第三条第一款。")
    assert found.left == ()
    assert "第二条第一款、第三条第二款和第四条第一款第四项规定的" in text(found, 5), (
        "places that are there have new numbers"
    )
    assert [a for a, r in found.dangling if "第二条第一款" in r] == ["第五条"], "what is gone is listed"
    assert "劳动法第三条和《云州市处罚办法》第四条" in text(found, 5), "other laws keep their numbers"
    assert "前款第四项的情形" in text(found, 4)


def test_a_reference_counted_back_is_listed_when_another_paragraph_stands_before_it() -> None:
    found = done("第四条增加一款，作为第二款：“补贴停发。”")
    assert ("第四条", "前款第三项") in found.dangling


def test_one_article_becomes_two_and_paragraphs_become_articles() -> None:
    found = done(
        "将第二条改为两条，作为第二条、第三条，修改为：\n\n“第二条　用人单位应当办理登记。\n\n“第三条　登记由甲部门办理。”",
        "将第三条第三款单作一条，作为第五条，修改为：“对决定不服的，可以复议。”",
        end=ANEW,
    )
    assert found.left == ()
    assert [a.text.split("\n")[0] for a in tree(found).articles][1:5] == ["用人单位应当办理登记。", "登记由甲部门办理。", "职工满五十周岁的，可以申请补贴。", "对决定不服的，可以复议。"]  # fmt: skip
    assert [a.number for a in tree(found).articles] == list(range(1, 9))
    assert len(tree(found).articles[3].paragraphs) == 2


def test_articles_and_paragraphs_of_others_merged_into_one() -> None:
    found = done("将第二条、第三条第一款合并，作为第二条，修改为：“用人单位应当登记，职工可以申请补贴。”", end=ANEW)
    assert found.left == ()
    assert text(found, 2) == "用人单位应当登记，职工可以申请补贴。"
    assert text(found, 3) == "补贴由甲部门发放。\n对甲部门的决定不服的，可以申诉。"


def test_a_chapter_gets_sections_and_the_contents_follow() -> None:
    found = done(
        "第二章“补贴”分为两节：第一节“申请”，包括第三条；第二节“例外”，包括第四条和第五条。",
        "将第三章章名修改为“其他”。",
    )
    assert found.left == ()
    assert [(d.kind, d.title) for d in tree(found).divisions] == [("chapter", "总则"), ("chapter", "补贴"), ("section", "申请"), ("section", "例外"), ("chapter", "其他")]  # fmt: skip
    head = found.text[: found.text.index("第一条")]
    assert [line.split("　")[-1] for line in head.split("\n") if "节" in line or "章" in line][:5] == [
        "则",
        "补贴",
        "申请",
        "例外",
        "其他",
    ]


def test_introduction_beginning_of_a_list_and_name() -> None:
    found = done(
        "将引言修改为：“为了稳定就业，现规定如下：”",
        "第四条条首部分修改为：“下列情形，不予补贴”。",
        "将名称修改为“云州市就业条例”。",
    )
    assert found.left == ()
    assert "为了稳定就业，现规定如下：" in found.text
    assert "促进就业，现规定" not in found.text
    assert text(found, 4).startswith("下列情形，不予补贴：\n（一）未登记；")
    assert tree(found).title == "云州市就业条例"


def test_words_taken_out_leave_no_doubled_signs_and_a_sentence_taken_out_leaves_no_paragraph() -> None:
    found = done("删去第二条第二款中的“、乙部门”和第三条第三款中的“对甲部门的决定不服的，可以申诉”。")
    assert found.left == ()
    assert text(found, 2).endswith("登记由甲部门办理。")
    assert len(tree(found).articles[2].paragraphs) == 2
    assert text(done("删去第四条第一款中的“不予补贴”。", law=LAW.replace("不予补贴：", "不予补贴、不予补贴：", 1).replace("不予补贴、不予补贴", "停发补贴、不予补贴")), 4).startswith("有下列情形之一的，停发补贴：")  # fmt: skip
    assert [each.why for each in done("删去第二条第二款中的“乙部门”。").left] == ["joint"], (
        "甲部门、办理 is no sentence"
    )


def test_an_introduction_is_replaced_only_where_it_is_one() -> None:
    glued = LAW.replace(
        "为了促进就业，现规定如下：",
        "会议决定，对《云州市旧条例》作如下修改：\n\n一、删去第三条。\n\n（2021年1月5日云州市人民代表大会常务委员会修正）",
    )
    found = done("将引言修改为：“为了稳定就业，现规定如下：”", law=glued)
    assert [each.why for each in found.left] == ["which_place"], "a decision is printed before the text"
    assert "一、删去第三条。" in found.text


def test_a_word_beside_one_of_several_listed_gets_the_mark_of_the_list() -> None:
    found = done("在第二条第二款中的“乙部门”前增加“丙部门”。")
    assert text(found, 2).endswith("登记由甲部门、丙部门、乙部门办理。")
    left = done("第三条第二款开头增加“经审核的”。")
    assert [each.why for each in left.left] == ["joint"]
    assert text(left, 3) == parse_document(LAW).articles[2].text


def test_the_first_of_several_occurrences() -> None:
    law = LAW.replace("补贴由甲部门发放。", "补贴由甲部门发放，甲部门记录。")
    assert "由丙部门发放，甲部门记录" in text(done("将第三条第二款中的第一处“甲部门”修改为“丙部门”。", law=law), 3)


MANY = """云州市人民政府关于修改部分规章的决定

市人民政府决定，对下列规章作出修改：

一、删去《云州市养犬办法》第三条。

第四条修改为：“养犬应当登记。”

二、修改《云州市用工条例》

1.将引言修改为：

“为了稳定就业，现规定如下：”

2.将第三条修改为：

“职工可以申请补贴。

补贴按月发放。”

3.条文顺序作相应调整。

三、云州市绿化办法

（一）删去第一条。

（二）将第二条改为第一条。

本决定自2026年7月1日起施行。
"""


def test_orders_belong_to_the_law_named_last() -> None:
    found = carry_out(parse_document(LAW), read_decision(MANY))
    assert (found.left, found.elsewhere) == ((), 4)
    assert text(found, 3) == "职工可以申请补贴。\n补贴按月发放。"
    assert text(found, 4).startswith("有下列情形之一的"), "第四条 of the law before is not ours"
    assert tree(found).article(1) is not None
    other = carry_out(
        parse_document("# 云州市绿化办法\n\n第一条　一。\n\n第二条　二。\n\n第三条　三。\n"), read_decision(MANY)
    )
    assert other.left == ()
    assert (
        [a.text for a in tree(other).articles]
        == ["二。", "三。"]
        == [a.text for a in tree(other).articles if a.number < 3]
    )


def test_an_order_that_names_no_law_among_several_is_listed() -> None:
    decision = read_decision(
        "云州市人民政府关于修改《云州市用工条例》和《云州市养犬办法》的决定\n\n市人民政府决定：\n\n一、删去第三条。\n"
    )
    found = carry_out(parse_document(LAW), decision)
    assert [each.why for each in found.left] == ["which_law"]
    assert text(found, 3).startswith("职工满")


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ("除第三条外，将本条例中的“甲部门”修改为“丙部门”。", "unclear"),
        ("将第二条中的“三十日”修改为“二十日”，并由有关部门另行规定。", "unclear"),
        ("此外，对个别文字作相应修改。", "unsaid"),
        ("条文中引用劳动法的条文序号根据修改后的劳动法作相应调整。", "unclear"),
        ("将第三条第一款改为第五款。", "number"),
        ("第三条增加两款，作为第四款、第五款：“只有一款。”", "counts"),
        ("增加一条：“没有说放在哪里。”", "no_target"),
        ("将第二条第二款中的“甲部门”、“丙部门”修改为“丁部门”。", "no_words"),
    ],
)
def test_what_is_not_sure_is_listed_whole_and_nothing_is_touched(order: str, why: str) -> None:
    found = done(order)
    before, after = parse_document(LAW).articles, tree(found).articles
    assert [each.why for each in found.left] == [why]
    assert [a.text for a in after] == [a.text for a in before]


def test_words_without_a_place_are_those_of_the_place_named_before_or_of_its_article() -> None:
    found = done(
        "增加一条，作为第一条：“新。”", "将第四条改为第五条，删去第二项中的“弄虚”，将“甲部门”修改为“丙部门”。", end=ANEW
    )
    assert found.left == ()
    assert text(found, 5).split("\n")[2:] == ["（二）作假；", "（三）其他情形。", "前款第三项的情形，由丙部门认定。"]
    both = done(
        "增加一条，作为第一条：“新。”",
        "将第三条改为第四条，删去第二款中的“补贴由”，将“甲部门”修改为“丙部门”。",
        end=ANEW,
    )
    assert [each.why for each in both.left] == ["which_place"], "甲部门 stands in both"


def test_a_new_article_between_two_chapters_is_placed_and_said() -> None:
    found = done("增加一条，作为第三条：“登记免费。”", end=ANEW)
    assert found.left == ()
    assert found.doubts == ("第三条",)
    closing = done("增加一条，作为第六条：“临时用工参照本条例执行。”", end=ANEW)
    assert tree(closing).articles[5].divisions[-1].endswith("chp_3"), "it reads as the articles of 附则 do"
    assert closing.doubts == ("第六条",)


def test_a_ruling_without_articles_and_a_text_of_parts() -> None:
    ruling = "最高人民法院关于欠款条问题的批复\n\n（2001年1月2日通过）\n\n云州高级人民法院：\n\n你院请示收悉。经研究，答复如下：\n\n应当中断。\n\n此复。\n"
    decision = "最高人民法院关于修改《最高人民法院关于欠款条问题的批复》的决定\n\n作如下修改：\n\n将正文第一段修改为：\n\n“应当中止。”\n"
    found = carry_out(parse_document(ruling), read_decision(decision))
    assert found.left == ()
    assert "答复如下：\n\n应当中止。\n\n此复。" in found.text
    parts = "最高人民法院关于买卖合同的解释\n\n为正确审理，制定本解释。\n\n一、合同的成立及效力\n\n第一条　甲。\n\n第二条　乙。\n\n二、履行\n\n第三条　丙。\n"
    decision = "最高人民法院关于修改《最高人民法院关于买卖合同的解释》的决定\n\n作如下修改：\n\n1.将“一、合同的成立及效力”修改为：\n\n“一、合同的成立”。\n\n2.删除第二条。\n\n3.将第二部分标题修改为：“二、合同的履行”。\n\n4.条文顺序作相应调整。\n"
    found = carry_out(parse_document(parts), read_decision(decision))
    assert found.left == ()
    assert found.text.split("\n\n")[2:] == ["一、合同的成立", "第一条　甲。", "二、合同的履行", "第二条　丙。\n"]


def test_an_amendment_of_a_law_known_by_its_short_name() -> None:
    law = "# 中华人民共和国刑法\n\n第一条　甲。\n\n乙，依照前款的规定处罚。\n\n第二条　丙。\n\n第三条　犯第二条罪的，丁。\n"
    decision = (
        "中华人民共和国刑法修正案（三）\n\n（2001年12月29日第九届全国人民代表大会常务委员会第二十五次会议通过）\n\n为了惩治犯罪，对刑法作如下补充修改：\n\n"
        "一、将刑法第一条第二款修改为：“戊，依照前款的规定处罚。”\n\n二、刑法第二条后增加一条，作为第二条之一：“己。”\n\n三、本修正案自公布之日起施行。\n"
    )
    found = carry_out(parse_document(law), read_decision(decision))
    assert found.left == ()
    assert [(a.label, a.text) for a in tree(found).articles] == [("第一条", "甲。\n戊，依照前款的规定处罚。"), ("第二条", "丙。"), ("第二条之一", "己。"), ("第三条", "犯第二条罪的，丁。")]  # fmt: skip
    assert (found.references, found.dangling) == ((), ())


def test_a_text_counted_by_chinese_numbers_keeps_its_way_of_counting() -> None:
    base = "云州市人民代表大会常务委员会关于设立节日的决定\n\n为了纪念，决定：\n\n一、设立节日。\n\n二、每年举行活动。\n\n三、自公布之日起施行。\n"
    order = "云州市人民代表大会常务委员会关于修改《云州市人民代表大会常务委员会关于设立节日的决定》的决定\n\n作如下修改：\n\n一、将第二条修改为：“每年六月举行活动。”\n\n二、增加一条，作为第三条：“费用由市财政承担。”\n\n本决定自2026年7月1日起施行。\n"
    found = carry_out(parse_document(base), read_decision(order))
    assert found.left == ()
    assert "一、设立节日。\n\n二、每年六月举行活动。\n\n三、费用由市财政承担。\n\n四、自公布之日起施行。" in found.text


def test_real_decisions_give_the_published_text(shared_data: Path) -> None:
    archive = shared_data / "amendments.tar.xz"
    if not archive.exists():
        pytest.skip("../shared/data/amendments.tar.xz is not here; this test needs its real data")
    from bench.policy_amendments import UNSEEN, chosen, laws

    with lzma.open(archive) as unpacked, tarfile.open(fileobj=unpacked) as tar:
        names = {Path(each.name).parts[-2] for each in tar.getmembers() if each.name.endswith("decision.md")}
    assert list(UNSEEN) == chosen(names), "which ones are kept unread follows from their names"
    found = laws(only=("01", "12", "16", "19", "21"))
    assert {each["fate"] for each in found} == {"exact"}, json.dumps(found, ensure_ascii=False)
