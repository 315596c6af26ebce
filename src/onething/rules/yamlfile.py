"""YAML with line numbers, exact decimals and no surprises: no aliases, no duplicate keys, no deep nesting."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from onething.rules.errors import RuleError, RuleProblem, problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 40
Path_ = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Located:
    """A document and the line on which each part of it stands."""

    def __init__(self, value: Any, lines: dict[Path_, int], file: str) -> None:
        self.value, self.lines, self.file = value, lines, file

    def line(self, path: Path_) -> int:
        """The line of a path, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(path: Path) -> Located:
    """Read a rule file. Raises `RuleError`."""
    if not path.is_file():
        raise RuleError([problem("rules.no_file", "没有这个文件", "There is no such file", file=str(path))])
    return parse_yaml(path.read_bytes(), str(path))


def parse_yaml(content: bytes | str, file: str = "") -> Located:
    """As `read_yaml`, from memory."""
    if len(content) > MAX_BYTES:
        raise RuleError([problem("rules.too_large", "文件超过 4 MB;大表请用 CSV 或 Excel", "The file is larger than 4 MB; use CSV or Excel for large tables", file=file)])  # fmt: skip
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        _look_through(text, file)
        node = yaml.compose(text, Loader=_Loader)
    except RuleError:
        raise
    except UnicodeDecodeError as error:
        raise RuleError([problem("rules.encoding", "文件不是 UTF-8 编码", "The file is not UTF-8", file=file, place=f"byte {error.start}")]) from None  # fmt: skip
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise RuleError([problem("rules.yaml", f"YAML 写法有误:{error.problem}", f"Broken YAML: {error.problem}", file=file, place=place)]) from None  # fmt: skip
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise RuleError([problem("rules.yaml", f"YAML 写法有误:{error}", f"Broken YAML: {error}", file=file)]) from None
    lines: dict[Path_, int] = {}
    problems: list[RuleProblem] = []
    value = _build(node, (), lines, problems, file) if node is not None else None
    if problems:
        raise RuleError(problems)
    return Located(value, lines, file)


def _look_through(text: str, file: str) -> None:
    """Refuse what could exhaust memory or stack before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = str(event.start_mark.line + 1) if event.start_mark else ""
        if isinstance(event, yaml.AliasEvent):
            raise RuleError([problem("rules.alias", "不支持 YAML 别名(*)", "YAML aliases (*) are not supported", file=file, place=line)])  # fmt: skip
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise RuleError([problem("rules.deep", f"嵌套超过 {MAX_DEPTH} 层", f"Nested more than {MAX_DEPTH} levels deep", file=file, place=line)])  # fmt: skip
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _build(node: Any, path: Path_, lines: dict[Path_, int], problems: list[RuleProblem], file: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_build(each, (*path, i), lines, problems, file) for i, each in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in made:
                problems.append(problem("rules.duplicate_key", f"键 {key} 出现了两次", f"The key {key} appears twice", file=file, place=str(key_node.start_mark.line + 1)))  # fmt: skip
            made[key] = _build(value_node, (*path, key), lines, problems, file)
        return made
    return _scalar(node)


def _scalar(node: Any) -> Any:
    text: str = node.value
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":  # YAML 1.1 reads yes, no, on and off as truth values; a person means the word
        return text.lower() == "true" if text.lower() in ("true", "false") else text
    if kind == "int" or kind == "float":
        try:
            return int(text) if text.lstrip("+-").isdecimal() and len(text) < 19 else Decimal(text.replace("_", ""))
        except InvalidOperation:
            return text
    if kind == "timestamp":
        try:
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError:
            return text
    return text
