"""Faults of a rendered page that nobody needs to look for: text off the sheet, texts over each other, letters no face has."""

from collections.abc import Iterable, Sequence

from onething.sandbox.studio.families.models import Box, Page, Piece


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _shared(one: Box, other: Box) -> float:
    return _area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))


def off_the_sheet(page: Page) -> list[Piece]:
    """Values and labels that are not wholly on the page."""
    width, height = page.image.size
    return [
        piece
        for piece in page.pieces
        if piece.role in ("value", "label")
        and not (piece.box[0] >= -1 and piece.box[1] >= -1 and piece.box[2] <= width + 1 and piece.box[3] <= height + 1)
    ]


def overprinted(page: Page, share: float = 0.12) -> list[tuple[Piece, Piece]]:
    """Pairs of texts of which one covers more than `share` of the other (stamps and seals may lie over text)."""
    texts = [piece for piece in page.pieces if piece.role in ("value", "label") and piece.text]
    return [
        (one, other)
        for i, one in enumerate(texts)
        for other in texts[i + 1 :]
        if _shared(one.box, other.box) > share * max(1.0, min(_area(one.box), _area(other.box)))
    ]


def under_pictures(page: Page) -> list[Piece]:
    """Texts that a portrait, a code or a chip lies on."""
    texts = [piece for piece in page.pieces if piece.role in ("value", "label")]
    return [p for p in texts if any(_shared(p.box, box) > 0.05 * _area(p.box) for box in page.art)]


def printed_twice(page: Page) -> list[str]:
    """Fields whose lines do not follow each other: drawn in two places that say the same."""
    out: list[str] = []
    for name in dict.fromkeys(piece.field for piece in page.pieces if piece.role == "value"):
        lines = [piece.text for piece in page.pieces if piece.field == name and piece.role == "value"]
        texts = [text for text in lines if len(text) > 2]  # a month and a day may both be 5
        if len(set(texts)) < len(texts):
            out.append(name)
    return out


def faults(page: Page, twice: Sequence[str] = ()) -> Iterable[str]:
    """Everything found, in words."""
    for piece in off_the_sheet(page):
        yield f"off the sheet: {piece.text!r} {tuple(round(v) for v in piece.box)}"
    for one, other in overprinted(page):
        yield f"over each other: {one.text!r} and {other.text!r}"
    for piece in under_pictures(page):
        yield f"under a picture: {piece.text!r}"
    for name in printed_twice(page):
        if name not in twice:
            yield f"printed twice: {name}"
