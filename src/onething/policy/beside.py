"""A regulation shown beside its drafts: the text is split at linked words, so that each side can point to the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from onething.policy.drafting.models import Draft, OpenPlace
from onething.policy.models import Article, Document, Span
from onething.policy.structuring import Structured


@dataclass(frozen=True, slots=True)
class Segment:
    """Words in a row that the same things are linked to. `links` are ids; `open` marks what was not understood."""

    text: str
    links: tuple[str, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a draft with its link id and the words it stands on."""

    id: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Beside:
    """One article with the drafts made from it."""

    article: Article
    segments: tuple[Segment, ...]
    drafts: tuple[tuple[int, Draft, tuple[Part, ...]], ...]
    """Number of the draft in the whole document, the draft, its parts."""
    open: tuple[tuple[str, OpenPlace], ...]


def side_by_side(found: Structured) -> list[Beside]:
    """Every article in order; drafts and open places belong to the article their text stands in."""
    out: list[Beside] = []
    for article in found.document.articles:
        start, end = article.span
        drafts = [
            (number, draft, parts_of(number, draft, found.document))
            for number, draft in enumerate(found.drafts)
            if draft.source.startswith(f"{article.id}/")
        ]
        open_places = [
            (f"o{n}", place)
            for n, place in enumerate(found.not_understood)
            if place.source.startswith(f"{article.id}/")
        ]
        marks: list[tuple[Span, str]] = []
        for number, draft, _ in drafts:
            marks += [(link.span, f"d{number}-{i}") for i, link in enumerate(draft.links)]
        marks += [(place.span, key) for key, place in open_places if place.span != (0, 0)]
        inside = [(span, key) for span, key in marks if start <= span[0] < span[1] <= end]
        out.append(
            Beside(article, tuple(cut(found.document.source, (start, end), inside)), tuple(drafts), tuple(open_places))
        )
    return out


def parts_of(number: int, draft: Draft, document: Document) -> tuple[Part, ...]:
    return tuple(
        Part(f"d{number}-{i}", link.part, document.source[slice(*link.span)].strip())
        for i, link in enumerate(draft.links)
    )


def cut(source: str, whole: Span, marks: Sequence[tuple[Span, str]]) -> Iterable[Segment]:
    """The words of `whole`, cut at every border of a mark; joined they are the words again, without blank lines."""
    borders = sorted({whole[0], whole[1], *(edge for span, _ in marks for edge in span)})
    for first, last in pairwise(borders):
        keys = tuple(key for span, key in marks if span[0] <= first and last <= span[1])
        yield Segment(source[first:last].replace("\n\n", "\n"), keys, any(key.startswith("o") for key in keys))
