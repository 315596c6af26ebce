"""Tables that people open in a spreadsheet run nothing."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import onething
from onething.core.cells import STARTS, cell, write_rows


@pytest.mark.parametrize(
    "typed", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://evil","x")']
)
def test_what_begins_like_a_formula_is_text(typed: str) -> None:
    assert cell(typed) == "'" + typed


@given(st.lists(st.lists(st.text() | st.integers() | st.none(), min_size=1, max_size=4), max_size=5))
def test_no_cell_of_a_written_table_begins_like_a_formula(rows: list[list[object]]) -> None:
    out = io.StringIO(newline="")
    write_rows(out, rows)
    for written, row in zip(csv.reader(io.StringIO(out.getvalue(), newline="")), rows, strict=True):
        for shown, value in zip(written, row, strict=True):
            assert isinstance(value, int) or not shown.startswith(STARTS)
            assert shown.removeprefix("'") == ("" if value is None else str(value)).removeprefix("'")


def test_every_table_for_people_is_written_by_the_one_that_knows() -> None:
    source = Path(onething.__file__).parent
    others = [
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if any(
            mark in path.read_text(encoding="utf-8")
            for mark in ("csv.writer", "DictWriter", ".write_csv(", "write_excel")
        )
    ]
    assert [each for each in others if not each.startswith("sandbox/")] == ["core/cells.py"]
