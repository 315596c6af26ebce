"""What reading a file may cost, counted before it is done.

A file of a kilobyte can ask for minutes of work: one letter drawn a thousand times at the size of the page, one picture pasted
on every page. Bytes and pages do not tell; so each step says what it is about to cost, and a file that would cost more than any
paper does is refused before the step is made. What cannot be counted beforehand (how long a PDF draws) is ended from outside.
"""

from dataclasses import dataclass

from onething.core.errors import Problem
from onething.documents import errors

PIXELS = 150_000_000
"""Pixels decoded or painted for one page; a page of dense print paints less than its own 4 million, a scan decodes 60."""
LETTERS = 20_000
"""Letters of one page; a page of statute has 1,500."""
FACES = 40
"""Sizes of type on one page: each is a font to be loaded. A form has ten."""


@dataclass(slots=True)
class Budget:
    """What is left for one page. Raises `Problem(TOO_COSTLY)` when a step asks for more."""

    pixels: int = PIXELS
    letters: int = LETTERS
    faces: int = FACES

    def paint(self, pixels: float) -> None:
        """Pixels about to be decoded or painted."""
        self.pixels -= round(min(max(pixels, 0.0), 1e12))
        self._expect(self.pixels)

    def write(self, letters: int) -> None:
        """Letters about to be placed."""
        self.letters -= letters
        self._expect(self.letters)

    def load(self, faces: int) -> None:
        """Sizes of type about to be loaded."""
        self.faces -= faces
        self._expect(self.faces)

    @staticmethod
    def _expect(left: int) -> None:
        if left < 0:
            raise Problem(errors.TOO_COSTLY)
