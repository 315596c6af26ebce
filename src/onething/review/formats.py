"""Can this value be right at all? One check per catalog field type, used for answers as they are typed and for what was read."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from onething.catalog.models import FieldSpec
from onething.core.characters import plain, strange, visible
from onething.core.formats import day as shown_day
from onething.core.i18n import Text
from onething.core.identifiers import (
    Fault,
    InvalidIdentifierError,
    eighteen_digits,
    normalize,
    parse_bank_card,
    parse_citizen_id,
    parse_uscc,
)
from onething.core.persons.numbers import (
    PersonDocument,
    as_person_number,
    document_meant,
    parse_person_number,
)
from onething.core.phones import parse_any_phone
from onething.documents.text.service import MOST, is_whole_address, written_amount
from onething.review.compare import as_date


def say(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


LONGEST_NAME = 100
"""Characters; a machine readable zone has 39, the page beside it any number."""
OLDEST = 130
"""Years; nobody alive is older (record: 122)."""

PAST_FIELDS = frozenset(
    [
        "birth_date",
        "born_at",
        "born_on",
        "issued_on",
        "registered_on",
        "admitted_on",
        "settled_on",
        "since",
        "valid_from",
        "opened_on",
    ]
)


@dataclass(frozen=True, slots=True)
class BadValue:
    """A value that cannot be right: stable code, what is wrong, what to do."""

    code: str
    what: Text
    todo: Text


_COPY = say("请对照原件重新填写。", "Copy it again from the paper.")
_ID_FAULTS: dict[Fault, tuple[Text, Text]] = {
    Fault.EMPTY: (say("还没有填身份证号。", "The id number is empty."), _COPY),
    Fault.LENGTH: (
        say("身份证号应该是 18 位，现在位数不对。", "An id number has 18 characters; this one does not."),
        say("请数一下，补上或去掉多余的数字。", "Count them and add or remove what is wrong."),
    ),
    Fault.CHARACTERS: (
        say("身份证号里有不该出现的字符。", "The id number has characters that do not belong there."),
        say("只填数字，最后一位可能是 X。", "Use digits only; the last one may be X."),
    ),
    Fault.DATE: (
        say("身份证号中间的出生日期不存在。", "The birth date inside the id number does not exist."),
        say("请核对第 7 到 14 位。", "Check digits 7 to 14."),
    ),
    Fault.FUTURE: (
        say("身份证号里的出生日期还没到。", "The birth date inside the id number is in the future."),
        say("请核对第 7 到 14 位。", "Check digits 7 to 14."),
    ),
    Fault.CHECKSUM: (
        say(
            "身份证号有一位不对，和最后的校验位对不上。",
            "One digit of the id number is wrong: it does not fit the check digit.",
        ),
        say("请对照身份证一位一位核对。", "Compare it with the card digit by digit."),
    ),
}


_WHICH_PAPER = (
    say(
        "这个号码看不出是哪种证件，或者这里不收这种证件。",
        "The number does not tell which paper it is, or that paper is not taken here.",
    ),
    say(
        "请先选证件类型，再填号码。这里收：{papers}。",
        "Choose the kind of paper, then enter its number. Taken here: {papers}.",
    ),
)
_COUNTRY = (
    say("护照要写明是哪个国家或地区签发的。", "Of a passport we need to know which country or region issued it."),
    say(
        "请选签发国家或地区(护照资料页上的三个字母)。",
        "Choose who issued it (the three letters on the page with the photo).",
    ),
)
_PAPER_NUMBER = (
    say("这不像{paper}的号码。", "This is not a number of this paper: {paper}."),
    say("应该是：{hint}。请对照证件重新填写。", "It should be: {hint}. Copy it again from the paper."),
)


def _citizen_id(_spec: FieldSpec, value: str, as_of: date) -> BadValue | None:
    try:
        parse_citizen_id(value, on=as_of)
    except InvalidIdentifierError as error:
        return BadValue("bad_id_number", *_ID_FAULTS[error.fault])
    return None


def _person_id(spec: FieldSpec, value: str, as_of: date) -> BadValue | None:
    try:
        parse_person_number(value, as_of, spec.accepts)
    except InvalidIdentifierError as error:
        return _bad_person_number(spec, value, error.fault)
    return None


def _bad_person_number(spec: FieldSpec, value: str, fault: Fault) -> BadValue:
    """What is wrong, said of the paper that she means."""
    if fault is Fault.DOCUMENT:
        taken = Text.joined(paper.words for paper in spec.papers)
        return BadValue("bad_paper", _WHICH_PAPER[0], _WHICH_PAPER[1].fill(papers=taken))
    if fault is Fault.COUNTRY:
        return BadValue("bad_country", *_COUNTRY)
    meant = document_meant(value)
    if meant is None or meant in (PersonDocument.CITIZEN_ID, PersonDocument.RESIDENCE_PERMIT):
        return BadValue("bad_id_number", *_ID_FAULTS[fault])
    return BadValue("bad_id_number", *(text.fill(paper=meant.words, hint=meant.hint) for text in _PAPER_NUMBER))


def _uscc(_spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    try:
        parse_uscc(value)
    except InvalidIdentifierError:
        what = say("统一社会信用代码不对，应该是 18 位。", "This is not a unified social credit code of 18 characters.")
        return BadValue("bad_uscc", what, say("请对照营业执照核对。", "Compare it with the business licence."))
    return None


def _phone(_spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    try:
        parse_any_phone(value)
    except InvalidIdentifierError:
        what = say("这个电话号码不存在。", "There is no such telephone number.")
        todo = say(
            "手机号是 11 位数字；座机请带区号，如 021-63850000；境外号码请带国家或地区代码，如 +852 9123 4567。",
            "A mobile number has 11 digits; write a fixed line with its area code (021-63850000) and a number abroad with its "
            "country code (+852 9123 4567).",
        )
        return BadValue("bad_phone", what, todo)
    return None


def _date(spec: FieldSpec, value: str, as_of: date) -> BadValue | None:
    day = as_date(value)
    if day is None:
        if spec.id.endswith("until"):  # "长期" on the cards of older people
            return None
        what = say("这不像一个日期。", "This does not look like a date.")
        return BadValue("bad_date", what, say("请按“2026-11-23”这样填写。", "Write it like 2026-11-23."))
    if spec.id in PAST_FIELDS and day > as_of:
        what = say("“{field}”还没到：{value}。", "“{field}” is in the future: {value}.").fill(
            field=spec.name, value=shown_day(day)
        )
        return BadValue("future_date", what, say("请核对年份和月份。", "Check the year and the month."))
    if spec.id.startswith(("birth", "born")) and (as_of.year - day.year) > OLDEST:
        what = say("“{field}”太早了：{value}。", "“{field}” is too long ago: {value}.").fill(
            field=spec.name, value=shown_day(day)
        )
        return BadValue("implausible_age", what, say("请核对年份。", "Check the year."))
    return None


def _money(spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    """A sum in whole fen; below nothing only where the catalog says so (`low`): a red invoice."""
    amount = written_amount(value)
    least = Decimal(str(spec.low)) if spec.low is not None else Decimal(0)
    if amount is not None and amount >= least and amount == amount.quantize(Decimal("0.01")) and amount <= MOST:
        return None
    what = say("这里要填一个金额，最多到分。", "A sum of money belongs here, in whole fen.")
    return BadValue("bad_number", what, say("请填数字，例如 3600.00 或 100万。", "For example 3600.00."))


def _number(spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    """A number, within the bounds that the catalog gives."""
    number = written_amount(value)
    if number is not None and 0 <= number <= MOST:
        return _out_of_range(spec, value, number)
    what = say("这里要填一个数字。", "A number belongs here.")
    return BadValue(
        "bad_number", what, say("请只填数字，例如 3600 或 0.5。", "Use digits only, for example 3600 or 0.5.")
    )


def _out_of_range(spec: FieldSpec, value: str, number: Decimal) -> BadValue | None:
    low = Decimal(str(spec.low)) if spec.low is not None else Decimal(0)
    high = Decimal(str(spec.high)) if spec.high is not None else MOST
    if low <= number <= high:
        return None
    what = say("“{field}”是 {value}，不太可能。", "“{field}” is {value}, which can hardly be.")
    todo = say(
        "一般在 {low} 到 {high} 之间，请对照原件核对单位和位数。",
        "It is usually between {low} and {high}; check the unit and the digits against the paper.",
    )
    return BadValue(
        "out_of_range",
        what.fill(field=spec.name, value=value),
        todo.fill(low=f"{low.normalize():f}", high=f"{high.normalize():f}"),
    )


def _strange(spec: FieldSpec, value: str) -> BadValue | None:
    """Emoji, pictures and characters that no font of another machine has never get onto a certificate."""
    char = strange(value)
    if not char:
        return None
    what = say("“{field}”里有不能登记的字符。", "“{field}” holds a character that no register can keep.").fill(
        field=spec.name
    )
    todo = say("请删去表情符号等特殊字符；生僻字打不出来，可以点“用登记的值”或到窗口办理。", "Remove emoji and the like; for a rare character use the register's value or come to the window.")  # fmt: skip
    return BadValue("bad_character", what, todo)


def _name(spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    if len(value) <= LONGEST_NAME and not re.search(r"[0-9<>{}]", value):
        return _strange(spec, value)
    what = say("姓名里有数字或符号，或者太长。", "The name has digits or symbols in it, or is too long.")
    return BadValue("bad_name", what, say("请按证件上的姓名填写。", "Write the name as on the document."))


def _code(spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    if not spec.codes or value in spec.codes:
        return None
    what = say("“{field}”不在可选的范围里。", "“{field}” is not one of the choices.").fill(field=spec.name)
    return BadValue("bad_choice", what, say("请从选项中选一个。", "Choose one of the options."))


def _bank_account(_spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    if re.fullmatch(r"[0-9]{8,32}", normalize(value), flags=re.ASCII):
        return None
    what = say("银行账号应该只有数字，8 到 32 位。", "An account number has 8 to 32 digits.")
    return BadValue("bad_account", what, say("请对照银行卡核对。", "Compare it with the bank card."))


_CARD_FAULTS: dict[Fault, Text] = {
    Fault.LENGTH: say("银行卡号一般是 16 到 19 位，现在位数不对。", "A bank card's number has 16 to 19 digits; this one does not."),
    Fault.CHARACTERS: say("银行卡号里只能有数字。", "A bank card's number has digits only."),
    Fault.CHECKSUM: say("银行卡号有一位不对，和最后的校验位对不上。", "One digit of the card number is wrong: it does not fit the check digit."),
}  # fmt: skip


def _bank_card(_spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    try:
        parse_bank_card(value)
    except InvalidIdentifierError as error:
        todo = say("请对照银行卡一位一位核对。", "Compare it with the card digit by digit.")
        return BadValue("bad_card", _CARD_FAULTS.get(error.fault, _CARD_FAULTS[Fault.LENGTH]), todo)
    return None


def _bool(_spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    if value.lower() in {"true", "false"}:
        return None
    what = say("请选“是”或“否”。", "Choose yes or no.")
    return BadValue("bad_choice", what, what)


def _text(spec: FieldSpec, value: str, _as_of: date) -> BadValue | None:
    if len(value) <= spec.longest:
        return _strange(spec, value)
    what = say("“{field}”太长了，最多 {most} 个字。", "“{field}” is too long; {most} characters at most.").fill(
        field=spec.name, most=spec.longest
    )
    return BadValue("too_long", what, say("请写短一些。", "Make it shorter."))


def _address(spec: FieldSpec, value: str, as_of: date) -> BadValue | None:
    if not spec.to_the_door or is_whole_address(value):
        return _text(spec, value, as_of)
    what = say("“{field}”还不完整：没有路名和门牌号。", "“{field}” is not complete: road and number are missing.").fill(
        field=spec.name
    )
    todo = say(
        "请写到门牌号，例如：××区××路12号3号楼502室。", "Write it down to the door: district, road, number, room."
    )
    return BadValue("address_not_whole", what, todo)


_CHECKS: dict[str, Callable[[FieldSpec, str, date], BadValue | None]] = {
    "citizen_id": _citizen_id,
    "person_id": _person_id,
    "uscc": _uscc,
    "phone": _phone,
    "date": _date,
    "datetime": _date,
    "money": _money,
    "number": _number,
    "name": _name,
    "code": _code,
    "bank_account": _bank_account,
    "bank_card": _bank_card,
    "address": _address,
    "bool": _bool,
}


def check_value(spec: FieldSpec, value: Any, as_of: date) -> BadValue | None:
    """None when the value can be right, else what is wrong with it. Values are plain JSON; empty ones are not judged."""
    if spec.type == "rows":
        return _check_rows(spec, value, as_of)
    text = plain(value)
    return _CHECKS.get(spec.type, _text)(spec, text, as_of) if text else None


def _check_rows(spec: FieldSpec, value: Any, as_of: date) -> BadValue | None:
    """The first thing wrong in a repeating group, with the number of its row."""
    if not isinstance(value, list):
        what = say("“{field}”应当是一行一行的。", "“{field}” should be a list of rows.").fill(field=spec.name)
        return BadValue("bad_rows", what, say("请一行填一项。", "Enter one item a row."))
    rows = cast("list[dict[str, Any]]", value)
    if len(rows) > spec.most:
        what = say("“{field}”最多 {most} 行。", "“{field}” has {most} rows at most.").fill(
            field=spec.name, most=spec.most
        )
        return BadValue("too_many_rows", what, say("请删去多余的行。", "Remove some rows."))
    for number, row in enumerate(rows, 1):
        for column in spec.fields:
            bad = check_value(column, row.get(column.id), as_of) if row.get(column.id) not in (None, "") else None
            if bad is None and column.required and row.get(column.id) in (None, ""):
                what = say("没有填“{field}”。", "“{field}” is empty.").fill(field=column.name)
                bad = BadValue("missing_column", what, say("请补上。", "Fill it in."))
            if bad is not None:
                place = say("第 {n} 行：", "Row {n}: ").fill(n=number)
                return BadValue(bad.code, Text(zh=place.zh + bad.what.zh, en=place.en + bad.what.en), bad.todo)
    return None


_A_LINE = 500
"""Longer texts are documents of their own: their full-width punctuation is how they are written, not a slip of the keyboard."""


def normal_form(spec: FieldSpec, value: Any) -> Any:
    """What a person typed, in the form that everything else uses; unchanged when it cannot be understood."""
    if isinstance(value, bool):
        return value
    if spec.type == "rows":
        return _normal_rows(spec, value)
    if spec.type == "text" and spec.longest > _A_LINE and isinstance(value, str):
        return unicodedata.normalize("NFC", visible(value)).strip()
    text = plain(value)
    if spec.names_person:
        return _normal_person_number(spec, text)
    if spec.type in {"uscc", "bank_account", "bank_card"}:
        return normalize(text)
    if spec.type in {"money", "number"}:
        return _normal_amount(text)
    if spec.type == "phone":
        try:
            return parse_any_phone(text)
        except InvalidIdentifierError:
            return text
    if spec.type == "bool":
        return {"true": True, "false": False, "yes": True, "no": False, "on": True}.get(text.lower(), text)
    if spec.type == "name":
        return re.sub(r"(?<=[㐀-鿿])\s+(?=[㐀-鿿])", "", text)
    if spec.type in {"date", "datetime"}:
        return _normal_date(text)
    return text


def _normal_person_number(spec: FieldSpec, text: str) -> str:
    if spec.type == "citizen_id":
        return eighteen_digits(normalize(text))
    found = as_person_number(text)
    return found.text if found else text


def _normal_amount(text: str) -> str:
    """`1,280`, `100万` and `一百万` in digits; what is written in digits already stays as it is."""
    amount = written_amount(text) if not re.fullmatch(r"[0-9]{1,16}(?:\.[0-9]+)?", text, re.ASCII) else None
    return text if amount is None else f"{amount.normalize():f}"


def _normal_rows(spec: FieldSpec, value: Any) -> Any:
    """Rows of known columns in normal form; wholly empty ones are left out."""
    if not isinstance(value, list):
        return value
    rows: list[dict[str, Any]] = []
    for row in cast("list[Any]", value):
        if not isinstance(row, dict):
            continue
        given = cast("dict[str, Any]", row)
        kept = {
            column.id: normal_form(column, given[column.id])
            for column in spec.fields
            if given.get(column.id) not in (None, "") and isinstance(given[column.id], str | int | float | bool)
        }
        if kept:
            rows.append(kept)
    return rows


def _normal_date(text: str) -> str:
    """`2026年11月3日`, `2026/11/3` and `20261103` → `2026-11-03`; a time behind it is kept."""
    match = re.match(r"^(\d{4})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})日?(.*)$", text) or re.match(
        r"^(\d{4})(\d{2})(\d{2})()$", text
    )
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}{match[4]}" if match else text
