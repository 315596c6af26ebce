"""Text into lines: wrapping, justified labels, widened values, vertical setting; every run's place is noted."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageColor, ImageDraw

from onething.sandbox.studio.families.faces import SHAPED, advance
from onething.sandbox.studio.families.markup import Run
from onething.sandbox.studio.families.models import Box, Piece
from onething.sandbox.studio.families.pens import put, width

_ATOM = re.compile(r"[A-Za-z0-9.,\-*/:¥%@]+|\s|.", re.DOTALL)
_NEVER_FIRST = set("，。；：、）》」！？)%")


def colour(name: str) -> tuple[int, int, int]:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


@dataclass(frozen=True)
class Style:
    """How one kind of run is set; sizes in pixels."""

    role: str
    size: int
    ink: tuple[int, int, int]
    gap: float = 0
    pen: str = "print"


@dataclass
class Sheet:
    """The page being drawn: its picture, its texts so far, and where the last element ended (pixels)."""

    image: Image.Image
    px: float
    held_out: bool
    rng: random.Random
    record: Mapping[str, str]
    pieces: list[Piece] = field(default_factory=list[Piece])
    art: list[Box] = field(default_factory=list[Box])
    """Where portraits, codes and chips lie: nothing may be printed under them."""
    bottom: float = 0
    shift: tuple[float, float] = (0, 0)
    """How far the filling sits off the form, as when a sheet was fed askew."""

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)


@dataclass
class Span:
    """Part of a run on one line, with its width in pixels."""

    run: Run
    text: str
    wide: float


def style_of(sheet: Sheet, base: Mapping[str, Any], own: Mapping[str, Any], value: bool) -> Style:
    """The style of labels or of values from the family's default and the element's own options (`vs`, `vf` …)."""
    lead = "v" if value else ""
    size = own.get(f"{lead}s", own.get("s") if not value or "s" in own else None) or base.get("s", 3.5)
    return Style(
        own.get(f"{lead}f", base.get("f", "song")),
        max(5, round(size * sheet.px)),
        colour(own.get(f"{lead}c", base.get("c", "#1c1c20"))),
        own.get(f"{lead}g", base.get("g", 0)) * sheet.px,
        own.get("pen", base.get("pen", "print")) if value else own.get("lpen", base.get("pen", "print")),
    )


def _measure(sheet: Sheet, run: Run, text: str, style: Style) -> float:
    if run.spread:
        return run.spread * style.size
    return width(text, style.role, style.size, sheet.held_out, style.gap)


def lines(sheet: Sheet, parts: Sequence[Run], label: Style, value: Style, limit: float) -> list[list[Span]]:
    """Break runs at `limit` pixels (0: only where told). Numbers and words stay whole where they fit on a line."""
    done: list[list[Span]] = [[]]
    used = 0.0
    for run in parts:
        style = value if run.value else label
        for number, row in enumerate(run.text.split("\n")):
            if number:
                done.append([])
                used = 0.0
            whole = run.spread > 0 or style.role in SHAPED
            whole = whole or (0 < run.least < 12 and 0 < _measure(sheet, run, row, style) <= limit)
            atoms = [row] if whole else _ATOM.findall(row)
            text, taken = "", 0.0
            for atom in _split_long(sheet, atoms, style, limit):
                step = _measure(sheet, run, atom, style) + (style.gap if text else 0)
                full = limit and used + taken + step > limit + 0.5 and atom not in _NEVER_FIRST
                if full and (used or taken):
                    if text:
                        done[-1].append(Span(run, text, taken))
                    done.append([])
                    text, taken, used = "", 0.0, 0.0
                    if atom.isspace():
                        continue
                    step = _measure(sheet, run, atom, style)
                text, taken = text + atom, taken + step
            least = run.least * style.size
            if text or least:
                done[-1].append(Span(run, text, max(taken, least)))
                used += max(taken, least)
    return done


def _split_long(sheet: Sheet, atoms: Sequence[str], style: Style, limit: float) -> list[str]:
    if not limit:
        return list(atoms)
    out: list[str] = []
    for atom in atoms:
        too_long = len(atom) > 1 and style.role not in SHAPED
        too_long = too_long and width(atom, style.role, style.size, sheet.held_out, style.gap) > limit
        out.extend(atom) if too_long else out.append(atom)
    return out


def set_line(sheet: Sheet, spans: Sequence[Span], x: float, base: float, label: Style, value: Style, under: str = "") -> float:  # fmt: skip
    """Draw one line from `x`; notes the pieces; gives where it ends."""
    for span in spans:
        style = value if span.run.value else label
        dx, dy = sheet.shift if span.run.value else (0, 0)
        start = x
        if span.run.value and span.run.least:
            own = width(span.text, style.role, style.size, sheet.held_out, style.gap)
            start += max(0, (span.wide - own) / 2)
        gap = style.gap
        if span.run.spread and len(span.text) > 1:
            natural = sum(advance(style.role, style.size, sheet.held_out, letter) for letter in span.text)
            gap = (span.wide - natural) / (len(span.text) - 1)
        if span.text.strip():
            box = put(
                sheet.image, start + dx, base + dy, span.text, style.role, style.size, style.ink, sheet.held_out,
                sheet.rng, style.pen, gap,
            )  # fmt: skip
            role = "value" if span.run.field else "label"
            sheet.pieces.append(Piece(span.text.strip(), box, role, span.run.field))
        if under and span.run.value:
            y = base + style.size * 0.2
            sheet.draw.line((x, y, x + span.wide, y), fill=colour(under), width=max(1, round(sheet.px * 0.12)))
        x += span.wide
    return x


def wide_of(spans: Sequence[Span]) -> float:
    return sum(span.wide for span in spans)


def set_vertical(sheet: Sheet, parts: Sequence[Run], x: float, y: float, label: Style, value: Style) -> float:
    """Letters one below the other; gives the y under the last."""
    for run in parts:
        style = value if run.value else label
        step = style.size * 1.12 + style.gap
        top, boxes = y, []
        for letter in run.text:
            if not letter.isspace():
                shift = (style.size - advance(style.role, style.size, sheet.held_out, letter)) / 2
                boxes.append(
                    put(sheet.image, x + shift, y + style.size * 0.88, letter, style.role, style.size, style.ink,
                        sheet.held_out, sheet.rng, style.pen)
                )  # fmt: skip
            y += step if not letter.isspace() else step / 2
        if boxes:
            left, upper, right, lower = zip(*boxes, strict=True)
            role = "value" if run.field else "label"
            box = (min(left), min(min(upper), top), max(right), max(lower))
            sheet.pieces.append(Piece(run.text.strip(), box, role, run.field))
    return y
