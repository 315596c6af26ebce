"""What the parts of the check say, before it is known on which line it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from onething.catalog.loading.mistakes import near
from onething.core.i18n import Text

Where = tuple[str | int, ...]
"""A path through `City`, for example `("life_events", 0, "slots", 3, "type")`."""


@dataclass(frozen=True, slots=True)
class Finding:
    path: Where
    what: Text
    suggestion: str | None = None
    severity: Literal["error", "warning"] = "error"

    @classmethod
    def error(cls, path: Where, zh: str, en: str, suggestion: str | None = None) -> "Finding":
        return cls(path, Text(zh=zh, en=en), suggestion)

    @classmethod
    def warning(cls, path: Where, zh: str, en: str) -> "Finding":
        return cls(path, Text(zh=zh, en=en), None, "warning")


def unknown(path: Where, kind_zh: str, kind_en: str, name: str, known: Iterable[str]) -> Finding:
    """`name` points at nothing; the nearest of `known` is suggested."""
    return Finding.error(
        path, f"没有叫“{name}”的{kind_zh}。", f'There is no {kind_en} called "{name}".', near(name, known)
    )
