"""Where a paragraph begins, seen from the page: by its indent, by the space above it, or by the line before that ends early.

Words alone cannot tell a full line that ends with a full stop from the end of a paragraph.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

STOPS = "。；：！？:;"
_EM = 1.2
"""Em from the margin from which a line counts as indented; Chinese texts indent by two."""
_WIDEST = 5.0
"""Em beyond which a line is centred, or in another column, and says nothing."""
_SHORT = 2.5
"""Em that a full line may lack, because no line begins with a stop or breaks a number."""
_SPACED = 1.2
"""How much more than the usual distance of lines is a space between paragraphs."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line as it stands on the page, in points from the lower left corner; `y` is its base line."""

    text: str
    x: float
    right: float
    y: float
    size: float
    page: int = 0


@dataclass(frozen=True, slots=True)
class _Layout:
    margin: float
    edge: float
    distance: float
    indented: bool
    spaced: bool


def begins(lines: Sequence[PageLine]) -> list[bool | None]:
    """For each line whether it begins a paragraph; None where the page does not say."""
    if len(lines) < 4:
        return [None] * len(lines)
    layout = _layout(lines)
    return [None, *(_begins(before, line, layout) for before, line in pairwise(lines))]


def _layout(lines: Sequence[PageLine]) -> _Layout:
    lefts = Counter(round(each.x) for each in lines)
    common = [x for x, times in lefts.items() if times >= max(2, len(lines) // 20)]
    margin = min(common or list(lefts))
    rights = sorted(each.right for each in lines)
    edge = rights[len(rights) * 9 // 10]
    indents = sum(_EM < (each.x - margin) / each.size <= _WIDEST for each in lines)
    distances = sorted(a.y - b.y for a, b in pairwise(lines) if a.page == b.page and a.y > b.y)
    usual = distances[len(distances) // 4] if distances else 0.0
    apart = sum(each > usual * _SPACED for each in distances)
    full = any(each.right >= edge - _SHORT * each.size for each in lines)
    return _Layout(margin, edge, usual, full and indents * 8 >= len(lines), apart * 10 >= len(distances) > 0)


def _begins(before: PageLine, line: PageLine, layout: _Layout) -> bool | None:
    ended = before.text[-1:] in STOPS
    # A line that ends early in the middle of a sentence made room for something that does not break: words decide.
    early = True if ended else None
    is_full = before.right >= layout.edge - _SHORT * before.size
    offset = (line.x - layout.margin) / line.size
    if abs(line.size - before.size) > 0.1 * line.size or offset > _WIDEST:
        return None
    if layout.indented:
        return True if offset > _EM else False if is_full else early
    if layout.spaced and before.page == line.page:
        return True if before.y - line.y > layout.distance * _SPACED else False if is_full else early
    return None if is_full else early
