"""Which kind of paper a page is, by several signs that do not hang on each other: heading, words, numbers; or that it is none of ours."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rapidfuzz.fuzz import partial_ratio

from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id
from onething.documents.fields.document_types import TypeSpec
from onething.documents.fields.values import luhn
from onething.documents.lines import Line
from onething.documents.matching.rows import Row, rows_of

TITLE = 3.0
"""Weight of a heading; of the same words in a sentence a third."""
LEAST, AHEAD = 3.9, 0.8
"""A kind needs so much in all, and so much more than the next one; otherwise nobody can tell."""
NEAR = 79
"""Likeness in per cent from which a word of four characters or more counts although a character was misread."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """`kind` None: cannot tell. `other`: the heading names a paper that is none of ours. `titled`: the kind's own heading stands there."""

    kind: str | None
    share: float = 0.0
    titled: bool = False
    other: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """A paper that is none of ours: its headings, and words that only it bears."""

    titles: tuple[str, ...]
    words: tuple[str, ...]


@lru_cache(maxsize=1)
def others() -> tuple[Other, ...]:
    """Papers that are not read here, so that they are not taken for one that is."""
    data: Any = yaml.safe_load((Path(__file__).parent.parent / "fields" / "others.yaml").read_text(encoding="utf-8"))
    return tuple(Other(tuple(entry["titles"]), tuple(entry.get("words", ()))) for entry in data)


def weigh(lines: Sequence[Line], specs: Mapping[str, TypeSpec]) -> Weighed:
    """Judges one page."""
    rows = rows_of(lines)
    if not rows:
        return Weighed(None)
    text = "\n".join(row.text for row in rows)
    heads = _headings(rows, lines)
    rare, begun = _rarity(specs), _beginnings(rows)
    scores: dict[str, float] = {}
    titled: dict[str, float] = {}
    for spec in specs.values():
        titled[spec.id] = max((_as_heading(title, heads, text) for title in spec.titles), default=0.0)
        scores[spec.id] = titled[spec.id] + _words(spec, text) + _numbers(spec, text) + _labels(spec, begun, rare)
    ranked = sorted(scores, key=lambda kind: -scores[kind])
    best = ranked[0]
    own = max((len(title) for title in specs[best].titles if _as_heading(title, heads, text) >= TITLE), default=0)
    for other in others():
        head = max((len(title) for title in other.titles if _as_heading(title, heads, text) >= TITLE), default=0)
        words = sum(word in text for word in other.words)
        if head > own or (head and words >= 2) or (words >= 2 and not own) or words >= 4:
            return Weighed(None, other=True)
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    if scores[best] < LEAST or scores[best] - second < AHEAD:
        return Weighed(None)
    return Weighed(best, round(min(1.0, scores[best] / 8), 3), titled[best] >= TITLE)


def _headings(rows: Sequence[Row], lines: Sequence[Line]) -> list[str]:
    """Lines that may be a heading: short, and high up or in larger print."""
    usual = float(np.median([line.height for line in lines if line.glyphs]))
    last = max(3, int(0.3 * len(rows)))
    out: list[str] = []
    for row in rows:
        pieces: dict[int, list[Any]] = {}
        for char in row.chars:
            pieces.setdefault(char.line, []).append(char)
        for chars in pieces.values():
            text = "".join(char.char for char in chars)
            large = chars[0].height > 1.25 * usual
            if len(text) <= 26 and (row.number < last or large):
                out.append(text)
        if len(pieces) > 1 and len(row.text) <= 14 and row.number < last:
            out.append(row.text)
    return out


def _as_heading(title: str, heads: Sequence[str], text: str) -> float:
    """`TITLE` where it stands as a heading, a third where only in the text."""
    for head in heads:
        at = head.find(title)
        if at >= 0 and len(head) <= len(title) + 14:
            return TITLE + 0.1 * len(title)
        if (
            len(title) >= 4
            and len(head) <= len(title) + 3
            and len(head) >= len(title) - 1
            and partial_ratio(title, head) >= NEAR - 5
        ):
            return TITLE
    return TITLE / 3 if title in text else 0.0


def has_what_it_needs(spec: TypeSpec, text: str) -> bool:
    """Whether what tells it from a kind with the same labels stands there, read without fault."""
    return not spec.needs or any(word in text for word in spec.needs)


def _words(spec: TypeSpec, text: str) -> float:
    if any(word in text for word in spec.against):
        return -3.0
    if not has_what_it_needs(spec, text):
        return -3.0
    found = 0.0
    for word, weight in {**spec.recognise, **spec.signs}.items():
        if word in text:
            found += weight
        elif len(word) >= 4 and partial_ratio(word, text) >= NEAR - 5:
            found += 0.6 * weight
    return min(found, 8.0)


def _rarity(specs: Mapping[str, TypeSpec]) -> dict[str, float]:
    """How much a label tells: little where many kinds of paper bear it."""
    kinds = Counter(word for spec in specs.values() for word in {w for f in spec.fields.values() for w in f.wordings})
    return {word: 1.0 / times for word, times in kinds.items()}


def _beginnings(rows: Sequence[Row]) -> frozenset[str]:
    """What pieces of the page begin with, up to ten characters, row by row and behind ground or signs."""
    out: set[str] = set()
    for row in rows:
        for i in range(len(row.chars)):
            if (
                i == 0
                or row.gap(i) > 0.5
                or row.text[i - 1] in ":;,。、("
                or row.chars[i].line != row.chars[i - 1].line
            ):
                out.update(row.text[i : i + length] for length in range(2, 11))
    return frozenset(out)


def _labels(spec: TypeSpec, begun: frozenset[str], rare: Mapping[str, float]) -> float:
    """How many of the kind's fields have a label here, each counted by what it tells."""
    found = sum(max((rare[w] for w in f.wordings if w in begun), default=0.0) for f in spec.fields.values())
    return min(0.8 * found, 4.0)


def _numbers(spec: TypeSpec, text: str) -> float:
    """Numbers that only such a paper bears."""
    kinds = {field.kind for field in spec.fields.values()}
    found = 0.0
    if "bank_card" in kinds and any(
        16 <= len(n) <= 19 and luhn(n) and not _is_citizen(n)
        for n in re.findall(r"(?<![0-9])[0-9]{16,19}(?![0-9A-Za-z])", text)
    ):
        found += 2.0
    if spec.fields.get("id_number") is not None and any(_is_citizen(n) for n in re.findall(r"[0-9]{17}[0-9Xx]", text)):
        found += 0.7
    return found


def _is_citizen(number: str) -> bool:
    try:
        parse_citizen_id(number.upper())
    except InvalidIdentifierError:
        return False
    return True
