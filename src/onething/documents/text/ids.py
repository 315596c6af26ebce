"""Numbers in text whose check digits can be told: citizen ids, company codes, phones, bank cards; property certificates."""

import re
from collections.abc import Iterator
from datetime import date

from onething.core.i18n import texts_of
from onething.core.identifiers import Fault, InvalidIdentifierError, parse_citizen_id, parse_phone, parse_uscc
from onething.documents.text.models import Doubt, Identifier, IdKind, Source

say = texts_of(__name__)

_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){10,22}(?![0-9A-Za-z])")
_PROPERTY = re.compile(
    r"[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂藏宁新]\s?\(\d{4}\)\s?[\u4e00-\u9fff]{1,12}?不动产权第\s?\d{4,9}\s?号"
)
_SAID_ID = re.compile(r"(?:身份证|证件|公民身份)[^0-9\n]{0,8}$")
_SAID_CODE = re.compile(r"(?:统一社会信用代码|信用代码|税号|纳税人识别号)[^0-9A-Za-z\n]{0,4}$")
_SAID_CARD = re.compile(r"(?:卡号|账号|帐号|账户)[^0-9\n]{0,4}$")


def luhn(number: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def read_id(kind: IdKind, text: str, on: date | None) -> str:
    """The normal form. Raises `InvalidIdentifierError`."""
    if kind == "citizen_id":
        return parse_citizen_id(text, on).number
    if kind == "uscc":
        return parse_uscc(text)
    if kind == "phone":
        return parse_phone(text)
    bare = re.sub(r"[\s-]", "", text)
    if kind == "bank_card":
        if not re.fullmatch(r"[1-9]\d{15,18}", bare, re.ASCII):
            raise InvalidIdentifierError(Fault.LENGTH)
        if not luhn(bare):
            raise InvalidIdentifierError(Fault.CHECKSUM)
        return bare
    if not _PROPERTY.fullmatch(bare):
        raise InvalidIdentifierError(Fault.CHARACTERS)
    return bare


def find_ids(text: str, on: date | None = None, source: Source = "rules") -> Iterator[Identifier | Doubt]:
    """Identifiers of evened text, and numbers that say they are one and cannot be."""
    for match in _CODE.finditer(text):
        before = text[max(0, match.start() - 16) : match.start()]
        yield from _one(match[0], match.start(), before, on, source)
    for match in _PROPERTY.finditer(text):
        yield Identifier(text=match[0], start=match.start(), end=match.end(), kind="property_certificate", value=re.sub(r"\s", "", match[0]), source=source)  # fmt: skip


def _one(words: str, start: int, before: str, on: date | None, source: Source) -> Iterator[Identifier | Doubt]:
    bare, end = re.sub(r"[\s-]", "", words), start + len(words)
    fault: Fault | None = None
    for kind in _kinds(bare, before):
        try:
            yield Identifier(text=words, start=start, end=end, kind=kind, value=read_id(kind, words, on), source=source)
            return
        except InvalidIdentifierError as error:
            fault = fault or error.fault
    said = _SAID_ID.search(before) or _SAID_CODE.search(before) or (len(bare) == 18 and bare[:17].isdigit())
    if fault is not None and said:
        yield Doubt(
            text=words,
            start=start,
            end=end,
            source=source,
            code="bad_number",
            what=say(f"id.{fault}") if f"id.{fault}" in say else say("id.odd"),
        )


def _kinds(bare: str, before: str) -> Iterator[IdKind]:
    if _SAID_CODE.search(before):
        yield "uscc"
    if _SAID_CARD.search(before) and bare.isdigit() and 16 <= len(bare) <= 19:
        yield "bank_card"
    if len(bare) == 11 and bare.startswith("1"):
        yield "phone"
    elif len(bare) == 18:
        if bare[:17].isdigit():
            yield "citizen_id"
        yield "uscc"
        if bare.isdigit():
            yield "bank_card"
    elif bare.isdigit() and 16 <= len(bare) <= 19:
        yield "bank_card"
    elif _SAID_ID.search(before):
        yield "citizen_id"
