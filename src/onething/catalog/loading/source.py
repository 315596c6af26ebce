"""YAML that remembers where every value stood, so that a mistake can be shown in the file that has it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from onething.catalog.loading.mistakes import CatalogProblem
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)

Path_ = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 2_000_000
MAX_NODES = 100_000
"""Bound on expanded values: anchors must not blow a small file up (the "billion laughs")."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place: file relative to the package, line and column from 1, and the path of the value inside that file."""

    file: str
    line: int
    column: int
    path: Path_ = ()


@dataclass(slots=True)
class Located:
    """A plain value (dicts, lists, scalars) with the mark of each of its parts by path."""

    value: Any
    marks: dict[Path_, Mark] = field(default_factory=dict[Path_, Mark])
    problems: list[CatalogProblem] = field(default_factory=list[CatalogProblem])

    def put(self, path: Path_, other: "Located") -> None:
        """Take over the marks of a value that is being placed at `path` of this one."""
        for inner, mark in other.marks.items():
            self.marks[path + inner] = mark
        self.problems.extend(other.problems)

    def mark(self, path: Path_) -> Mark:
        """The mark of the nearest part that exists at or above `path`."""
        for end in range(len(path), -1, -1):
            found = self.marks.get(path[:end])
            if found is not None:
                return found
        return Mark("city.yaml", 1, 1)


def show_path(path: Path_) -> str:
    """`("slots", 3, "type")` → `slots[3].type`; the whole file is `.`."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out or "."


class _Walker:
    """Turns composed YAML nodes into values, keeping their marks."""

    def __init__(self, loader: yaml.SafeLoader, name: str, into: Located) -> None:
        self.loader, self.name, self.into, self.count = loader, name, into, 0

    def problem(self, node: yaml.Node, path: Path_, zh: str, en: str) -> None:
        mark = node.start_mark
        self.into.problems.append(
            CatalogProblem(self.name, mark.line + 1, mark.column + 1, show_path(path), Text(zh=zh, en=en))
        )

    def walk(self, node: yaml.Node, path: Path_) -> Any:
        self.count += 1
        if self.count > MAX_NODES or len(path) > 60:
            raise yaml.YAMLError("too many or too deeply nested values")
        self.into.marks[path] = Mark(self.name, node.start_mark.line + 1, node.start_mark.column + 1, path)
        if isinstance(node, yaml.MappingNode):
            self.loader.flatten_mapping(node)
            return dict(self.pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.walk(item, (*path, index)) for index, item in enumerate(node.value)]
        if node.tag == "tag:yaml.org,2002:bool" and node.value.lower() not in ("true", "false"):
            return node.value  # YAML 1.1 reads yes, no, on and off as truth values; a person means the word
        return cast("Any", self.loader).construct_object(node)

    def pairs(self, node: yaml.MappingNode, path: Path_) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if not key:
                self.problem(key_node, path, "这里的键不是一个词。", "A key here is not a plain word.")
                continue
            if key in seen:
                self.problem(key_node, (*path, key), f"“{key}”写了两次。", f'"{key}" is written twice.')
            seen.add(key)
            value = self.walk(value_node, (*path, key))
            mark = key_node.start_mark
            self.into.marks[(*path, key)] = Mark(self.name, mark.line + 1, mark.column + 1, (*path, key))
            yield key, value


def read_yaml(path: Path, root: Path) -> Located:
    """Read one file. Never raises for what is in it: mistakes are in `problems` and the value is then None."""
    name = path.relative_to(root).as_posix()
    out = Located(None, {(): Mark(name, 1, 1)})
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise yaml.YAMLError(f"larger than {MAX_BYTES} bytes")
        loader = _Loader(raw.decode("utf-8-sig"))
        try:
            node = loader.get_single_node()
            out.value = None if node is None else _Walker(loader, name, out).walk(node, ())
        finally:
            loader.dispose()
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError, OSError) as error:
        out.problems.append(_unreadable(name, error))
        return out
    if out.value is None:
        out.problems.append(CatalogProblem(name, 1, 1, ".", say("file.empty")))
    return out


def _unreadable(name: str, error: Exception) -> CatalogProblem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    words = getattr(error, "problem", None) or str(error) or type(error).__name__
    split = "expected ',' or '}'" in words  # what YAML says of a sentence like {en: Who, when?}
    what = say("file.unreadable_braces", words=words) if split else say("file.unreadable", words=words)
    return CatalogProblem(name, line, column, ".", what)
