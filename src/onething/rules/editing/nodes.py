"""A rule text as a tree that can be changed cell by cell and written again, with numbers and dates kept as they were spelt."""

import re
from collections.abc import Sequence
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

STR, INT, FLOAT, DAY, BOOL, NULL = (
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "timestamp", "bool", "null")
)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YES = {"true": "yes", "yes": "yes", "on": "yes", "false": "no", "no": "no", "off": "no"}


def read(text: str) -> MappingNode:
    """The tree of a rule text. Raises ValueError when it is no mapping or refers to itself."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise ValueError("alias")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(root, MappingNode):
        raise ValueError("not a mapping")
    return root


def written(root: Node) -> str:
    return str(yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=1000))  # pyright: ignore[reportUnknownMemberType]


def child(node: Node | None, key: str) -> Node | None:
    """The value of a key; of a list, of its first mapping (a rule may cite several articles; the grid shows the first)."""
    if isinstance(node, SequenceNode):
        node = node.value[0] if node.value else None
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def text_at(node: Node | None, path: Sequence[str]) -> str:
    """The text of a cell; `zh` and `en` of a plain sentence are the sentence itself."""
    for key in path:
        if isinstance(node, ScalarNode) and key in ("zh", "en"):
            break
        node = child(node, key)
    if not isinstance(node, ScalarNode) or node.tag == NULL:
        return ""
    value = str(node.value)
    return _YES.get(value.lower(), value) if node.tag == BOOL else value.strip()


def items(node: Node | None) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def scalar(text: str, like: Node | None = None, *, kind: str = "") -> ScalarNode:
    """A value as an official typed it. A text that looks like a number stays text where text stood before."""
    if kind == "yes_no":
        return ScalarNode(BOOL, "true" if text == "yes" else "false")
    was_text = isinstance(like, ScalarNode) and like.tag == STR
    if kind == "plain" and not was_text and (found := _NUMBER.fullmatch(text)):
        return ScalarNode(FLOAT if found[2] else INT, text)
    if kind == "day" and _DAY.fullmatch(text):
        return ScalarNode(DAY, text)
    return ScalarNode(STR, text)


def put(node: MappingNode, path: Sequence[str], text: str, kind: str = "") -> None:
    """Write one cell; an empty one is taken away, together with what stands empty around it."""
    if text_at(node, path) == text:
        return
    key, rest = path[0], path[1:]
    old = child(node, key)
    if not rest:
        _set(node, key, scalar(text, old, kind=kind) if text else None)
        return
    inner = items(old)[0] if isinstance(old, SequenceNode) and old.value else old
    if isinstance(inner, ScalarNode) and rest[0] in ("zh", "en"):
        inner = mapping(zh=inner.value, en=inner.value)
        _set(node, key, inner)
    if not isinstance(inner, MappingNode):
        inner = MappingNode("tag:yaml.org,2002:map", [])
        _set(node, key, inner)
    put(inner, rest, text, kind)
    if not inner.value:
        _set(node, key, None)


def _set(node: MappingNode, key: str, value: Node | None) -> None:
    pairs = [(name, value if name.value == key else old) for name, old in node.value]
    if key not in {name.value for name, _ in node.value}:
        pairs.append((ScalarNode(STR, key), value))
    node.value = [(name, kept) for name, kept in pairs if kept is not None]


def replace(node: MappingNode, key: str, children: list[Node] | None) -> None:
    """Put a list (or nothing) under a key."""
    _set(node, key, SequenceNode("tag:yaml.org,2002:seq", children) if children is not None else None)


def put_node(node: MappingNode, key: str, value: Node | None) -> None:
    _set(node, key, value)


def mapping(**values: str) -> MappingNode:
    return MappingNode("tag:yaml.org,2002:map", [(ScalarNode(STR, key), ScalarNode(STR, text)) for key, text in values.items()])  # fmt: skip


def sequence(texts: Sequence[str], old: Sequence[Any] = ()) -> SequenceNode:
    """A row of cells; each keeps the kind of value it had."""
    made = [scalar(text, old[i] if i < len(old) else None, kind="plain") for i, text in enumerate(texts)]
    return SequenceNode("tag:yaml.org,2002:seq", made, flow_style=True)
