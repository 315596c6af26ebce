"""Printing a page of a family: elements in order, then what happened to the sheet."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from onething.sandbox.studio.families.elements import WRITERS
from onething.sandbox.studio.families.flow import Sheet, colour
from onething.sandbox.studio.families.models import Family, Page
from onething.sandbox.studio.families.ornaments import PAINTERS, names_in, specimen
from onething.sandbox.studio.families.records import made

_TEXT_ARGUMENTS = {"t": 3, "rows": 2, "grid": 2, "para": 3}


def rendered(family: Family, seed: int) -> Page:
    """The flat page of a family, filled in by seed. Raises KeyError where its data names what its record has not."""
    rng = random.Random(f"{family.id}/{seed}")
    record = made(family.record, rng)
    size = (round(family.paper[0] * family.px), round(family.paper[1] * family.px))
    sheet = Sheet(Image.new("RGB", size, colour(family.sheet)), family.px, family.held_out, rng, record)
    sheet.shift = _fed(family, rng)
    for element in family.draw:
        _draw(sheet, family, element)
    specimen(sheet, family.mark, family.sheet)
    stands = {piece.field for piece in sheet.pieces if piece.field}
    fields = {name: value for name, value in record.items() if name in stands}
    seals = [piece.text for piece in sheet.pieces if piece.field == "seal_text"]
    if seals:
        fields["seal_text"] = "、".join(dict.fromkeys(seals))
    return Page(family, seed, _aged(sheet.image, family.after, rng), fields, sheet.pieces, sheet.art)


def _fed(family: Family, rng: random.Random) -> tuple[float, float]:
    """How far off the form's lines this sheet was printed, in pixels (`after.off` millimetres at most)."""
    off = float(family.after.get("off", 0)) * family.px
    return rng.uniform(-off, off) * 0.3, rng.uniform(-off, off) * 0.8


def _draw(sheet: Sheet, family: Family, element: Sequence[Any]) -> None:
    kind, *rest = element
    options: Mapping[str, Any] = next((part for part in rest if isinstance(part, Mapping)), {})
    wanted = options.get("if")
    if wanted and not sheet.record.get(str(wanted)):
        return
    if options.get("unless") and sheet.record.get(str(options["unless"])):
        return
    if kind in WRITERS:
        arguments = rest[: _TEXT_ARGUMENTS[kind]]
        if kind == "t":
            WRITERS[kind](sheet, family, *arguments, options)
        elif kind == "para":
            WRITERS[kind](sheet, family, *arguments, options, rest[-1])
        else:
            WRITERS[kind](sheet, family, *rest[:2], options, _present(sheet, rest[-1]))
        return
    painter, count = PAINTERS[kind]
    if kind in ("photo", "qr", "bar", "chip"):
        sheet.art.append(_covers(sheet, kind, rest))
    painter(sheet, *rest[:count], options)


def _covers(sheet: Sheet, kind: str, at: Sequence[Any]) -> tuple[float, float, float, float]:
    """The box of a picture of the data, in pixels."""
    x, y = float(at[0]), float(at[1])
    w = 11.0 if kind == "chip" else float(at[2])
    h = 9.0 if kind == "chip" else w if kind == "qr" else float(at[3])
    p = sheet.px
    return (x * p, y * p, (x + w) * p, (y + h) * p)


def _present(sheet: Sheet, table: Sequence[Any]) -> list[Any]:
    """Rows of a table; a row `[field?, …]` is left out where the record has not that field; `[*name, …]` repeats a row
    for every entry of a list (`_items.0.name` …)."""
    out: list[Any] = []
    for row in table:
        head = row[0] if row else ""
        if isinstance(head, str) and head.startswith("?"):
            if sheet.record.get(head[1:]):
                out.append(row[1:])
        elif isinstance(head, str) and head.startswith("*"):
            count = int(sheet.record[f"_{head[1:]}_count"])
            out.extend([_numbered(cell, number) for cell in row[1:]] for number in range(1, count + 1))
        else:
            out.append(row)
    return out


def _numbered(cell: Any, number: int) -> Any:
    if isinstance(cell, list):
        return [_numbered(cell[0], number), *cell[1:]]
    return str(cell).replace("#", str(number))


def _aged(image: Image.Image, after: Mapping[str, Any], rng: random.Random) -> Image.Image:
    if after.get("copy"):
        return copied(image, rng)
    if after.get("soft"):
        return image.filter(ImageFilter.GaussianBlur(float(after["soft"])))
    return image


def copied(image: Image.Image, rng: random.Random) -> Image.Image:
    """A photocopy: grey, hard, with dirt, a dark edge and streaks of the drum."""
    grey = np.asarray(image.convert("L"), np.float32)
    grey = 255 / (1 + np.exp(-(grey - rng.uniform(135, 165)) / rng.uniform(16, 26)))
    noise = np.random.default_rng(rng.randrange(2**32))
    height, width = grey.shape
    streaks = np.zeros(width, np.float32)
    for _ in range(rng.randrange(0, 4)):
        at = rng.randrange(width)
        streaks[at : at + rng.randrange(1, 4)] = rng.uniform(15, 60)
    grey = grey - streaks[None, :] + noise.normal(0, 6, grey.shape).astype(np.float32)
    for _ in range(rng.randrange(20, 70)):
        x, y, r = rng.randrange(width), rng.randrange(height), rng.randrange(1, 4)
        grey[y : y + r, x : x + r] = rng.uniform(30, 120)
    edge = rng.randrange(0, 26)
    if edge:
        side = rng.choice(("l", "r", "t"))
        part = np.linspace(0.25, 1, edge, dtype=np.float32)
        if side == "l":
            grey[:, :edge] *= part[None, :]
        elif side == "r":
            grey[:, -edge:] *= part[None, ::-1]
        else:
            grey[:edge] *= part[:, None]
    return Image.fromarray(np.clip(grey, 8, 250).astype(np.uint8)).convert("RGB")


def prints(family: Family) -> set[str]:
    """Fields a family can print."""
    return {name for element in family.draw for name in names_in(element) if not name.startswith("_")}
