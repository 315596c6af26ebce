"""Words of suggestions as data: which mean the same, which mean nothing, and who answers for the pages."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from onething.core.plain_yaml import load_yaml

FILE = "feedback.yaml"


@dataclass(frozen=True)
class Words:
    """`same`: word → the word it stands for; `quiet`: words left out; `pages_to`: the agency that answers for pages, if named."""

    same: dict[str, str]
    quiet: frozenset[str]
    pages_to: str = ""


def load_words(city_folder: Path | None = None) -> Words:
    """The words of the house and, of a city package, those in `policy/feedback.yaml`."""
    file = city_folder / "policy" / FILE if city_folder is not None else None
    stamp = file.stat().st_mtime_ns if file is not None and file.exists() else 0
    return _load(file if stamp else None, stamp)


@lru_cache(maxsize=8)
def _load(file: Path | None, _stamp: int) -> Words:
    texts = [resources.files("onething.policy.feedback").joinpath("data/words.yaml").read_text(encoding="utf-8")]
    if file is not None:
        texts.append(file.read_text(encoding="utf-8"))
    same: dict[str, str] = {}
    quiet: set[str] = set()
    pages_to = ""
    for text in texts:
        raw: dict[str, Any] = load_yaml(text) or {}
        for row in raw.get("same", ()):
            # A city's line may add to one of the house: its words then stand for the same one.
            stands_for = next((same[str(word)] for word in row if str(word) in same), str(row[0]))
            same |= {str(word): stands_for for word in row}
        quiet |= {str(word) for word in raw.get("quiet", ())}
        pages_to = str(raw.get("pages_to") or pages_to)
    return Words(same, frozenset(quiet), pages_to)
