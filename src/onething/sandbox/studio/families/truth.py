"""The truth beside a picture, as JSON: what an evaluation compares (`type`, `fields`) and where every text stands."""

from collections.abc import Sequence
from typing import Any

from onething.sandbox.studio.families.camera import Severity, Shot
from onething.sandbox.studio.families.models import Page, Piece


def truth(page: Page, shot: Shot | None = None, severity: Severity | None = None) -> dict[str, Any]:
    """`type` and `fields` (normal forms) as `onething documents evaluate` reads them, then what is printed and where.

    `printed`: for each field its text and the boxes of its lines. `other`: what is printed but belongs to no field.
    `hidden`: fields that a finger lies on in this photograph, which nobody can be asked to read.
    """
    pieces: Sequence[Piece] = shot.pieces if shot else page.pieces
    printed: dict[str, dict[str, Any]] = {}
    for piece in pieces:
        if piece.field:
            entry = printed.setdefault(piece.field, {"text": "", "boxes": []})
            entry["text"] += piece.text
            entry["boxes"].append([round(v, 1) for v in piece.box])
    other = [{"text": p.text, "box": [round(v, 1) for v in p.box], "role": p.role} for p in pieces if not p.field]
    out: dict[str, Any] = {
        "type": page.family.kind,
        "fields": page.fields,
        "family": page.family.id,
        "held_out": page.family.held_out,
        "seed": page.seed,
        "size": list(shot.size if shot else page.image.size),
        "printed": printed,
        "other": other,
    }
    if shot:
        out |= {"grade": severity, "effects": list(shot.effects), "hidden": sorted(shot.hidden)}
    return out
