"""Numbers that Word counts by itself (第一条, （一）…): they are printed but stand nowhere in the text of the paragraph."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from onething.documents.prose.numerals import ordinal

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = frozenset({"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand"})  # fmt: skip
_DEPTH = 30


def _val(node: Any, name: str, default: str = "") -> str:
    found = node.find(f"{_W}{name}") if node is not None else None
    return default if found is None else str(found.get(f"{_W}val") or default)


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    words: str
    """`第%1条`."""
    start: int
    gap: str
    restarts: bool


@dataclass(slots=True)
class Numbers:
    """Counts on as paragraphs are asked for in their order. Lists of one abstract definition count together, as in Word."""

    levels: dict[tuple[str, int], _Level] = field(default_factory=dict[tuple[str, int], _Level])
    """(list, level) → how it looks."""
    abstract: dict[str, str] = field(default_factory=dict[str, str])
    starts: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    """Where a list begins anew."""
    styles: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    counts: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    begun: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    @classmethod
    def of(cls, document: Any) -> "Numbers":
        """Of a document of python-docx; without numbering nothing is ever counted."""
        made = cls()
        part = next((r.target_part for r in document.part.rels.values() if not r.is_external and r.reltype.endswith("/numbering")), None)  # fmt: skip
        if part is not None:
            made._read(part.element)
        for style in document.styles.element.findall(f"{_W}style"):
            made._style(style, document.styles.element)
        return made

    def _read(self, root: Any) -> None:
        shapes = {str(each.get(f"{_W}abstractNumId")): each for each in root.findall(f"{_W}abstractNum")}
        for each in root.findall(f"{_W}num"):
            name, abstract = str(each.get(f"{_W}numId")), _val(each, "abstractNumId")
            self.abstract[name] = abstract
            for level in shapes[abstract].findall(f"{_W}lvl") if abstract in shapes else ():
                self._level(name, level)
            for change in each.findall(f"{_W}lvlOverride"):
                if (level := change.find(f"{_W}lvl")) is not None:
                    self._level(name, level)
                if start := _val(change, "startOverride"):
                    self.starts[name, int(change.get(f"{_W}ilvl"))] = int(start)

    def _level(self, name: str, level: Any) -> None:
        self.levels[name, int(level.get(f"{_W}ilvl"))] = _Level(
            _val(level, "numFmt", "decimal"), _val(level, "lvlText"), int(_val(level, "start", "1")),
            "" if _val(level, "suff", "tab") == "nothing" else " ", _val(level, "lvlRestart", "1") != "0",
        )  # fmt: skip

    def _style(self, style: Any, root: Any) -> None:
        """The list of a style, its own or that of a style it is based on."""
        at, by_id = style, {str(each.get(f"{_W}styleId")): each for each in root.findall(f"{_W}style")}
        for _ in range(_DEPTH):
            if (found := _list_of(at)) is not None:
                self.styles[str(style.get(f"{_W}styleId"))] = found
                return
            at = by_id.get(_val(at, "basedOn"))
            if at is None:
                return

    def label(self, paragraph: Any) -> str:
        """What Word prints before a paragraph; empty for one without a number and for bullets."""
        found = _list_of(paragraph) or self.styles.get(_val(paragraph.find(f"{_W}pPr"), "pStyle"))
        if found is None or found[0] == "0" or found not in self.levels:
            return ""
        name, depth = found
        level, abstract = self.levels[found], self.abstract[name]
        before = self.counts.get((abstract, depth))
        if (name, depth) in self.starts and (name, depth) not in self.begun:
            before = self.starts[name, depth] - 1
        self.begun.add((name, depth))
        self.counts[abstract, depth] = level.start if before is None else before + 1
        for deeper in range(depth + 1, 9):
            if (below := self.levels.get((name, deeper))) is not None and below.restarts:
                self.counts.pop((abstract, deeper), None)
        return "" if level.format in ("bullet", "none") else self._printed(name, level) + level.gap

    def _printed(self, name: str, level: _Level) -> str:
        def one(found: re.Match[str]) -> str:
            depth = int(found[1]) - 1
            shape = self.levels.get((name, depth))
            count = self.counts.get((self.abstract[name], depth), shape.start if shape else 1)
            return _as(shape.format if shape else "decimal", count)

        return re.sub(r"%([1-9])", one, level.words)


def _list_of(node: Any) -> tuple[str, int] | None:
    properties = node.find(f"{_W}pPr")
    found = properties.find(f"{_W}numPr") if properties is not None else None
    name = _val(found, "numId")
    return (name, int(_val(found, "ilvl", "0"))) if name else None


def _as(shape: str, count: int) -> str:
    if shape in _CHINESE and count > 0:
        return ordinal(count)
    if shape in ("lowerLetter", "upperLetter") and 0 < count <= 26:
        return chr((97 if shape == "lowerLetter" else 65) + count - 1)
    if shape in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        said = "".join(_roman(count))
        return said if shape == "lowerRoman" else said.upper()
    return str(count)


def _roman(count: int) -> Iterator[str]:
    for value, letters in ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):  # fmt: skip
        yield letters * (count // value)
        count %= value
