"""The assignment: labels to fields by their order on the page, then values to fields so that no print is used twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from onething.documents.fields.document_types import FieldSpec, TypeSpec
from onething.documents.lines import Line
from onething.documents.matching.candidates import Candidate, of_field
from onething.documents.matching.finder import Finder
from onething.documents.matching.labels import Mark
from onething.documents.matching.laws import by_law
from onething.documents.matching.rows import Char, rows_of
from onething.documents.matching.values import has_shape

CLEAR = 0.12
"""Of two places whose scores are nearer than this neither is certain."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field's value stands. `doubts`: codes of what makes the place itself uncertain."""

    chars: tuple[Char, ...]
    score: float
    margin: float
    road: str
    doubts: tuple[str, ...] = ()


def match(spec: TypeSpec, lines: Sequence[Line]) -> dict[str, Place]:
    """The place of every field that was found."""
    finder = Finder(spec, rows_of(lines))
    every: list[Candidate] = []
    for name, field in spec.fields.items():
        own, twin = _own_marks(finder, name, field)
        every += of_field(finder, name, field, own, twin)
    return _assigned(finder, [*every, *by_law(finder, every)])


def _own_marks(finder: Finder, name: str, field: FieldSpec) -> tuple[list[Mark], Mark | None]:
    """Labels that may be the field's: of wordings that several fields share, the one whose turn it is."""
    nth = field.anchors[0].nth if field.anchors else 1
    shared = {
        word for word in field.wordings
        if any(word in other.wordings for key, other in finder.spec.fields.items() if key != name)
        and any(other.anchors and other.anchors[0].nth != nth for key, other in finder.spec.fields.items() if key != name and word in other.wordings)
    }  # fmt: skip
    fenced = [mark for mark in finder.marks if mark.word in field.wordings and _inside_fences(finder, mark, field)]
    own = [mark for mark in fenced if mark.word not in shared]
    in_turn = [mark for mark in fenced if mark.word in shared]
    turns = sorted(in_turn, key=lambda mark: (mark.row, mark.first))
    picked = [turns[nth - 1]] if len(turns) >= nth else []
    if field.under and len(turns) == 1:
        picked = turns if _stands_under(finder, turns[0], field) else []
    order = {word: rank for rank, word in enumerate(field.wordings)}
    twin = turns[0] if nth == 2 and len(turns) == 1 else None
    return [*sorted(own, key=lambda m: (-m.quality, order[m.word], m.row)), *picked], twin


def _inside_fences(finder: Finder, mark: Mark, field: FieldSpec) -> bool:
    """Whether a label stands behind and before the labels its anchor names."""
    anchor = next((anchor for anchor in field.anchors if anchor.text == mark.word), None)
    if anchor is None or (anchor.after is None and anchor.before is None):
        return True
    at = (mark.row, mark.first)
    after = next(((m.row, m.first) for m in finder.marks if m.word == anchor.after), None)
    before = next(((m.row, m.first) for m in finder.marks if m.word == anchor.before), None)
    behind = anchor.after is None or (after is not None and at > after)
    return behind and (before is None or at < before)


def _stands_under(finder: Finder, mark: Mark, field: FieldSpec) -> bool:
    """Whether the nearest heading before a label, of all that part the form, is the field's own."""
    heads = {word for other in finder.spec.fields.values() for word in other.under}
    before = [m for m in finder.marks if m.word in heads and (m.row, m.first) < (mark.row, mark.first)]
    return not before or before[-1].word in field.under


def _joined(finder: Finder, one: Candidate) -> bool:
    """Whether free wording follows its label without colon or ground: what was cut off may be a piece of a longer label."""
    field, mark = finder.spec.fields[one.field], one.mark
    if mark is None or finder.running or has_shape(field) or field.kind in {"ethnicity", "word"}:
        return False
    first, label = one.chars[0], finder.rows[mark.row].chars[mark.last]
    return (
        first.line == label.line and first.glyph == label.glyph + 1 and first.left - label.right < 0.25 * first.height
    )


def _too_few(finder: Finder, mark: Mark) -> bool:
    """Whether the form prints a label several times of which fewer were found: the first found may be the second printed."""
    most = max((a.nth for f in finder.spec.fields.values() if mark.word in f.wordings for a in f.anchors), default=1)
    return most > 1 and sum(m.word == mark.word for m in finder.marks) < most


def _key(char: Char) -> tuple[int, int]:
    return char.line, char.glyph


def _assigned(finder: Finder, every: Sequence[Candidate]) -> dict[str, Place]:
    """Best first; what another field has taken more than a fifth of is no longer to be had."""
    out: dict[str, Place] = {}
    used: dict[tuple[int, int], str] = {}
    for one in sorted(every, key=lambda c: -c.score):
        if one.field in out:
            continue
        keys = [_key(char) for char in one.chars]
        if sum(key in used for key in keys) > 0.2 * len(keys):
            continue
        rivals = [
            c.score for c in every
            if c.field == one.field and c is not one and c.parsed.value != one.parsed.value
        ]  # fmt: skip
        margin = one.score - max(rivals, default=0.0)
        used.update(dict.fromkeys(keys, one.field))
        out[one.field] = Place(one.chars, one.score, margin, one.road, _doubts(finder, one, margin))
    return out


def _doubts(finder: Finder, one: Candidate, margin: float) -> tuple[str, ...]:
    found: list[str] = []
    if one.mark is not None and _too_few(finder, one.mark):
        found.append("label_missing")
    if one.road == "bare" and not one.parsed.checked:
        found.append("no_label")
    if one.mark is not None and one.mark.quality < 0.9 and not one.parsed.checked:
        found.append("label_garbled")
    if one.mark is not None and _joined(finder, one):
        found.append("joined")
    if margin < CLEAR and not one.parsed.checked:
        found.append("two_places")
    return tuple(found)
