"""Decision tables from every kind of file, what their checks find, and what broken files are told."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from onething.rules import service as rules
from onething.rules.checking.conflicts import find_conflict
from onething.rules.expression import make_scope
from onething.rules.models import Table
from onething.rules.tabular.files import parse_table
from onething.rules.tabular.table import CompiledTable
from onething.rules.typed import check_grid

DAY = date(2026, 11, 23)
CSV = """U,in,in,out,note
,企业.员工数,企业.类型,补贴,
type,number,text,money,
r1,>= 30,"小型, 微型",50000,第三条
r2,[10..30),“小型”，“微型”,30000,
"""


def table(
    hit: str, rows: list[tuple[str, str, str]], default: str | None = None, values: tuple[Any, ...] = ()
) -> CompiledTable:
    data = {
        "hit": hit, "inputs": [{"expression": "a"}, {"expression": "b"}], "outputs": [{"name": "o", "default": default, "values": values}],
        "rows": [{"id": str(i), "when": [a, b], "then": [o]} for i, (a, b, o) in enumerate(rows, 1)],
    }  # fmt: skip
    return CompiledTable(Table.model_validate(data))


def hit(made: CompiledTable, **facts: Any) -> tuple[str, Any]:
    found = made.decide(make_scope(facts, DAY))
    return found.outcome, found.value


def test_a_table_from_csv_decides_and_says_what_is_missing() -> None:
    made = CompiledTable(parse_table(CSV.replace("“小型”，“微型”", '"“小型”，“微型”"').encode(), "t.csv"))
    assert hit(made, 企业={"员工数": 40, "类型": "小型"}) == ("yes", 50000)
    assert hit(made, 企业={"员工数": 12, "类型": "微型"}) == ("yes", 30000)
    assert hit(made, 企业={"员工数": 5, "类型": "微型"}) == ("no", None)
    assert made.decide(make_scope({"企业": {"类型": "微型"}}, DAY)).missing == ["企业.员工数"]


def test_hit_policies() -> None:
    rows = [("> 1", "-", "10"), ("> 2", "-", "20"), ("> 3", "-", "20")]
    assert hit(table("U", rows), a=2, b=0) == ("yes", 10)
    assert hit(table("U", rows), a=3, b=0)[0] == "undecided"
    assert hit(table("A", rows[1:]), a=9, b=0) == ("yes", 20)
    assert hit(table("F", rows), a=9, b=0) == ("yes", 10)
    assert hit(table("P", rows, values=(20, 10)), a=9, b=0) == ("yes", 20)
    assert hit(table("R", rows), a=9, b=0) == ("yes", [10, 20, 20])
    assert hit(table("O", rows, values=(20, 10)), a=9, b=0) == ("yes", [20, 20, 10])
    assert hit(table("C", rows), a=9, b=0) == ("yes", [10, 20, 20])
    for policy, value in (("C+", 50), ("C<", 10), ("C>", 20), ("C#", 2)):
        assert hit(table(policy, rows), a=9, b=0) == ("yes", Decimal(value))
    assert hit(table("U", rows, default="0"), a=0, b=0) == ("yes", 0)


def test_missing_inputs_decide_only_what_they_cannot_change() -> None:
    made = table("F", [("> 1", "-", "10"), ("-", "true", "10"), ("-", "-", "5")])
    assert hit(made, a=5) == ("yes", 10)
    assert hit(made, b=True) == ("yes", 10)
    assert hit(made, b=False)[0] == "undecided"


cell = st.sampled_from(["-", "< 3", ">= 3", "[1..4]", "(2..5)", "5", "not(2)", "1, 3"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cell, cell, st.sampled_from(["1", "2"])), min_size=1, max_size=5))
def test_gaps_and_contradictions_are_found_exactly(rows: list[tuple[str, str, str]]) -> None:
    """Against trying every combination of halves from 0 to 6."""
    made = table("U", rows)
    found = {problem.code for problem in check_grid(made.spec.model_dump())}
    grid = [Decimal(n) / 2 for n in range(-1, 13)]
    hits = [[i for i, x in enumerate(made.matches(make_scope({"a": a, "b": b}, DAY))) if x] for a in grid for b in grid]
    assert ("rules.gap" in found) == any(not each for each in hits)
    clash = any(rows[i][2] != rows[j][2] for each in hits for i in each for j in each)
    assert ("rules.contradiction" in found) == clash


def test_rows_never_reached_are_named() -> None:
    made = table("F", [("< 5", "-", "1"), (">= 5", "-", "2"), ("3", "true", "3")])
    assert [(p.code, p.rule) for p in check_grid(made.spec.model_dump())] == [("rules.unreachable", "3")]


RULES = """
rulesets:
  - id: x
    facts: {员工数: number, 类型: {type: text, values: [小型, 大型]}, 成立日期: date}
    rules:
      - {id: a, when: '员工数 >= 30 and 类型 = "小型"', then: yes, ground: {title: 条例, level: local}}
      - {id: b, when: 员工数 < 50, then: no, ground: {title: 法, level: law}}
      - {id: c, require: 员工 > 3 and 成立日期 > 5}
      - {id: d, require: 员工数 > 3 and 员工数 < 2}
      - {id: e, require: cuont(员工数) > 3}
      - {id: f, when: '类型 = "中型"', then: yes}
      - {id: g, require: '类型 in ("小型", "大型")'}
"""


def test_names_kinds_dead_rules_and_conflicts_are_found_with_suggestions() -> None:
    problems = rules.check_text(RULES, "r.yaml", DAY)
    found = {(p.code, p.rule): p for p in problems}
    assert found["rules.unknown_name", "c"].suggestion == "员工数"
    assert found["rules.unknown_name", "c"].place == "8"
    assert ("rules.type", "c") in found
    assert ("rules.never", "d") in found
    assert ("rules.never", "f") in found
    assert ("rules.always", "g") in found
    assert found["rules.unknown_function", "e"].suggestion == "count"
    assert "上位法优先" in found["rules.conflict", "b"].what.zh


@pytest.mark.parametrize(
    ("first", "second", "principle"),
    [
        ({"level": "law"}, {"level": "local"}, "上位法优先"), ({"level": "law", "special": True}, {"level": "law"}, "特别法优先"),
        ({"made_on": "2020-01-01"}, {"made_on": "2024-01-01"}, "新法优先"), ({}, {}, ""),
    ],
)  # fmt: skip
def test_precedence_is_suggested(first: dict[str, Any], second: dict[str, Any], principle: str) -> None:
    text = f"""
rulesets:
  - id: x
    rules:
      - {{id: a, when: n > 3, then: yes, ground: {{title: A, {", ".join(f"{k}: {str(v).lower() if isinstance(v, bool) else v}" for k, v in first.items())}}}}}
      - {{id: b, when: n < 9, then: no, ground: {{title: B, {", ".join(f"{k}: {v}" for k, v in second.items())}}}}}
"""
    a, b = (compiled.rule for compiled in rules.parse_rules(text)["x"].rules)
    conflict = find_conflict(a, b, {})
    assert conflict is not None
    assert 3 < conflict.example["n"] < 9
    assert (conflict.suggestion.principle.zh if conflict.suggestion else "") == principle


def book(cells: dict[str, Any], merge: str = "") -> bytes:
    made = Workbook()
    sheet: Any = made.active
    sheet.title = "补贴"
    for place, value in ({"A1": "U", "B1": "输入", "C1": "输出", "B2": "员工数", "C2": "补贴"} | cells).items():
        sheet[place] = value
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_excel_with_dates_blank_rows_and_full_width_digits() -> None:
    content = book({"A4": "r1", "B4": "＞＝３０", "C4": 5.5, "A9": "r2", "B9": "< 30", "C9": date(2026, 1, 1)})
    made = CompiledTable(parse_table(content, "t.xlsx"))
    assert hit(made, 员工数=31) == ("yes", Decimal("5.5"))
    assert hit(made, 员工数=3) == ("yes", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("content", "name", "code", "place"),
    [
        (book({"B3": "> 1", "C3": "=1+1"}), "t.xlsx", "rules.formula", "补贴!C3"),
        (book({"B3": "> 1", "C3": 1}, "B3:B5"), "t.xlsx", "rules.merged", "补贴!B3:B5"),
        (b"not a workbook", "t.xlsx", "rules.excel", ""), (b"\xff\xfe\0\0", "t.csv", "rules.encoding", ""), (b"U,in\n,a\n", "t.csv", "rules.table_role", ""),
        (b"U,inn,out\n,a,b\n", "t.csv", "rules.table_role", "line 1, column 2"), (b"", "t.csv", "rules.encoding", ""), (b"x" * 17_000_000, "t.csv", "rules.too_large", ""),
        (b"U,in,out\n,a,b\n" + b"r,1,2\n" * 60_000, "t.csv", "rules.too_large", ""), (b"a", "t.pdf", "rules.table_kind", ""),
    ],
)  # fmt: skip
def test_broken_tables_are_refused_with_their_place(content: bytes, name: str, code: str, place: str) -> None:
    with pytest.raises(rules.RuleError) as caught:
        parse_table(content, name)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert place in problem.place


def test_broken_cells_are_all_named() -> None:
    with pytest.raises(rules.RuleError) as caught:
        CompiledTable(parse_table(b"U,in,out\n,a,b\nr1,> ,1\nr2,1,(2\n", "t.csv"))
    assert len(caught.value.problems) == 2


@pytest.mark.slow
def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 310_000_000)
    with pytest.raises(rules.RuleError) as caught:
        parse_table(out.getvalue(), "bomb.xlsx")
    assert caught.value.problems[0].code == "rules.too_large"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rulesets: [", "rules.yaml"), ("a: &x [1]\nb: *x", "rules.alias"), ("[" * 60 + "]" * 60, "rules.deep"), ("[" * 10_000, "rules.deep"), ("a: 1\na: 2", "rules.duplicate_key"), ("- 1", "rules.shape"),
        ("rulesets: [{id: x, rules: [{id: a, wehn: b}]}]", "rules.unknown_key"), ("rulesets: [{id: x, ruls: []}]", "rules.unknown_key"), ("\x00", "rules.yaml"),
        ("rulesets: [{id: x, rules: [{id: a, when: b, valid_from: 2026-01-01, valid_to: 2025-01-01}]}]", "rules.value"), ("a" * 4_100_000, "rules.too_large"),
        ("rulesets: [{id: x, rules: [{id: a, when: b}, {id: a, when: c}]}]", "rules.duplicate"), ("{a: " * 5000, "rules.deep"), ("rulesets: [{id: x, rules: [{id: a}]}]", "rules.value"), ("!!python/object:os.system {}", "rules.missing_key"),
    ],
)  # fmt: skip
def test_broken_yaml_is_refused(text: str, code: str) -> None:
    with pytest.raises(rules.RuleError) as caught:
        rules.parse_rules(text, "r.yaml")
    assert code in {problem.code for problem in caught.value.problems}


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda b: b.decode("latin-1")))
def test_any_text_as_a_rule_file_or_table_is_refused_politely(text: str) -> None:
    for read in (lambda: rules.parse_rules(text), lambda: CompiledTable(parse_table(text.encode(), "t.csv"))):
        try:
            read()
        except rules.RuleError as error:
            assert error.problems  # noqa: PT017


def test_an_unknown_ruleset_names_the_choices(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("rulesets: [{id: x, rules: [{id: a, when: b}]}, {id: y, rules: [{id: a, when: b}]}]")
    with pytest.raises(Exception, match="unknown_ruleset"):
        rules.load_rules(f"{file}#z")


@pytest.mark.slow
def test_a_table_of_many_thousand_rows_is_read_decided_by_and_checked_without_hanging() -> None:
    rows = "\n".join(f"r{n},[{n}..{n + 1}),{n}" for n in range(5_000))
    made = CompiledTable(parse_table(f"U,in,out\n,a,o\n{rows}\n".encode(), "t.csv"))
    assert hit(made, a=4_321.5) == ("yes", 4321)
    assert [problem.code for problem in check_grid(made.spec.model_dump())] == ["rules.incomplete"]


def test_a_table_shows_the_row_that_hit_and_those_one_cell_short() -> None:
    text = "rulesets: [{id: t, kind: table, table: {inputs: [{expression: n}, {expression: k}], outputs: [{name: o}], rows: [{id: a, when: ['>= 30', '\"x\"'], then: ['1']}, {id: b, when: ['< 30', '\"x\"'], then: ['2']}, {id: c, when: ['< 30', '\"y\"'], then: ['3']}]}}]"  # fmt: skip
    decision = rules.decide(rules.parse_rules(text)["t"], {"n": 27, "k": "x"}, DAY)
    assert (decision.value, decision.row) == (2, "b")
    assert [(row.id, row.outcome) for row in decision.rows] == [("b", True), ("a", False), ("c", False)]
    assert decision.rows[1].cells[0] == ("n", ">= 30", 27, False)


def typed(kind: str, cell: str, output: str = "1", output_kind: str = "number") -> dict[str, Any]:
    return {
        "hit": "U", "inputs": [{"expression": "a", "type": kind}], "outputs": [{"name": "o", "type": output_kind}],
        "rows": [{"id": "1", "when": [cell], "then": [output]}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "cell", "meant"),
    [("number", "10-30", "[10..30]"), ("money", "1.5 - 3", "[1.5..3]"), ("number", "5, 10－30", "[10..30]"), ("any", "10-30", "[10..30]"),
     ("text", "10-30", '"10-30"'), ("number", "2026-01-06", 'date("2026-01-06")'), ("any", "2026/1/6", 'date("2026-01-06")')],
)  # fmt: skip
def test_a_cell_that_looks_like_a_range_or_a_day_is_not_a_subtraction(kind: str, cell: str, meant: str) -> None:
    (told,) = check_grid(typed(kind, cell))
    assert (told.code, told.suggestion) == ("rules.cell", meant)


@pytest.mark.parametrize("cell", ["2026-01-06", "2026/1/6", "2026年1月6日", 'date("2026-01-06")'])
def test_a_day_in_a_column_of_days_is_that_day(cell: str) -> None:
    made = CompiledTable(Table.model_validate(typed("date", cell)))
    assert hit(made, a=date(2026, 1, 6)) == ("yes", 1)
    assert hit(made, a=date(2026, 1, 7)) == ("no", None)
    later = CompiledTable(Table.model_validate(typed("date", f">= {cell}")))
    assert hit(later, a=date(2026, 1, 7)) == ("yes", 1)


def test_an_outcome_that_looks_like_a_day_is_that_day_or_refused() -> None:
    made = CompiledTable(Table.model_validate(typed("number", "> 1", "2026-01-06", "date")))
    assert hit(made, a=2) == ("yes", date(2026, 1, 6))
    (told,) = check_grid(typed("number", "> 1", "2026-01-06"))
    assert told.suggestion == 'date("2026-01-06")'


@pytest.mark.parametrize(
    ("kind", "cell"), [("number", '"many"'), ("text", "> 3"), ("date", "> 3"), ("bool", '"yes"'), ("money", "true")]
)
def test_a_cell_of_another_kind_than_its_column_is_told(kind: str, cell: str) -> None:
    told = check_grid(typed(kind, cell))
    assert "rules.type" in {each.code for each in told}


@pytest.mark.parametrize(
    ("kind", "cell"),
    [("number", "-5"), ("number", "> 60 * 12"), ("number", "not(3)"), ("text", "小型, 微型"), ("bool", "true"), ("date", '> date("2026-01-06")'),
     ("number", "b - 1"), ("number", "? > 3"), ("any", "> 3")],
)  # fmt: skip
def test_cells_that_say_what_they_mean_are_left_alone(kind: str, cell: str) -> None:
    assert [each for each in check_grid(typed(kind, cell)) if each.severity == "error"] == []
