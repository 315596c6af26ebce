"""Amounts of money in figures and in Chinese capitals (壹仟贰佰叁拾肆元伍角整), both ways.

Writing follows the rules for bills and settlement vouchers of the People's Bank of China (支付结算办法, annex 1, 1997):
整 (or 正) after yuan and after jiao, none after fen; one 零 for any run of zeros between digits. Reading accepts what
people and printers really write: 正, 圆, 〇, a missing 整, 人民币 before, everyday numerals.
"""

import re
import unicodedata
from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL = ("", "拾", "佰", "仟")
_BIG = ("", "万", "亿", "万亿")
MOST = Decimal("9999999999999999.99")

_PLAIN = {
    **{char: i for i, char in enumerate(DIGITS)},
    **{char: i for i, char in enumerate("〇一二三四五六七八九")},
    "弌": 1, "弍": 2, "贰": 2, "貳": 2, "两": 2, "兩": 2, "弎": 3, "參": 3, "叄": 3, "肄": 4, "陸": 6, "○": 0,
}  # fmt: skip
_TENS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_YUAN = "元圆圓"
NUMERALS = frozenset("".join(_PLAIN) + "".join(_TENS) + _YUAN + "万亿萬億角分整正")
"""Every character an amount in capitals is written with."""


def to_chinese(amount: Decimal, end: str = "整") -> str:
    """`1234.5` → `壹仟贰佰叁拾肆元伍角整`, `-5` → `负伍元整`. `end`: `整` or `正`. Raises ValueError over `MOST`, or finer than fen."""
    if amount < 0:
        return f"负{to_chinese(-amount, end)}"
    if not amount <= MOST or amount != amount.quantize(Decimal("0.01")):
        raise ValueError("an amount up to 9,999,999,999,999,999.99 yuan in whole fen")
    fen = int(amount * 100)
    yuan, jiao, fen = fen // 100, fen // 10 % 10, fen % 10
    out = f"{_whole(yuan)}元" if yuan or not (jiao or fen) else ""
    if jiao:
        out += f"{DIGITS[jiao]}角"
    if fen:
        out += f"{'零' if yuan and not jiao else ''}{DIGITS[fen]}分"
    return out if fen else out + end


def _whole(yuan: int) -> str:
    if not yuan:
        return DIGITS[0]
    groups: list[int] = []
    while yuan:
        groups.append(yuan % 10_000)
        yuan //= 10_000
    out = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group:
            gap = bool(out) and (group < 1000 or groups[place + 1] == 0)
            out += ("零" if gap and not out.endswith("零") else "") + _group(group) + _unit(place, groups)
    return out


def _unit(place: int, groups: list[int]) -> str:
    """万亿 is 万 alone where 亿 follows with its own digits."""
    return "万" if place == 3 and groups[2] else _BIG[place]


def _group(group: int) -> str:
    """One to four digits, zeros between them as one 零."""
    out, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            out += ("零" if zero and out else "") + DIGITS[digit] + _SMALL[place]
            zero = False
        else:
            zero = True
    return out


_MINUS_WORDS = re.compile(r"[⊗ⓧ]?(?:[(（]负数?[)）]|负数?)(?:人民币)?")
"""How a red invoice (红字发票) begins its sum in capitals."""


def from_chinese(text: str) -> Decimal | None:
    """The amount in yuan that capitals stand for, or None when they are no amount."""
    text = re.sub(r"\s|^人民币|^[::]|[¥¥⊗]", "", text).translate(str.maketrans("萬億", "万亿"))
    minus = _MINUS_WORDS.match(text)
    body = text[minus.end() if minus else 0 :].rstrip("整正")
    match = re.fullmatch(rf"(?:(.+)[{_YUAN}])?零?(?:(.)角)?零?(?:(.)分)?", body)
    if match is None or not any(match.groups()):
        return None
    yuan = _read_whole(match[1]) if match[1] else 0
    jiao, fen = (_PLAIN.get(part) if part else 0 for part in (match[2], match[3]))
    if yuan is None or jiao is None or fen is None:
        return None
    amount = Decimal(yuan * 100 + jiao * 10 + fen) / 100
    return -amount if minus else amount


def _read_whole(text: str) -> int | None:
    """A whole number with its units, each unit smaller than the one before it inside its group."""
    total = section = 0
    digit: int | None = None
    last = 10_000
    for char in text:
        if char in _PLAIN:
            if digit:  # two digits in a row without a unit between them
                return None
            digit = _PLAIN[char]
        elif char in _TENS:
            unit = _TENS[char]
            if unit >= last or digit == 0:
                return None
            section += (1 if digit is None and unit == 10 and not section else digit or 0) * unit
            if digit is None and unit != 10:
                return None
            digit, last = None, unit
        elif char in "万亿":
            section += digit or 0
            unit = 10_000 if char == "万" else 10**8
            if section == 0 and not (char == "亿" and total):
                return None
            total = (total + section) * unit if char == "亿" else total + section * unit
            section, digit, last = 0, None, 10_000
        else:
            return None
    return total + section + (digit or 0)


_SCALES = {"亿": 10**8, "万": 10**4, "千": 10**3, "百": 100, "": 1}
_GROUPED = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,16})(?:\.[0-9]{1,6})?"
_SCALED = re.compile(rf"({_GROUPED})(亿|万|千|百)?")
_WRITTEN = re.compile(rf"(?P<sign>[-负])?(?:{_SCALED.pattern})+", re.ASCII)
_AROUND = re.compile(r"^(?:人民币|RMB|CNY)?[¥Y]?|(?:[元圆块](?:整|正|人民币)?|/月)?$")


def written_amount(text: str) -> Decimal | None:
    """What somebody typed for a sum: `1,280`, `12.8万元`, `3万5千元`, `一百万`, `壹佰元整`, `-5`, `¥-5`, `-¥5`, `(5.00)`. None when it is no sum.

    Thousands are parted by three or not at all (`12,80` is none), other digits than 0–9 are none, nor is `1e5`.
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).translate(str.maketrans("萬億", "万亿"))
    text = _signed(_AROUND.sub("", text))
    if _WRITTEN.fullmatch(text) is None:
        words = text.removeprefix("负")
        value = from_chinese(words if words[-1:] in "元圆角分整正" else f"{words}元") if words else None
        return value if value is None or words == text else -value
    total, last = Decimal(0), 10**12
    for number, scale in _SCALED.findall(text.lstrip("-负")):
        if _SCALES[scale] >= last:
            return None
        last = _SCALES[scale]
        total += Decimal(number.replace(",", "")) * last
    if last == 1 and len(_SCALED.findall(text)) > 1:
        return None  # 3万5: five thousand or five?
    return -total if text[0] in "-负" else total


def _signed(text: str) -> str:
    """The sign of a sum where a machine has it: before the figures, also where it stood before ¥, or the sum in brackets."""
    text = re.sub(r"^[−–—﹣]", "-", text)
    text = re.sub(r"^([-负])(?:人民币|RMB|CNY)?[¥Y]", r"\1", text)
    text = re.sub(r"^[−–—﹣]", "-", text)
    inside = re.fullmatch(rf"\((?:[¥Y])?({_GROUPED})\)", text, re.ASCII)
    return f"-{inside[1]}" if inside else text


def from_figures(text: str) -> Decimal | None:
    """`¥1,280.00`, `1280元`, `12.8万元`, `3万5千元` as printed and read → yuan; None when it is no amount.

    A decimal point read as a comma is undone: 1,280,00 can only mean 1,280.00.
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    text = re.sub(r"[,。]([0-9]{2})(?![0-9])", r".\1", text)
    if not re.search(r"[0-9]", text, re.ASCII):
        return None
    found = written_amount(text)
    fine = found is not None and found == found.quantize(Decimal("0.01"))
    return found if fine else None


def normal(amount: Decimal) -> str:
    """The normal form of an amount in a field: two decimals, no separators."""
    return f"{amount:.2f}"
