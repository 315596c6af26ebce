"""The words of `words.yaml`, loaded once, longest first, so that 月租金 is found before 租金."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Vocabulary:
    """Word → stable code for each kind of thing."""

    roles: dict[str, str]
    amounts: dict[str, str]
    dates: dict[str, str]
    purposes: dict[str, str]
    organisation_ends: tuple[str, ...]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    raw = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))

    def turned(name: str) -> dict[str, str]:
        pairs = [(str(word), str(code)) for code, words in raw[name].items() for word in words]
        return dict(sorted(pairs, key=lambda pair: -len(pair[0])))

    ends = tuple(sorted(map(str, raw["organisation_ends"]), key=len, reverse=True))
    return Vocabulary(turned("roles"), turned("amounts"), turned("dates"), turned("purposes"), ends)
