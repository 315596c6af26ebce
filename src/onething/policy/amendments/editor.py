"""The text under the hand of a decision: finds the places that orders name. What is not found exactly is refused.

Places mean the text before the decision, whatever was added or deleted since.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from onething.policy.amendments.orders import Place
from onething.policy.amendments.outline import KIND_OF, LEVELS, Heading, HeadLine, Key, Outline, Part, Row, Unit
from onething.policy.text.places import Spot


class RefusedError(Exception):
    """An order that cannot be carried out; `why` is one of `applying.WHYS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Found:
    """A place below an article: the article, the list it stands in, the part."""

    unit: Unit
    row: Row
    part: Part


@dataclass(eq=False, slots=True)
class Words:
    """Words that can be changed: those of a part, or of a line before the first article, or a heading's."""

    owner: "Part | HeadLine | Heading"
    unit: Unit | None = None

    @property
    def text(self) -> str:
        return self.owner.raw if isinstance(self.owner, Heading) else self.owner.text

    def put(self, text: str) -> None:
        """Write them anew."""
        if isinstance(self.owner, Heading):
            self.owner.raw = text
        else:
            self.owner.text = text
        if self.unit is not None:
            self.unit.edited = True


@dataclass(slots=True)
class Promise:
    """What a decision says of the numbers afterwards: looked at when everything is done."""

    order: int
    unit: Unit | None = None
    article: Key = (0, 0)
    part: Part | None = None
    number: int = 0


@dataclass(slots=True)
class Editor:
    """The outline, and what stood in it before."""

    whole: Outline
    base: dict[Key, Unit] = field(default_factory=dict[Key, Unit])
    parts: dict[Spot, Found] = field(default_factory=dict[Spot, Found])
    gone: set[int] = field(default_factory=set[int])
    """ids of articles that are deleted."""
    into: dict[int, Unit] = field(default_factory=dict[int, Unit])
    """id of an article that was merged → where its words went."""
    placed: dict[int, int] = field(default_factory=dict[int, int])
    """id of an article → its number afterwards, as the decision says."""
    fixed: dict[int, Key] = field(default_factory=dict[int, Key])
    """Articles with 之一: their numbers."""
    order: bool = False
    """Whether articles are numbered anew."""
    promises: list[Promise] = field(default_factory=list[Promise])
    renewed: set[int] = field(default_factory=set[int])
    """ids of articles that were replaced as a whole."""
    split: set[int] = field(default_factory=set[int])
    """ids of articles that became several."""
    anchors: dict[int, int] = field(default_factory=dict[int, int])
    """id of a heading → number afterwards of the first article under it, as the decision says."""
    doubts: list[str] = field(default_factory=list[str])
    now: int = 0
    """Number of the order that is being carried out."""

    def __post_init__(self) -> None:
        for unit in self.whole.units:
            self.base.setdefault((unit.number, unit.suffix), unit)
        for key, unit in self.base.items():
            self._remember(unit, key)

    def _remember(self, unit: Unit, key: Key) -> None:
        lists = [part for part in unit.row.parts if part.row.parts]
        for p, paragraph in enumerate(unit.row.parts, 1):
            self.parts[Spot(key, p)] = Found(unit, unit.row, paragraph)
            for i, item in enumerate(paragraph.row.parts, 1):
                places = [Spot(key, p, i)] + ([Spot(key, 0, i)] if lists[0] is paragraph else [])
                for spot in places:
                    self.parts[spot] = Found(unit, paragraph.row, item)
                    for n, point in enumerate(item.row.parts, 1):
                        self.parts[Spot(spot.article, spot.paragraph, i, n)] = Found(unit, item.row, point)

    # -- finding

    def unit(self, place: Place) -> Unit:
        """The article of a place. Refused when there is none, or it is gone."""
        key = place.spot.article
        if place.afterwards:
            wanted = [u for u in self.whole.units if self.placed.get(id(u)) == key[0] and not key[1]]
            if len(wanted) != 1:
                raise RefusedError("no_place")
            return wanted[0]
        found = self.base.get(key)
        if found is None or id(found) in self.gone:
            raise RefusedError("no_place" if key[0] else "no_target")
        return found

    def part(self, place: Place) -> Found:
        """The part of a place below an article. Refused when it is not there any more."""
        if place.afterwards:
            return self._made(place)
        found = self.parts.get(place.spot)
        if found is None:
            raise RefusedError("no_place" if place.spot.article[0] else "no_target")
        if not place.spot.paragraph and sum(1 for p in found.unit.row.before if p.row.before) > 1:
            raise RefusedError("no_place")  # 第二项 of an article with two lists may be either
        if found.part not in found.row.parts:
            raise RefusedError("no_place")
        return found

    def _made(self, place: Place) -> Found:
        unit = self.unit(place)
        number = place.spot.paragraph
        if not 0 < number <= len(unit.row.parts) or place.spot.item:
            raise RefusedError("no_place")
        return Found(unit, unit.row, unit.row.parts[number - 1])

    def heading(self, place: Place) -> Heading:
        """The heading of a chapter or part."""
        if place.region == "part":
            found = [h for h in self.whole.headings if h.dotted and h.was == place.number]
        else:
            found = self._under(place.spot.division)
        if len(found) != 1:
            raise RefusedError("no_place")
        return found[0]

    def _under(self, division: tuple[tuple[str, int], ...]) -> list[Heading]:
        inside = self.whole.headings
        found: list[Heading] = []
        for sign, number in division:
            found = [h for h in inside if h.kind == KIND_OF[sign] and h.was == number and not h.dotted]
            if len(found) != 1:
                return found
            inside = self.below(found[0])
        return found

    def below(self, heading: Heading) -> list[Heading]:
        """Headings under a heading."""
        return [each for each in self.zone(heading) if isinstance(each, Heading)]

    def zone(self, heading: Heading) -> list["Heading | Unit"]:
        """What stands under a heading, up to the next of its level or above."""
        body = self.whole.body
        begin = body.index(heading) + 1
        level = LEVELS[heading.kind]
        end = next((n for n in range(begin, len(body)) if isinstance(h := body[n], Heading) and LEVELS[h.kind] <= level), len(body))  # fmt: skip
        return body[begin:end]

    def texts(self, place: Place) -> list[Words]:
        """Every stretch of words in a place."""
        if place.region == "everywhere":
            return [*(Words(line) for line in self.lines("preamble")), *(w for each in self.whole.body for w in _words(each))]  # fmt: skip
        if place.region == "preamble":
            return [Words(line) for line in self.lines("preamble")]
        if place.region == "body":
            return [Words(self.paragraph(place.number))]
        if place.region == "part" or place.spot.division:
            return [w for each in self.zone(self.heading(place)) for w in _words(each)]
        if place.spot.paragraph or place.spot.item:
            found = self.part(place)
            inner = [found.part] if place.narrow == "intro" else list(all_parts([found.part]))
            return [Words(part, found.unit) for part in inner]
        unit = self.unit(place)
        inner = unit.row.parts[:1] if place.narrow == "intro" else list(all_parts(unit.row.parts))
        return [Words(part, unit) for part in inner]

    def lines(self, kind: str) -> list[HeadLine]:
        """Lines of a kind before the first article."""
        return [line for line in self.whole.head if line.kind == kind]

    def paragraph(self, number: int) -> HeadLine:
        """A paragraph of a text without articles (批复). Negative: 第二段, without whom it is addressed to; else 正文第一段, behind 如下：."""
        lines = self.lines("preamble")
        if self.whole.units:
            raise RefusedError("no_place")
        if number > 0:
            begun = next((n for n, line in enumerate(lines) if line.text.rstrip().endswith(("如下：", "如下:", "如下。"))), -1)  # fmt: skip
            lines = lines[begun + 1 :]
        elif lines and lines[0].text.rstrip().endswith(("：", ":")) and len(lines[0].text.strip()) < 40:
            lines = lines[1:]
        if not 0 < abs(number) <= len(lines):
            raise RefusedError("no_place")
        return lines[abs(number) - 1]

    def promise(self, unit: Unit | None = None, article: Key = (0, 0), part: Part | None = None, number: int = 0) -> None:  # fmt: skip
        """What the order under way says of a number afterwards."""
        self.promises.append(Promise(self.now, unit, article, part, number))


def all_parts(parts: list[Part]) -> Iterator[Part]:
    """Parts with everything inside them, in order."""
    for part in parts:
        yield part
        yield from all_parts(part.inner)
        yield from all_parts(part.row.parts)


def _words(each: "Heading | Unit") -> list[Words]:
    return [Words(each)] if isinstance(each, Heading) else [Words(part, each) for part in all_parts(each.row.parts)]
