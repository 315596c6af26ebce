"""Words in two languages. Chinese first; English is complete, never a fallback to Chinese.

Every sentence that code says stands in YAML: a room's in `<room>/texts.yaml`, the pages' in `web/messages/`. Both are read
here (`Texts`), and a test holds every one of them complete in both languages with the same `{places}`.
"""

from collections.abc import Iterable
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import Any, Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


class Text(BaseModel):
    """One sentence in both languages. In YAML: `{zh: 出生医学证明, en: Birth certificate}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    @classmethod
    def same(cls, value: object) -> "Text":
        """What reads the same in both languages: a code, a number, a name nobody translated."""
        return cls(zh=str(value), en=str(value))

    @classmethod
    def joined(cls, words: "Iterable[Text | str]") -> "Text":
        """A list as each language writes it: 甲、乙 · A, B."""
        each = [word if isinstance(word, Text) else cls.same(word) for word in words]
        return cls(zh="、".join(word.zh for word in each), en=", ".join(word.en for word in each))

    def get(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def fill(self, **values: object) -> "Text":
        """The same sentence with `{name}` places filled; a `Text` value is put in by language."""

        def words(lang: Lang) -> dict[str, object]:
            return {key: value.get(lang) if isinstance(value, Text) else value for key, value in values.items()}

        return Text(zh=self.zh.format(**words("zh")), en=self.en.format(**words("en")))


def negotiate(accept_language: str | None) -> Lang:
    """The better of our two languages for an `Accept-Language` header; Chinese when it names neither."""
    best: tuple[float, Lang] = (0.0, "zh")
    for part in (accept_language or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        code = tag.strip().lower()[:2]
        if code not in LANGS:
            continue
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if weight > best[0]:
            best = (weight, "zh" if code == "zh" else "en")
    return best[1]


Form = str | dict[str, str]
"""One language's side of a sentence; `{one, other}` where it depends on the number `n`."""
_PLURAL = {"one", "other"}
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Texts:
    """The sentences of a room by dotted key, read from YAML when the first one is asked for.

    A file holds both languages side by side (`key: {zh: …, en: …}`, nested as deep as wanted); a folder holds `zh/` and `en/`
    with one file an area, whose name begins its keys. `say(lang, key)` gives words, `texts(key)` a `Text`; both fill
    `{places}` when values are given. An unknown key is a programming error and raises KeyError.
    """

    def __init__(self, source: Path) -> None:
        self.source = source

    @cached_property
    def forms(self) -> dict[Lang, dict[str, Form]]:
        """Every sentence by language and key."""
        found: dict[Lang, dict[str, Form]] = {lang: {} for lang in LANGS}
        if self.source.is_dir():
            for lang in LANGS:
                for path in sorted((self.source / lang).glob("*.yaml")):
                    _flatten(path.stem, _read(path), found[lang])
        else:
            _pair("", _read(self.source), found, self.source)
        return found

    def __contains__(self, key: str) -> bool:
        return key in self.forms["zh"]

    def __call__(self, key: str, /, **values: object) -> Text:
        """The sentence in both languages. Without values its `{places}` stay, for `Text.fill`."""
        return Text(zh=self.say("zh", key, **values), en=self.say("en", key, **values))

    def say(self, lang: Lang, key: str, /, **values: object) -> str:
        """The sentence in one language."""
        found = self.forms[lang][key]
        if isinstance(found, dict):
            found = found["one" if values.get("n") == 1 else "other"]
        if not values:
            return found
        return found.format(**{name: v.get(lang) if isinstance(v, Text) else v for name, v in values.items()})

    def differences(self) -> list[str]:
        """What one language says and the other does not: missing keys and places. Empty when both are complete."""
        first, second = (self.forms[lang] for lang in LANGS)
        found = [f"only in {LANGS[0]}: {key}" for key in sorted(first.keys() - second.keys())]
        found += [f"only in {LANGS[1]}: {key}" for key in sorted(second.keys() - first.keys())]
        return found + [
            f"other places: {key}"
            for key in sorted(first.keys() & second.keys())
            if _places(first[key]) != _places(second[key])
        ]


@cache
def texts_of(module: str) -> Texts:
    """The sentences of the room that a module belongs to, from `texts.yaml` beside the room's code: `say = texts_of(__name__)`."""
    room = ".".join(module.split(".")[:2])
    home = import_module(room).__file__
    if home is None:
        raise ValueError(f"{room} is no package with files")
    return Texts(Path(home).parent / "texts.yaml")


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}  # noqa: S506 - the safe loader, in C where there is one


def _flatten(prefix: str, value: Any, into: dict[str, Form]) -> None:
    if isinstance(value, dict) and set(value) != _PLURAL:  # pyright: ignore[reportUnknownArgumentType]
        for key, item in _entries(prefix, value):
            _flatten(key, item, into)
    else:
        into[prefix] = cast("dict[str, str]", value) if isinstance(value, dict) else str(value)


def _pair(prefix: str, value: Any, into: dict[Lang, dict[str, Form]], path: Path) -> None:
    if not isinstance(value, dict):
        raise ValueError(f"{path.parent.name}/{path.name}: {prefix} must say `zh` and `en`")
    if set(value) == set(LANGS):  # pyright: ignore[reportUnknownArgumentType]
        for lang in LANGS:
            _flatten(prefix, value[lang], into[lang])
    else:
        for key, item in _entries(prefix, value):
            _pair(key, item, into, path)


def _entries(prefix: str, node: Any) -> list[tuple[str, Any]]:
    """The entries of a mapping under their full keys."""
    return [(f"{prefix}.{key}" if prefix else str(key), item) for key, item in node.items()]


def _places(form: Form) -> set[str]:
    """The names of the `{places}` in a sentence."""
    parts = form.values() if isinstance(form, dict) else (form,)
    return {name for part in parts for _, name, _, _ in Formatter().parse(part) if name}
