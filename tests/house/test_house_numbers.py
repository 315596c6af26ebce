"""Numbers of strangers: what Python calls a digit is no reason to call `int`."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import onething
from onething.core.whole import LONGEST, whole

SOURCE = Path(onething.__file__).parent
LOOKS = {"isdigit", "isdecimal", "isnumeric"}
READ_THEMSELVES = {
    "core/whole.py",
    "rules/yamlfile.py",
    "documents/prose/numerals.py",
    "rules/feel/values.py",
    "sandbox/startup/desks.py",
    "trust/log/witness_app.py",
}
"""Those that bound length and alphabet beside the look; `bytes.isdigit` knows ASCII only."""


def _calls(node: ast.AST, names: set[str]) -> bool:
    return any(
        isinstance(each, ast.Call)
        and ((isinstance(each.func, ast.Attribute) and each.func.attr in names) or (isinstance(each.func, ast.Name) and each.func.id in names))
        for each in ast.walk(node)
    )  # fmt: skip


def trusting(tree: ast.AST) -> list[int]:
    """Lines where a text that looks like digits is made a number by `int`."""
    found: list[int] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and _calls(node.test, LOOKS) and _calls(node.body, {"int"}):
            found.append(node.lineno)
        if isinstance(node, ast.BoolOp) and _calls(node, LOOKS) and _calls(node, {"int"}):
            found.append(node.lineno)
    return found


def test_no_room_makes_a_number_of_what_only_looks_like_digits() -> None:
    found = {
        f"{path.relative_to(SOURCE).as_posix()}:{line}"
        for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).as_posix() not in READ_THEMSELVES
        for line in trusting(ast.parse(path.read_text(encoding="utf-8")))
    }  # fmt: skip
    assert sorted(found) == []


@pytest.mark.parametrize("code", ["x = int(t) if t.isdigit() else 0", "y = t.isdigit() and int(t) > 3"])
def test_the_look_sees_what_it_is_for(code: str) -> None:
    assert trusting(ast.parse(code)) == [1]


@given(
    st.text() | st.text(st.characters(categories=["Nd", "No", "Nl"])) | st.from_regex(r"[0-9]{1,40}", fullmatch=True)
)
def test_a_text_is_a_whole_number_or_it_is_none(text: str) -> None:
    found = whole(text)
    assert (found is None) == (not (text.isascii() and text.isdigit() and len(text) <= LONGEST))
    assert found is None or (0 <= found < 10**LONGEST and int(text) == found)
    assert whole(text, 7) == (7 if found is None else found)
