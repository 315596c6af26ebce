"""Do two values say the same thing? Compared by meaning: width, spacing, variant characters, ways to write an address.

Pure functions; the answer has three steps, because a person may act on the difference: the same, written differently,
really different.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any

from rapidfuzz import fuzz

from onething.core.clock import CHINA
from onething.core.identifiers import normalize
from onething.core.variants import CANONICAL


class Same(IntEnum):
    """How alike two values are; larger is more alike."""

    DIFFERENT = 0
    WRITTEN_OTHERWISE = 1
    """Probably the same, written in two ways: worth a note, never a reproach."""
    SAME = 2


_DOTS = re.compile(r"[··•・‧∙.．]")
_SPACE = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[\s,，.。、;；:：()（）\[\]【】\"'“”‘’_·]+")
_CHINESE_NUMBER = re.compile(r"[零〇一二三四五六七八九十百]+(?=[号弄室楼层栋幢座单组队])")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}


def plain(value: Any) -> str:
    """Text in one width, without outer spaces."""
    return unicodedata.normalize("NFKC", str(value)).strip()


def name_form(value: Any) -> str:
    """A personal name without spaces and with one kind of middle dot; Latin letters without case."""
    return _SPACE.sub("", _DOTS.sub("·", plain(value))).casefold()


def compare_names(left: Any, right: Any) -> Same:
    a, b = name_form(left), name_form(right)
    if a == b:
        return Same.SAME
    if a.translate(CANONICAL) == b.translate(CANONICAL) or a.replace("·", "") == b.replace("·", ""):
        return Same.WRITTEN_OTHERWISE
    return Same.DIFFERENT


def _number(text: str) -> str:
    """Chinese numerals below 1,000 as digits: `二十三` → `23`; a row of digits stays a row (`一二` → `12`)."""
    if not set(text) & set("十百"):
        return "".join(str(_DIGITS[char]) for char in text)
    total = current = 0
    for char in text:
        if char in "十百":
            total += (current or 1) * (10 if char == "十" else 100)
            current = 0
        else:
            current = _DIGITS[char]
    return str(total + current)


def address_form(value: Any) -> str:
    """An address in one spelling: digits, one word for a building, no punctuation."""
    text = _CHINESE_NUMBER.sub(lambda match: _number(match[0]), _SPACE.sub("", plain(value)))
    text = re.sub(r"(?<=\d)[-—–~](?=\d)", "-", text)
    text = re.sub(r"(?<=\d)(?:号楼|栋|幢|座|号)(?=\d|$|-)", "-", text)
    text = re.sub(r"(?<=\d)(?:单元|弄|楼|层)(?=\d|$)", "-", text)
    text = re.sub(r"(?<=\d)(?:室|户)$", "", text)
    return _PUNCTUATION.sub("", text).strip("-").casefold()


_DIVISION = re.compile(r"^(?:[^0-9]{1,8}?(?:省|自治区|特别行政区|市|自治州|地区|盟|区|县|旗))+")


def compare_addresses(left: Any, right: Any) -> Same:
    """The same place? A left-out city or district in front does not matter, other numbers do."""
    a, b = address_form(left), address_form(right)
    if a == b:
        return Same.SAME
    short, long = sorted((a, b), key=len)
    front = long[: len(long) - len(short)] if short and long.endswith(short) else ""
    if front and _DIVISION.sub("", front) == "":
        return Same.SAME
    if re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return Same.DIFFERENT
    bare_a, bare_b = _DIVISION.sub("", a), _DIVISION.sub("", b)
    if bare_a == bare_b and (a == bare_a or b == bare_b):
        return Same.SAME
    return Same.WRITTEN_OTHERWISE if fuzz.ratio(bare_a, bare_b) >= 85 else Same.DIFFERENT


def as_date(value: Any) -> date | None:
    """The day of an ISO date or moment (in China); None for anything else, such as `长期`."""
    moment = as_moment(value)
    return moment.date() if moment else None


def as_moment(value: Any) -> datetime | None:
    """An ISO date or moment as naive China time; None for anything else."""
    text = plain(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(CHINA).replace(tzinfo=None) if moment.tzinfo else moment


def compare_moments(left: Any, right: Any) -> Same:
    a, b = as_moment(left), as_moment(right)
    if a is None or b is None:
        return Same.SAME if plain(left) == plain(right) else Same.DIFFERENT
    if min(len(plain(left)), len(plain(right))) <= 10:
        return Same.SAME if a.date() == b.date() else Same.DIFFERENT
    return Same.SAME if a.replace(second=0, microsecond=0) == b.replace(second=0, microsecond=0) else Same.DIFFERENT


def compare_amounts(left: Any, right: Any) -> Same:
    try:
        return Same.SAME if Decimal(plain(left)) == Decimal(plain(right)) else Same.DIFFERENT
    except InvalidOperation:
        return compare_text(left, right)


def compare_text(left: Any, right: Any) -> Same:
    a, b = _PUNCTUATION.sub("", plain(left)).casefold(), _PUNCTUATION.sub("", plain(right)).casefold()
    if a == b:
        return Same.SAME
    alike = a.translate(CANONICAL) == b.translate(CANONICAL) or (a and b and (a in b or b in a))
    return Same.WRITTEN_OTHERWISE if alike or fuzz.ratio(a, b) >= 90 else Same.DIFFERENT


def _compare_codes(left: Any, right: Any) -> Same:
    return Same.SAME if normalize(str(left)) == normalize(str(right)) else Same.DIFFERENT


_BY_TYPE: dict[str, Callable[[Any, Any], Same]] = {
    "name": compare_names,
    "address": compare_addresses,
    "date": compare_moments,
    "datetime": compare_moments,
    "money": compare_amounts,
    "number": compare_amounts,
    "citizen_id": _compare_codes,
    "uscc": _compare_codes,
    "phone": _compare_codes,
    "code": _compare_codes,
    "bool": _compare_codes,
    "bank_account": _compare_codes,
}


def compare(field_type: str, left: Any, right: Any) -> Same:
    """Compare two plain JSON values of a catalog field type. Numbers of certificates are `text`: use `compare_ids`."""
    return _BY_TYPE.get(field_type, compare_text)(left, right)


compare_ids = _compare_codes
"""Numbers of documents and records: width, spaces, dashes and case do not matter, everything else does."""
