"""The next version of a rule file: new numbers put into the conditions that rest on an amended article, the new article cited.

Works on the text itself, so that whatever an official wrote beside it (order, comments, quotation marks) stays.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

import yaml

from onething.documents.prose.service import ordinal
from onething.policy.amendments.citing import articles_in, plain_title
from onething.policy.amendments.models import Change
from onething.policy.amendments.numbers import Pair, numbers_changed

EXPRESSIONS = frozenset({"when", "require", "refuse_when", "refer_when", "pending_when", "note_when", "value", "amount", "rate", "cap", "floor"})  # fmt: skip
_PERIODS = {"日": "D", "工作日": "D", "月": "M", "年": "Y"}
_NUMBER = re.compile(r'("P\d+[DMY]"|(?<![\w.])\d+(?:\.\d+)?(?![\w.]))')
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?")


@dataclass(frozen=True, slots=True)
class Edit:
    """One place that is different in the new version."""

    name: str
    """`rule.key`: `registered_in_time.when`."""
    old: str
    new: str
    pairs: tuple[Pair, ...] = ()
    """The numbers of the law that changed; empty for a citation."""


def revise(text: str, title: str, changes: Sequence[Change], whole: Change | None = None) -> tuple[str, tuple[Edit, ...]]:  # fmt: skip
    """The rule file after an amendment of the regulation `title`, and what was changed in it.

    `whole`: everything in the file rests on this article, whether it says so or not (a clause made from it).
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return text, ()
    if root is None:
        return text, ()
    found = list(_edits(root, plain_title(title), changes, whole, "", None))
    for start, end, new, _ in sorted(found, key=lambda each: each[0], reverse=True):
        text = text[:start] + new + text[end:]
    return text, tuple(edit for *_, edit in found)


_Splice = tuple[int, int, str, Edit]


def _edits(node: Any, title: str, changes: Sequence[Change], whole: Change | None, name: str, above: Change | None) -> Iterator[_Splice]:  # fmt: skip
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _edits(each, title, changes, whole, name, above)
    if not isinstance(node, yaml.MappingNode):
        return
    pairs = cast("list[tuple[yaml.Node, yaml.Node]]", node.value)
    keys = {str(key.value): value for key, value in pairs}
    if "title" in keys and "article" in keys and isinstance(keys["article"], yaml.ScalarNode):
        yield from _citation(keys, title, changes, name)
        return
    name = str(keys["id"].value) if isinstance(keys.get("id"), yaml.ScalarNode) else name
    here = (
        _resting(keys.get("ground"), title, changes) or _resting(keys.get("grounds"), title, changes) or whole or above
    )
    told = False
    for key, value in keys.items():
        if key in EXPRESSIONS and isinstance(value, yaml.ScalarNode) and here is not None and here.matters:
            new = with_numbers(str(value.value), numbers_changed(here))
            if new != value.value:
                told = True
                edit = Edit(f"{name}.{key}", str(value.value), new, tuple(numbers_changed(here)))
                yield (*_place(value), _scalar(value, new), edit)
    for key, value in keys.items():
        if key == "text" and told and here is not None and isinstance(value, yaml.MappingNode):
            yield from _words(value, here, name)
        elif key not in EXPRESSIONS:
            yield from _edits(value, title, changes, whole, name, here if key == "versions" else None)


def _resting(ground: Any, title: str, changes: Sequence[Change]) -> Change | None:
    """The change of the first article that a ground cites."""
    nodes = ground.value if isinstance(ground, yaml.SequenceNode) else [ground]
    for node in nodes:
        if not isinstance(node, yaml.MappingNode):
            continue
        keys = {str(key.value): value.value for key, value in node.value}
        if plain_title(str(keys.get("title", ""))) == title:
            found = change_of(str(keys.get("article", "")), changes)
            if found is not None:
                return found
    return None


def change_of(citation: str, changes: Sequence[Change]) -> Change | None:
    """What became of the first article of a citation that is not as it was."""
    cited = articles_in(citation)
    return next((c for c in changes if c.fate not in ("same", "added") and cited & {(a.number, a.suffix) for a in c.old}), None)  # fmt: skip


def _citation(keys: dict[str, Any], title: str, changes: Sequence[Change], name: str) -> Iterator[_Splice]:
    node = keys["article"]
    if plain_title(str(keys["title"].value)) == title:
        new = new_citation(str(node.value), changes)
        if new != node.value:
            yield (*_place(node), _scalar(node, new), Edit(f"{name}.ground", str(node.value), new))


def new_citation(citation: str, changes: Sequence[Change]) -> str:
    """`第三条第一款` → `第四条第一款` when the third became the fourth; articles that are gone keep their old number."""

    def moved(found: re.Match[str]) -> str:
        change = change_of(found[0], changes)
        return change.new[0].label if change and change.new and change.fate != "repealed" else found[0]

    return _ARTICLE.sub(moved, citation)


def with_numbers(text: str, pairs: Iterable[Pair]) -> str:
    """An expression with old numbers changed for new ones; periods (`P1M`) too. Each place is changed once."""
    table: dict[str, str] = {}
    for old, new, unit in pairs:
        table[plain(old)] = plain(new)
        if unit == "%":
            table[plain(old / 100)] = plain(new / 100)
        if unit in _PERIODS and old == int(old) and new == int(new):
            table[f"P{int(old)}{_PERIODS[unit]}"] = f"P{int(new)}{_PERIODS[unit]}"
    return "".join(_swap(part, table) if n % 2 else part for n, part in enumerate(_NUMBER.split(text)))


def _swap(part: str, table: dict[str, str]) -> str:
    if part.startswith('"'):
        return f'"{table.get(part[1:-1], part[1:-1])}"'
    try:
        return table.get(plain(Decimal(part)), part)
    except InvalidOperation:
        return part


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _words(node: yaml.MappingNode, change: Change, name: str) -> Iterator[_Splice]:
    """The sentence that is told to people, with the same numbers in it."""
    for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
        if isinstance(value, yaml.ScalarNode):
            new = in_words(str(value.value), numbers_changed(change))
            if new != value.value:
                yield (*_place(value), _scalar(value, new), Edit(f"{name}.text.{key.value}", str(value.value), new))


def in_words(text: str, pairs: Iterable[Pair]) -> str:
    """A sentence with old numbers changed for new ones, in digits and in Chinese numerals; each place once."""
    table: dict[str, str] = {}
    for old, new, _ in pairs:
        table[plain(old)] = plain(new)
        if old == int(old) and new == int(new) and 0 < old < 10_000 and 0 < new < 10_000:
            table[ordinal(int(old))] = ordinal(int(new))
    if not table:
        return text
    numeral = r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])|[〇零一二三四五六七八九十百千]+(?=个|日|天|年|月|周|岁|倍|元|人|件|%|小时|工作日)"
    return re.sub(numeral, lambda found: table.get(found[0], found[0]), text)


def _place(node: yaml.ScalarNode) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _scalar(node: yaml.ScalarNode, new: str) -> str:
    """The new value as YAML: in quotation marks when the old one was, or when it needs them."""
    if node.style is None and re.fullmatch(r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff .()<>=+*/、（）-]*", new):
        return new
    return json.dumps(new, ensure_ascii=False)
