"""The issued form of a record, and where on it each field is printed.

Where a field stands is found by drawing the form again with that field altered: what changes is its place. That holds for
every way of drawing (a city's typst template, a studio, a registry's own renderer) and needs no coordinates in data.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np

from onething.documents.compare.align import Features, Ink, features
from onething.documents.compare.inks import ink_of
from onething.documents.lines import Pixels

Render = Callable[[Mapping[str, str]], Pixels]
PixelBox = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the form; right and bottom are outside."""

_CHANGED = 0.25
"""Ink that must come or go before a pixel counts as changed."""


@dataclass(frozen=True)
class Form:
    """A record as it is issued: the page, and the place of each field's print."""

    picture: Pixels
    places: Mapping[str, PixelBox]
    values: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def size(self) -> tuple[int, int]:
        """Width, height."""
        return self.picture.shape[1], self.picture.shape[0]

    @cached_property
    def ink(self) -> Ink:
        return ink_of(self.picture)

    @cached_property
    def features(self) -> Features:
        return features(cv2.cvtColor(self.picture, cv2.COLOR_RGB2GRAY).astype(np.uint8))


def otherwise(value: str) -> str:
    """A value of the same shape in which every character differs: dates stay dates, codes keep their pattern."""
    moment = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})((?:T\d{2}:\d{2})?)", value)
    if moment:
        year = "".join("93"[c == "9"] if i else "21"[c == "2"] for i, c in enumerate(moment[1]))
        month = "05" if moment[2] in {"12", "11", "10"} else "12"
        day = "09" if moment[3][0] != "0" else "28" if moment[3] != "08" else "27"
        clock = "".join({":": ":", "T": "T"}.get(c, "1" if c != "1" else "0") for c in moment[4])
        return f"{year}-{month}-{day}{clock}"
    words = {"male": "female", "female": "male", "long": "2048-12-28", "true": "false", "false": "true"}
    return words.get(value) or "".join(_other(c) for c in value)


def _other(char: str) -> str:
    if char.isascii() and char.isdigit():
        return str((int(char) + 5) % 10)
    if char.isascii() and char.isalpha():
        upper = chr((ord(char.upper()) - 65 + 7) % 26 + 65)
        return upper if char.isupper() else upper.lower()
    if "\u4e00" <= char <= "\u9fff":
        return "辉" if char != "辉" else "园"
    return char


def form_of(render: Render, values: Mapping[str, str], shown: Pixels | None = None) -> Form:
    """Draw the record and find its fields. A field that is not printed has no place; what cannot be drawn altered
    (a renderer may refuse a value) has none either."""
    picture = render(values) if shown is None else shown
    ink, places = ink_of(picture), dict[str, PixelBox]()
    for name, value in values.items():
        if not value:
            continue
        try:
            other = render({**values, name: otherwise(value)})
        except (KeyError, ValueError):
            continue
        if other.shape == picture.shape:
            found = changed(ink, ink_of(other))
            if found is not None:
                places[name] = found
    return Form(picture, places, dict(values))


def changed(before: Ink, after: Ink) -> PixelBox | None:
    """The box around print that came or went; specks of a resampled seal are no print."""
    mask = (np.abs(before - after) > _CHANGED).astype(np.uint8)
    if not mask.any():
        return None
    joined = cv2.dilate(mask, np.ones((9, 41), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    weights = np.bincount(labels[mask > 0], minlength=len(stats))
    kept = np.flatnonzero(weights >= max(24, 0.15 * int(weights.max())))
    ys, xs = np.nonzero(np.isin(labels, kept) & (mask > 0))
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
