"""Places of a law by their numbers: 第十二条第二款第（一）、（三）项, 第三条至第五条. Text to numbers, with where each number stands. Pure."""

import re
from dataclasses import dataclass, field

from onething.documents.prose.service import NUMERAL, number

_N = rf"\s*{NUMERAL}\s*"
_B = rf"\s*[（(]\s*{NUMERAL}\s*[）)]\s*"
_MORE = r"(?:、|和|及|或者|或|至|到|-|—)"


def _unit(sign: str, n: str = _N, first: str = "第") -> str:
    """第三条; 第三、四条; 第三至第五条."""
    return rf"{first}{n}(?:{_MORE}第?{n})*{sign}"


_ART = _unit("条") + rf"(?:之{NUMERAL})?"
_PAR = _unit("款")
_ITM = rf"(?:{_unit('项', _B, '第?')}|{_unit('项')})"
_PNT = rf"(?:{_unit('目')}|{_unit('目', _B)})"
_DIV = rf"第{_N}(?:编|分编|章|节)"
LOC = rf"(?:{_ART}(?:{_PAR})?(?:{_ITM})?(?:{_PNT})?|{_PAR}(?:{_ITM})?(?:{_PNT})?|{_ITM}(?:{_PNT})?|{_DIV}(?:{_DIV})*)"
SEP = r"(?:、|和|及|以及|或者|或|至|到|—|-)"
LOCS = rf"{LOC}(?:{SEP}{LOC})*"
_UNITS = re.compile(rf"(?P<art>{_ART})|(?P<par>{_PAR})|(?P<itm>{_ITM})|(?P<pnt>{_PNT})|(?P<div>{_DIV})|(?P<sep>{SEP})")
_INNER = re.compile(rf"(?P<sep>{_MORE})|(?P<number>{NUMERAL})")
_KINDS = {"art": "条", "par": "款", "itm": "项", "pnt": "目"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place by its numbers; what is 0 is not said. `division` is like (("章", 2),)."""

    article: tuple[int, int] = (0, 0)
    paragraph: int = 0
    item: int = 0
    point: int = 0
    division: tuple[tuple[str, int], ...] = ()

    @property
    def is_article(self) -> bool:
        """A whole article, nothing below it and no chapter."""
        return bool(self.article[0]) and not (self.paragraph or self.item or self.point)


@dataclass(frozen=True, slots=True)
class Named:
    """One number of a place as printed: of which kind (条, 款 …), and from where to where its numeral stands."""

    kind: str
    number: int
    start: int
    end: int
    suffix: int = 0
    spot: Spot = field(default_factory=Spot)
    """The place down to here."""
    through: bool = False
    """It ends a range that the one before begins."""


def named(text: str, base: Spot) -> list[Named | str]:
    """Every number of a list of places, in order, with the place that it makes; `,` and `-` (through) stand between places."""
    out: list[Named | str] = []
    here = base
    for match in _UNITS.finditer(text):
        kind = match.lastgroup or ""
        if kind == "sep":
            out.append("-" if match[0] in "至到—-" else ",")
            continue
        if kind == "div":
            division = _division(match, here if _goes_on(out) else Spot())
            out.append(division)
            here = division.spot
            continue
        made = _numbers(match, _KINDS[kind], here)
        out += made
        here = next((each.spot for each in reversed(made) if isinstance(each, Named)), here)
    return out


def _goes_on(out: list[Named | str]) -> bool:
    return bool(out) and isinstance(out[-1], Named)


def _division(match: re.Match[str], here: Spot) -> Named:
    sign = "分编" if match[0].endswith("分编") else match[0][-1]
    start, end = next((found.span() for found in re.finditer(NUMERAL, match[0])), (0, 0))
    value = _value(match[0][start:end])
    division = (*(d for d in here.division if d[0] != sign), (sign, value))
    return Named(sign, value, match.start() + start, match.start() + end, 0, Spot(division=division))


def _numbers(match: re.Match[str], kind: str, here: Spot) -> list[Named | str]:
    out: list[Named | str] = []
    body, suffix = match[0], 0
    tail = re.search(rf"条之({NUMERAL})$", body) if kind == "条" else None
    if tail:
        suffix, body = _value(tail[1]), body[: tail.start() + 1]
    for found in _INNER.finditer(body):
        if found["sep"]:
            out.append("-" if found[0] in "至到—-" else ",")
            continue
        value = _value(found["number"])
        start, end = match.start() + found.start(), match.start() + found.end()
        out.append(Named(kind, value, start, end, suffix, _below(kind, value, suffix, here)))
    return out


def _below(kind: str, value: int, suffix: int, here: Spot) -> Spot:
    if kind == "条":
        return Spot((value, suffix))
    if kind == "款":
        return Spot(here.article, value)
    if kind == "项":
        return Spot(here.article, here.paragraph, value)
    return Spot(here.article, here.paragraph, here.item, value)


def spots(text: str, base: Spot) -> list[Spot | str]:
    """The places of a list of locations; `-` between two stands for all between them. What is not repeated goes on holding."""
    out: list[Spot | str] = []
    for each in named(text, base):
        if isinstance(each, str):
            out.append(each)
        elif out and isinstance(out[-1], Spot):
            out[-1] = each.spot
        else:
            out.append(each.spot)
    return out


def _value(text: str) -> int:
    try:
        return number(text)
    except ValueError:
        return 0
