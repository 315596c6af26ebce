"""Chinese sentences have Chinese punctuation: a half-width comma between Chinese words looks like a slip to every reader."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from onething.core.errors import all_kinds

ROOT = Path(__file__).parents[2]
SLIP = re.compile(r"[\u4e00-\u9fff}”》）][,:;!?] ?[\u4e00-\u9fff{“《（]|[\u4e00-\u9fff”》）][,:;!?](?: ?[0-9]|$)")


def _said(node: Any, key: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _said(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _said(value, key)
    elif key == "zh" and isinstance(node, str):
        yield node


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, str):
        yield node


def test_no_sentence_of_a_text_file_or_a_city_has_half_width_punctuation_between_chinese_words() -> None:
    files = [*(ROOT / "src").rglob("texts.yaml"), *(ROOT / "cities").rglob("*.yaml")]
    pages = sorted((ROOT / "src/onething/web/messages/zh").glob("*.yaml"))
    assert pages
    found = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in files
        for text in _said(yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader))
        if SLIP.search(text)
    }
    assert not found
    said = {text for path in pages for text in _texts(yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader))}
    assert not {text for text in said if SLIP.search(text)}


def test_no_error_has_half_width_punctuation_between_chinese_words() -> None:
    for path in (ROOT / "src" / "onething").rglob("errors.py"):
        import_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts))
    kinds = all_kinds()
    assert kinds
    assert not {kind.code: text.zh for kind in kinds for text in (kind.what, kind.next) if SLIP.search(text.zh)}
