"""From lines on an upright page to the fields of one document type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import cv2
import numpy as np

from onething.documents.engine import Engine, crop
from onething.documents.errors import problem
from onething.documents.fields.consistency import Draft, Drafts, apply_rules, compare_codes
from onething.documents.fields.document_types import FieldSpec, TypeSpec
from onething.documents.fields.gazetteer import Gazetteer, load_gazetteer
from onething.documents.fields.values import Parsed, parse, plausible
from onething.documents.lines import Glyph, Line, Pixels
from onething.documents.matching.candidates import joined
from onething.documents.matching.doubts import of_value
from onething.documents.matching.match import Place, match
from onething.documents.models import Box, Correction, ReadField, ReadProblem, Reason
from onething.documents.reading import decode
from onething.documents.reading.layout import Layout, Segment

SURE, SURE_BOTH = 0.8, 0.45
"""Two equal readings are believed only if the least certain character is this probable in the better, in both."""

FREE = frozenset({"person_name", "address", "organisation", "text"})
FIRM = 0.9
"""Free wording whose least certain character was below this in either of two equal readings is read a third time."""

STROKES = frozenset("一二三")
"""In a name over a ruled line these turn into each other in every reading (一 over the rule reads 二): never certain."""


@dataclass(frozen=True)
class Sheet:
    """An upright page: in colour, without seals, and its lines."""

    plain: Pixels
    bleached: Pixels
    lines: list[Line]

    @cached_property
    def red(self) -> Pixels:
        """The red channel as it is: another rendering, to read from a second time."""
        return np.repeat(self.plain[..., :1], 3, axis=2)

    @cached_property
    def soft(self) -> Pixels:
        """The page without seals, smoothed against noise."""
        return np.asarray(cv2.GaussianBlur(self.bleached, (0, 0), 0.8), np.uint8)


class Extractor:
    """Reads the fields of one type from one sheet. `engine` None: the text is exact (PDF), nothing is read twice."""

    def __init__(
        self,
        engine: Engine | None,
        spec: TypeSpec,
        sheet: Sheet,
        gazetteer: Gazetteer | None = None,
        codes: Sequence[str] = (),
    ) -> None:
        """`codes`: what QR and bar codes on the sheet say."""
        self.engine, self.spec, self.sheet, self.codes = engine, spec, sheet, codes
        self.gazetteer = gazetteer or load_gazetteer()
        self.layout = Layout(sheet.lines, ())
        self.places = match(spec, sheet.lines)

    def run(self, today: date) -> tuple[dict[str, ReadField], list[ReadProblem]]:
        drafts: Drafts = {}
        places: dict[str, list[Segment]] = {}
        for name, spec in self.spec.fields.items():
            segments = self._place(name)
            draft = self._draft(name, spec, segments)
            if draft is not None:
                draft.doubts += [*self._misplaced(spec, draft.value), *self.places[name].doubts]
                drafts[name], places[name] = draft, segments
        self._read_twice(drafts, places)
        if self.engine is not None:
            for name, draft in drafts.items():
                draft.doubts += of_value(draft.value, self.spec.fields[name], self.gazetteer)
        found = compare_codes(self.spec, drafts, self.codes) + apply_rules(self.spec, drafts, today)
        fields = {name: _finish(drafts[name]) for name in self.spec.fields if name in drafts}
        return fields, found + self._tell(drafts, fields, {p.field for p in found})

    def _place(self, name: str) -> list[Segment]:
        place = self.places.get(name)
        return segments_of(place) if place is not None else []

    def _misplaced(self, spec: FieldSpec, value: str) -> list[str]:
        """Doubts about where the value was taken from, which equal readings of the same place cannot dispel."""
        out: list[str] = []
        if self.engine and spec.kind in {"address", "organisation"} and self.gazetteer.lacks_its_head(value):
            out.append("cut")
        return out

    def _draft(self, name: str, spec: FieldSpec, segments: list[Segment]) -> Draft | None:
        glyphs = self.layout.glyphs(segments)
        if not glyphs:
            return None
        if spec.many:
            glyphs = self._parted(name, glyphs)
        text = "".join(glyph.char for glyph in glyphs)
        parsed, completed = self._parse(spec, glyphs)
        scores = _scores(glyphs)
        corrections = list(parsed.corrections)
        if completed and parsed.value is not None and parsed.value not in text:
            corrections.append(Correction(before=text, after=parsed.value, reason=completed))
        checked = parsed.checked
        if spec.kind in decode.CHECKED and parsed.fault and self.engine is not None:
            mended = self._decode(spec.kind, segments[0])
            if mended is not None:
                seen = parsed.value or text
                corrections = [Correction(before=seen, after=mended.text, reason="checksum")]
                parsed = Parsed(mended.text)
        if parsed.value is None:
            return None
        return Draft(
            name, spec.label, parsed.value, float(np.mean(scores)), checked, self.engine is None,
            self._box(segments), corrections, [parsed.fault] if parsed.fault else [], float(min(scores)),
        )  # fmt: skip

    def _parted(self, name: str, glyphs: list[Glyph]) -> list[Glyph]:
        """Several names in one place, parted by 、 where there is ground between them."""
        parted, at = joined(self.places[name].chars, self.spec.fields[name]), iter(glyphs)
        sure = [glyph.char for glyph in glyphs]
        return [
            next(at) if char != "、" or (sure and "、" in sure) else Glyph("、", 1.0, 0.0, 0.0, 0) for char in parted
        ] if len(parted) - parted.count("、") + sure.count("、") == len(glyphs) else glyphs  # fmt: skip

    def _parse(self, spec: FieldSpec, glyphs: Sequence[Glyph]) -> tuple[Parsed, Reason | None]:
        """The value, and the reason code when characters were completed to a known wording or place."""
        completed, phrases = decode.complete(glyphs, spec.phrases)
        places: list[str] = []
        if spec.kind in {"address", "organisation"}:
            completed, places = self.gazetteer.complete(completed)
        inner = spec.model_copy(update={"pick": None}) if spec.where == "text" else spec
        parsed = parse("".join(glyph.char for glyph in completed), inner)
        return parsed, "vocabulary" if phrases else "gazetteer" if places else None

    def _decode(self, kind: str, segment: Segment) -> decode.Decoded | None:
        line = self.sheet.lines[segment.line]
        if line.matrix is None or self.engine is None:
            return None
        start = line.glyphs[segment.first - 1].step + 1 if segment.first else 0
        end = line.glyphs[segment.last + 1].step if segment.last + 1 < len(line.glyphs) else len(line.matrix)
        alphabet, accept = decode.CHECKED[kind]
        found = decode.under_check(self.engine, line.matrix[start:end], alphabet, decode.LONGEST[kind], accept)
        return found if found is not None and found.margin >= 3 and found.probability > 1e-4 else None

    def _box(self, segments: Sequence[Segment]) -> Box:
        points = np.concatenate([self.layout.quad(segment) for segment in segments])
        height, width = self.sheet.plain.shape[:2]
        left, top = points.min(axis=0)
        right, bottom = points.max(axis=0)
        share = [left / width, top / height, (right - left) / width, (bottom - top) / height]
        return tuple(round(float(min(max(v, 0.0), 1.0)), 4) for v in share)  # type: ignore[return-value]

    def _read_twice(self, drafts: Drafts, places: Mapping[str, list[Segment]]) -> None:
        """A second reading, from another rendering and another crop, of every value that no check vouches for; a third
        where the two differ.
        """
        if self.engine is None:
            return
        wanted = [name for name, draft in drafts.items() if not draft.checked]
        second = self._readings(wanted, places, self.sheet.red, 0.08)
        for name in wanted:
            self._compare(drafts[name], self.spec.fields[name], second[name])
        open_ones = [name for name in wanted if not drafts[name].agreed and not drafts[name].checked]
        weak = [name for name in wanted if drafts[name].agreed and self._is_weak(drafts[name], self.spec.fields[name])]
        third = self._readings([*open_ones, *weak], places, self.sheet.soft, 0.04)
        for name in weak:
            if self._again(self.spec.fields[name], third[name]).value != drafts[name].value:
                drafts[name].doubts.append("readings_differ")
        for name in open_ones:
            self._decide(drafts[name], self.spec.fields[name], second[name], third[name])

    @staticmethod
    def _is_weak(draft: Draft, spec: FieldSpec) -> bool:
        """Words of no list, read alike twice but once with doubt: a blurred character is misread alike again and again."""
        return spec.kind in FREE and draft.seen is not None and min(draft.seen) < FIRM

    def _readings(
        self, names: Sequence[str], places: Mapping[str, list[Segment]], picture: Pixels, pad: float
    ) -> dict[str, list[Glyph]]:
        """The values' places read again from `picture`, by field."""
        assert self.engine is not None  # noqa: S101 - callers have looked
        crops = [crop(picture, self.layout.quad(segment), pad) for name in names for segment in places[name]]
        readings = iter(self.engine.recognise(crops)) if crops else iter(())
        return {name: [glyph for _ in places[name] for glyph in next(readings)[0]] for name in names}

    def _again(self, spec: FieldSpec, glyphs: list[Glyph]) -> Parsed:
        return self._parse(spec, glyphs)[0]

    def _compare(self, draft: Draft, spec: FieldSpec, glyphs: list[Glyph]) -> None:
        parsed = self._again(spec, glyphs)
        if parsed.value == draft.value:
            lowest = min(_scores(glyphs))
            sure = max(draft.lowest, lowest) >= SURE and min(draft.lowest, lowest) >= SURE_BOTH
            draft.agreed = sure and not (spec.kind == "person_name" and STROKES.intersection(draft.value))
            draft.seen = (draft.lowest, lowest)
            draft.lowest = max(draft.lowest, lowest)
            draft.checked = draft.checked or parsed.checked

    def _decide(self, draft: Draft, spec: FieldSpec, second: list[Glyph], third: list[Glyph]) -> None:
        """Two readings differed: the value most of three agree on, else the surest; it stays uncertain."""
        first = 0.0 if draft.doubts else (1.05 + draft.lowest) * plausible(draft.value, spec)
        votes: dict[str, float] = {draft.value: first}
        faultless = set[str]() if draft.doubts else {draft.value}
        for glyphs in (second, third):
            parsed = self._again(spec, glyphs)
            if parsed.value is not None:
                weight = 0.1 if parsed.fault else (1.0 + min(_scores(glyphs))) * plausible(parsed.value, spec)
                votes[parsed.value] = votes.get(parsed.value, 0.0) + weight
                if not parsed.fault:
                    faultless.add(parsed.value)
        best = max(votes, key=lambda value: votes[value])
        if best in faultless:
            draft.doubts = []
        draft.mend(best, "second_reading")
        draft.doubts.append("readings_differ")

    def _tell(self, drafts: Drafts, fields: Mapping[str, ReadField], told: set[str | None]) -> list[ReadProblem]:
        """Problems of single fields that no rule has told already."""
        out: list[ReadProblem] = []
        for name, spec in self.spec.fields.items():
            if name in told:
                continue
            if name not in drafts:
                if not spec.optional:
                    out.append(problem("missing", field=name, label=spec.label))
                continue
            doubts = set(drafts[name].doubts)
            if "checksum" in doubts:
                out.append(problem("checksum", field=name, label=spec.label))
            elif "future" in doubts:
                out.append(problem("future_date", field=name, label=spec.label))
            elif "range" in doubts:
                out.append(problem("range", field=name, label=spec.label, severity="warning"))
            elif doubts & {"length", "characters", "date", "time", "pattern", "vocabulary", "amount"}:
                out.append(problem("malformed", field=name, label=spec.label))
            elif not fields[name].certain:
                out.append(problem("uncertain", field=name, label=spec.label, severity="warning"))
        return out


def segments_of(place: Place) -> list[Segment]:
    """A place as stretches of the page's lines, in reading order."""
    out: list[Segment] = []
    for char in place.chars:
        if out and out[-1].line == char.line and out[-1].last + 1 == char.glyph:
            out[-1] = Segment(char.line, out[-1].first, char.glyph)
        else:
            out.append(Segment(char.line, char.glyph, char.glyph))
    return out


def _scores(glyphs: Sequence[Glyph]) -> list[float]:
    return [glyph.score for glyph in glyphs] or [0.0]


def _finish(draft: Draft) -> ReadField:
    certain = (draft.checked or draft.agreed) and not draft.doubts
    return ReadField(
        value=draft.value, confidence=round(min(1.0, draft.confidence), 4), certain=certain, box=draft.box,
        corrections=tuple(draft.corrections),
    )  # fmt: skip
