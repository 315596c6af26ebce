"""Two addresses compared token by token. Every character of both is weighed: what is not understood is never agreement.

The grammar follows GB/T 23705-2009 (place, road, lane, number, building, unit, floor, room) and what people write beside
it: 甲12号, 附12号, 12号之一, B1层12号铺, 负一层, 6-502. Of a pair the answer is *the same*, *different*, or *not to be told*.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from onething.core.variants import CANONICAL
from onething.documents.text.addresses import places_of
from onething.documents.text.divisions import Divisions, bare
from onething.documents.text.writing import even, number_of

PLACES = ("province", "city", "district", "street", "village")
MOST = 400
"""Characters of an address; a longer text is no address."""
_STEMS = "甲乙丙丁戊己庚辛"
_NUMBER = r"[A-Za-z]{0,2}\d{1,6}[A-Za-z]?"
_TAILS = rf"(?:之\d{{1,4}}|(?:[-/]{_NUMBER})+(?=号|栋|幢|座|楼|室|铺|弄|#))?"
_UNITS = (
    ("lane", "支弄|弄|巷"),
    ("building", "号楼|栋|幢|座|#"),
    ("shop", "号商铺|号铺位|号铺|号店铺|号店|号档|号摊位|号摊|商铺|铺位|铺|档口|档|摊位"),
    ("room", "号房|号室|室|房|户"),
    ("number", "号院|号门|号"),
    ("unit", "单元|门"),
    ("floor", "层"),
    ("storey", "楼"),
    ("group", "村民小组|小组|组|队"),
    ("zone", "期|区|坊|地块|标段"),
)
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS)
_SPOT = re.compile(rf"(?P<stem>[{_STEMS}附临新旧负])?第?(?P<n>{_NUMBER}{_TAILS})(?P<after>[{_STEMS}])?(?:{_UNIT})?")
_CHAIN = re.compile(
    r"(?P<a>[A-Za-z]?\d{1,4})-(?:(?P<b>\d{1,3})-)?(?P<c>[A-Za-z]?\d{2,5}[A-Za-z]?)(?:室|房|户)?(?![\d号栋幢座楼铺])"
)
_LETTER = re.compile(r"(?P<n>[A-Za-z东南西北中])(?:(?P<building>栋|幢|座)|(?P<zone>区))")
_BEFORE = re.compile(r"[零〇○一二三四五六七八九十百千两廿卅]+(?=号|弄|室|楼|层|栋|幢|座|单元|支弄|组|队|期|坊|铺|村|$)")
_NOTES = re.compile(r"\((?:原|近|靠|又名|现)[^()]{0,20}\)")
_NOISE = re.compile(r"[\s,，、。;；:：\[\]【】·]+")
_SLACK_NAMES = re.compile(r"小区$|大厦$|大楼$|写字楼$|商厦$|内$")
_ORDINARY = re.compile(r"(?:园区|开发区|新区|区|镇|乡|街道|社区|村|小区|园)$")


@dataclass
class Spot:
    """An address as its places and everything behind them. `names` are words that no unit explains."""

    places: dict[str, str]
    road: str = ""
    spots: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    names: list[str] = field(default_factory=list[str])

    @property
    def tells(self) -> bool:
        """Something is known of it beyond words that no unit explains."""
        return bool(self.road or self.places or self.spots)


@dataclass(frozen=True, slots=True)
class Compared:
    """`same` None: not to be told. `gaps`: what one side leaves out; `left`, `right`: the parts that differ."""

    same: bool | None
    gaps: tuple[str, ...] = ()
    left: str = ""
    right: str = ""
    place: bool = False
    """The difference is one of places or names, not of numbers."""


def spot_of(text: str, divisions: Divisions) -> Spot | None:
    """An address taken apart without a rest; None for what is empty or too long to be one."""
    if len(text) > MOST:
        return None
    flat = _NOTES.sub("", _NOISE.sub("", even(text)).translate(CANONICAL))
    flat = _BEFORE.sub(_figures, flat)
    if not flat:
        return None
    places, at = places_of(flat, divisions)
    road = places.pop("road", "")
    spot = Spot(places, road)
    _take_tail(spot, flat[at:])
    return spot


def _figures(match: re.Match[str]) -> str:
    value = number_of(match[0].replace("廿", "二十").replace("卅", "三十").replace("两", "二"))
    return match[0] if value is None else str(value)


def _take_tail(spot: Spot, tail: str) -> None:
    tail = re.sub(r"(?:地下|负)(\d+)(?=层|楼)", r"B\1", re.sub(r"地下(?=层|室)", "B1", tail))
    tail = re.sub(r"(?<=\d)之([一二三四五六七八九])", lambda m: f"之{'一二三四五六七八九'.index(m[1]) + 1}", tail)
    tail = re.sub(r"号之(\d{1,4})", r"之\1号", tail)
    for kind, value in _tokens(tail):
        if kind == "name":
            spot.names.append(value)
        else:
            spot.spots.setdefault(kind, []).append(value)
    _name_bare_numbers(spot)


def _tokens(tail: str) -> Iterator[tuple[str, str]]:
    at, word = 0, ""
    while at < len(tail):
        if (chain := _CHAIN.match(tail, at)) is not None:
            if word:
                yield "name", word
            word, at = "", chain.end()
            yield "front", chain["a"].upper()
            if chain["b"]:
                yield "unit", chain["b"].lstrip("0")
            yield "room", chain["c"].upper()
            continue
        found = _SPOT.match(tail, at) or _LETTER.match(tail, at)
        if found is None:
            if tail[at] not in "()-":
                word += tail[at]
            at += 1
            continue
        if word:
            yield "name", word
        word, at = "", found.end()
        yield _token(found)
    if word:
        yield "name", word


def _token(found: re.Match[str]) -> tuple[str, str]:
    parts = found.groupdict()
    kind = next((name for name, _ in _UNITS if parts.get(name)), "bare")
    stem, after = parts.get("stem") or "", parts.get("after") or ""
    value = re.sub(r"(?<![\d])0+(?=\d)", "", parts["n"].upper().replace("之", "-").replace("/", "-"))
    if stem == "附":
        return "annex", value
    return kind, f"{stem}{after}{value}"


def _name_bare_numbers(spot: Spot) -> None:
    """`6-502` is a building (or a house in a lane) and a room, `3号楼502` a room, `6楼` before a room of other floors a building."""
    spots = spot.spots
    for value in spots.pop("front", []):
        spots.setdefault("number" if "lane" in spots and "number" not in spots else "building", []).append(value)
    for value in spots.pop("bare", []):
        spots.setdefault("room" if spots and "room" not in spots else "number" if not spots else "bare", []).append(
            value
        )
    for value in spots.pop("storey", []):
        room = next(iter(spots.get("room", ())), "")
        building = bool(room) and "building" not in spots and re.match(r"\d+", room) is not None and room[:-2] != value
        spots.setdefault("building" if building else "floor", []).append(value)


def compare_spots(a: Spot, b: Spot) -> Compared:
    """Whether two addresses can be one place. Numbers, roads and places that both name must agree."""
    gaps: list[str] = []
    for name in PLACES:
        x, y = a.places.get(name, ""), b.places.get(name, "")
        if x and y and not _same_place(x, y):
            return Compared(False, left=x, right=y, place=True)
        if bool(x) != bool(y):
            gaps.append(name)
    if a.road and b.road:
        alike = _same_road(a.road, b.road)
        if not alike:
            return Compared(alike, left=a.road, right=b.road, place=True)
    elif a.road or b.road:
        gaps.append("road")
    for kind in [*dict.fromkeys([*a.spots, *b.spots])]:
        x, y = a.spots.get(kind, []), b.spots.get(kind, [])
        if x and y and x != y:
            # One side counting more of a kind (two numbers against one) leaves something out; other values differ.
            if len(x) == len(y) or not (set(x) <= set(y) or set(y) <= set(x)):
                return Compared(False, left="、".join(x), right="、".join(y))
            gaps.append(kind)
        elif bool(x) != bool(y):
            gaps.append(kind)
    return _by_names(a, b, gaps)


def _by_names(a: Spot, b: Spot, gaps: list[str]) -> Compared:
    mine, yours = _said(a.names), _said(b.names)
    if mine and yours and mine != yours:
        part = mine in yours or yours in mine
        same_spot = bool(a.road and a.road == b.road and a.spots.get("number") and not gaps)
        if not part and not same_spot:
            return Compared(False, left="、".join(a.names), right="、".join(b.names), place=True)
        gaps.append("wording")
    elif bool(mine) != bool(yours):
        gaps.append("estate")
    firm = [name for name in gaps if name not in _slack(a, b)]
    anchored = bool((a.road and b.road) or (mine and yours) or (a.places.get("village") and b.places.get("village")))
    return Compared(None if firm or (gaps and not anchored) else True, tuple(gaps))


def _slack(a: Spot, b: Spot) -> frozenset[str]:
    """Parts that people and registers leave out: places above the road always, the rest only beside what names the door."""
    slack = {*PLACES} - {"village"} if a.road and b.road else {"province", "city", "district", "street"}
    if a.road and b.road:
        slack.add("village")
    door = any(a.spots.get(kind) and b.spots.get(kind) for kind in ("room", "shop"))
    house = any(a.spots.get(kind) and b.spots.get(kind) for kind in ("number", "building"))
    if house:
        slack.add("estate")
    if door:
        slack.add("floor")  # a room's number says its floor; that two units have a room 301 each is common
    return frozenset(slack)


def _said(names: Sequence[str]) -> str:
    return "".join(_SLACK_NAMES.sub("", name) for name in names)


def _same_place(x: str, y: str) -> bool:
    return bare(x) == bare(y) or re.sub("办事处$", "", x) == re.sub("办事处$", "", y)


def _same_road(x: str, y: str) -> bool | None:
    """南京西路 is not 南京东路; 张江高科技园区祖冲之路 is 祖冲之路 with a place before it."""
    if x == y:
        return True
    short, long = sorted((x, y), key=len)
    if long.endswith(short):
        before = long.removesuffix(short)
        return True if _ORDINARY.search(before) and not re.search(r"[0-9]", before) else None
    return False
