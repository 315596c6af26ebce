"""Lines as the reader hands them on, made by hand: text with blanks at a place of a page."""

import numpy as np

from onething.documents.lines import Glyph, Line

HEIGHT = 20.0


def printed(text: str, left: float, middle: float, score: float = 0.99) -> Line:
    """A line of print 20 pixels high; blanks are ground, wide characters as wide as high, others half."""
    widths = [HEIGHT if ord(char) > 0x2E7F else HEIGHT * 0.55 for char in text]
    whole, at = sum(widths), 0.0
    glyphs: list[Glyph] = []
    for step, (char, width) in enumerate(zip(text, widths, strict=True)):
        if char.strip():
            glyphs.append(Glyph(char, score, at / whole, (at + width) / whole, step))
        at += width
    top, bottom, right = middle - HEIGHT / 2, middle + HEIGHT / 2, left + whole
    return Line(np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32), glyphs)
