"""A line of text on a page, character by character, whoever read it: the recognition, a PDF or an OFD."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Quad = NDArray[np.float32]
"""Four corners (4 × 2, x and y in pixels): left top, right top, right bottom, left bottom of the text as it reads."""


@dataclass(slots=True)
class Glyph:
    """One character read. `start` and `end` are shares (0–1) along the line's width; `others` are runner-ups."""

    char: str
    score: float
    start: float
    end: float
    step: int
    """Time step of the recognition matrix where it peaks."""
    others: tuple[tuple[str, float], ...] = ()


@dataclass
class Line:
    """A line of text on a page."""

    quad: Quad
    glyphs: list[Glyph]
    matrix: NDArray[np.float32] | None = field(default=None, repr=False)
    """Recognition probabilities, time steps × characters; None for text that came from a PDF."""

    @property
    def text(self) -> str:
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def score(self) -> float:
        return float(np.mean([glyph.score for glyph in self.glyphs])) if self.glyphs else 0.0

    @cached_property
    def height(self) -> float:
        return float(np.linalg.norm(self.quad[3] - self.quad[0]) + np.linalg.norm(self.quad[2] - self.quad[1])) / 2

    @cached_property
    def width(self) -> float:
        return float(np.linalg.norm(self.quad[1] - self.quad[0]) + np.linalg.norm(self.quad[2] - self.quad[3])) / 2

    def at(self, share: float) -> NDArray[np.float32]:
        """The point on the line's middle axis at `share` (0 left … 1 right) of its width."""
        left, right = (self.quad[0] + self.quad[3]) / 2, (self.quad[1] + self.quad[2]) / 2
        return left + (right - left) * share
