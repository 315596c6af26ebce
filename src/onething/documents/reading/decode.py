"""Reading again under a check: the most probable number that the recogniser's matrix allows and the check accepts.

A beam search over the matrix of a line (connectionist temporal classification: Graves et al. 2006), restricted to the
characters the place allows. Used where plain reading fails a check digit; it never invents: the answer must be close
to what was seen, and clearly better than the next number that also passes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id, parse_uscc
from onething.documents.engine import Engine
from onething.documents.fields.values import luhn
from onething.documents.lines import Glyph

BEAM = 48
FLOOR = 1e-6
WEAK = 0.5
"""Below this a character counts as not really read."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`margin`: how many times more probable than the runner-up that passes too (infinite when there is none)."""

    text: str
    probability: float
    margin: float


def beam(matrix: NDArray[np.float32], columns: dict[str, int], longest: int) -> list[tuple[str, float]]:
    """Texts of at most `longest` characters over `columns` (character → matrix column), most probable first."""
    chars = list(columns)
    picked = matrix[:, [0, *columns.values()]].astype(np.float64) + FLOOR
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    for row in picked:
        grown: dict[str, list[float]] = {}
        for text, (blank, solid) in beams.items():
            here = grown.setdefault(text, [0.0, 0.0])
            here[0] += (blank + solid) * row[0]
            if text:
                here[1] += solid * row[1 + chars.index(text[-1])]
            if len(text) == longest:
                continue
            for column, char in enumerate(chars, 1):
                if row[column] < 1e-4:
                    continue
                start = blank if text and text[-1] == char else blank + solid
                if start:
                    grown.setdefault(text + char, [0.0, 0.0])[1] += start * row[column]
        best = sorted(grown.items(), key=lambda item: -sum(item[1]))[:BEAM]
        scale = sum(best[0][1]) or 1.0
        beams = {text: (pair[0] / scale, pair[1] / scale) for text, pair in best}
    total = sum(sum(pair) for pair in beams.values()) or 1.0
    return sorted(((text, sum(pair) / total) for text, pair in beams.items()), key=lambda item: -item[1])


def under_check(
    engine: Engine, matrix: NDArray[np.float32], alphabet: str, longest: int, accept: Callable[[str], bool]
) -> Decoded | None:
    """The best text over `alphabet` that `accept` takes, or None."""
    columns = {char: engine.index[char] for char in alphabet if char in engine.index}
    passing = [(text, p) for text, p in beam(matrix, columns, longest) if accept(text)]
    if not passing:
        return None
    margin = passing[0][1] / passing[1][1] if len(passing) > 1 else float("inf")
    return Decoded(passing[0][0], passing[0][1], margin)


def complete(glyphs: Sequence[Glyph], phrases: Sequence[str]) -> tuple[list[Glyph], list[str]]:
    """Glyphs with single weakly read characters completed to known wordings, and the phrases so completed.

    A character is only replaced when all others of the phrase are there and the phrase's own character is among the
    reader's runners-up for that place, or the reader was not at all sure of what it chose.
    """
    out, used = list(glyphs), list[str]()
    for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
        for start in range(len(out) - len(phrase) + 1):
            window = out[start : start + len(phrase)]
            text = "".join(glyph.char for glyph in window)
            wrong = [i for i, (a, b) in enumerate(zip(text, phrase, strict=True)) if a != b]
            if len(wrong) != 1 or text in phrases:
                continue
            seen = window[wrong[0]]
            wanted = phrase[wrong[0]]
            if any(char == wanted for char, _ in seen.others) or seen.score < WEAK:
                out[start + wrong[0]] = replace(seen, char=wanted)
                used.append(phrase)
    return out, used


def is_company_code(text: str) -> bool:
    try:
        parse_uscc(text)
    except InvalidIdentifierError:
        return False
    return True


def is_citizen_id(text: str) -> bool:
    try:
        parse_citizen_id(text)
    except InvalidIdentifierError:
        return False
    return True


CHECKED: dict[str, tuple[str, Callable[[str], bool]]] = {
    "citizen_id": ("0123456789X", is_citizen_id),
    "company_code": ("0123456789ABCDEFGHJKLMNPQRTUWXY", is_company_code),
    "bank_card": ("0123456789", lambda text: 16 <= len(text) <= 19 and luhn(text)),
}
"""Kinds that can be decoded again under a check: the characters they are written with, and the check."""
LONGEST = {"citizen_id": 18, "company_code": 18, "bank_card": 19}
