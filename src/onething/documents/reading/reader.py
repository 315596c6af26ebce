"""Reads one file in this process: pages, sheets, text, type, fields. Runs inside the worker; see `pool` for the outside."""

import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from onething.core.clock import today
from onething.documents.engine import DETECT_SIDE, Engine, Reading, crop
from onething.documents.errors import problem
from onething.documents.fields.document_types import TypeSpec
from onething.documents.fields.gazetteer import Gazetteer, load_gazetteer
from onething.documents.files.codes import read_codes
from onething.documents.files.pages import Page, open_pages
from onething.documents.files.uploads import check_upload
from onething.documents.lines import Line, Pixels, Quad
from onething.documents.models import ReadCode, ReadDocument, ReadProblem, ReadSeal
from onething.documents.reading import upright
from onething.documents.reading.extract import Extractor, Sheet
from onething.documents.reading.layout import in_reading_order
from onething.documents.reading.quality import hopeless, is_blank, quality
from onething.documents.reading.seals import find_seals
from onething.documents.reading.split import Part, documents_on, key_times

LOOK_SIDE = 704
"""Longest side of the first look, which only asks where lines are and how they lie."""
PRINT_HEIGHT = 25.0
"""Height in pixels at which detection finds lines of print best for its cost."""
PREVIEW_SIDE = 1400
SMALL_PRINT = 9.0
"""Lines lower than this many pixels read badly; she is told to go nearer."""


MOST_TEXT = 20_000
WELL_KNOWN = 0.55
"""Share of a type's evidence below which the page is read a second time, with red print left on it."""


@dataclass
class Found:
    """A document read, with the JPEG of its upright page."""

    document: ReadDocument
    preview: bytes | None
    overleaf: bool = False
    """It goes on from the document before it."""


@dataclass(frozen=True)
class Look:
    """What was seen on one page before anything was understood; `sheet` None where nothing could be read."""

    sheet: Sheet | None
    problems: tuple[ReadProblem, ...] = ()
    picture: Pixels | None = None
    """What is shown of a page that could not be read."""
    turned: int = 0
    seals: tuple[ReadSeal, ...] = ()
    codes: tuple[ReadCode, ...] = ()
    exact: bool = False
    """Its text came with the file (PDF, OFD) and was not read from a picture."""


class PageReader:
    """An engine with the document types."""

    def __init__(self, engine: Engine, specs: Mapping[str, TypeSpec], gazetteer: Gazetteer | None = None) -> None:
        self.engine, self.specs = engine, specs
        self.gazetteer = gazetteer or load_gazetteer()

    def read(self, content: bytes, filename: str) -> list[Found]:
        """Every document in the file. Raises `Problem` when the file cannot be opened at all."""
        found: list[Found] = []
        for page in open_pages(content, filename):
            started = time.perf_counter()
            before = found[-1].document.type if found else None
            for item in self._read_page(page, filename, self.specs.get(before or "")):
                seconds = round(time.perf_counter() - started, 3)
                document = item.document.model_copy(update={"page": page.number, "seconds": seconds})
                if item.overleaf:
                    found[-1] = replace(found[-1], document=joined(found[-1].document, document))
                else:
                    found.append(Found(document, item.preview))
                started = time.perf_counter()
        told = about_the_file(content, [item.document for item in found])
        return [replace(item, document=document) for item, document in zip(found, told, strict=True)]

    def _read_page(self, page: Page, filename: str, before: TypeSpec | None = None) -> list[Found]:
        """`before`: the type of the document before it in the file, which may go on here."""
        return self.understand(self.look(page), filename, before)

    def look(self, page: Page) -> Look:
        """The upright page and every line of it, read; nothing of what they mean."""
        if page.lines:
            sheet = Sheet(page.pixels, page.pixels, list(page.lines))
            return Look(sheet, seals=find_seals(page.pixels), codes=read_codes(page.pixels), exact=True)
        if is_blank(page.pixels):
            return Look(None, (problem("empty_page", page=page.number + 1),))
        problems = quality(page.pixels)
        if hopeless(problems):
            return Look(None, tuple(problems), page.pixels)
        picture, turned, side, advice = self._straighten(page.pixels)
        problems += [problem(code, severity="warning") for code in advice]
        bleached = upright.bleach(picture)
        quads = self.engine.detect(bleached, side)
        if not quads:
            return Look(None, (*problems, problem("no_document")), picture)
        half, mirrored, known = self._lies(bleached, quads)
        if mirrored:
            problems.append(problem("mirrored", severity="warning"))
            quads = upright.mirror_quads(quads, bleached.shape[1])
            bleached, picture = upright.mirror(bleached), upright.mirror(picture)
        if half:
            height, width = bleached.shape[:2]
            quads = upright.turn_quads(quads, width, height)
            bleached, picture = upright.turn(bleached, 180), upright.turn(picture, 180)
            turned = (turned + 180) % 360
        sheet = Sheet(picture, bleached, self._lines(bleached, quads, known))
        parts = documents_on(sheet.lines, self.specs)
        if max((part.share for part in parts), default=0.0) < WELL_KNOWN:
            sheet = self._with_red(sheet, side, sum(part.share for part in parts))
        return Look(sheet, tuple(problems), turned=turned, seals=find_seals(sheet.plain), codes=read_codes(sheet.plain))

    def understand(self, look: Look, filename: str, before: TypeSpec | None = None) -> list[Found]:
        """The documents on a page that was looked at."""
        if look.sheet is None:
            empty = ReadDocument(file=filename, type=None, fields={}, problems=look.problems)
            return [Found(empty, jpeg(look.picture) if look.picture is not None else None)]
        return self._extract(look, look.sheet, filename, before)

    def _with_red(self, sheet: Sheet, side: int, share: float) -> Sheet:
        """Forms with red labels lose them with the seals: read once more with the red left, kept if that explains more."""
        even = upright.even(sheet.plain)
        lines = self._lines(even, self.engine.detect(even, side), {})
        if sum(part.share for part in documents_on(lines, self.specs)) <= share:
            return sheet
        return Sheet(sheet.plain, even, lines)

    def _straighten(self, picture: Pixels) -> tuple[Pixels, int, int, list[str]]:
        """The sheet cut out and its lines brought level; the quarter turn this took, in degrees clockwise; the longest
        side at which print is about `PRINT_HEIGHT` pixels high, for detection; advice: `cut_edge`, `small_print`.
        """
        quads = self.engine.detect(picture, LOOK_SIDE)
        if len(quads) < 4:
            quads = self.engine.detect(picture, DETECT_SIDE)
        if not quads:
            return picture, 0, DETECT_SIDE, []
        advice = ["cut_edge"] if upright.over_the_edge(quads, picture.shape[1], picture.shape[0]) else []
        corners = upright.find_sheet(picture, quads)
        if corners is not None:
            picture, matrix = upright.flatten(picture, corners)
            quads = upright.moved(quads, matrix)
        else:
            picture, quads = upright.trim(picture, quads)
        angle = upright.slant(quads) or 0.0
        print_height = float(np.percentile([upright.height(quad) for quad in quads], 35))
        if print_height < SMALL_PRINT:
            advice.append("small_print")
        side = round(max(picture.shape[:2]) * PRINT_HEIGHT / max(print_height, 1.0))
        quarter = (-round(angle / 90) * 90) % 360
        return upright.turn(picture, -angle), quarter, int(np.clip(side, 640, DETECT_SIDE)), advice

    def _lies(self, picture: Pixels, quads: Sequence[Quad]) -> tuple[bool, bool, dict[int, Reading]]:
        """Whether the page stands on its head, whether it is mirrored, and the lines read on the way, by index.

        Reads a few wide lines; only when that goes badly, reads them turned, then mirrored, and believes the surest
        reading. Only Chinese characters count: digits read well upside-down.
        """
        widest = sorted(range(len(quads)), key=lambda i: -float(np.linalg.norm(quads[i][1] - quads[i][0])))[:5]
        crops = [crop(picture, quads[i]) for i in widest]
        best, best_mean, best_sum = (False, False), 0.0, -1.0
        known: dict[int, Reading] = {}
        for half, mirrored in ((False, False), (True, False), (False, True), (True, True)):
            if best_mean > (0.93 if not half else 0.8) and best_sum > 3:
                break
            # A page on its head and mirrored is the same as one flipped top to bottom.
            rows, columns = -1 if half else 1, -1 if half != mirrored else 1
            readings = self.engine.recognise([np.ascontiguousarray(part[::rows, ::columns]) for part in crops])
            scores = _chinese(readings)
            total = sum(scores) - 0.4 * len(scores)
            if total > best_sum + (1.5 if mirrored else 0.0):
                best, best_mean, best_sum = (half, mirrored), float(np.mean(scores or [0.0])), total
                known = dict(zip(widest, readings, strict=True))
        return *best, known

    def _lines(self, picture: Pixels, quads: Sequence[Quad], known: Mapping[int, Reading]) -> list[Line]:
        wanted = [i for i in range(len(quads)) if i not in known]
        fresh = self.engine.recognise([crop(picture, quads[i]) for i in wanted])
        readings = {**known, **dict(zip(wanted, fresh, strict=True))}
        lines: list[Line] = []
        for i, quad in enumerate(quads):
            glyphs, matrix = readings[i]
            kept = [glyph for glyph in glyphs if glyph.char.strip()]
            if kept:
                lines.append(Line(quad, kept, matrix))
        return lines

    def _extract(self, look: Look, sheet: Sheet, filename: str, before: TypeSpec | None) -> list[Found]:
        """Every document on the page; one without type when none is known."""
        engine = None if look.exact else self.engine
        problems, turned, seals, codes = look.problems, look.turned, look.seals, look.codes
        preview = jpeg(sheet.plain)
        said = [code.text for code in codes]
        found: list[Found] = []
        parts = documents_on(sheet.lines, self.specs)
        overleaf = goes_on(before, parts, sheet.lines)
        for part in [Part(before, 0.0, sheet.lines)] if before is not None and overleaf else parts:
            own = Sheet(sheet.plain, sheet.bleached, part.lines)
            fields, told = Extractor(engine, part.spec, own, self.gazetteer, said).run(today())
            if part.spec.seal and not seals and engine is not None and not overleaf:
                told.append(problem("no_seal", severity="warning"))
            document = ReadDocument(
                file=filename, type=part.spec.id, fields=fields, problems=(*problems, *told),
                type_confidence=part.share, rotation=turned, seals=seals, codes=codes, text=text_of(part.lines),
            )  # fmt: skip
            found.append(Found(document, preview, overleaf))
        if not found:
            code = "unknown_document" if sum(len(line.glyphs) for line in sheet.lines) >= 12 else "no_document"
            told = (*problems, problem(code))
            document = ReadDocument(
                file=filename, type=None, fields={}, problems=told, rotation=turned, seals=seals, codes=codes,
                text=text_of(sheet.lines),
            )  # fmt: skip
            found.append(Found(document, preview))
        return found


MOST_OVERLEAF = 12
"""Characters below which a page is no page of a contract but a stray scan."""


def goes_on(before: TypeSpec | None, parts: Sequence[Part], lines: Sequence[Line]) -> bool:
    """Whether a page is a further page of the document before it: text without the heading of any document."""
    if before is None or before.pages != "many" or sum(len(line.glyphs) for line in lines) < MOST_OVERLEAF:
        return False
    return not parts or (len(parts) == 1 and parts[0].spec.id == before.id and not key_times(parts[0]))


def joined(first: ReadDocument, overleaf: ReadDocument) -> ReadDocument:
    """One document of several pages: what the first pages do not say, the next ones may."""
    fresh = {
        name: field.model_copy(update={"page": overleaf.page})
        for name, field in overleaf.fields.items() if name not in first.fields
    }  # fmt: skip
    told = [
        problem for problem in first.problems
        if not (problem.code == "missing" and problem.field in fresh) and not (problem.code == "no_seal" and overleaf.seals)
    ]  # fmt: skip
    known = {problem.code for problem in told}
    told += [
        problem for problem in overleaf.problems
        if (problem.field in fresh if problem.field else problem.code not in known)
    ]  # fmt: skip
    return first.model_copy(
        update={
            "fields": {**first.fields, **fresh}, "problems": tuple(told), "seals": (*first.seals, *overleaf.seals),
            "codes": (*first.codes, *overleaf.codes), "text": f"{first.text}\n{overleaf.text}"[:MOST_TEXT],
            "seconds": round(first.seconds + overleaf.seconds, 3),
        }
    )  # fmt: skip


def text_of(lines: Sequence[Line]) -> str:
    """The print row by row; pieces of one row are apart by a blank."""
    rows: list[str] = []
    last: Line | None = None
    for number in in_reading_order(lines):
        line = lines[number]
        same = last is not None and abs(float(line.quad[:, 1].mean() - last.quad[:, 1].mean())) < 0.5 * line.height
        if same and rows:
            rows[-1] += f" {line.text}"
        else:
            rows.append(line.text)
        last = line
    return "\n".join(rows)[:MOST_TEXT]


def about_the_file(content: bytes, documents: Sequence[ReadDocument]) -> list[ReadDocument]:
    """What can only be told of a whole upload: id cards of two people, active content in a PDF."""
    people = {
        field.value for document in documents if document.type == "id_card_front"
        for name, field in document.fields.items() if name == "id_number"
    }  # fmt: skip
    active = content[:1024].lstrip().startswith(b"%PDF-") and check_upload(content, "").active
    out: list[ReadDocument] = []
    for document in documents:
        told = list(document.problems)
        if len(people) > 1 and document.type in {"id_card_front", "id_card_back"}:
            told.append(problem("two_people", severity="warning"))
        if active:
            told.append(problem("active_content", severity="warning"))
        out.append(document.model_copy(update={"problems": tuple(told)}))
    return out


def _chinese(readings: Sequence[Reading]) -> list[float]:
    """Scores of the Chinese characters read."""
    return [glyph.score for glyphs, _ in readings for glyph in glyphs if "\u4e00" <= glyph.char <= "\u9fff"]


def jpeg(picture: Pixels) -> bytes:
    """A JPEG for showing, at most `PREVIEW_SIDE` long, without any metadata of the original."""
    image = Image.fromarray(picture)
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
