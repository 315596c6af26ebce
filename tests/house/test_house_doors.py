"""The doors of rooms: what import-linter checks at every build covers all rooms, and rooms have no circles inside.

Imports within functions count as much as those at the top of a file.
"""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
OPEN_TO_ALL = {"core"}
WITHOUT_DOORS = {"host", "sandbox"}
"""Nothing below imports these: `host` and `cli` are the top floor, and the sandbox is outside the house."""
OF_EVERY_ROOM = ("service", "models", "errors", "events", "states", "settings", "acts")
OF_A_SUB_ROOM = ("service", "models", "errors")
EXCEPTIONS = {
    "onething.sandbox.studio.dwellings -> onething.documents.fields.amounts",
    "onething.sandbox.justice.* -> onething.trust.court.verify",
}
"""Imports past a door that have a reason, which stands beside each in pyproject.toml."""


@cache
def modules() -> dict[str, Path]:
    found = {}
    for path in (SOURCE / "onething").rglob("*.py"):
        found[".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


@cache
def imports() -> dict[str, set[str]]:
    """Module → modules of the house that it imports, anywhere in the file."""
    return {module: set(_imported(path)) for module, path in modules().items()}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "onething":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules() else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "onething")


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def rooms() -> set[str]:
    return {room_of(module) for module in modules()} - {"", "__main__"}


def contracts() -> list[dict[str, Any]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def matches(module: str, expression: str) -> bool:
    """import-linter's wildcards: `*` is one part of a name, `**` is one or more."""
    pattern = re.escape(expression).replace(r"\*\*", r"\w+(\.\w+)*").replace(r"\*", r"\w+")
    return re.fullmatch(pattern, module) is not None


def doors_of(contract: Mapping[str, Any]) -> list[str]:
    everybody = "onething.** -> "
    return [line.removeprefix(everybody) for line in contract["ignore_imports"] if line.startswith(everybody)]


def protecting(room: str) -> dict[str, Any]:
    found = [c for c in contracts() if c["type"] == "protected" and f"onething.{room}.**" in c["protected_modules"]]
    assert len(found) == 1, f"pyproject.toml has no contract “Doors of {room}”"
    return found[0]


def test_every_room_lets_in_nobody_but_itself_and_the_host() -> None:
    for room in rooms() - OPEN_TO_ALL - WITHOUT_DOORS:
        assert set(protecting(room)["allowed_importers"]) == {
            f"onething.{room}",
            f"onething.{room}.**",
            "onething.host.**",
        }


def test_every_module_of_a_room_is_a_door_or_protected() -> None:
    for module in modules():
        room = room_of(module)
        if room in OPEN_TO_ALL | WITHOUT_DOORS or module.count(".") < 2:
            continue
        contract = protecting(room)
        assert any(matches(module, each) for each in contract["protected_modules"]), module
        parts = module.split(".")[2:]
        named = OF_EVERY_ROOM if len(parts) == 1 else OF_A_SUB_ROOM
        for door in doors_of(contract):
            if matches(module, door):
                assert len(parts) <= 2, f"{module}: a door stands at a room or at a sub-room"
                assert parts[-1] in named, f"{module}: doors are called {named}"


def test_every_door_that_is_named_is_there() -> None:
    for contract in contracts():
        named = doors_of(contract) if contract["type"] == "protected" else []
        for door in (each for each in named if "*" not in each):
            assert any(matches(module, door) for module in modules()), door


def test_what_goes_past_a_door_is_listed_with_its_reason() -> None:
    lines = [line for c in contracts() if c["type"] == "protected" for line in c["ignore_imports"]]
    past = {line for line in lines if not line.startswith("onething.** -> ")}
    assert past == EXCEPTIONS
    for line in past:
        importer, _, imported = line.partition(" -> ")
        pairs = ((module, target) for module, targets in imports().items() for target in targets)
        assert any(fnmatchcase(m, importer) and fnmatchcase(t, imported) for m, t in pairs), (
            f"{line} is no longer needed"
        )


def test_tables_belong_to_their_room() -> None:
    foreign = [
        f"{module} imports {target}"
        for module, targets in imports().items()
        for target in targets
        if target.rpartition(".")[2] == "tables" and room_of(target) not in {room_of(module), *OPEN_TO_ALL}
        and room_of(module) != "host"
    ]  # fmt: skip
    assert foreign == []


def test_no_room_imports_the_sandbox() -> None:
    (contract,) = (c for c in contracts() if c.get("forbidden_modules") == ["onething.sandbox"])
    covered = {room_of(each) for each in contract["source_modules"]}
    assert covered == rooms() - {"sandbox"}


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Strongly connected parts of more than one (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []
    for start in graph:
        work = [(start, iter(sorted(graph.get(start, ()))))] if start not in number else []
        if work:
            number[start] = low[start] = len(number)
            stack.append(start)
        while work:
            node, rest = work[-1]
            following = next((n for n in rest if n not in number or n in stack), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    part = stack[stack.index(node) :]
                    del stack[stack.index(node) :]
                    found += [sorted(part)] if len(part) > 1 else []
            elif following in number:
                low[node] = min(low[node], number[following])
            else:
                number[following] = low[following] = len(number)
                stack.append(following)
                work.append((following, iter(sorted(graph.get(following, ())))))
    return found


def test_circles_are_found_where_there_are_some() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == [["a", "b", "c"]]
    assert circles({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}) == []
    assert sorted(circles({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]})) == [["a", "b"], ["c", "d"]]


def test_no_file_imports_itself_by_way_of_others() -> None:
    assert circles({module: targets - {module} for module, targets in imports().items()}) == []


def test_sub_rooms_do_not_need_each_other_in_circles() -> None:
    found: dict[str, list[list[str]]] = {}
    for room in rooms():
        graph: dict[str, set[str]] = defaultdict(set)
        for module, targets in imports().items():
            for target in targets if room_of(module) == room else ():
                one, other = _part(module), _part(target)
                if room_of(target) == room and one != other:
                    graph[one].add(other)
        if tangled := circles(graph):
            found[room] = tangled
    assert found == {}


def _part(module: str) -> str:
    return ".".join(module.split(".")[:3])
