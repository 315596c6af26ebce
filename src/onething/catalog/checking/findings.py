"""What the parts of the check say, before it is known on which line it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    fatal: bool = True
    """A package that has it cannot be served. What was served before is not refused for what only a careful check sees: that is
    an error of `catalog check` alone."""
    file: str = ""
    line: int = 0
    """Where it stands, for files that are no part of `City`: rules, drafts, scripts."""

    @classmethod
    def error(cls, path: Where, zh: str, en: str, suggestion: str | None = None) -> "Finding":
        return cls(path, Text(zh=zh, en=en), suggestion)

    @classmethod
    def fault(
        cls, path: Where, zh: str, en: str, suggestion: str | None = None, file: str = "", line: int = 0
    ) -> "Finding":
        """An error that the check tells and that does not stop a city which is being served."""
        return cls(path, Text(zh=zh, en=en), suggestion, fatal=False, file=file, line=line)

    @classmethod
    def warning(cls, path: Where, zh: str, en: str) -> "Finding":
        return cls(path, Text(zh=zh, en=en), None, "warning")


def unknown(path: Where, kind_zh: str, kind_en: str, name: str, known: Iterable[str]) -> Finding:
    """`name` points at nothing; the nearest of `known` is suggested, or some of them are named."""
    names = list(known)
    meant = near(name, names)
    some = names if meant is None else []
    zh, en = listed_words(some)
    return Finding.error(path, f"没有叫“{name}”的{kind_zh}。{zh}", f'There is no {kind_en} called "{name}".{en}', meant)


def strange(path: Where, kind_zh: str, kind_en: str, name: str, known: Iterable[str]) -> Finding:
    """As `unknown`, for what only the check tells."""
    return replace(unknown(path, kind_zh, kind_en, name, known), fatal=False)


def listed_words(names: list[str], most: int = 8) -> tuple[str, str]:
    """What there is, as a second sentence: so that nobody has to look for it."""
    if not names:
        return "", ""
    shown, more = names[:most], len(names) > most
    return f"已有:{'、'.join(shown)}{'…' if more else ''}。", f" There are: {', '.join(shown)}{' …' if more else ''}."
