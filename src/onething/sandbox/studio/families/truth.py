"""The truth beside a picture, as JSON: what an evaluation compares (`type`, `fields`) and where every text stands."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from onething.sandbox import studio
from onething.sandbox.studio.families.camera import Severity, Shot
from onething.sandbox.studio.families.models import Page, Piece


@lru_cache(maxsize=64)
def asked(kind: str) -> frozenset[str]:
    """Names of fields that the studio's own specimens of this kind have; empty for a kind it has none of."""
    if kind not in studio.TYPES:
        return frozenset()
    return frozenset().union(*(studio.sample(kind, seed) for seed in range(12))) - studio.UNREAD


def truth(page: Page, shot: Shot | None = None, severity: Severity | None = None) -> dict[str, Any]:
    """`type` and `fields` (normal forms) as `onething documents evaluate` reads them, then what is printed and where.

    `more`: fields of this page that the studio's own specimens of the kind do not have, so that figures of families can be
    set beside figures of specimens; a kind the studio has none of gives all of its fields in `fields`.
    `printed`: for each field its text and the boxes of its lines. `other`: what is printed but belongs to no field.
    `hidden`: fields that a finger lies on in this photograph, with their values: nobody can be asked to read them, so
    they stand in neither `fields` nor `more`.
    """
    known = asked(page.family.kind) or frozenset(page.fields)
    hidden = shot.hidden if shot else frozenset[str]()
    seen = {name: value for name, value in page.fields.items() if name not in hidden}
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
        "fields": {name: value for name, value in seen.items() if name in known},
        "more": {name: value for name, value in seen.items() if name not in known},
        "family": page.family.id,
        "held_out": page.family.held_out,
        "seed": page.seed,
        "size": list(shot.size if shot else page.image.size),
        "printed": printed,
        "other": other,
    }
    if shot:
        out |= {
            "grade": severity,
            "effects": list(shot.effects),
            "hidden": {name: page.fields[name] for name in sorted(hidden) if name in page.fields},
        }
    return out
