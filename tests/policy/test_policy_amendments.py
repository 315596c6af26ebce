"""Two versions of a regulation: what became of each article, who rests on it, and what is proposed. Old cases keep the old law."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.errors import Problem
from onething.documents.prose.service import read_file
from onething.policy.amendments.citing import articles_in
from onething.policy.amendments.comparing import compare
from onething.policy.amendments.service import amend, amend_files, as_dict
from onething.policy.models import Document
from onething.policy.text.tree import parse_document

HEAD = "# 云州市用工条例\n\n{day}云州市人民代表大会常务委员会通过\n\n"
OLD = (
    HEAD.format(day="2020年1月5日")
    + """第一条 为了促进就业，制定本条例。

第二条 用人单位应当自用工之日起三十日内办理登记。

第三条 职工满五十周岁的，可以申请补贴一千元。

第四条 街道办事处协助做好登记工作。

第五条 本条例自2020年3月1日起施行。
"""
)
NEW = (
    HEAD.format(day="2026年6月1日")
    + """第一条 为了促进就业，制定本条例。

第二条 本市鼓励企业招用高校毕业生，具体办法由市人民政府另行制定并公布。

第三条 用人单位应当自用工之日起二十日内办理登记。

第四条 职工满四十五周岁的，可以申请补贴一千元。

第五条 本条例自2026年7月1日起施行。
"""
)
PACKAGE = """
- id: registered_in_time
  when: work.days <= 30
  ground: {title: 云州市用工条例, article: 第二条}
- id: subsidy_for_older
  require: person.age >= 50
  ground: {title: 《云州市用工条例》, article: 第三条第一款}
- id: streets_help
  when: "true"
  ground: {title: 云州市用工条例, article: 第四条}
- id: other_law
  when: x.y > 30
  ground: {title: 另一条例, article: 第二条}
"""


def document(text: str) -> Document:
    return parse_document(text, "云州市用工条例.md")


@pytest.fixture
def cities(tmp_path: Path) -> Path:
    folder = tmp_path / "cities" / "yunzhou" / "rules"
    folder.mkdir(parents=True)
    (folder / "work.yaml").write_text(PACKAGE, encoding="utf-8")
    return tmp_path / "cities"


def test_each_article_has_its_fate() -> None:
    fates = [
        (c.fate, [a.label for a in c.old], [a.label for a in c.new]) for c in compare(document(OLD), document(NEW))
    ]
    assert fates == [
        ("same", ["第一条"], ["第一条"]), ("added", [], ["第二条"]), ("amended", ["第二条"], ["第三条"]), ("amended", ["第三条"], ["第四条"]),
        ("repealed", ["第四条"], []), ("amended", ["第五条"], ["第五条"]),
    ]  # fmt: skip


def test_who_rests_on_it_is_found_and_gets_a_next_version(cities: Path) -> None:
    found = amend(document(OLD), document(NEW), cities)
    proposals = {p.cited.name: p for p in found.proposals}
    assert set(proposals) == {"registered_in_time", "subsidy_for_older", "streets_help"}
    first = proposals["registered_in_time"]
    assert (first.old, first.new, first.article) == ("work.days <= 30", "work.days <= 20", "第三条")
    assert (first.old_until, first.new_from) == ("2026-06-30", "2026-07-01")
    second = proposals["subsidy_for_older"]
    assert (second.new, second.article) == ("person.age >= 45", "第四条第一款")
    assert proposals["streets_help"].why == "repealed"


def test_boundary_tests_show_where_old_and_new_differ(cities: Path) -> None:
    found = amend(document(OLD), document(NEW), cities)
    tests = next(p.tests for p in found.proposals if p.cited.name == "registered_in_time")
    said = {int(t["value"]): (t["before"], t["after"]) for t in tests}
    assert said == {
        19: ("True", "True"),
        20: ("True", "True"),
        21: ("True", "False"),
        29: ("True", "False"),
        30: ("True", "False"),
        31: ("False", "False"),
    }


def test_words_woven_together_give_both_texts_back() -> None:
    for change in compare(document(OLD), document(NEW)):
        old = "".join(p.text for p in change.pieces if p.kind != "in")
        new = "".join(p.text for p in change.pieces if p.kind != "out")
        if change.old:
            assert old == change.old[0].text
        if change.new:
            assert new == change.new[0].text


def test_the_same_version_twice_is_said() -> None:
    with pytest.raises(Problem, match="same_document"):
        amend(document(OLD), document(OLD))


@given(st.lists(st.integers(2, 60), min_size=1, max_size=25, unique=True).map(sorted), st.data())
def test_articles_that_are_left_out_are_the_ones_reported(numbers: list[int], data: st.DataObject) -> None:
    words = [f"{n}号企业应当在收到第{n}份通知书以后，向第{n * 7}窗口提交编号为{n * 13}的材料。" for n in numbers]
    kept = data.draw(st.lists(st.sampled_from(range(len(words))), unique=True).map(sorted))

    def law(parts: list[str]) -> Document:
        from onething.documents.prose.service import ordinal

        return document(
            HEAD.format(day="2020年1月5日")
            + "\n\n".join(f"第{ordinal(i + 1)}条 {text}" for i, text in enumerate(parts))
        )

    changes = compare(law(words), law([words[i] for i in kept]))
    assert sum(len(c.old) for c in changes) == len(words)
    assert sum(len(c.new) for c in changes) == len(kept)
    exact = {c.old[0].text for c in changes if c.fate in ("same", "moved")}
    assert exact == {words[i] for i in kept}


def test_citations_of_several_articles_are_all_read() -> None:
    assert articles_in("第四十条、第四十二条第一款和第十二条之一") == {(40, 0), (42, 0), (12, 1)}


def test_the_two_versions_of_a_real_law(shared_data: Path) -> None:
    files = sorted((shared_data / "laws").glob("上海市优化营商环境条例*.md"))
    assert len(files) == 2
    found = amend_files(files[0], files[1])
    old, new = (parse_document(read_file(file), file.name) for file in files)
    assert [a.label for c in found.changes for a in c.new] == [a.label for a in new.articles]
    assert sorted(a.number for c in found.changes for a in c.old) == [a.number for a in old.articles]
    assert found.count("amended") > 30
    assert found.count("added") >= len(new.articles) - len(old.articles)
    for change in found.changes:
        if change.fate in ("same", "moved"):
            assert change.likeness > 0.97
    assert as_dict(found)["new"] == str(date(2024, 9, 27))
