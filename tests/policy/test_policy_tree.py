"""A regulation's text becomes a tree without losing a character; odd input is said, never guessed away."""

import io
import re
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.core.errors import Problem
from onething.documents.prose.service import amount, join_wrapped, number, ordinal, read_bytes, read_file, share
from onething.policy.models import Document
from onething.policy.text.references import find_references
from onething.policy.text.tree import parse_document


def put_together(document: Document) -> str:
    return "".join(document.source[a:b] for a, b in (block.span for block in document.blocks))


def simple_count(text: str) -> dict[str, list[str]]:
    """An independent look at the lines, without the product's code."""
    kinds: dict[str, list[str]] = {"article": [], "chapter": [], "section": [], "paragraph": [], "item": []}
    for line in (each.strip() for each in text.split("<!-- INFO END -->")[1].split("\n")):
        if not line:
            continue
        if line.startswith("#"):
            label = line.lstrip("#").split()[0]
            kinds["section" if label.endswith("节") else "chapter"].append(label)
        elif found := re.match(r"(第[一二三四五六七八九十百]+条) ", line):
            kinds["article"].append(found[1])
            kinds["paragraph"].append(line.split(" ", 1)[1])
        elif re.match(r"[（(][一二三四五六七八九十]+[)）]|[一二三四五]、", line):
            kinds["item"].append(line)
        else:
            kinds["paragraph"].append(line)
    return kinds


def test_every_law_is_a_tree_with_all_its_parts_in_order(shared_data: Path) -> None:
    files = sorted((shared_data / "laws").glob("*.md"))
    assert len(files) >= 11
    for file in files:
        text = read_file(file)
        document, counted = parse_document(text, file.name), simple_count(text)
        articles = document.articles
        assert [each.label for each in articles] == counted["article"], file.name
        assert [each.number for each in articles] == list(range(1, len(articles) + 1)), file.name
        assert [p.text for a in articles for p in a.paragraphs] == counted["paragraph"], file.name
        assert [i.label + i.text for a in articles for p in a.paragraphs for i in p.items] == counted["item"], file.name
        assert [d.label for d in document.divisions if d.kind == "chapter"] == counted["chapter"], file.name
        assert [d.label for d in document.divisions if d.kind == "section"] == counted["section"], file.name
        assert document.problems == (), file.name
        assert put_together(document) == text, file.name


def test_every_reference_of_the_laws_is_resolved_or_listed(shared_data: Path) -> None:
    for file in sorted((shared_data / "laws").glob("*.md")):
        document = parse_document(read_file(file), file.name)
        ids = {each.id for each in document.divisions}
        for article in document.articles:
            ids |= {
                article.id,
                *(p.id for p in article.paragraphs),
                *(i.id for p in article.paragraphs for i in p.items),
            }
        found = find_references(document)
        for reference in found:
            assert reference.targets or reference.problem, reference
            assert all(target in ids or not target.startswith(document.id) for target in reference.targets), reference
            assert document.source[slice(*reference.span)] == reference.text
        said = " ".join(reference.text for reference in found)
        # An independent look: each 前款, 前条 and 本法第…条 of the text is among them.
        body = document.source.split("<!-- INFO END -->")[1]
        for word in re.findall(r"前[两]?款|前条|本(?:法|条例)第[一二三四五六七八九十]+条", body):
            assert word in said, (file.name, word)


SAMPLE = """# 云州市惠企条例

2026年1月5日 云州市人民代表大会常务委员会第一次会议通过

## 第一章 总则

第一条 为了支持企业，制定本条例。

第二条 企业符合下列条件的，给予补贴：

（一）在本市注册；

（二）依法纳税，包括：

1.增值税；

2.企业所得税。

前款第二项规定的税款，以入库为准。

## 第二章 附则

第三条 违反本条例第二条第一款第（一）项、第九条规定的，依照《中华人民共和国审计法》第四十七条处理。

第四条 本条例自2026年3月1日起施行。
"""


def test_points_tails_and_references_of_a_small_regulation() -> None:
    document = parse_document(SAMPLE)
    article = document.articles[1]
    assert [p.text for p in article.paragraphs] == [
        "企业符合下列条件的，给予补贴：",
        "前款第二项规定的税款，以入库为准。",
    ]
    assert [point.text for point in article.paragraphs[0].items[1].points] == ["增值税；", "企业所得税。"]
    assert (document.jurisdiction, document.level, str(document.in_force_from)) == ("云州市", "local", "2026-03-01")
    found = {each.text: each for each in find_references(document)}
    root = document.id
    assert found["前款第二项"].targets == (f"{root}/art_2/par_1/itm_2",)
    mixed = found["本条例第二条第一款第（一）项、第九条"]
    assert (mixed.targets, mixed.problem) == ((f"{root}/art_2/par_1/itm_1",), "no_such_article")
    assert found["《中华人民共和国审计法》第四十七条"].targets == ("eli/cn/审计法",)
    assert found["《中华人民共和国审计法》第四十七条"].problem == "text_not_held"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("第三条", "第五条"), "numbering"),
        (("第三条 违", "第二条 违"), "duplicate_article"),
        (("（二）依", "（三）依"), "numbering"),
        (("第四条 本", "| 档次 | 金额 |\n| 一 | 5万 |\n\n第四条 本"), "table"),
        (("3月1日起施行。\n", "3月1日起施行。\n\n附件1：补贴标准\n\n第一条 不是正文\n"), "annex"),
        (("## 第二章", "## 第三章"), "numbering"),
    ],
)
def test_what_is_odd_is_said(change: tuple[str, str], code: str) -> None:
    document = parse_document(SAMPLE.replace(*change))
    assert code in {each.code for each in document.problems}
    assert put_together(document) == SAMPLE.replace(*change)
    assert len(document.articles) == 4


def test_a_table_of_contents_is_not_taken_for_chapters() -> None:
    text = SAMPLE.replace("## 第一章", "目 录\n\n第一章 总则\n第二章 附则\n\n## 第一章", 1)
    assert [each.label for each in parse_document(text).divisions] == ["第一章", "第二章"]


def test_a_notice_without_articles_is_read_by_its_chinese_numbers() -> None:
    text = "# 某区关于支持中小企业的若干措施\n\n一、支持对象。在本区注册的企业。\n\n二、支持标准\n\n（一）一次性补贴5万元。\n\n（二）房租减半。\n"
    document = parse_document(text)
    assert [(a.label, len(a.paragraphs[0].items)) for a in document.articles] == [("一、", 0), ("二、", 2)]


def test_a_word_file_gives_the_same_tree() -> None:
    made, out = docx.Document(), io.BytesIO()
    for line in SAMPLE.split("\n"):
        made.add_paragraph(line.lstrip("# "))
    made.add_table(rows=1, cols=2).rows[0].cells[0].text = "档次"
    made.save(out)
    document = parse_document(read_bytes(out.getvalue(), "a.docx"))
    plain = parse_document(SAMPLE)
    assert [a.text for a in document.articles] == [a.text for a in plain.articles]
    assert [each.code for each in document.problems] == ["table"]


def test_lines_wrapped_by_a_page_are_joined() -> None:
    width, wrapped = 24, list[str]()
    for line in (each.lstrip("# ") for each in SAMPLE.split("\n") if each):
        wrapped += [line[i : i + width] for i in range(0, len(line), width)]
    joined = parse_document(join_wrapped(wrapped))
    assert [a.text for a in joined.articles] == [a.text for a in parse_document(SAMPLE).articles]


def test_files_that_hold_no_text_are_refused_with_a_reason(tmp_path: Path) -> None:
    import pypdfium2

    empty = pypdfium2.PdfDocument.new()
    empty.new_page(200, 200)
    empty.save(tmp_path / "scan.pdf")
    for content, code in (
        ((tmp_path / "scan.pdf").read_bytes(), "policy.scanned"),
        (b"PK\x03\x04broken", "policy.unreadable"),
        (b"%PDF-1.7 broken", "policy.unreadable"),
        (b"\x00\x01\x02", "policy.unreadable"),
        (b"x" * 20_000_001, "policy.too_large"),
    ):
        with pytest.raises(Problem) as caught:
            read_bytes(content, "x")
        assert caught.value.kind.code == code


PIECES = st.sampled_from(
    ["第一条 ", "第二条", "第十二条之一 ", "（一）", "(二)", "1.", "一、", "第一章 总则", "附件1", "|a|b|", "目录", "前款第二项", "本条例第三条至第五条",
     "《某法》第六条", "的，", "。", "；", "\n", "\n\n", "# ", "　", "应当", "满三年", "百分之五", "\r", "<!-- x -->", "第〇条", "第万条", "---"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join))
def test_any_text_is_kept_whole(text: str) -> None:
    document = parse_document(text)
    assert put_together(document) == text
    for article in document.articles:
        for paragraph in article.paragraphs:
            assert document.source[slice(*paragraph.span)] == paragraph.text
            for item in paragraph.items:
                assert document.source[slice(*item.span)] == item.text
    for reference in find_references(document):
        assert reference.targets or reference.problem


@given(st.integers(1, 9999))
def test_numbers_are_read_back(value: int) -> None:
    assert number(ordinal(value)) == value


def test_amounts_and_shares() -> None:
    assert [str(amount(each)) for each in ("1万", "一百", "半", "1,200", "两千五百")] == [
        "10000",
        "100",
        "0.5",
        "1200",
        "2500",
    ]
    assert amount("3.5万") == 35000
    assert [str(share(each)) for each in ("百分之一百一十", "万分之五", "5%", "百分之三点五")] == [
        "110",
        "0.05",
        "5",
        "3.5",
    ]
    assert share("五成") is None


def test_a_place_belongs_to_the_law_named_before_it_with_or_without_marks() -> None:
    text = """# 云州市用工条例

第一条 有下列情形的，依照民法典第二条和第三条、本条例第三条第二款办理，并出示《用工登记证》：

（一）第一项规定的；

（二）前项的，由甲部门按第(一)、第(二)项处理。

第二条 因有刑法第五条第一款规定的情形，按照第二款处理；第一款除外。

第三条 依照对外贸易法第九条、《云州市养犬办法》（以下简称养犬办法）第四条办理。

按照养犬办法第五条和附件第二项办理，该办法第六条除外。

第四条 本条例自2026年1月1日起施行。2019年公布的《云州市用工条例》同时废止。
"""
    found = {each.text: each for each in find_references(parse_document(text))}
    root = "eli/云州市/用工条例"
    assert {name: (each.targets, each.problem) for name, each in found.items()} == {
        "第二条和第三条": (("eli/cn/民法典",), "text_not_held"),
        "本条例第三条第二款": ((f"{root}/art_3/par_2",), ""),
        "第一项": ((), "points_at_itself"),
        "前项": ((f"{root}/art_1/par_1/itm_1",), ""),
        "第(一)、第(二)项": ((f"{root}/art_1/par_1/itm_1", f"{root}/art_1/par_1/itm_2"), ""),
        "第五条第一款": (("eli/cn/刑法",), "text_not_held"),
        "第二款": ((), "which_law"),
        "第一款": ((), "points_at_itself"),
        "第九条": (("eli/cn/对外贸易法",), "text_not_held"),
        "《云州市养犬办法》（以下简称养犬办法）第四条": (("eli/云州市/养犬办法",), "text_not_held"),
        "第五条": (("eli/云州市/养犬办法",), "text_not_held"),
        "第二项": ((), "in_annex"),
        "第六条": ((), "which_law"),
        "《云州市用工条例》": ((root,), "earlier_version"),
    }


JUDICIAL = """---
title: 最高人民法院关于买卖合同的解释
author: 最高人民法院
---

中华人民共和国最高人民法院

公 告

《最高人民法院关于买卖合同的解释》已于2012年3月31日通过，现予公布。

2012年5月10日

---

最高人民法院

关于买卖合同

的解释

法释〔2012〕8号

（2012年3月31日最高人民法院审判委员会第1545次会议通过）

为正确审理买卖合同纠纷案件，制定本解释。

一、合同的成立

第一条中华人民共和国境内的买卖适用本解释。

​

第二条 有下列情形之一的：

（一）甲；

这一款在第一项之内。

（二）乙：

⒈子；

⒉丑。

二、附则

第三条 本解释自2012年7月1日起施行。

附：清单

一、甲
"""


@pytest.mark.parametrize("front", [True, False])
def test_a_judicial_text_with_all_that_stands_around_its_articles(front: bool) -> None:
    text = JUDICIAL if front else JUDICIAL.split("---\n\n", 1)[1]
    document = parse_document(text)
    assert put_together(document) == text
    assert document.title == "最高人民法院关于买卖合同的解释"
    assert str(document.made_on) == "2012-05-10", "the latest day in the head: that of the announcement"
    assert document.history[-1].startswith("（2012年3月31日")
    assert [(d.kind, d.label, d.title) for d in document.divisions] == [
        ("part", "一、", "合同的成立"),
        ("part", "二、", "附则"),
    ]
    assert [a.label for a in document.articles] == ["第一条", "第二条", "第三条"]
    first, second = document.articles[1].paragraphs[0].items
    assert [each.text for each in first.paragraphs] == ["这一款在第一项之内。"]
    assert [point.number for point in second.points] == [1, 2]
    assert len(document.articles[1].paragraphs) == 1
    assert [annex.label for annex in document.annexes] == ["附"]
    assert [block.kind for block in document.blocks if "制定本解释" in text[slice(*block.span)]] == ["preamble"]


def test_contents_with_chapters_and_sections_are_no_headings() -> None:
    text = "# 云州市条例\n\n目　录\n\n第一章　总则\n\n第二章　登记\n\n第一节　申请\n\n第二节　审查\n\n第三章　附则\n\n第一章　总则\n\n第一条　甲。\n\n第二章　登记\n\n第一节　申请\n\n第二条　乙。\n\n第二节　审查\n\n第三条　丙。\n\n第三章　附则\n\n第四条　丁。\n"
    document = parse_document(text)
    assert [d.label for d in document.divisions] == ["第一章", "第二章", "第一节", "第二节", "第三章"]
    assert document.problems == ()


def test_articles_counted_through_parts_by_plain_numbers() -> None:
    text = "最高人民法院关于执行工作的规定\n\n一、机构\n\n1. 甲：\n\n（1）子；\n\n（2）丑。\n\n2. 乙。\n\n3. 丙。\n\n二、管辖\n\n4. 丁。\n\n5. 戊。\n"
    document = parse_document(text)
    assert [(a.number, a.divisions[-1].rsplit("/", 1)[-1]) for a in document.articles] == [
        (1, "prt_1"),
        (2, "prt_1"),
        (3, "prt_1"),
        (4, "prt_2"),
        (5, "prt_2"),
    ]
    assert [i.text for i in document.articles[0].paragraphs[0].items] == ["子；", "丑。"]
