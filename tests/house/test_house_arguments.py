"""A value that is handed to a command as `--name VALUE` is an option itself when it begins with a dash: `--name=VALUE` never is."""

import ast
import re
from pathlib import Path

import pytest

import onething

SOURCE = Path(onething.__file__).parent
OPTION = re.compile(r"--[a-z][a-z-]*$")
PRINTED = re.compile(r"--[a-z][a-z-]* $")
IN_TEMPLATE = re.compile(r"--[a-z][a-z-]* \{\{")


def loose(tree: ast.AST) -> list[int]:
    """Lines where an option and a value that is not written out stand apart."""
    found: list[int] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple):
            for one, following in zip(node.elts, node.elts[1:], strict=False):
                said = one.value if isinstance(one, ast.Constant) else None
                if (
                    isinstance(said, str)
                    and OPTION.match(said)
                    and not isinstance(following, ast.Constant | ast.Starred)
                ):
                    found.append(node.lineno)
        if isinstance(node, ast.JoinedStr):
            for one, following in zip(node.values, node.values[1:], strict=False):
                said = one.value if isinstance(one, ast.Constant) else None
                if isinstance(said, str) and PRINTED.search(said) and isinstance(following, ast.FormattedValue):
                    found.append(node.lineno)
    return found


def test_no_value_stands_apart_from_its_option() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line in loose(ast.parse(path.read_text(encoding="utf-8")))
    ]
    found += [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.html"))
        if IN_TEMPLATE.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("code", ["run(['x', '--root', value])", "f'verify --root {value}'"])
def test_the_look_sees_what_it_is_for(code: str) -> None:
    assert loose(ast.parse(code)) == [1]
