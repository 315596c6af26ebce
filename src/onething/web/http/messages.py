"""The words of the pages: YAML files by language, checked at start to say the same things in both.

`messages/zh/<area>.yaml` and `messages/en/<area>.yaml` hold nested keys; a page asks for `area.key.sub`. A value with
`one` and `other` is chosen by the value `n`.
"""

from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from onething.core.i18n import LANGS, Lang

FOLDER = Path(__file__).parents[1] / "messages"
PLURAL = {"one", "other"}


def _flatten(prefix: str, value: Any, into: dict[str, Any]) -> None:
    if isinstance(value, dict) and set(value) != PLURAL:
        for key, item in value.items():
            _flatten(f"{prefix}.{key}" if prefix else str(key), item, into)
    else:
        into[prefix] = value if isinstance(value, dict) else str(value)


@lru_cache(maxsize=4)
def messages(lang: Lang) -> dict[str, Any]:
    """Every message of a language by its dotted key."""
    found: dict[str, Any] = {}
    for path in sorted((FOLDER / lang).glob("*.yaml")):
        _flatten(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")) or {}, found)
    return found


def say(lang: Lang, key: str, /, **values: object) -> str:
    """The message `key` with its `{places}` filled. An unknown key is a programming error and raises KeyError."""
    found = messages(lang)[key]
    if isinstance(found, dict):
        found = found["one" if values.get("n") == 1 else "other"]
    return found.format(**values) if values else found


def places(text: Any) -> set[str]:
    """The names of the `{places}` in a message."""
    parts = text.values() if isinstance(text, dict) else (text,)
    return {name for part in parts for _, name, _, _ in Formatter().parse(str(part)) if name}


def differences() -> list[str]:
    """What one language says and the other does not: missing keys and places. Empty when both are complete."""
    first, second = (messages(lang) for lang in LANGS)
    found = [f"only in {LANGS[0]}: {key}" for key in sorted(first.keys() - second.keys())]
    found += [f"only in {LANGS[1]}: {key}" for key in sorted(second.keys() - first.keys())]
    for key in sorted(first.keys() & second.keys()):
        if places(first[key]) != places(second[key]):
            found.append(f"other places: {key}")
    return found
