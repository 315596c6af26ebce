"""Nobody compares a state with a bare string: a state that is renamed or mistyped must not go unseen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.state_guards import load_charts

import onething
from onething.core.states import all_charts

SOURCE = Path(onething.__file__).parent
ELSEWHERE = ("sandbox/", "core/migrations/")
"""Systems of others, and history."""
OTHER_WORDS = {
    ("rules/models.py", "draft"), ("rules/ruleset.py", "draft"), ("rules/tabular/table.py", "approved"),
    ("trust/credentials/log_recovery.py", "new"), ("web/pages/filing/overview.py", "done"),
    ("intake/view/filing_view.py", "declined"),
}  # fmt: skip
"""Closed sets of texts that are no chart's: a rule's standing in its file, what a witness remembers, a step on a page, what was
said of a consent."""


def _names() -> frozenset[str]:
    return frozenset(chart.column.split(".")[1] for chart in all_charts())


def _words() -> frozenset[str]:
    return frozenset(str(state) for chart in all_charts() for state in chart.meanings)


def bare_states(tree: ast.AST, names: frozenset[str], words: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Lines where an attribute such as `.state` is compared with, matched with or set to a text that is a chart's state."""
    for node in ast.walk(tree):
        texts: list[ast.expr] = []
        if isinstance(node, ast.Compare) and any(_is_state(each, names) for each in (node.left, *node.comparators)):
            texts = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_state(node.func.value, names):
            texts = node.args
        elif isinstance(node, ast.Assign):
            texts = [value for target, value in _pairs(node) if _is_state(target, names)]
        elif isinstance(node, ast.Match) and _is_state(node.subject, names):
            texts = [p.value for case in node.cases for p in ast.walk(case.pattern) if isinstance(p, ast.MatchValue)]
        for text in texts:
            for each in (text, *getattr(text, "elts", ())):
                if isinstance(each, ast.Constant) and each.value in words:
                    yield each.lineno, str(each.value)


def _is_state(node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in names


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=False)
        else:
            yield target, node.value


def test_no_state_is_compared_with_or_set_to_a_bare_string() -> None:
    load_charts()
    names, words = _names(), _words()
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {word!r}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not str(path.relative_to(SOURCE)).startswith(ELSEWHERE)
        for line, word in bare_states(ast.parse(path.read_text(encoding="utf-8")), names, words)
        if (str(path.relative_to(SOURCE)), word) not in OTHER_WORDS
    ]
    assert not found, "use the members of the room's states.py:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        'row.state == "done"', '"done" != x.y.status', 'row.state in ("a", "done")', 'Row.state.in_(("done",))',
        'row.state, row.code = "done", ""', 'match row.state:\n    case "done": pass',
    ],
)  # fmt: skip
def test_the_scan_sees_every_way_of_writing_it(code: str) -> None:
    assert list(bare_states(ast.parse(code), frozenset({"state", "status"}), frozenset({"done"})))


def test_the_scan_leaves_other_texts_alone() -> None:
    code = 'row.state == State.DONE\nrow.kind == "done"\nanswer.status == "none"\nrow.code = "done"'
    assert not list(bare_states(ast.parse(code), frozenset({"state", "status"}), frozenset({"done"})))
