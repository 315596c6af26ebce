"""Doors explain themselves: what stands in `__all__` stands in the door's docstring with what it promises, and nothing else.

A function has a line of its own under a heading: its name in backticks, a colon, the promise. Nouns may share a line.
"""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "onething"
SMALL = 5
"""A door of so few names may explain itself as it likes."""
NAME = re.compile(r"`(\w+)`")
ENTRY = re.compile(r"^`(\w+)`: \S", re.MULTILINE)
SEVERAL = re.compile(r"^[A-Z][^`:\n]*: `\w+`")


def explained(path: Path) -> tuple[str, list[str]]:
    """Docstring and `__all__` of a door; the latter is empty for a file that is none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.get_docstring(tree) or "", ast.literal_eval(node.value)
    return "", []


DOORS = [path for path in sorted(SOURCE.rglob("service.py")) if len(explained(path)[1]) > SMALL]


def door(path: Path) -> str:
    return path.relative_to(SOURCE).parent.as_posix()


def faults(text: str, names: list[str]) -> list[str]:
    """What the docstring of a door leaves out, says too much, or says without order."""
    said, entries = set(NAME.findall(text)), ENTRY.findall(text)
    found = [f"{name} is not explained" for name in names if name not in said]
    found += [f"{name} is no name of this door" for name in sorted(said - set(names))]
    found += [f"{name} has no line of its own" for name in names if name[0].islower() and entries.count(name) != 1]
    for paragraph in text.split("\n\n"):
        first = paragraph.split("\n", 1)[0]
        if ENTRY.search(paragraph) and not first.endswith(":") and not SEVERAL.match(first):
            found.append(f"no heading above: {first}")
    return found


@pytest.mark.parametrize("path", DOORS, ids=door)
def test_a_door_explains_each_of_its_names_and_no_other(path: Path) -> None:
    assert faults(*explained(path)) == []


def test_large_doors_are_found() -> None:
    assert {"casework", "rules", "trust/credentials", "intake"} <= {door(path) for path in DOORS}


def test_a_door_that_hides_or_invents_a_name_is_found() -> None:
    well = "The door.\n\nActs:\n`act`: does it.\n\nNouns: `Noun`."
    assert faults(well, ["Noun", "act"]) == []
    assert faults(well, ["Noun", "act", "leave"]) == ["leave is not explained", "leave has no line of its own"]
    assert faults(well, ["act"]) == ["Noun is no name of this door"]
    assert faults("The door.\n\nActs: `act`.", ["act"]) == ["act has no line of its own"]
    assert faults("The door.\n\n`act`: does it.", ["act"]) == ["no heading above: `act`: does it."]
