"""Addresses in text, taken apart to the room. Grammar after GB/T 23705-2009 and what people write: 弄, 号, 幢, 室 …"""

import re
from collections.abc import Iterator

from onething.documents.text.divisions import MUNICIPALITIES, Divisions
from onething.documents.text.models import Address, AddressParts, Source
from onething.documents.text.writing import NUMERAL, arabic

_H = "\u4e00-\u9fff"
_N = rf"(?:[A-Za-z]?\d{{1,5}}[A-Za-z]?|[{NUMERAL}]{{1,6}})"
_PROVINCES = "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
_NO_ROAD = "(?![东南西北中]?[一二三四]?[路街]|大道|大街)"
"""四川北路 and 北京东路 are roads, not places."""
_PROVINCE = re.compile(
    rf"(?:(?:{_PROVINCES})(?:省|{_NO_ROAD})|内蒙古(?:自治区)?|广西(?:壮族自治区)?|西藏(?:自治区)?|宁夏(?:回族自治区)?|新疆(?:维吾尔自治区)?|香港(?:特别行政区)?|澳门(?:特别行政区)?)"
)
_CITY = re.compile(rf"(?:(?:{'|'.join(MUNICIPALITIES)})(?:市|{_NO_ROAD})|[{_H}]{{2,7}}?(?:市(?!场|民)|自治州|地区|盟))")
_DISTRICT = re.compile(rf"[{_H}]{{1,7}}?(?:新区|自治县|林区|区(?!域|别)|县|旗|市(?!场|民))")
_STREET = re.compile(rf"[{_H}]{{1,8}}?(?:街道(?:办事处)?|镇|乡|苏木)")
_VILLAGE = re.compile(rf"[{_H}]{{1,8}}?(?:村民委员会|居民委员会|村委会|居委会|社区|行政村|村(?!路|镇))")
_ROAD = re.compile(
    rf"[{_H}0-9]{{1,10}}?(?:大街|大道|公路|胡同|新村路|路|街(?!道)|道(?!路)|巷|里弄|环线)(?:[东南西北中](?=[0-9{NUMERAL}]))?(?:[{NUMERAL}东西南北中]{{1,2}}段)?"
)
_TAIL: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("lane", re.compile(rf"({_N})(?:支)?弄")),
    ("number", re.compile(rf"({_N}(?:[-之]\d{{1,4}})?)号(?!楼|线|码)(?:院(?!子))?")),
    ("estate", re.compile(rf"[{_H}A-Za-z·]{{2,14}}?(?:花园|家园|小区|新村|公寓|名苑|新城|大厦|广场|公馆|花苑|苑|园|城|庭|里|坊|中心|大楼|商厦|写字楼|院)")),
    ("building", re.compile(rf"({_N}(?:[-之]\d{{1,4}})?)(?:号楼|栋|幢|座|楼(?=[0-9A-Z{NUMERAL}]+(?:室|单元|层|户|房)|\d{{3}})|#)|([A-Z])[座栋]")),
    ("unit", re.compile(rf"({_N})单元")),
    ("floor", re.compile(rf"({_N})(?:层|楼)")),
    ("room", re.compile(rf"({_N}(?:[-之]\d{{1,4}})?)(?:室|房(?!屋|产|东|租)|户(?!口|主|籍))|(\d{{3,4}})(?![0-9元年月日万.%㎡平室号])")),
)  # fmt: skip
_SHORT = re.compile(r"(\d{1,3})-(\d{1,3})-(\d{2,4})(?!\d)|(\d{1,3})-(\d{3,4})(?!\d)")
_LEAD = re.compile(
    r".*?(?:坐落于|坐落在|坐落|位于|居住在|居住于|居住地|现居|家住|租住于|租住在|租住|地处|地址|住所地|住所|住址|住在|租赁|购买|承租|出租|在|住|将|由|到|为)[::于在是为]?\s*",
    re.DOTALL,
)
_BREAK = re.compile(r"[,。;!?,;、\n!?:(){}【】《》\"“”]+")
_BRACKET = re.compile(r"\s")


LONGEST, OVERLAP = 240, 60
"""Characters that are looked at as one: no address is longer, and a text without any break costs no more than its length."""


def find_addresses(text: str, divisions: Divisions, source: Source = "rules") -> Iterator[Address]:
    """Addresses of evened text; at least a road or estate with a number, or two levels of place."""
    at = 0
    for piece in [*_BREAK.finditer(text), None]:
        end = piece.start() if piece else len(text)
        yield from _in_clause(text, at, end, divisions, source)
        at = piece.end() if piece else end


def _in_clause(text: str, start: int, end: int, divisions: Divisions, source: Source) -> Iterator[Address]:
    while start < end:
        edge = min(end, start + LONGEST)
        begin = _begin(text[start:edge], divisions)
        if begin is None:
            if edge == end:
                return
            start = edge - OVERLAP
            continue
        parts, length = take_apart(text[start + begin : min(end, start + begin + LONGEST)], divisions)
        if length and _enough(parts):
            spot = (start + begin, start + begin + length)
            words = text[slice(*spot)]
            full = complete(parts, divisions)
            yield Address(text=words, start=spot[0], end=spot[1], source=source, parts=full, normal=one_spelling(full))
        start += begin + max(length, 1)


_START = re.compile(
    rf"{_PROVINCE.pattern}|{_CITY.pattern}|{_DISTRICT.pattern}|{_ROAD.pattern}(?={_N}[弄号])|{_STREET.pattern}"
)


def _begin(clause: str, divisions: Divisions) -> int | None:
    """Where an address starts: at a known place, after a word that leads to one, or at a road with a number."""
    for size in range(len(clause)):
        for length in (9, 8, 7, 6, 5, 4, 3):
            if divisions.known(clause[size : size + length]):
                return _not_before_lead(clause, size)
        if _PROVINCE.match(clause, size) or clause.startswith(tuple(f"{name}市" for name in MUNICIPALITIES), size):
            return size
    match = _START.search(clause)
    return None if match is None else match.start() + _after_lead(match[0])


def _not_before_lead(clause: str, at: int) -> int:
    """A known district may follow an unknown city: the words before it belong, back to what leads to an address."""
    before = clause[:at]
    city = re.search(rf"(?:{_PROVINCE.pattern})?[{_H}]{{2,7}}市$", before)
    return at if city is None else city.start() + _after_lead(city[0])


def _after_lead(words: str) -> int:
    lead = _LEAD.match(words)
    return lead.end() if lead and lead.end() < len(words) else 0


def places_of(text: str, divisions: Divisions) -> tuple[dict[str, str], int]:
    """Province down to road at the start of `text` (its first `LONGEST` characters), by the names of `AddressParts`, and how many
    characters they take."""
    text = text[:LONGEST]
    found: dict[str, str] = {}
    at = 0

    def take(name: str, pattern: re.Pattern[str]) -> None:
        nonlocal at
        blank = len(text[at:]) - len(text[at:].lstrip(" "))
        match = pattern.match(text, at + blank)
        if match:
            found[name] = _BRACKET.sub("", match[0])
            at = match.end()

    take("province", _PROVINCE)
    take("city", _CITY)
    if "city" in found and not found["city"].endswith(("市", "州", "区", "盟")):
        found["city"] += "市"
    if "city" in found and found["city"][:-1] in MUNICIPALITIES and text.startswith(found["city"], at):
        at += len(found["city"])  # 上海市上海市 …, and 上海市市辖区 below
    if text.startswith("市辖区", at):
        at += 3
    short = _without_kind(text, at, divisions)
    if short:
        found["district"], at = short, at + len(short) - 1
    else:
        take("district", _DISTRICT)
    take("street", _STREET)
    take("village", _VILLAGE)
    take("road", _ROAD)
    return found, at


def take_apart(text: str, divisions: Divisions) -> tuple[AddressParts, int]:
    """The parts of an address at the start of `text`, and how many characters it takes."""
    found, at = places_of(text, divisions)

    def take(name: str, pattern: re.Pattern[str], strip: bool = False) -> None:
        nonlocal at
        blank = len(text[at:]) - len(text[at:].lstrip(" "))
        match = pattern.match(text, at + blank)
        if match:
            words = next((group for group in match.groups() if group), match[0]) if strip else match[0]
            found[name] = _BRACKET.sub("", words)
            at = match.end()

    if "road" not in found and found.get("village"):
        take("village_group", re.compile(rf"{_N}组"), False)
    short = _SHORT.match(text, at) if found else None
    for name, pattern in _TAIL:
        if (
            name == "building"
            and (short := _SHORT.match(text, at))
            and ("road" in found or "estate" in found or "number" in found)
        ):
            break
        take(name, pattern, strip=name != "estate")
        if name == "number" and "number" not in found and "lane" in found:
            continue
    if short and short.start() == at:
        names = ("building", "unit", "room") if short[1] else ("building", "room")
        found |= dict(zip(names, (part for part in short.groups() if part), strict=True))
        at = short.end()
    group = found.pop("village_group", "")
    found["village"] = found.get("village", "") + group
    return AddressParts(**found), at


def _without_kind(text: str, at: int, divisions: Divisions) -> str:
    """`黄浦方斜路` names the district without 区: only where a road of two characters or more is left."""
    for length in (4, 3, 2):
        name = text[at : at + length] + "区"
        if (
            divisions.known(name)
            and not text.startswith("区", at + length)
            and re.match(rf"[{_H}]{{2,8}}(?:路|街|大道|弄)", text[at + length :])
        ):
            return name
    return ""


def _enough(parts: AddressParts) -> bool:
    places = sum(bool(each) for each in (parts.province, parts.city, parts.district, parts.street, parts.village))
    spot = bool(parts.number or parts.lane or parts.building or parts.room)
    return (
        ((bool(parts.road) or bool(parts.estate)) and (spot or places >= 1))
        or places >= 2
        or (bool(parts.village) and spot)
    )


def complete(parts: AddressParts, divisions: Divisions) -> AddressParts:
    """What can be told from the rest: a municipality's province, the city of a district that there is but one of."""
    values = parts.model_dump()
    if values["city"] and values["city"].removesuffix("市") in MUNICIPALITIES:
        values["province"] = values["city"]
    for inner, outer in (("district", ("province", "city")), ("city", ("province",))):
        if values[inner]:
            above = divisions.above(values[inner], values["city"] if inner == "district" else "")
            for name, place in zip(outer, above, strict=False):
                values[name] = values[name] or place
    if values["province"].removesuffix("市") in MUNICIPALITIES and not values["city"]:
        values["city"] = values["province"]
    return AddressParts(**values)


_UNITS = {"lane": "弄", "number": "号", "building": "幢", "unit": "单元", "floor": "层", "room": "室"}


def one_spelling(parts: AddressParts) -> str:
    """An address in one spelling, whatever was written; a municipality is named once."""
    out = ""
    for name, value in parts.filled().items():
        if name == "province" and value == parts.city:
            continue
        unit = _UNITS.get(name, "")
        out += arabic(f"{value}{unit}") if unit else value
    return out
