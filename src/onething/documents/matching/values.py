"""Where in a stretch of characters a value of some kind stands: the first that has its shape, or free wording up to where it ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onething.documents.fields.amounts import NUMERALS
from onething.documents.fields.document_types import FieldSpec
from onething.documents.matching.rows import Char

_D = "[0-9OoDQIl|〇]"
_DATE = rf"{_D}{{4}} ?[年.\-/—·,:]{{1,2}} ?{_D}{{1,2}} ?[月.\-/—·,:]{{1,2}} ?{_D}{{1,2}}(?: ?[日曰号])?"
_DAY = rf"(?:{_DATE}|(?<![0-9])(?:19|20)[0-9]{{6}}(?![0-9]))"
_WORDS = "".join(sorted(NUMERALS))
SHAPES: dict[str, str] = {
    "date": rf"{_DAY}|{_D}{{4}}年{_D}{{1,2}}月(?!{_D})",
    "date_or_long": rf"{_DAY}|长期|永久",
    "moment": rf"{_DAY}(?: ?{_D}{{1,2}} ?[时點点:] ?{_D}{{1,2}}(?: ?分)?)?",
    "citizen_id": r"[0-9OoIlBSDZQ]{15,17}[0-9Xx×][0-9Xx×]?(?![0-9A-Za-z])|[0-9A-Z]{17,19}|[A-Z]{1,3}[0-9]{6,12}",
    "company_code": r"[0-9A-Za-z]{15,20}",
    "bank_card": r"[0-9OoDIlB](?: ?[0-9OoDIlB]){14,19}",
    "amount": r"[-−(]?(?:人民币)? ?[-−]?[¥￥Y]? ?[-−]?[0-9][0-9,，]*(?:[.．。,][0-9]{1,2}(?![0-9]))?\)?(?:万|亿)?(?=元|圆|$|[^0-9.,])",
    "amount_words": rf"(?:[(（]负数?[)）])?(?:人民币)?负?[{_WORDS}]{{1,}}[元圆圓][{_WORDS}]*(?:人民币)?|负?[{_WORDS}](?:.?[{_WORDS}]){{3,}}|(?:人民币)?[0-9][0-9,.]*万?元(?:整|人民币)*",
    "number": r"[0-9OoIl]+(?:\.[0-9]+)?",
    "decimal": r"[0-9OoIl][0-9OoIl,]*(?:[.．,。·][0-9]{1,2})?",
    "sex": r"[男女]",
}
"""Kinds that have a shape of their own: the value begins and ends by it."""
_ENDS = {
    "person_name": r"[，,。；;:《)]|[(（](?=身份|证件|签|盖|以下|甲|乙|公|男|女)|身份证|证件|同志|性别",
    "ethnicity": r"[，,。；;()]",
    "address": r"[，。；;]|的房屋|的门面|的住房|住房一",
    "organisation": r"[，,。；;:]",
    "word": r"[。；;]",
    "code": r"[，。；;]",
}
_LEAD = re.compile(r"^[:：;·.,，、\-—\s|]*(?:[(（][^()（）]{1,10}[)）])?[:：\s为是由]*")


CLAUSE = r"第[一二三四五六七八九十百0-9]{1,3}[条章]|(?<![\u3400-\u9fff0-9])[一二三四五六七八九十]{1,2}、|特此证明"
"""How the next clause of a contract begins."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `first` to `end` (exclusive) of a stretch."""

    first: int
    end: int


def _spaced(chars: Sequence[Char]) -> tuple[str, list[int]]:
    """The text with a blank where ground parts two cells, and which character each place of it is."""
    text, places = "", list[int]()
    for i, char in enumerate(chars):
        if i and char.line != chars[i - 1].line and not -1.0 < char.left - chars[i - 1].right < 0.8 * char.height:
            text += " "
            places.append(i)
        text += char.char
        places.append(i)
    return text, places


def text_of(chars: Sequence[Char]) -> str:
    return "".join(char.char for char in chars)


_OF_SHAPE = {"9": "[0-9OoDQIlZSBGgqT|丁]", "A": "[A-Za-z0-9(」丁]", "?": r"[\u3400-\u9fff]", "%": r"[\u3400-\u9fff]"}


def shape_of(spec: FieldSpec) -> str | None:
    """The regular expression a value of this field has, None for free wording."""
    if spec.kind == "code":
        written = ["".join(_OF_SHAPE.get(char, re.escape(char)) for char in shape) for shape in spec.shapes]
        return spec.like or "|".join(sorted(written, key=len, reverse=True)) or None
    return SHAPES.get(spec.kind)


def has_shape(spec: FieldSpec) -> bool:
    return shape_of(spec) is not None


def shaped(chars: Sequence[Char], spec: FieldSpec) -> list[Piece]:
    """Every place where a value of this kind's own shape stands, in order; none for kinds without one."""
    pattern = shape_of(spec)
    if pattern is None:
        return []
    text, places = (text_of(chars), list(range(len(chars)))) if spec.kind == "code" else _spaced(chars)
    found = [
        Piece(places[match.start()], places[match.end() - 1] + 1)
        for match in re.finditer(pattern, text) if match[0].strip()
    ]  # fmt: skip
    if spec.kind == "amount_words":
        found = [
            p
            for p in found
            if re.search(r"[壹贰叁肆伍陆柒捌玖拾佰仟一二三四五六七八九十百千]", text_of(chars[p.first : p.end]))
        ] or found
    return found


def free(chars: Sequence[Char], spec: FieldSpec, running: bool) -> Piece | None:
    """Free wording from the start of a stretch: behind colons, up to where this kind of value ends."""
    text = text_of(chars)
    lead = _LEAD.match(text)
    first = lead.end() if lead else 0
    if spec.kind == "address" and text[first : first + 1] in {"于", "在"}:
        first += 1
    end = len(text)
    stop = _ENDS.get(spec.kind)
    stops = [stop] if stop is not None else []
    if running:
        stops += [CLAUSE, *spec.ends]
        if spec.kind == "text":
            stops.append(r"[。；;]$")
    for pattern in stops:
        match = re.search(pattern, text[first:])
        if match is not None:
            end = min(end, first + match.start())
    return Piece(first, end) if end > first else None
