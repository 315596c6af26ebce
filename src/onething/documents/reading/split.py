"""Which documents are on a page, and which lines belong to each: a copy of both sides of a card, two cards on one sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onething.documents.fields.document_types import TypeSpec
from onething.documents.lines import Line
from onething.documents.matching.kinds import has_what_it_needs, weigh
from onething.documents.matching.rows import rows_of
from onething.documents.reading.layout import Layout, Mark

MOST = 6
"""Documents looked for on one page."""


@dataclass(frozen=True)
class Part:
    """One document on a page: its type, how much of the type's evidence was found (0–1), its lines."""

    spec: TypeSpec
    share: float
    lines: list[Line]


@dataclass(frozen=True)
class _Guess:
    spec: TypeSpec
    marks: list[Mark]
    weight: float

    @property
    def score(self) -> float:
        """What explains more of the print is the better guess, so labels found count too."""
        return self.weight + 0.5 * len({mark.word for mark in self.marks}.intersection(self.spec.anchored))


def documents_on(lines: Sequence[Line], specs: Mapping[str, TypeSpec], depth: int = 3) -> list[Part]:
    """The documents on a page in reading order; empty when no type has enough evidence.

    Papers that lie beside or under each other with clear ground between them are told apart by that ground first; only
    when that finds nothing do their labels decide.
    """
    whole = _by_labels(lines, specs)
    if depth == 3:
        whole = _whole_page(lines, specs, whole)
    if depth and len(lines) >= 6 and (len(whole) > 1 or any(key_times(part) > 1 for part in whole)):
        for one, two in _cuts(lines):
            parts = [documents_on(side, specs, depth - 1) for side in (one, two)]
            if all(parts) and all(_stands_alone(part) for side in parts for part in side):
                apart = [part for side in parts for part in side][:MOST]
                if len(apart) >= len(whole):
                    return apart
    return whole


def _whole_page(lines: Sequence[Line], specs: Mapping[str, TypeSpec], found: list[Part]) -> list[Part]:
    """What labels said, held against all signs of the whole page: none of ours, another kind, or one where labels said nothing."""
    said = "\n".join(row.text for row in rows_of(lines))
    found = [part for part in found if has_what_it_needs(part.spec, said)]
    weighed = weigh(lines, specs)
    spec = specs[weighed.kind] if weighed.kind is not None else None
    if spec is not None and weighed.titled and (spec.running or spec.pages == "many"):
        return [Part(spec, weighed.share, list(lines))]  # a contract names two people, and is no two cards
    if len(found) > 1 and len({part.spec.id for part in found}) < len(found):
        return found
    if weighed.other:
        return []
    if spec is not None and (not found or (weighed.titled and spec.id not in {part.spec.id for part in found})):
        return [Part(spec, weighed.share, list(lines))]
    return found


def key_times(part: Part) -> int:
    """How often the weightiest word of the type stands there; each paper of the type has it once."""
    key = max(part.spec.recognise, key=lambda word: part.spec.recognise[word])
    return sum(mark.word == key for mark in _marks(part.lines, part.spec))


def _stands_alone(part: Part) -> bool:
    """Half of a card is no card: the weightiest word of its type must be on it, and most of the type's evidence."""
    return key_times(part) > 0 and part.share >= 0.5


def _cuts(lines: Sequence[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Ways to part the lines by an empty strip from edge to edge, the widest first."""
    found: list[tuple[float, list[Line], list[Line]]] = []
    height = float(np.median([line.height for line in lines]))
    for axis in (0, 1):
        spans = sorted(
            (float(line.quad[:, axis].min()), float(line.quad[:, axis].max()), i) for i, line in enumerate(lines)
        )
        reached = spans[0][1]
        for at, (start, end, _) in enumerate(spans):
            if start - reached > 1.2 * height:
                sides = [lines[i] for *_, i in spans[:at]], [lines[i] for *_, i in spans[at:]]
                if min(map(len, sides)) >= 3:
                    found.append((start - reached, *sides))
            reached = max(reached, end)
    return [(one, two) for _, one, two in sorted(found, key=lambda cut: -cut[0])[:4]]


def _by_labels(lines: Sequence[Line], specs: Mapping[str, TypeSpec]) -> list[Part]:
    """The documents told apart by their printed words alone."""
    used: set[int] = set()
    chosen: list[list[Mark]] = []
    kinds: list[tuple[TypeSpec, float]] = []
    found = {spec.id: _marks(lines, spec) for spec in specs.values()}
    while len(kinds) < MOST:
        guesses = [_guess(specs[name], marks, used) for name, marks in found.items()]
        best = max((g for g in guesses if g.weight >= g.spec.enough), key=lambda g: g.score, default=None)
        if best is None:
            break
        share = min(1.0, best.weight / sum(best.spec.recognise.values()))
        for group in _repeats(best.marks, best.spec):
            chosen.append(group)
            kinds.append((best.spec, round(share, 3)))
        used |= {mark.line for mark in best.marks}
    if not kinds:
        return []
    if len(kinds) == 1:
        return [Part(*kinds[0], list(lines))]
    parts = _share_out(lines, chosen)
    return [Part(spec, share, part) for (spec, share), part in zip(kinds, parts, strict=True)]


def _marks(lines: Sequence[Line], spec: TypeSpec) -> list[Mark]:
    words = {*spec.recognise, *spec.against, *spec.anchored}
    anywhere = frozenset(word for word in spec.recognise if len(word) >= 3).difference(spec.anchored)
    return Layout(lines, sorted(words, key=lambda word: (-len(word), word)), anywhere).marks


def _guess(spec: TypeSpec, marks: Sequence[Mark], used: set[int]) -> _Guess:
    """A type by the marks on lines that no other document has claimed."""
    free = [mark for mark in marks if mark.line not in used]
    words = {mark.word for mark in free}
    ruled_out = bool(words.intersection(spec.against))
    weight = 0.0 if ruled_out else sum(weight for word, weight in spec.recognise.items() if word in words)
    return _Guess(spec, free, weight)


def _repeats(marks: Sequence[Mark], spec: TypeSpec) -> list[list[Mark]]:
    """Marks cut where the same form begins again below: its weightiest word can stand on it only once."""
    key = max(spec.recognise, key=lambda word: spec.recognise[word])
    times = sum(mark.word == key for mark in marks)
    anchors = [anchor.text for field in spec.fields.values() for anchor in field.anchors]
    first = next((mark.word for mark in marks if anchors.count(mark.word) == 1), None)
    if times < 2 or first is None or sum(mark.word == first for mark in marks) != times:
        return [list(marks)]
    groups: list[list[Mark]] = []
    for mark in marks:
        if mark.word == first or not groups:
            groups.append([])
        groups[-1].append(mark)
    return groups if all(any(mark.word == key for mark in group) for group in groups) else [list(marks)]


def _share_out(lines: Sequence[Line], groups: Sequence[Sequence[Mark]]) -> list[list[Line]]:
    """Every line to the document whose labels' frame it is in, or nearest to."""
    frames = [_frame([lines[mark.line] for mark in group]) for group in groups]
    parts: list[list[Line]] = [[] for _ in groups]
    for line in lines:
        x, y = (float(v) for v in line.quad.mean(axis=0))
        away = [max(left - x, x - right, 0.0) + max(top - y, y - bottom, 0.0) for left, top, right, bottom in frames]
        parts[int(np.argmin(away))].append(line)
    return parts


def _frame(lines: Sequence[Line]) -> tuple[float, float, float, float]:
    points = np.concatenate([line.quad for line in lines])
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
